// The one family of errors. A message says what happened and what the user can do next; it never holds a secret, a site's name or an
// answer. Expected outcomes (offline, a conflict, nothing new) are values, not errors.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace fieldseal {

enum class ErrorCode {
    failed,            // could not be done; the message says why
    usage,             // the caller asked for something that makes no sense
    not_found,         // what was named does not exist here
    refused,           // not allowed: role, state, or a rule of the format
    too_large,         // over a limit that the message names
    cancelled,         // the user or the program stopped it
    locked,            // wrong passphrase, wrong code, or the vault is locked
    in_use,            // another program has the vault open
    damaged,           // bytes are not what was written: broken or tampered
    newer_version,     // written by a newer Fieldseal
    disk,              // disk full, read-only, or failing
    unreachable,       // a store cannot be reached
};

/// What a caller cannot go on from. `what()` is the message for the user, in English; `code()` decides what a program does.
class Error : public std::runtime_error {
  public:
    Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
    ErrorCode code() const noexcept { return code_; }

  private:
    ErrorCode code_;
};

/// The exit code of fieldsealctl for an error: 1 failed, 2 wrong usage, 3 locked, 4 damaged or tampered, 5 store not reachable.
constexpr int exit_code(ErrorCode code) {
    switch (code) {
        case ErrorCode::usage: return 2;
        case ErrorCode::locked: return 3;
        case ErrorCode::damaged: return 4;
        case ErrorCode::unreachable: return 5;
        default: return 1;
    }
}

}  // namespace fieldseal
