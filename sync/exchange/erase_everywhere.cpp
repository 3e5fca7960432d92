// Erased on request, on every device: names stay, bodies and contents go and never come back. docs/formats/roster.md,
// "Erased on request".
#include <algorithm>

#include "model/codec/reader.h"
#include "model/record/owners.h"
#include "sync/exchange/implementation.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

constexpr std::size_t reason_limit = 256;

/// The record that a value names under this path.
std::optional<RecordId> named_in(const codec::FieldMap& fields, std::string_view path) {
    const auto field = fields.find(path);
    const Bytes* bytes = field == fields.end() ? nullptr : std::get_if<Bytes>(&field->second);
    return bytes != nullptr && bytes->size() == RecordId::size ? std::optional(RecordId::from(*bytes)) : std::nullopt;
}

/// What must go for one record or revision, by the record that it is noted under.
struct Going {
    std::map<RecordId, std::vector<Hash>> names;
    EraseReport report;
};

/// `record` and what belongs to it; of a site also its assessments, which are noted apart.
std::map<RecordId, std::vector<RecordId>> all_of(vault::Vault& vault, const RecordId& record, record::Kind kind) {
    std::map<RecordId, std::vector<RecordId>> wholes{{record, {record}}};
    std::vector<std::pair<std::vector<RecordId>, RecordId>> parts;
    for (const vault::Summary& summary : vault.summaries()) {
        if (kind == record::Kind::member ||
            (summary.kind != record::Kind::assessment && !record::is_part(summary.kind))) {
            continue;
        }
        const codec::FieldMap fields = vault.merged(summary.id).values();
        if (summary.kind == record::Kind::assessment) {
            if (kind == record::Kind::site && named_in(fields, "site") == record) {
                wholes[summary.id].push_back(summary.id);
            }
        } else {
            parts.emplace_back(record::owners_of(summary.kind, fields), summary.id);
        }
    }
    for (const auto& [owners, part] : parts) {
        for (const RecordId& owner : owners) {
            if (const auto whole = wholes.find(owner); whole != wholes.end()) {
                whole->second.push_back(part);
                break;
            }
        }
    }
    return wholes;
}

Going find(vault::Vault& vault, const RecordId& record, const std::optional<Hash>& revision) {
    const std::optional<vault::Summary> summary = vault.summary(record);
    if (!summary) {
        throw Error(ErrorCode::not_found, "There is no record " + record.hex().substr(0, 8) + " on this device.");
    }
    Going going;
    if (revision) {
        const std::optional<history::Revision> one = vault.revision(*revision);
        if (!one || one->record != record) {
            throw Error(ErrorCode::not_found, "This record has no revision " + revision->hex().substr(0, 8) + " here.");
        }
        going.names[record] = {*revision};
        going.report.records = {record};
        going.report.revisions = 1;
        return going;
    }
    std::set<Hash> contents;
    for (const auto& [whole, parts] : all_of(vault, record, summary->kind)) {
        std::vector<Hash>& names = going.names[whole];
        for (const RecordId& part : parts) {
            for (const history::Revision& each : vault.revisions(part)) {
                names.push_back(history::name_of(each));
                for (const auto& [content, use] : content_uses(each)) {
                    if (vault.blob(content)) {
                        contents.insert(content);
                    }
                }
            }
            going.report.records.push_back(part);
        }
        std::ranges::sort(names);
        going.report.revisions += names.size();
    }
    for (const Hash& content : contents) {
        ++going.report.blobs;
        going.report.bytes += vault.blob(content)->held;
    }
    return going;
}

}  // namespace

void Exchange::Implementation::load_erasures() {
    erased_names.clear();
    erased_name_places.reset();
    erased_contents.clear();
    erased_part_owners.clear();
    for (const Bytes& key : vault.shelf(shelves::erased_names).keys()) {
        erased_names.insert(Hash::from(key));
    }
    for (const Bytes& key : vault.shelf(shelves::erased_contents).keys()) {
        erased_contents.insert(Hash::from(key));
    }
    for (const Bytes& key : vault.shelf(shelves::erased_evidence).keys()) {
        const Bytes assessment = vault.shelf(shelves::erased_evidence).get(key).value();
        erased_part_owners[RecordId::from(key)] =
            assessment.empty() ? std::nullopt : std::optional(RecordId::from(assessment));
    }
}

std::vector<LogPlace> Exchange::Implementation::places_erased_on_request(const RecordId& record) {
    const auto erasure = std::ranges::lower_bound(roster.erasures, record, {}, &team::Erasure::record);
    if (erasure == roster.erasures.end() || erasure->record != record) {
        return {};
    }
    if (!erased_name_places) {
        erased_name_places.emplace();
        for (const vault::LogExtent& log : vault.logs()) {
            for (std::uint64_t sequence = 1; sequence <= log.highest; ++sequence) {
                const std::optional<Hash> name = vault.log_entry(log.device, sequence);
                if (name && erased_names.contains(*name)) {
                    erased_name_places->emplace(*name, LogPlace{log.device, sequence});
                }
            }
        }
    }
    std::vector<LogPlace> places;
    for (const Hash& name : erasure->names) {
        if (const auto found = erased_name_places->find(name); found != erased_name_places->end()) {
            places.push_back(found->second);
        }
    }
    return places;
}

