// Taking in a run of a log: signature, chain, and what the author's role may write.
#include <algorithm>
#include <iterator>

#include "model/crypto/hash.h"
#include "model/record/owners.h"
#include "sync/exchange/implementation.h"
#include "sync/exchange/settled.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

std::string place_of(const DeviceId& device, std::uint64_t first, std::uint64_t last) {
    const std::string numbers =
        first == last ? std::to_string(first) : std::to_string(first) + " to " + std::to_string(last);
    return "Revision " + numbers + " of device " + device.hex().substr(0, 8);
}

std::uint64_t mark_in(const std::map<DeviceId, std::uint64_t>& marks, const DeviceId& device) {
    const auto found = marks.find(device);
    return found == marks.end() ? 0 : found->second;
}

bool contains(const std::vector<PersonId>& people, const PersonId& person) {
    return std::find(people.begin(), people.end(), person) != people.end();
}

}  // namespace

std::optional<Refusal> Exchange::Implementation::take_run(LogItem& item, Pass& pass) {
    const history::LogSegment& segment = item.segment;
    const std::string place = place_of(segment.device, segment.first, segment.last());
    const std::optional<Known> author = known(segment.device);
    if (!author) {
        return Refusal{QuarantineReason::unknown_device,
                       place +
                           " was written by a device that is not in the deployment yet. Take in the "
                           "newest bundle of the deployment's owner."};
    }
    if (!history::verify_segment(segment, deployment.id, author->key)) {
        return Refusal{QuarantineReason::bad_signature,
                       place + " has a signature that does not hold: it is forged or was changed."};
    }
    if (author->revoked && segment.last() > author->accepted_up_to) {
        return Refusal{QuarantineReason::revoked_device,
                       place + " was written after the device's last accepted revision."};
    }
    std::set<std::size_t> unnamed;
    bool names_erased = false;
    for (std::size_t i = 0; i < item.bodies.size(); ++i) {
        if (erased_names.contains(segment.revisions[i])) {
            note_erased_author(segment.revisions[i], *author, pass);
            names_erased = true;
        }
        if (item.bodies[i] && erased_names.contains(segment.revisions[i])) {
            note_erased_body(*item.bodies[i]);
            item.bodies[i].reset();
        } else if (item.bodies[i] && may_publish() && !vault.revision(segment.revisions[i])) {
            // Written in the field of what has been erased meanwhile: named in the next roster, and not even kept here.
            const team::Erasure* erasure = erasure_of(*item.bodies[i]);
            if (erasure != nullptr && !team::has_room_for_erasures(roster, ++pass.erased_late_count)) {
                --pass.erased_late_count;
                unnamed.insert(i);
            } else if (erasure != nullptr) {
                pass.erased_late[erasure->record].push_back(segment.revisions[i]);
                note_erased_body(*item.bodies[i]);
                item.bodies[i].reset();
            }
        }
    }
    if (segment.device == own_device) {
        // Our own log comes back only where something went wrong; it is known, or this vault is an old copy.
        const bool all_known = known_up_to(own_device) >= segment.last();
        if (!all_known) {
            note_rollback(segment.last(), pass.sender);
        }
        bool returns = false;
        for (std::size_t i = 0; all_known && i < item.bodies.size(); ++i) {
            returns = returns || (item.bodies[i] && is_erased(own_device, segment.first + i));
        }
        if (!returns) {
            return all_known
                       ? std::nullopt
                       : std::optional(Refusal{
                             QuarantineReason::forked_log,
                             place +
                                 " is this device's own and not in this vault: an old copy of the vault is in use."});
        }
    }
    std::uint64_t first_new = 0;
    std::vector<std::uint64_t> late;
    std::vector<std::pair<std::size_t, Refusal>> refused;
    for (std::size_t i = 0; i < segment.revisions.size(); ++i) {
        const std::uint64_t sequence = segment.first + i;
        if (first_new == 0 && !vault.log_entry(segment.device, sequence)) {
            first_new = sequence;
        }
        if (!item.bodies[i] || vault.has_body(segment.device, sequence)) {
            continue;
        }
        if (vault.log_entry(segment.device, sequence)) {
            late.push_back(sequence);
        }
        std::optional<Refusal> refusal =
            unnamed.contains(i)
                ? Refusal{QuarantineReason::erasures_full,
                          "was written of something that is erased on request, and the list of the team cannot name "
                          "more that is erased."}
                : check_revision(*item.bodies[i], segment.revisions[i], *author, pass);
        if (refusal) {
            refusal->explanation = place_of(segment.device, sequence, sequence) + " " + refusal->explanation;
            refused.emplace_back(i, std::move(*refusal));
        }
    }
    // The chain is kept whole, with the names of what is refused, so that one bad revision holds up nothing after it.
    std::vector<std::optional<history::Revision>> kept;
    for (const auto& [index, refusal] : refused) {
        kept.push_back(std::move(item.bodies[index]));
        item.bodies[index].reset();
    }
    // Looked up before the intake takes the edits.
    std::vector<std::pair<Hash, ContentUse>> uses;
    for (const std::optional<history::Revision>& revision : item.bodies) {
        if (revision && revision->kind == record::Kind::evidence) {
            std::ranges::move(content_uses(*revision), std::back_inserter(uses));
        }
    }
    switch (pass.intake.take(segment, item.bodies, item.encoded)) {
        case vault::Accepted::added:
            pass.anything_new = true;
            break;
        case vault::Accepted::known:
            pass.repeated = pass.repeated || refused.empty();
            break;
        case vault::Accepted::forked:
            if (is_settled(vault, segment)) {
                return std::nullopt;
            }
            return Refusal{QuarantineReason::forked_log,
                           place +
                               " contradicts what is known of this log: the device's vault was copied or put "
                               "back. What was known first stays."};
        case vault::Accepted::broken:
            return Refusal{QuarantineReason::broken_chain, place + " does not continue what is known of this log."};
    }
    if (names_erased) {
        erased_name_places.reset();
    }
    std::erase_if(late, [&](std::uint64_t sequence) { return !vault.has_body(segment.device, sequence); });
    offer_again(segment.device, late);
    if (first_new != 0) {
        shelves::put(vault, shelves::arrivals, shelves::sequence_key(segment.device, first_new),
                     std::pair(segment.last(), now()));
        arrivals.erase(segment.device);
        pass.report.arrived.push_back({segment.device, first_new, segment.last()});
    }
    for (const std::uint64_t sequence : late) {
        pass.report.arrived.push_back({segment.device, sequence, sequence});
    }
    if (std::find(pass.logs.begin(), pass.logs.end(), segment.device) == pass.logs.end()) {
        pass.logs.push_back(segment.device);
    }
    for (const auto& [content, use] : uses) {
        note_use(content, use);
        if (use.size == 0 && content == crypto::plain_hash({}) && !vault.blob(content)) {
            // An empty file has no piece that could travel.
            vault.put_blob_chunk(content, 0, 0, {});
        }
    }
    for (std::size_t i = 0; i < refused.size(); ++i) {
        const auto& [index, refusal] = refused[i];
        LogItem single{segment, std::vector<std::optional<history::Revision>>(segment.revisions.size()), {}};
        single.bodies[index] = std::move(kept[i]);
        const Bytes bytes = encode(single);
        const auto type = static_cast<std::uint64_t>(bundle::ItemType::segment);
        pass.quarantined.insert(quarantine_id(type, bytes));
        ++pass.report.quarantined;
        if (quarantine(type, bytes, pass.sender, refusal, bytes.size())) {
            vault.shelf(shelves::refused).put(shelves::sequence_key(segment.device, segment.first + index), {});
        }
    }
    return std::nullopt;
}

