// What is held here, and what others have said they hold.
#include <algorithm>
#include <limits>

#include "sync/exchange/implementation.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

constexpr std::uint32_t whole_blob = std::numeric_limits<std::uint32_t>::max();

std::optional<Bytes> bytes_edit(const history::Revision& revision, std::string_view path) {
    const auto edit = revision.edits.find(path);
    if (edit == revision.edits.end() || !edit->second) {
        return std::nullopt;
    }
    const Bytes* bytes = std::get_if<Bytes>(&*edit->second);
    return bytes == nullptr ? std::nullopt : std::optional(*bytes);
}

/// Where an evidence record names its contents, and their sizes: docs/formats/record.md, "Evidence".
constexpr std::pair<std::string_view, std::string_view> content_paths[] = {{"content", "size"},
                                                                            {"original/sealed", "original/size"}};

template <class Id>
std::optional<Id> id_edit(const history::Revision& revision, std::string_view path) {
    const std::optional<Bytes> bytes = bytes_edit(revision, path);
    return bytes && bytes->size() == Id::size ? std::optional(Id::from(*bytes)) : std::nullopt;
}

}  // namespace

std::vector<std::pair<Hash, ContentUse>> content_uses(const history::Revision& revision) {
    std::vector<std::pair<Hash, ContentUse>> uses;
    for (const auto& [path, size_path] : content_paths) {
        const std::optional<Hash> named = id_edit<Hash>(revision, path);
        if (revision.kind != record::Kind::evidence || !named) {
            continue;
        }
        ContentUse use{revision.device, revision.record, 0};
        if (const auto size = revision.edits.find(std::string(size_path)); size != revision.edits.end() && size->second) {
            if (const std::int64_t* number = std::get_if<std::int64_t>(&*size->second); number != nullptr && *number > 0) {
                use.size = static_cast<std::uint64_t>(*number);
            }
        }
        uses.emplace_back(*named, use);
    }
    return uses;
}

std::vector<Hash> contents_of(const history::MergedRecord& evidence) {
    std::vector<Hash> contents;
    for (const auto& [path, size_path] : content_paths) {
        const auto field = evidence.fields.find(std::string(path));
        if (evidence.kind != record::Kind::evidence || field == evidence.fields.end()) {
            continue;
        }
        for (const history::FieldVersion& version : field->second.versions) {
            const Bytes* bytes = version.value ? std::get_if<Bytes>(&*version.value) : nullptr;
            if (bytes != nullptr && bytes->size() == Hash::size) {
                contents.push_back(Hash::from(*bytes));
            }
        }
    }
    return contents;
}

bool Exchange::Implementation::enrolled() const {
    const team::RosterDevice* device = roster.device(own_device);
    return device != nullptr && !device->revoked;
}

std::optional<Exchange::Implementation::Known> Exchange::Implementation::known(const DeviceId& device) const {
    if (const team::RosterDevice* entry = roster.device(device)) {
        return Known{entry->sign_key, entry->person,         roster.role_of(device).value_or(team::Role::assessor),
                     entry->revoked,  entry->accepted_up_to, false};
    }
    const auto waiting = provisional.find(device);
    if (waiting != provisional.end()) {
        if (const team::RosterInvite* invite = roster.invite(waiting->second.invite)) {
            return Known{waiting->second.sign_key, invite->person, invite->role, false, 0, true};
        }
    }
    if (device == own_device) {
        return Known{keys.signing.verify_key(), deployment.own_person, deployment.own_role, false, 0, true};
    }
    return std::nullopt;
}

std::uint64_t Exchange::Implementation::complete_up_to(const DeviceId& device) {
    std::uint64_t& mark = complete_marks[device];
    const vault::Shelf refused = vault.shelf(shelves::refused);
    const auto is_kept_by_name = [&](const DeviceId& of, std::uint64_t sequence) {
        const std::optional<Hash> name = vault.log_entry(of, sequence);
        return name && (erased_names.contains(*name) || refused.get(shelves::sequence_key(of, sequence)));
    };
    while (vault.has_body(device, mark + 1) || is_erased(device, mark + 1) || is_kept_by_name(device, mark + 1)) {
        ++mark;
    }
    return mark;
}

std::uint64_t Exchange::Implementation::handed_on_up_to(const DeviceId& device) {
    const team::RosterDevice* entry = roster.device(device);
    return entry != nullptr && entry->revoked ? known_up_to(device) : complete_up_to(device);
}

std::uint64_t Exchange::Implementation::known_up_to(const DeviceId& device) {
    std::uint64_t& mark = known_marks[device];
    while (vault.log_entry(device, mark + 1)) {
        ++mark;
    }
    return mark;
}