void Exchange::Implementation::apply_erasures() {
    std::vector<Hash> fresh;
    for (const team::Erasure& erasure : roster.erasures) {
        for (const Hash& name : erasure.names) {
            // Kept apart from the roster: what was erased once stays so, whichever roster comes.
            if (erased_names.insert(name).second) {
                vault.shelf(shelves::erased_names).put(name.view(), {});
                fresh.push_back(name);
            }
        }
    }
    if (fresh.empty()) {
        return;
    }
    erased_name_places.reset();
    std::vector<history::Revision> parts;
    for (const Hash& name : fresh) {
        if (std::optional<history::Revision> revision = vault.revision(name);
            revision && record::is_part(revision->kind)) {
            parts.push_back(std::move(*revision));
        }
    }
    vault.forget_revisions(fresh, {});
    own_log = {};
    std::set<Hash> contents;
    for (const history::Revision& revision : parts) {
        for (const auto& [content, use] : content_uses(revision)) {
            contents.insert(content);
        }
        note_erased_part(revision);
    }
    forget_contents(contents);
    clear_copies_of_erased();
}

void Exchange::Implementation::forget_contents(const std::set<Hash>& contents) {
    std::vector<Hash> going;
    for (const Hash& content : contents) {
        const bool needed = std::ranges::any_of(uses_of(content), [&](const ContentUse& use) {
            const std::vector<Hash> named = contents_of(vault.merged(use.evidence));
            return std::ranges::find(named, content) != named.end();
        });
        if (!needed) {
            going.push_back(content);
            erased_contents.insert(content);
            vault.shelf(shelves::erased_contents).put(content.view(), {});
        }
    }
    vault.forget_revisions({}, going);
}

void Exchange::Implementation::note_erased_body(const history::Revision& revision) {
    note_erased_part(revision);
    std::set<Hash> contents;
    for (const auto& [content, use] : content_uses(revision)) {
        note_use(content, use);
        contents.insert(content);
    }
    if (!contents.empty()) {
        forget_contents(contents);
    }
}

void Exchange::Implementation::note_erased_part(const history::Revision& revision) {
    if (!record::is_part(revision.kind) || vault.summary(revision.record)) {
        return;
    }
    std::optional<RecordId>& owner = erased_part_owners[revision.record];
    for (const RecordId& named : record::owners_of(revision.kind, revision.edits)) {
        if (!owner || whole_erasure(named) != nullptr) {
            owner = named;
        }
    }
    vault.shelf(shelves::erased_evidence).put(revision.record.view(), owner ? ByteView(owner->bytes) : ByteView());
}

void Exchange::Implementation::clear_copies_of_erased() {
    // The inviter's name came with the invitation, until the record that is erased now.
    vault::Shelf known_here = vault.shelf(shelves::deployment);
    const std::optional<Bytes> inviter = known_here.get("inviter-person");
    if (inviter && inviter->size() == PersonId::size && whole_erasure(member_record(PersonId::from(*inviter)))) {
        known_here.remove("inviter");
        known_here.remove("inviter-person");
    }
    // Refused items with such bodies, and what stubs of erased records say of them.
    for (const Bytes& key : vault.shelf(shelves::quarantine_bytes).keys()) {
        try {
            const LogItem item = decode_log_item(vault.shelf(shelves::quarantine_bytes).get(key).value());
            for (std::size_t i = 0; i < item.bodies.size(); ++i) {
                if (item.bodies[i] && erased_names.contains(item.segment.revisions[i])) {
                    release(Hash::from(key));
                    break;
                }
            }
        } catch (const Error& error) {
            // No log item: a whole bundle, a roster, or nothing that can be read.
            if (error.code() != ErrorCode::damaged && error.code() != ErrorCode::too_large &&
                error.code() != ErrorCode::newer_version) {
                throw;
            }
        }
    }
    std::vector<RecordId> gone;
    for (auto& [id, stub] : erased) {
        const bool named = std::ranges::any_of(
            roster.erasures, [&](const team::Erasure& erasure) { return erasure.whole && erasure.record == id; });
        if (named) {
            gone.push_back(id);
        }
    }
    for (const RecordId& id : gone) {
        ErasedRecord& stub = erased.at(id);
        for (ErasedPart& part : stub.parts) {
            std::erase_if(part.places, [&](const auto& place) {
                const std::optional<Hash> name = vault.log_entry(place.first, place.second);
                return name && erased_names.contains(*name);
            });
        }
        std::erase_if(stub.parts, [](const ErasedPart& part) { return part.places.empty(); });
        if (stub.parts.empty()) {
            vault.shelf(shelves::erased).remove(id.view());
            drop_sealed_of(id);
        } else {
            stub.title.clear();
            shelves::put(vault, shelves::erased, id.view(), stub);
        }
    }
    if (!gone.empty()) {
        load_erased();
    }
}