void Exchange::Implementation::offer_again(const DeviceId& device, const std::vector<std::uint64_t>& late) {
    if (!relays() || late.empty()) {
        return;
    }
    const std::uint64_t first = *std::min_element(late.begin(), late.end());
    const auto lower = [&](std::map<DeviceId, std::uint64_t>& marks) {
        const auto mark = marks.find(device);
        const bool passed = mark != marks.end() && mark->second >= first;
        if (passed) {
            mark->second = first - 1;
        }
        return passed;
    };
    for (const bundle::Lane& lane : lanes()) {
        LaneState state = lane_state(lane);
        if (lane.to_team) {
            if (lower(state.offered.logs)) {
                save_lane(lane, state);
            }
        } else if (lane.device != device && is_sent_apart(lane.device)) {
            // Names count as arrived there: the body of what has been passed travels alone.
            const std::uint64_t passed =
                std::max({mark_in(state.offered.logs, device), mark_in(state.exported.logs, device),
                          mark_in(state.looked_at, device), held_by(lane.device).up_to(device)});
            const auto waiting = state.undecided.size();
            for (const std::uint64_t sequence : late) {
                if (sequence <= passed) {
                    state.undecided[{device, sequence}] = true;
                }
            }
            if (state.undecided.size() != waiting) {
                save_lane(lane, state);
            }
        }
    }
}

