// Erasing on this device what coordinators hold: bodies and contents go, a stub stays.
#include <algorithm>

#include "model/codec/flatten.h"
#include "sync/exchange/erasing.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

/// Names the record without saying what it is about.
std::string named(record::Kind kind, const RecordId& record) {
    return (kind == record::Kind::site ? "Site " : "Assessment ") + record.hex().substr(0, 8);
}

/// All versions of the field that holds a content's hash.
std::vector<Hash> contents_of(const history::MergedRecord& evidence) {
    std::vector<Hash> contents;
    const auto field = evidence.fields.find("content");
    if (evidence.kind != record::Kind::evidence || field == evidence.fields.end()) {
        return contents;
    }
    for (const history::FieldVersion& version : field->second.versions) {
        const Bytes* bytes = version.value ? std::get_if<Bytes>(&*version.value) : nullptr;
        if (bytes != nullptr && bytes->size() == Hash::size) {
            contents.push_back(Hash::from(*bytes));
        }
    }
    return contents;
}

constexpr const char* how_to_deliver =
    " Sync, or carry bundles both ways with a stick, then try again; nothing was erased.";

}  // namespace

Erasing::Erasing(Exchange::Implementation& exchange) : self_(exchange) {
    self_.scan_own_log();
    std::vector<std::pair<RecordId, RecordId>> parts;
    for (const vault::Summary& summary : self_.vault.summaries()) {
        if (summary.kind == record::Kind::member) {
            continue;
        }
        codec::FieldMap fields = self_.vault.merged(summary.id).values();
        if (summary.kind == record::Kind::site || summary.kind == record::Kind::assessment) {
            (summary.kind == record::Kind::site ? sites_ : assessments_).push_back(summary.id);
            Whole& whole = wholes_[summary.id];
            whole.kind = summary.kind;
            whole.fields = std::move(fields);
        } else if (const auto field = fields.find("assessment"); field != fields.end()) {
            const Bytes* assessment = std::get_if<Bytes>(&field->second);
            if (assessment != nullptr && assessment->size() == RecordId::size) {
                parts.emplace_back(RecordId::from(*assessment), summary.id);
            }
        }
    }
    for (const auto& [assessment, part] : parts) {
        if (const auto whole = wholes_.find(assessment); whole != wholes_.end()) {
            whole->second.parts.push_back(part);
        }
    }
    std::ranges::sort(sites_);
    std::ranges::sort(assessments_);
}

bool Erasing::is_own(const RecordId& assessment) const {
    return self_.own_log.last.contains(assessment);
}

bool Erasing::is_finished(const RecordId& assessment) {
    const Whole& whole = wholes_.at(assessment);
    if (codec::unflatten<record::Assessment>(whole.fields).state != record::AssessmentState::finalised) {
        return false;
    }
    std::pair<std::int64_t, RecordId> latest;
    record::Verdict verdict = record::Verdict::comment;
    for (const RecordId& part : whole.parts) {
        const history::MergedRecord merged = self_.vault.merged(part);
        if (merged.kind == record::Kind::review) {
            const auto review = codec::unflatten<record::Review>(merged.values());
            const std::pair when(review.at_ms, part);
            if (review.verdict != record::Verdict::comment && latest <= when) {
                latest = when;
                verdict = review.verdict;
            }
        }
    }
    return verdict != record::Verdict::give_back;
}

void Erasing::choose(const RecordId& record) {
    if (self_.erased_parts.contains(record)) {
        throw Error(ErrorCode::refused, "Record " + record.hex().substr(0, 8) + " was erased on this device already.");
    }
    const std::optional<vault::Summary> summary = self_.vault.summary(record);
    if (!summary) {
        throw Error(ErrorCode::not_found, "There is no record " + record.hex().substr(0, 8) + " on this device.");
    }
    if (!wholes_.contains(record)) {
        throw Error(ErrorCode::refused, "Record " + record.hex().substr(0, 8) +
                                            " is no assessment and no site. Evidence and reviews are erased with the "
                                            "assessment that they belong to.");
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

std::optional<std::string> Erasing::reason_to_keep(const RecordId& record) {
    const std::string name = named(wholes_.at(record).kind, record);
    std::uint64_t last = 0;
    std::set<Hash> missing;
    for (const RecordId& part : all_of(record)) {
        if (self_.vault.draft(part)) {
            return name + " has changes that are not sealed yet." + how_to_deliver;
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
        return name + " is not delivered: no coordinator's receipt covers its last change." + how_to_deliver;
    }
    if (!missing.empty()) {
        return name + " is not delivered: no coordinator's receipt covers " + std::to_string(missing.size()) +
               " of its files." + how_to_deliver;
    }
    for (const RecordId& assessment : assessments_) {
        const auto site = wholes_.at(assessment).fields.find("site");
        if (!chosen_.contains(assessment) && site != wholes_.at(assessment).fields.end() &&
            site->second == codec::Value(Bytes(record.bytes.begin(), record.bytes.end()))) {
            return name + " is needed: assessment " + assessment.hex().substr(0, 8) +
                   " is still here. Erase that one with it.";
        }
    }
    return std::nullopt;
}

ErasedRecord Erasing::stub_of(const RecordId& record) {
    const Whole& whole = wholes_.at(record);
    ErasedRecord stub;
    stub.record = record;
    stub.kind = whole.kind;
    stub.erased_ms = self_.now();
    if (whole.kind == record::Kind::site) {
        stub.title = codec::unflatten<record::Site>(whole.fields).name;
    } else {
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

EraseReport Erasing::run() {
    EraseReport report;
    report.records.assign(chosen_.begin(), chosen_.end());
    std::ranges::sort(report.records);
    std::vector<ErasedRecord> stubs;
    for (const RecordId& record : report.records) {
        stubs.push_back(stub_of(record));
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