std::optional<RecordId> Exchange::Implementation::owner_of(const RecordId& part) {
    const history::MergedRecord merged = vault.merged(part);
    const std::vector<RecordId> owners = record::owners_of(merged.kind, merged.values());
    return owners.empty() ? std::nullopt : std::optional(owners.front());
}

const team::Erasure* Exchange::Implementation::erasure_of(const RecordId& record) {
    const team::Erasure* found = whole_erasure(record);
    if (found == nullptr) {
        const history::MergedRecord merged = vault.merged(record);
        found = erasure_of(record::owners_of(merged.kind, merged.values()));
    }
    return found;
}

const team::Erasure* Exchange::Implementation::erasure_of(const std::vector<RecordId>& owners) const {
    for (const RecordId& owner : owners) {
        if (const team::Erasure* erasure = whole_erasure(owner)) {
            return erasure;
        }
    }
    return nullptr;
}

const team::Erasure* Exchange::Implementation::erasure_of(const history::Revision& revision) {
    if (const team::Erasure* own = whole_erasure(revision.record)) {
        return own;
    }
    if (!record::is_part(revision.kind)) {
        return nullptr;
    }
    std::vector<RecordId> owners = record::owners_of(revision.kind, revision.edits);
    if (const auto gone = erased_part_owners.find(revision.record);
        owners.empty() && gone != erased_part_owners.end() && gone->second) {
        owners.push_back(*gone->second);
    }
    return erasure_of(owners);
}

const team::Erasure* Exchange::Implementation::whole_erasure(const RecordId& record) const {
    const auto erasure = std::ranges::lower_bound(roster.erasures, record, {}, &team::Erasure::record);
    return erasure != roster.erasures.end() && erasure->record == record && erasure->whole ? &*erasure : nullptr;
}

void Exchange::Implementation::extend_erasures(const std::vector<RecordId>& records,
                                               std::map<RecordId, std::vector<Hash>> late) {
    if (roster.erasures.empty() || !may_publish()) {
        return;
    }
    team::Roster next = roster;
    bool changed = false;
    const auto add = [&](const team::Erasure& more) {
        // What a full list cannot name stays where it is: neither imports nor sending stop for it.
        if (team::has_room_for_erasures(next, more.names.size())) {
            changed = team::add_erasure(next, more) || changed;
        }
    };
    for (const RecordId& record : records) {
        const team::Erasure* erasure = vault.summary(record) ? erasure_of(record) : nullptr;
        if (erasure == nullptr) {
            continue;
        }
        team::Erasure more = *erasure;
        more.names.clear();
        for (const history::RevisionNote& note : vault.merged(record).revisions) {
            more.names.push_back(note.name);
        }
        std::ranges::sort(more.names);
        add(more);
    }
    for (auto& [record, names] : late) {
        const team::Erasure* erasure = whole_erasure(record);
        if (erasure != nullptr) {
            team::Erasure more = *erasure;
            std::ranges::sort(names);
            names.erase(std::unique(names.begin(), names.end()), names.end());
            more.names = std::move(names);
            add(more);
        }
    }
    if (changed) {
        publish(std::move(next));
    }
}

EraseReport Exchange::would_erase(const RecordId& record, const std::optional<Hash>& revision) {
    return find(implementation_->vault, record, revision).report;
}

EraseReport Exchange::erase_everywhere(const RecordId& record, const std::string& reason,
                                       const std::optional<Hash>& revision) {
    Implementation& self = *implementation_;
    if (reason.empty() || reason.size() > reason_limit || !codec::is_text(view_of(reason))) {
        throw Error(ErrorCode::usage, "Erasing needs a reason of 1 to " + std::to_string(reason_limit) +
                                          " bytes of text, which everybody can read.");
    }
    EraseReport report;
    self.change_team([&](team::Roster& next) {
        self.close_segment();
        next = self.roster;
        const Going going = find(self.vault, record, revision);
        report = going.report;
        for (const auto& [noted_under, names] : going.names) {
            team::add_erasure(next, {noted_under, !revision, self.own_device, self.now(), reason, names});
        }
    });
    return report;
}

bool Exchange::is_name_erased(const PersonId& person) const {
    return implementation_->whole_erasure(member_record(person)) != nullptr;
}

std::vector<LogPlace> Exchange::places_erased(const RecordId& record) {
    return implementation_->places_erased_on_request(record);
}

std::vector<Erased> Exchange::erased_everywhere() {
    std::vector<Erased> erased;
    for (const team::Erasure& erasure : implementation_->roster.erasures) {
        erased.push_back({erasure.record, erasure.whole, erasure.asked_by, name_of_device(erasure.asked_by),
                          erasure.asked_ms, erasure.reason, erasure.names});
    }
    return erased;
}

}  // namespace fieldseal::exchange