void Exchange::Implementation::note_erased_author(const Hash& name, const Known& author, Pass& pass) {
    for (const team::Erasure& erasure : roster.erasures) {
        if (!std::ranges::binary_search(erasure.names, name)) {
            continue;
        }
        // Its place is not in the log yet.
        std::vector<PersonId>& people = creators_of(erasure.record, pass);
        if (pass.without_beginning.contains(erasure.record)) {
            add_erased_author(erasure.record, author.role, author.person, people, pass);
        }
    }
}

std::vector<PersonId>& Exchange::Implementation::creators_of(const RecordId& record, Pass& pass) {
    const auto found = pass.creators.find(record);
    if (found != pass.creators.end()) {
        return found->second;
    }
    std::vector<PersonId>& people = pass.creators[record];
    for (const history::RevisionNote& note : vault.merged(record).revisions) {
        if (note.parents.empty()) {
            const std::optional<Known> device = known(note.device);
            people.push_back(device ? device->person : PersonId{});
            if (device && device->role == team::Role::coordinator) {
                if (const std::optional<history::Revision> beginning = vault.revision(note.name)) {
                    add_begun_for(*beginning, people, pass);
                }
            }
        }
    }
    if (people.empty()) {
        pass.without_beginning.insert(record);
        for (const LogPlace& place : places_erased_on_request(record)) {
            if (const std::optional<Known> device = known(place.first)) {
                add_erased_author(record, device->role, device->person, people, pass);
            }
        }
    }
    return people;
}

void Exchange::Implementation::add_erased_author(const RecordId& record, team::Role role, const PersonId& author,
                                                 std::vector<PersonId>& people, Pass& pass) {
    // An assessor's log that holds something erased had a right to write here. Coordinators write on everybody's
    // visits: for whom one was begun, if that is what was erased, nobody can say any more.
    if (role == team::Role::coordinator) {
        pass.perhaps_begun_in_office.insert(record);
    } else if (!contains(people, author)) {
        people.push_back(author);
    }
}

void Exchange::Implementation::add_begun_for(const history::Revision& beginning, std::vector<PersonId>& people,
                                             Pass& pass) {
    using record::Kind;
    const auto add = [&](const PersonId& person) {
        if (!contains(people, person)) {
            people.push_back(person);
        }
    };
    if (beginning.kind == Kind::assessment) {
        const auto assessor = beginning.edits.find("assessor");
        const Bytes* person =
            assessor != beginning.edits.end() && assessor->second ? std::get_if<Bytes>(&*assessor->second) : nullptr;
        if (person != nullptr && person->size() == PersonId{}.bytes.size()) {
            add(PersonId::from(*person));
        }
        return;
    }
    const bool of_visit =
        beginning.kind == Kind::evidence || beginning.kind == Kind::finding || beginning.kind == Kind::need;
    if (!of_visit || !beginning.edits.contains("assessment")) {
        return;
    }
    for (const RecordId& owner : record::owners_of(beginning.kind, beginning.edits)) {
        const auto kind = pass.kinds.find(owner);
        const std::optional<vault::Summary> summary =
            kind == pass.kinds.end() ? vault.summary(owner) : std::optional<vault::Summary>();
        // Only of what is an assessment: what names another part names nobody, however long such a chain is.
        if (kind != pass.kinds.end() ? kind->second == Kind::assessment
                                     : summary && summary->kind == Kind::assessment) {
            std::ranges::for_each(std::vector<PersonId>(creators_of(owner, pass)), add);
        }
    }
}

std::optional<Refusal> Exchange::Implementation::check_answer(const history::Revision& revision, const Known& author,
                                                              Pass& pass) {
    const auto value_of = [&](std::string_view path) -> const codec::Value* {
        const auto found = revision.edits.find(path);
        return found == revision.edits.end() || !found->second ? nullptr : &*found->second;
    };
    if (value_of("verdict") != nullptr) {
        return Refusal{QuarantineReason::role_not_allowed,
                       "approves or returns, and was written by an assessor, who may answer with comments only."};
    }
    const codec::Value* const says = value_of("author");
    const Bytes* const person = says == nullptr ? nullptr : std::get_if<Bytes>(says);
    if (person == nullptr || !std::ranges::equal(*person, author.person.view())) {
        return Refusal{QuarantineReason::role_not_allowed, "names somebody else as its author."};
    }
    return check_visit(revision, author, pass);
}

