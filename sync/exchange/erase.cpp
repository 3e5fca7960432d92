// Erasing on this device what coordinators hold: bodies and contents go, a stub stays.
#include <algorithm>

#include "model/codec/flatten.h"
#include "model/history/lineage.h"
#include "model/record/owners.h"
#include "sync/exchange/erasing.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

/// Names the record without saying what it is about.
std::string named(record::Kind kind, const RecordId& record) {
    return (kind == record::Kind::site     ? "Site "
            : kind == record::Kind::member ? "Person "
                                           : "Assessment ") +
           record.hex().substr(0, 8);
}

constexpr const char* how_to_deliver =
    " Sync, or carry bundles both ways with a stick, then try again; nothing was erased.";

}  // namespace

Erasing::Erasing(Exchange::Implementation& exchange) : self_(exchange) {
    self_.scan_own_log();
    std::vector<std::pair<RecordId, RecordId>> parts;
    for (const vault::Summary& summary : self_.vault.summaries()) {
        if (summary.kind == record::Kind::offer) {
            continue;
        }
        codec::FieldMap fields = self_.vault.merged(summary.id).values();
        if (!record::is_part(summary.kind)) {
            (summary.kind == record::Kind::site         ? sites_
             : summary.kind == record::Kind::assessment ? assessments_
                                                        : members_)
                .push_back(summary.id);
            Whole& whole = wholes_[summary.id];
            whole.kind = summary.kind;
            whole.fields = std::move(fields);
        } else if (const std::vector<RecordId> owners = record::owners_of(summary.kind, fields); !owners.empty()) {
            parts.emplace_back(owners.front(), summary.id);
        }
    }
    for (const auto& [owner, part] : parts) {
        if (const auto whole = wholes_.find(owner); whole != wholes_.end()) {
            whole->second.parts.push_back(part);
        }
    }
    std::ranges::sort(sites_);
    std::ranges::sort(assessments_);
    std::ranges::sort(members_);
    for (const RecordId& assessment : assessments_) {
        on_site_[site_of(assessment)].push_back(assessment);
    }
}

bool Erasing::is_own(const RecordId& record) const {
    return self_.own_log.last.contains(record);
}

RecordId Erasing::site_of(const RecordId& assessment) const {
    const codec::FieldMap& fields = wholes_.at(assessment).fields;
    const auto site = fields.find("site");
    const Bytes* bytes = site == fields.end() ? nullptr : std::get_if<Bytes>(&site->second);
    return bytes != nullptr && bytes->size() == RecordId::size ? RecordId::from(*bytes) : RecordId{};
}

bool Erasing::is_finished(const RecordId& assessment) {
    return codec::unflatten<record::Assessment>(wholes_.at(assessment).fields).state ==
               record::AssessmentState::finalised &&
           !is_returned(assessment);
}

std::optional<record::Review> Erasing::verdict_on(const RecordId& assessment) {
    std::optional<record::Review> newest;
    std::pair<std::int64_t, RecordId> latest;
    for (const RecordId& part : wholes_.at(assessment).parts) {
        const history::MergedRecord merged = self_.vault.merged(part);
        if (merged.kind == record::Kind::review) {
            auto review = codec::unflatten<record::Review>(merged.values());
            const std::pair when(review.at_ms, part);
            if (review.verdict != record::Verdict::comment && (!newest || latest <= when)) {
                latest = when;
                newest = std::move(review);
            }
        }
    }
    return newest;
}

bool Erasing::is_returned(const RecordId& assessment) {
    const std::optional<record::Review> review = verdict_on(assessment);
    if (!review || review->verdict != record::Verdict::give_back) {
        return false;
    }
    const history::MergedRecord merged = self_.vault.merged(assessment);
    history::Lineage lineage;
    lineage.catch_up(merged.revisions);
    const std::uint32_t seen = lineage.position(merged.revisions, review->seen);
    const auto state = merged.fields.find("state");
    if (seen == history::Lineage::nowhere || state == merged.fields.end()) {
        return true;
    }
    // Finalised again after what the reviewer had seen: it is not the assessor's turn any more.
    const std::uint32_t finalised = state->second.versions.front().revision;
    return finalised == seen || lineage.ancestors(seen)[finalised];
}

