// Pieces of the roster's encoding that its signature and its tests use.
#pragma once

#include "sync/team/roster.h"

namespace fieldseal::team {

constexpr std::size_t deployment_name_limit = 256;
constexpr std::size_t person_limit = 20'000;
constexpr std::size_t device_limit = 20'000;
constexpr std::size_t invite_limit = 50'000;
constexpr std::size_t epoch_limit = 1'000;
constexpr std::size_t extension_limit = 1'000;
constexpr std::size_t extension_body_limit = 1u << 20;
/// Names in one extension: what 1 MiB holds.
constexpr std::size_t accepted_limit = 32'000;
/// Of the reason for an erasure, in bytes.
constexpr std::size_t reason_limit = 256;
constexpr std::uint64_t extension_type_limit = 65'535;
constexpr std::uint64_t first_skippable_extension = 64;
/// A team's secret key of 32 bytes in a sealed box.
constexpr std::size_t sealed_team_key_size = 32 + 48;

/// Everything but the signature: what is hashed and signed.
Bytes encode_unsigned(const Roster& roster);

}  // namespace fieldseal::team
