// Running the team: what the owner and deputies change in a roster. Pure: each call changes `roster`, which the caller
// then publishes as the next version. docs/formats/roster.md, "Verdict" and "Revocation".
#pragma once

#include <limits>

#include "sync/team/deployment.h"

namespace fieldseal::team {

/// `accepted up to` of a device that is only out of use: all that it wrote stays welcome.
constexpr std::uint64_t everything_accepted = std::numeric_limits<std::int64_t>::max();

enum class Authority : std::uint8_t { none, deputy, owner };
/// What this device may do to the roster.
Authority authority_of(const Roster& roster, const DeviceId& device);
/// Devices whose signature on a roster counts, with what it counts for: where two rosters differ in this, one is a
/// turning point.
bool same_signers(const Roster& a, const Roster& b);

/// A number above all others, with `key` sealed to every active device of the team.
void start_epoch(Roster& roster, const crypto::BoxKeyPair& key);
/// Error(not_found) if there is no such device; Error(refused) for the owner's only active device that is no kit, or
/// one revoked already. The caller starts an epoch.
void revoke_device(Roster& roster, const DeviceId& device, std::uint64_t accepted_up_to);
/// Error(not_found); Error(refused) if it was used or cancelled.
void cancel_invitation(Roster& roster, const InviteId& invite);
/// Error(not_found); Error(refused) unless the person is a coordinator with an active device, or is the owner.
void set_deputy(Roster& roster, const PersonId& person, bool deputy);
/// The person becomes the owner, the one before a deputy. Errors as set_deputy.
void hand_over(Roster& roster, const PersonId& person);
/// Keeps from the devices of a reviewer's new invitation what was written up to `starts`. Error(refused) unless the
/// invitation is a reviewer's.
void hold_back_history(Roster& roster, const InviteId& invite, const LogStarts& starts);
/// The starts of a hold, opened with whichever of the team's keys it was sealed to; nothing where none of these.
std::optional<LogStarts> open_starts(const HistoryHold& hold, std::span<const crypto::BoxKeyPair* const> team_keys);
/// Gives all devices of the person what was held back, from the next version on; the caller completes the shares.
/// Error(refused) if nothing was.
void give_history(Roster& roster, const PersonId& person);

/// Adds what must be erased, or more of what is erased already; true if that was anything. Error(too_large) beyond what
/// a list of the team can hold.
bool add_erasure(Roster& roster, const Erasure& erasure);
/// Whether so many more names of what is erased fit the list.
bool has_room_for_erasures(const Roster& roster, std::size_t more);

/// Adds an active device of a person, without an invitation that was given out: a recovery kit.
void add_kit(Roster& roster, const DeviceKeys& keys, const PersonId& person, const InviteId& invite,
             std::span<const std::pair<std::uint64_t, const crypto::BoxKeyPair*>> team_keys);

/// Adds to `standing` what `outranked` says and it does not; true if that was anything.
bool absorb(Roster& standing, const Roster& outranked);
/// Seals each key to every active device of the team that lacks it; true if any did.
bool complete_shares(Roster& roster, std::span<const std::pair<std::uint64_t, const crypto::BoxKeyPair*>> team_keys);
/// Whether a revoked device can read what is sealed to the team now: time for a new epoch.
bool current_epoch_reaches_revoked(const Roster& roster);

}  // namespace fieldseal::team