void Erasing::choose(const RecordId& record, Again again) {
    if (again == Again::no && self_.erased_parts.contains(record)) {
        throw Error(ErrorCode::refused, "Record " + record.hex().substr(0, 8) + " was erased on this device already.");
    }
    const std::optional<vault::Summary> summary = self_.vault.summary(record);
    if (!summary) {
        throw Error(ErrorCode::not_found, "There is no record " + record.hex().substr(0, 8) + " on this device.");
    }
    const auto whole = wholes_.find(record);
    if (whole == wholes_.end() || (again == Again::no && whole->second.kind == record::Kind::member)) {
        throw Error(ErrorCode::refused, "Record " + record.hex().substr(0, 8) +
                                            " is no assessment and no site. What belongs to one is erased with it.");
    }
    chosen_.insert(record);
    for (const RecordId& id : all_of(record)) {
        going_.insert(id);
    }
}

std::vector<RecordId> Erasing::all_of(const RecordId& record) const {
    std::vector<RecordId> all{record};
    const Whole& whole = wholes_.at(record);
    all.insert(all.end(), whole.parts.begin(), whole.parts.end());
    return all;
}

Erasing::Stays Erasing::why_it_stays(const RecordId& record, std::string& detail) {
    std::uint64_t last = 0;
    std::set<Hash> missing;
    for (const RecordId& part : all_of(record)) {
        if (self_.vault.draft(part)) {
            return Stays::drafted;
        }
        if (const auto own = self_.own_log.last.find(part); own != self_.own_log.last.end()) {
            last = std::max(last, own->second);
        }
        for (const Hash& content : self_.own_contents(part)) {
            missing.insert(content);
        }
    }
    std::uint64_t arrived = 0;
    for (const team::RosterDevice& device : self_.roster.devices) {
        if (self_.is_active_coordinator(device.device)) {
            const HeldBy& there = self_.held_by(device.device);
            arrived = std::max(arrived, there.up_to(self_.own_device));
            std::erase_if(missing, [&](const Hash& content) { return there.blobs.contains(content); });
        }
    }
    if (last > arrived) {
        return Stays::not_delivered;
    }
    if (!missing.empty()) {
        detail = std::to_string(missing.size());
        return Stays::files_not_delivered;
    }
    if (const auto visits = on_site_.find(record); visits != on_site_.end()) {
        for (const RecordId& assessment : visits->second) {
            if (!chosen_.contains(assessment)) {
                detail = assessment.hex().substr(0, 8);
                return Stays::needed;
            }
        }
    }
    return Stays::no;
}

std::optional<std::string> Erasing::reason_to_keep(const RecordId& record) {
    const std::string name = named(wholes_.at(record).kind, record);
    std::string detail;
    switch (why_it_stays(record, detail)) {
        case Stays::drafted:
            return name + " has changes that are not sealed yet." + how_to_deliver;
        case Stays::not_delivered:
            return name + " is not delivered: no coordinator's receipt covers its last change." + how_to_deliver;
        case Stays::files_not_delivered:
            return name + " is not delivered: no coordinator's receipt covers " + detail + " of its files." +
                   how_to_deliver;
        case Stays::needed:
            return name + " is needed: assessment " + detail + " is still here. Erase that one with it.";
        case Stays::no:
            break;
    }
    return std::nullopt;
}

std::string Erasing::short_reason(const RecordId& record) {
    std::string detail;
    switch (why_it_stays(record, detail)) {
        case Stays::drafted:
            return "It has changes that are not sealed yet.";
        case Stays::not_delivered:
            return "It is not delivered: no coordinator has acknowledged its last change.";
        case Stays::files_not_delivered:
            return "It is not delivered: no coordinator has acknowledged all of its files.";
        case Stays::needed:
            return "An assessment that stays needs it.";
        case Stays::no:
            break;
    }
    return {};
}

