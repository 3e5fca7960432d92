// A file sealed under a code of digits that is told or kept apart from it: invitations and recovery kits. The layout is
// that of docs/formats/invitation.md.
#pragma once

#include "model/crypto/passphrase.h"
#include "model/environment/environment.h"

namespace fieldseal::team {

/// Of any such file, in bytes.
constexpr std::size_t sealed_file_limit = 1u << 20;
/// So that the size tells neither role nor names.
constexpr std::size_t least_content_size = 2048;

/// What sets one kind of file apart from another: its mark, its key, and its words for people.
struct SealedFileKind {
    /// 8 characters.
    std::string_view magic;
    /// Of the key: so that a code that opens one kind opens no other.
    std::string_view purpose;
    /// "invitation"
    std::string_view name;
    /// What to do with one that is broken: "Copy the file again, or ask for a new invitation."
    std::string_view mend;
    /// What to check when it does not open: "the 20 digits".
    std::string_view code;
};

/// Whether a whole file can have so many bytes: contents are padded in steps.
bool is_sealed_file_size(std::size_t size);
/// Sealed with XChaCha20-Poly1305 under Argon2id(code). Error(too_large).
Bytes seal_file(const SealedFileKind& kind, const crypto::Secret& content, const crypto::Secret& code,
                crypto::PassphraseCost cost, crypto::Random& random);
/// The content. Error(damaged) another kind of file or broken, Error(locked) wrong code (which a changed sealed part
/// cannot be told from; the message says both), Error(newer_version).
crypto::Secret open_file(const SealedFileKind& kind, ByteView file, const crypto::Secret& code);

}  // namespace fieldseal::team