std::optional<Refusal> Exchange::Implementation::check_visit(const history::Revision& revision, const Known& author,
                                                             Pass& pass) {
    const bool says = revision.edits.contains("assessment");
    if (!says && !revision.parents.empty()) {
        return std::nullopt;
    }
    const std::vector<RecordId> owners = record::owners_of(record::Kind::finding, revision.edits);
    if (owners.empty()) {
        return Refusal{QuarantineReason::role_not_allowed,
                       "names no assessment: assessors write findings, needs and answers to reviewers of their own "
                       "visits only."};
    }
    const std::vector<PersonId>& visitors = creators_of(owners.front(), pass);
    if (!visitors.empty()) {
        return contains(visitors, author.person)
                   ? std::nullopt
                   : std::optional(
                         Refusal{QuarantineReason::role_not_allowed, "is about what another assessor's visit showed."});
    }
    // Whoever sends to a device apart has looked; what was erased on request cannot be asked any more.
    const bool sent_apart = !team::in_team(deployment.own_role) || is_held_back();
    if (sent_apart || whole_erasure(owners.front()) != nullptr ||
        pass.perhaps_begun_in_office.contains(owners.front())) {
        return std::nullopt;
    }
    return Refusal{QuarantineReason::broken_chain,
                   "belongs to an assessment that is not here yet. It is taken when that arrives."};
}

std::optional<Refusal> Exchange::Implementation::check_revision(const history::Revision& revision, const Hash& name,
                                                                const Known& author, Pass& pass) {
    using record::Kind;
    const auto bad = [](const char* words) { return Refusal{QuarantineReason::bad_content, words}; };
    const auto forbidden = [](const char* words) { return Refusal{QuarantineReason::role_not_allowed, words}; };
    auto known_kind = pass.kinds.find(revision.record);
    bool record_known = known_kind != pass.kinds.end();
    if (!record_known) {
        if (const std::optional<vault::Summary> summary = vault.summary(revision.record)) {
            known_kind = pass.kinds.emplace(revision.record, summary->kind).first;
            record_known = true;
        }
    }
    if (record_known && known_kind->second != revision.kind) {
        return bad("does not fit its record, which is of another kind.");
    }
    if (revision.kind == Kind::review && (record_known || !revision.parents.empty())) {
        return bad("changes a review; reviews are never changed.");
    }
    const bool creates = revision.parents.empty();
    if (std::ranges::binary_search(roster.accepted, name)) {
        pass.kinds.emplace(revision.record, revision.kind);
        return std::nullopt;
    }
    switch (author.role) {
        case team::Role::coordinator:
            break;
        case team::Role::reviewer:
            if (revision.kind != Kind::review && revision.kind != Kind::member) {
                return forbidden("was written by a reviewer, who may write reviews only.");
            }
            break;
        case team::Role::assessor:
            if (revision.kind == Kind::review) {
                if (std::optional<Refusal> refusal = check_answer(revision, author, pass)) {
                    return refusal;
                }
            }
            if (revision.kind == Kind::offer || revision.kind == Kind::pledge || revision.kind == Kind::assignment) {
                return forbidden("was written by an assessor; offers, pledges and assignments are the coordinators'.");
            }
            if (revision.kind == Kind::finding || revision.kind == Kind::need) {
                if (std::optional<Refusal> refusal = check_visit(revision, author, pass)) {
                    return refusal;
                }
            }
            if (revision.kind != Kind::site && revision.kind != Kind::member) {
                const std::vector<PersonId>& creators = creators_of(revision.record, pass);
                if (creators.empty() && !creates && !pass.perhaps_begun_in_office.contains(revision.record)) {
                    return Refusal{QuarantineReason::broken_chain,
                                   "changes something whose beginning is not here yet. It is taken when that arrives."};
                }
                if (!creators.empty() && !contains(creators, author.person)) {
                    return forbidden("changes what another assessor wrote.");
                }
            }
            break;
    }
    if (revision.kind == Kind::member && author.role != team::Role::coordinator &&
        revision.record != member_record(author.person)) {
        return forbidden("changes another person's name.");
    }
    pass.kinds.emplace(revision.record, revision.kind);
    if (creates && revision.kind != Kind::site && revision.kind != Kind::member) {
        std::vector<PersonId>& creators = creators_of(revision.record, pass);
        if (!contains(creators, author.person)) {
            creators.push_back(author.person);
        }
        if (author.role == team::Role::coordinator) {
            add_begun_for(revision, creators, pass);
        }
    }
    return std::nullopt;
}

}  // namespace fieldseal::exchange