ErasedRecord Erasing::stub_of(const RecordId& record) {
    const Whole& whole = wholes_.at(record);
    ErasedRecord stub;
    stub.record = record;
    stub.kind = whole.kind;
    stub.erased_ms = self_.now();
    if (whole.kind == record::Kind::site) {
        stub.title = codec::unflatten<record::Site>(whole.fields).name;
    } else if (whole.kind == record::Kind::assessment) {
        const auto assessment = codec::unflatten<record::Assessment>(whole.fields);
        stub.visited_on = assessment.visited_on;
        stub.site = assessment.site;
        stub.questionnaire = assessment.template_id;
        const auto site = wholes_.find(assessment.site);
        const auto gone = self_.erased.find(assessment.site);
        if (site != wholes_.end()) {
            stub.title = codec::unflatten<record::Site>(site->second.fields).name;
        } else if (gone != self_.erased.end()) {
            stub.title = gone->second.title;
        }
    }
    for (const RecordId& id : all_of(record)) {
        const history::MergedRecord merged = self_.vault.merged(id);
        ErasedPart& part = stub.parts.emplace_back(ErasedPart{id, merged.kind, {}});
        for (const history::RevisionNote& note : merged.revisions) {
            part.places.emplace_back(note.device, note.sequence);
        }
        if (const auto own = self_.own_log.last.find(id); own != self_.own_log.last.end()) {
            stub.own_last = std::max(stub.own_last, own->second);
        }
        for (const Hash& content : self_.own_contents(id)) {
            const std::pair entry(content, self_.vault.blob(content)->size);
            if (std::ranges::find(stub.contents, entry) == stub.contents.end()) {
                stub.contents.push_back(entry);
            }
        }
        find_contents(merged);
    }
    return stub;
}

void Erasing::add_to_known(ErasedRecord& stub) const {
    const auto known = self_.erased.find(stub.record);
    if (known == self_.erased.end()) {
        return;
    }
    // Something came of what was erased before: the stub goes on saying what it said, of more places.
    ErasedRecord more = std::exchange(stub, known->second);
    stub.own_last = std::max(stub.own_last, more.own_last);
    for (ErasedPart& part : more.parts) {
        const auto same = std::ranges::find(stub.parts, part.record, &ErasedPart::record);
        if (same == stub.parts.end()) {
            stub.parts.push_back(std::move(part));
        } else {
            same->places.insert(same->places.end(), part.places.begin(), part.places.end());
        }
    }
}

void Erasing::find_contents(const history::MergedRecord& evidence) {
    for (const Hash& content : contents_of(evidence)) {
        const std::vector<ContentUse> uses = self_.uses_of(content);
        const bool needed = std::ranges::any_of(uses, [&](const ContentUse& use) {
            return !going_.contains(use.evidence) && self_.vault.summary(use.evidence);
        });
        if (!needed) {
            contents_.insert(content);
        }
    }
}

EraseReport Erasing::run(Why why) {
    EraseReport report;
    report.records.assign(chosen_.begin(), chosen_.end());
    std::ranges::sort(report.records);
    std::vector<ErasedRecord> stubs;
    for (const RecordId& record : report.records) {
        stubs.push_back(stub_of(record));
        stubs.back().sealed = why == Why::sealed;
        add_to_known(stubs.back());
    }
    const std::vector<RecordId> records(going_.begin(), going_.end());
    const vault::Forgotten forgotten =
        self_.vault.forget(records, std::vector<Hash>(contents_.begin(), contents_.end()));
    report.revisions = forgotten.revisions;
    report.blobs = forgotten.blobs;
    report.bytes = forgotten.bytes;
    self_.own_log = {};
    for (ErasedRecord& stub : stubs) {
        self_.put_erased(stub);
    }
    return report;
}

