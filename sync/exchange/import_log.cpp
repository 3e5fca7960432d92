// What came, from whom, and what became of it: the record that settles "it is missing".
#include <algorithm>
#include <iterator>
#include <unordered_set>

#include "sync/exchange/implementation.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

constexpr std::size_t log_limit = 2000;
/// Of records, and of runs.
constexpr std::size_t record_limit = 1000;

struct Range {
    DeviceId device;
    std::uint64_t from = 0;
    std::uint64_t to = 0;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(device, from, to);
    }
};

/// ImportLogEntry as it lies on the shelf.
struct KeptImport {
    std::int64_t at_ms = 0;
    std::string source;
    std::uint8_t outcome = 0;
    std::uint8_t failure = 0;
    std::string reason;
    Hash bundle_id;
    DeviceId sender;
    std::uint64_t counter = 0;
    std::uint64_t new_revisions = 0;
    std::uint64_t new_blobs = 0;
    std::uint64_t new_receipts = 0;
    std::uint64_t quarantined = 0;
    std::vector<RecordId> records;
    std::vector<DeviceId> enrolled;
    bool new_roster = false;
    std::vector<Range> missing;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(at_ms, source, outcome, failure, reason, bundle_id, sender, counter, new_revisions, new_blobs, new_receipts,
           quarantined, records, enrolled, new_roster, missing);
    }
};

/// On a shelf of its own: older programs read and write the other alone.
struct KeptNews {
    std::uint64_t touched = 0;
    std::vector<RecordId> fresh;
    std::vector<Range> runs;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(touched, fresh, runs);
    }
};

template <class Value>
std::vector<Value> first_of(const std::vector<Value>& values) {
    return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(std::min(record_limit, values.size()))};
}

ImportLogEntry from_shelf(KeptImport entry, std::optional<KeptNews> news) {
    ImportReport report;
    report.source = std::move(entry.source);
    report.outcome = static_cast<ImportReport::Outcome>(entry.outcome);
    report.failure = static_cast<bundle::OpenFailure>(entry.failure);
    report.reason = std::move(entry.reason);
    report.bundle_id = entry.bundle_id;
    report.sender = entry.sender;
    report.counter = entry.counter;
    report.new_revisions = entry.new_revisions;
    report.new_blobs = entry.new_blobs;
    report.new_receipts = entry.new_receipts;
    report.quarantined = entry.quarantined;
    report.records = std::move(entry.records);
    report.enrolled = std::move(entry.enrolled);
    report.new_roster = entry.new_roster;
    for (const Range& range : entry.missing) {
        report.missing.push_back({range.device, range.from, range.to});
    }
    std::optional<std::uint64_t> touched;
    if (report.records.empty()) {
        touched = 0;
    }
    if (news) {
        touched = news->touched;
        report.new_records = std::move(news->fresh);
        for (const Range& run : news->runs) {
            report.arrived.push_back({run.device, run.from, run.to});
        }
    }
    return {entry.at_ms, std::move(report), touched};
}

}  // namespace

void Exchange::Implementation::log_import(const ImportReport& report) {
    vault::Shelf shelf = vault.shelf(shelves::import_log);
    const std::vector<Bytes> serials = shelf.keys();
    const std::uint64_t serial = serials.empty() ? 0 : shelves::sequence_of(serials.back()) + 1;
    if (serials.size() >= log_limit) {
        shelf.remove(serials.front());
        vault.shelf(shelves::import_news).remove(serials.front());
    }
    KeptImport entry;
    entry.at_ms = now();
    entry.source = report.source;
    entry.outcome = static_cast<std::uint8_t>(report.outcome);
    entry.failure = static_cast<std::uint8_t>(report.failure);
    entry.reason = report.reason;
    entry.bundle_id = report.bundle_id;
    entry.sender = report.sender;
    entry.counter = report.counter;
    entry.new_revisions = report.new_revisions;
    entry.new_blobs = report.new_blobs;
    entry.new_receipts = report.new_receipts;
    entry.quarantined = report.quarantined;
    entry.records = first_of(report.records);
    entry.enrolled = report.enrolled;
    entry.new_roster = report.new_roster;
    for (const MissingRange& range : report.missing) {
        entry.missing.push_back({range.device, range.from, range.to});
    }
    shelves::put(vault, shelves::import_log, shelves::number_key(serial), entry);
    if (report.records.empty()) {
        return;
    }
    KeptNews news{report.records.size(), {}, {}};
    const std::unordered_set<RecordId> fresh(report.new_records.begin(), report.new_records.end());
    std::ranges::copy_if(entry.records, std::back_inserter(news.fresh),
                         [&](const RecordId& id) { return fresh.contains(id); });
    for (const LogRun& run : first_of(report.arrived)) {
        news.runs.push_back({run.device, run.from, run.to});
    }
    shelves::put(vault, shelves::import_news, shelves::number_key(serial), news);
}

void Exchange::Implementation::clear_import_log() {
    vault::Shelf shelf = vault.shelf(shelves::import_log);
    std::vector<Bytes> serials = shelf.keys();
    // The last one stays: the numbers go on from it.
    if (!serials.empty()) {
        serials.pop_back();
    }
    for (const Bytes& key : serials) {
        const auto entry = shelves::get<KeptImport>(vault, shelves::import_log, key).value();
        const auto outcome = static_cast<ImportReport::Outcome>(entry.outcome);
        if (entry.missing.empty() && entry.quarantined == 0 &&
            (outcome == ImportReport::Outcome::imported || outcome == ImportReport::Outcome::already_imported)) {
            shelf.remove(key);
            vault.shelf(shelves::import_news).remove(key);
        }
    }
}

std::vector<ImportLogEntry> Exchange::import_log(std::size_t most) {
    vault::Vault& vault = implementation_->vault;
    const std::vector<Bytes> keys = vault.shelf(shelves::import_log).keys();
    std::vector<ImportLogEntry> entries;
    for (auto key = keys.rbegin(); key != keys.rend() && entries.size() < most; ++key) {
        entries.push_back(from_shelf(shelves::get<KeptImport>(vault, shelves::import_log, *key).value(),
                                     shelves::get<KeptNews>(vault, shelves::import_news, *key)));
    }
    return entries;
}

}  // namespace fieldseal::exchange
