#include "sync/exchange/quarantine_content.h"

#include <algorithm>
#include <set>

#include "model/questionnaire/template.h"
#include "sync/exchange/implementation.h"
#include "sync/exchange/log_item.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

QuarantinedRevision opened_revision(vault::Vault& vault, const history::Revision& revision, const Hash& name) {
    QuarantinedRevision opened{name,
                               revision.record,
                               revision.kind,
                               revision.sequence,
                               revision.time,
                               revision.parents.empty(),
                               vault.revision(name).has_value(),
                               {}};
    const codec::FieldMap here = vault.merged(revision.record).values();
    for (const auto& [path, value] : revision.edits) {
        const auto standing = here.find(path);
        opened.fields.push_back({path, value, standing == here.end() ? std::nullopt : std::optional(standing->second)});
    }
    return opened;
}

void open_log(vault::Vault& vault, ByteView body, QuarantinedItem& opened) {
    const LogItem item = decode_log_item(body);
    opened.device = item.segment.device;
    opened.first = item.segment.first;
    opened.last = item.segment.last();
    for (std::size_t i = 0; i < item.bodies.size(); ++i) {
        if (!item.bodies[i]) {
            continue;
        }
        if (opened.revisions.size() < most_shown_revisions) {
            opened.revisions.push_back(opened_revision(vault, *item.bodies[i], item.segment.revisions[i]));
        } else {
            ++opened.more_revisions;
        }
    }
}

QuarantinedItem opened_item(vault::Vault& vault, std::uint64_t type, ByteView body) {
    QuarantinedItem opened;
    opened.type = static_cast<bundle::ItemType>(type);
    try {
        switch (opened.type) {
            case bundle::ItemType::segment:
                open_log(vault, body, opened);
                break;
            case bundle::ItemType::enrolment: {
                const team::Enrolment enrolment = team::decode_enrolment(body);
                opened.device = crypto::device_of(enrolment.sign_key);
                opened.fingerprint = team::fingerprint(enrolment.sign_key, enrolment.box_key);
                opened.made_ms = enrolment.joined_ms;
                break;
            }
            case bundle::ItemType::roster: {
                const team::Roster roster = team::decode_roster(body);
                opened.device = roster.signer;
                opened.version = roster.version;
                opened.people = roster.people.size();
                opened.devices = roster.devices.size();
                opened.made_ms = roster.issued_ms;
                break;
            }
            case bundle::ItemType::receipt: {
                const Receipt receipt = decode_receipt(body);
                opened.device = receipt.issuer;
                opened.logs = receipt.logs.size();
                opened.contents = receipt.blobs.size();
                opened.made_ms = receipt.issued_ms;
                break;
            }
            case bundle::ItemType::questionnaire: {
                const questionnaire::Template questions = questionnaire::load_template(body, "questionnaire");
                opened.questionnaire = questions.id + " " + questions.version;
                break;
            }
        }
    } catch (const Error& error) {
        opened.problem = error.what();
    }
    return opened;
}

}  // namespace

QuarantineContent Exchange::quarantine_content(const Hash& id) {
    Implementation& self = *implementation_;
    QuarantineContent content;
    const std::vector<QuarantineEntry> entries = quarantine();
    const auto entry = std::ranges::find(entries, id, &QuarantineEntry::id);
    if (entry == entries.end()) {
        throw Error(ErrorCode::not_found, "Nothing of this id lies in quarantine.");
    }
    content.entry = *entry;
    content.is_bundle = entry->item_type == 0;
    const std::optional<Bytes> bytes = self.vault.shelf(shelves::quarantine_bytes).get(id.view());
    if (!bytes) {
        content.problem = "It was too large to keep.";
        return content;
    }
    if (!content.is_bundle) {
        content.items.push_back(opened_item(self.vault, entry->item_type, *bytes));
        return content;
    }
    const bundle::Opened opened = self.open_bundle(*bytes);
    if (!opened) {
        content.problem = opened.reason;
        return content;
    }
    content.counter = opened.contents.manifest.counter;
    content.created_ms = opened.contents.manifest.created_ms;
    std::set<Hash> files;
    for (const bundle::BlobChunk& chunk : opened.contents.chunks) {
        files.insert(chunk.content);
        content.file_bytes += chunk.bytes.size();
    }
    content.files = files.size();
    for (const bundle::Item& item : opened.contents.items) {
        content.items.push_back(opened_item(self.vault, item.type, item.body));
    }
    return content;
}

std::string_view name_of(bundle::ItemType type) {
    switch (type) {
        case bundle::ItemType::segment:
            return "log";
        case bundle::ItemType::enrolment:
            return "enrolment";
        case bundle::ItemType::roster:
            return "roster";
        case bundle::ItemType::receipt:
            return "receipt";
        case bundle::ItemType::questionnaire:
            return "questionnaire";
    }
    return "unknown";
}

}  // namespace fieldseal::exchange