bool Exchange::Implementation::relays() const {
    return team::in_team(deployment.own_role) && enrolled() && !is_held_back();
}

bool Exchange::Implementation::is_sent_apart(const DeviceId& device) const {
    if (const team::RosterDevice* entry = roster.device(device)) {
        return roster.role_of(device) == team::Role::assessor || roster.holds_back(entry->invite);
    }
    const auto waiting = provisional.find(device);
    const team::RosterInvite* invite = waiting == provisional.end() ? nullptr : roster.invite(waiting->second.invite);
    return invite == nullptr || !team::in_team(invite->role) || roster.holds_back(invite->invite);
}

HeldBy& Exchange::Implementation::held_by(const DeviceId& device) {
    return held[device];
}

bool Exchange::Implementation::is_active_coordinator(const DeviceId& device) const {
    const team::RosterDevice* entry = roster.device(device);
    return entry != nullptr && !entry->revoked && !entry->kit && device != own_device &&
           roster.role_of(device) == team::Role::coordinator;
}

std::vector<const team::RosterDevice*> Exchange::Implementation::other_team_devices() const {
    std::vector<const team::RosterDevice*> devices = roster.team_devices();
    // Nobody reads with a kit: what waited for its receipts would wait for ever.
    std::erase_if(devices,
                  [&](const team::RosterDevice* device) { return device->device == own_device || device->kit; });
    return devices;
}

std::vector<bundle::Lane> Exchange::Implementation::lanes(By by) {
    const bundle::Lane team_lane{true, {}};
    const team::RosterDevice* own = roster.device(own_device);
    if (own != nullptr && own->revoked) {
        return {};
    }
    if (deployment.own_role != team::Role::coordinator || !enrolled()) {
        return {team_lane};
    }
    std::vector<bundle::Lane> result;
    if (!other_team_devices().empty()) {
        result.push_back(team_lane);
    }
    for (const team::RosterDevice& device : roster.devices) {
        const bundle::Lane lane{false, device.device};
        if (device.device == own_device || (device.kit && by == By::file) ||
            (device.revoked && by == By::store && lane_state(lane).told_revoked)) {
            continue;
        }
        result.push_back(lane);
    }
    return result;
}

Marks Exchange::Implementation::covered(const bundle::Lane& lane) {
    Marks marks = covered_by_receipts(lane);
    if (reaches_behind(lane)) {
        marks.roster_version = 0;
    }
    return marks;
}

Marks Exchange::Implementation::covered_by_receipts(const bundle::Lane& lane) {
    Marks marks;
    marks.enrolment = roster.device(own_device) != nullptr;
    for (const Hash& content : erased_contents) {
        marks.blobs[content] = whole_blob;
    }
    if (!lane.to_team) {
        const HeldBy& reader = held_by(lane.device);
        marks.logs = reader.logs;
        marks.roster_version = reader.roster_version;
        for (const auto& [content, named] : reader.blobs) {
            marks.blobs[content] = whole_blob;
        }
        return marks;
    }
    if (deployment.own_role != team::Role::coordinator || !enrolled()) {
        // One coordinator is enough: it hands on to the others.
        for (const team::RosterDevice& device : roster.devices) {
            if (is_active_coordinator(device.device)) {
                const HeldBy& reader = held_by(device.device);
                marks.logs[own_device] = std::max(marks.logs[own_device], reader.up_to(own_device));
                if (reader.issued_ms != 0) {
                    marks.roster_version = std::numeric_limits<std::uint64_t>::max();
                }
                for (const team::RosterDevice& log : roster.devices) {
                    if (relays() && log.device != own_device) {
                        std::uint64_t& mark = marks.logs[log.device];
                        mark = std::max(
                            mark, log.device == device.device ? known_up_to(log.device) : reader.up_to(log.device));
                    }
                }
                for (const auto& [content, named] : reader.blobs) {
                    marks.blobs[content] = whole_blob;
                }
            }
        }
        return marks;
    }
    const std::vector<const team::RosterDevice*> readers = other_team_devices();
    marks.roster_version = std::numeric_limits<std::uint64_t>::max();
    for (const team::RosterDevice* reader : readers) {
        marks.roster_version = std::min(marks.roster_version, held_by(reader->device).roster_version);
    }
    for (const team::RosterDevice& log : roster.devices) {
        std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
        for (const team::RosterDevice* reader : readers) {
            if (reader->device != log.device) {
                least = std::min(least, held_by(reader->device).up_to(log.device));
            }
        }
        marks.logs[log.device] = least;
    }
    if (!readers.empty()) {
        for (const auto& [content, named] : held_by(readers.front()->device).blobs) {
            if (std::all_of(readers.begin(), readers.end(), [&](const team::RosterDevice* reader) {
                    return held_by(reader->device).blobs.contains(content);
                })) {
                marks.blobs[content] = whole_blob;
            }
        }
    }
    return marks;
}