void Exchange::Implementation::put_erased(const ErasedRecord& record) {
    shelves::put(vault, shelves::erased, record.record.view(), record);
    for (const ErasedPart& part : record.parts) {
        erased_parts[part.record] = record.record;
        erased_places.insert(part.places.begin(), part.places.end());
    }
    erased.insert_or_assign(record.record, record);
}

void Exchange::Implementation::load_erased() {
    erased.clear();
    erased_places.clear();
    erased_parts.clear();
    for (const Bytes& key : vault.shelf(shelves::erased).keys()) {
        auto record = shelves::get<ErasedRecord>(vault, shelves::erased, key).value();
        for (const ErasedPart& part : record.parts) {
            erased_parts[part.record] = record.record;
            erased_places.insert(part.places.begin(), part.places.end());
        }
        erased.emplace(record.record, std::move(record));
    }
}

void Exchange::Implementation::note_return_of(const std::vector<RecordId>& records) {
    bool changed = false;
    for (const RecordId& id : records) {
        const auto part_of = erased_parts.find(id);
        if (part_of == erased_parts.end()) {
            continue;
        }
        changed = true;
        ErasedRecord& record = erased.at(part_of->second);
        bool whole = true;
        for (ErasedPart& part : record.parts) {
            std::erase_if(part.places, [&](const auto& place) { return vault.has_body(place.first, place.second); });
            whole = whole && part.places.empty();
        }
        if (whole) {
            vault.shelf(shelves::erased).remove(record.record.view());
        } else {
            shelves::put(vault, shelves::erased, record.record.view(), record);
        }
    }
    if (changed) {
        own_log = {};
        load_erased();
    }
}

bool Exchange::is_erased(const RecordId& record) const {
    return implementation_->erased_parts.contains(record);
}

std::vector<RecordId> Exchange::erasable() {
    std::vector<RecordId> result;
    if (own_role() == team::Role::coordinator) {
        return result;
    }
    Erasing erasing(*implementation_);
    for (const RecordId& assessment : erasing.assessments()) {
        if (erasing.is_own(assessment) && erasing.is_finished(assessment) && !erasing.reason_to_keep(assessment)) {
            result.push_back(assessment);
        }
    }
    return result;
}

std::vector<EraseChoice> Exchange::erase_choices() {
    std::vector<EraseChoice> choices;
    if (own_role() == team::Role::coordinator) {
        return choices;
    }
    Erasing erasing(*implementation_);
    for (const RecordId& assessment : erasing.assessments()) {
        if (!erasing.is_own(assessment) || is_erased(assessment)) {
            continue;
        }
        EraseChoice& choice =
            choices.emplace_back(EraseChoice{assessment, record::Kind::assessment, erasing.short_reason(assessment)});
        if (choice.reason.empty() && !erasing.is_finished(assessment)) {
            choice.reason = erasing.is_returned(assessment) ? "A reviewer returned it: it waits for your changes."
                                                            : "It is not finalised.";
        }
    }
    return choices;
}

EraseReport Exchange::erase_delivered(const std::vector<RecordId>& records) {
    if (own_role() == team::Role::coordinator) {
        throw Error(ErrorCode::refused,
                    "A coordinator's machine erases nothing that was delivered: the receipts it gave say that it "
                    "keeps everything, and others erase because of them.");
    }
    const std::vector<RecordId> chosen = records.empty() ? erasable() : records;
    EraseReport report;
    implementation_->atomically([&] {
        implementation_->close_segment();
        Erasing erasing(*implementation_);
        for (const RecordId& record : chosen) {
            erasing.choose(record);
        }
        for (const RecordId& record : chosen) {
            if (const std::optional<std::string> reason = erasing.reason_to_keep(record)) {
                throw Error(ErrorCode::refused, *reason);
            }
        }
        report = erasing.run();
    });
    return report;
}

}  // namespace fieldseal::exchange
