#include "sync/exchange/lane_state.h"

#include <algorithm>

#include "sync/exchange/implementation.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

template <class Key, class Number>
void raise(std::map<Key, Number>& marks, const std::map<Key, Number>& others) {
    for (const auto& [key, number] : others) {
        Number& mark = marks[key];
        mark = std::max(mark, number);
    }
}

template <class Key, class Number>
bool is_within(const std::map<Key, Number>& marks, const std::map<Key, Number>& others) {
    return std::all_of(marks.begin(), marks.end(), [&](const auto& mark) {
        const auto other = others.find(mark.first);
        return other != others.end() && mark.second <= other->second;
    });
}

}  // namespace

void Marks::merge(const Marks& other) {
    raise(logs, other.logs);
    raise(blobs, other.blobs);
    roster_version = std::max(roster_version, other.roster_version);
    enrolment = enrolment || other.enrolment;
    raise(questionnaires, other.questionnaires);
    raise(receipt_logs, other.receipt_logs);
    raise(receipt_blobs, other.receipt_blobs);
    receipt_roster = std::max(receipt_roster, other.receipt_roster);
    late.insert(other.late.begin(), other.late.end());
    all_late = all_late || other.all_late;
}

bool Marks::within(const Marks& other) const {
    return is_within(logs, other.logs) && is_within(blobs, other.blobs) && roster_version <= other.roster_version &&
           (!enrolment || other.enrolment) && is_within(questionnaires, other.questionnaires);
}

std::uint64_t HeldBy::up_to(const DeviceId& device) const {
    const auto found = logs.find(device);
    return found == logs.end() ? 0 : found->second;
}

Bytes lane_key(const bundle::Lane& lane) {
    Bytes key(1 + lane.device.bytes.size());
    key[0] = lane.to_team ? 0 : 1;
    std::ranges::copy(lane.device.bytes, key.begin() + 1);
    return key;
}

LaneState Exchange::Implementation::lane_state(const bundle::Lane& lane) {
    return shelves::get<LaneState>(vault, shelves::lanes, lane_key(lane)).value_or(LaneState());
}

void Exchange::Implementation::save_lane(const bundle::Lane& lane, const LaneState& state) {
    shelves::put(vault, shelves::lanes, lane_key(lane), state);
}

void Exchange::Implementation::note_told(const bundle::Lane& lane, LaneState& state) {
    const team::RosterDevice* reader = lane.to_team ? nullptr : roster.device(lane.device);
    state.told_revoked = state.told_revoked || (reader != nullptr && reader->revoked);
}

}  // namespace fieldseal::exchange