std::vector<ContentUse> Exchange::Implementation::uses_of(const Hash& content) {
    return shelves::get<std::vector<ContentUse>>(vault, shelves::contents, content.view())
        .value_or(std::vector<ContentUse>());
}

void Exchange::Implementation::note_use(const Hash& content, const ContentUse& use) {
    std::vector<ContentUse> uses = uses_of(content);
    if (std::find(uses.begin(), uses.end(), use) == uses.end()) {
        uses.push_back(use);
        if (erased_contents.erase(content) != 0) {
            vault.shelf(shelves::erased_contents).remove(content.view());
        }
        shelves::put(vault, shelves::contents, content.view(), uses);
    }
}

void Exchange::Implementation::note_own(const history::Revision& revision) {
    if (content_uses(revision).empty()) {
        return;
    }
    OwnLog::Evidence& evidence = own_log.evidence[revision.record];
    evidence.content = id_edit<Hash>(revision, "content").value_or(evidence.content);
    evidence.original = id_edit<Hash>(revision, "original/sealed").value_or(evidence.original);
    own_log.to_note.push_back(revision.record);
    if (const std::optional<RecordId> assessment = id_edit<RecordId>(revision, "assessment")) {
        evidence.assessment = *assessment;
        own_log.evidence_of[*assessment].push_back(revision.record);
    }
}

void Exchange::Implementation::begin_own_log() {
    own_log.begun = true;
    std::vector<RecordId> evidence;
    vault.each_summary([&](const vault::Summary& summary) {
        if (summary.own_sequence == 0) {
            return;
        }
        own_log.last.emplace(summary.id, summary.own_sequence);
        own_log.kinds.emplace(summary.id, summary.kind);
        own_log.scanned = std::max(own_log.scanned, summary.own_sequence);
        if (summary.kind == record::Kind::evidence) {
            evidence.push_back(summary.id);
        }
    });
    // A summary does not say which file it is, nor what an earlier revision said.
    for (const RecordId& record : evidence) {
        std::vector<history::Revision> revisions = vault.revisions(record);
        std::erase_if(revisions, [&](const history::Revision& each) { return each.device != own_device; });
        std::ranges::sort(revisions, {}, &history::Revision::sequence);
        std::ranges::for_each(revisions, [&](const history::Revision& each) { note_own(each); });
    }
}

void Exchange::Implementation::scan_own_log() {
    if (!own_log.begun) {
        begin_own_log();
    }
    while (const std::optional<Hash> name = vault.log_entry(own_device, own_log.scanned + 1)) {
        ++own_log.scanned;
        const std::optional<history::Revision> revision = vault.revision(*name);
        if (!revision) {
            continue;
        }
        own_log.last[revision->record] = own_log.scanned;
        own_log.kinds[revision->record] = revision->kind;
        note_own(*revision);
    }
}

void Exchange::Implementation::note_own_uses() {
    scan_own_log();
    for (const RecordId& record : own_log.to_note) {
        const OwnLog::Evidence& evidence = own_log.evidence.at(record);
        for (const Hash& content : {evidence.content, evidence.original}) {
            const std::optional<vault::BlobInfo> blob = vault.blob(content);
            if (!content.is_zero()) {
                note_use(content, {own_device, record, blob ? blob->size : 0});
            }
        }
    }
    own_log.to_note.clear();
}

bool Exchange::Implementation::is_removed(const RecordId& record) {
    const codec::FieldMap fields = vault.merged(record).values();
    const auto removed = fields.find("removed");
    return removed != fields.end() && removed->second == codec::Value(true);
}

std::vector<Hash> Exchange::Implementation::own_contents(const RecordId& record) {
    std::vector<RecordId> evidence;
    if (own_log.evidence.contains(record)) {
        evidence.push_back(record);
    }
    if (const auto found = own_log.evidence_of.find(record); found != own_log.evidence_of.end()) {
        evidence.insert(evidence.end(), found->second.begin(), found->second.end());
    }
    std::vector<Hash> contents;
    for (const RecordId& piece : evidence) {
        const OwnLog::Evidence& named = own_log.evidence.at(piece);
        for (const Hash& content : {named.content, named.original}) {
            // Only what was taken out needs a look at the record: what is held whole and waits is the rule.
            if (vault.blob(content) && !is_removed(piece)) {
                contents.push_back(content);
            }
        }
    }
    return contents;
}

}  // namespace fieldseal::exchange
