// quarantine show: what was refused, opened as far as it can be.
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/exchange_output.h"
#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

using exchange::QuarantineContent;
using exchange::QuarantinedItem;
using exchange::QuarantinedRevision;

struct QuarantineShowOptions {
    VaultOptions vault;
    std::string entry;
};

Json quarantined_revision_json(const QuarantinedRevision& revision) {
    Json fields = Json::array();
    for (const exchange::QuarantinedField& field : revision.fields) {
        fields.push_back({{"path", field.path}, {"value", value_json(field.value)}, {"here", value_json(field.here)}});
    }
    return {{"revision", revision.name.hex()},
            {"record", revision.record.hex()},
            {"kind", record::name_of(revision.kind)},
            {"sequence", revision.sequence},
            {"at", iso_time(revision.time.wall_ms)},
            {"first_of_record", revision.begins},
            {"taken", revision.taken},
            {"fields", std::move(fields)}};
}

/// Members that the item's type has; null in none.
Json quarantined_item_json(const QuarantinedItem& item) {
    Json json{{"type", exchange::name_of(item.type)}};
    if (!item.problem.empty()) {
        json["problem"] = item.problem;
        return json;
    }
    if (!item.device.is_zero()) {
        json["device"] = item.device.hex();
    }
    if (item.made_ms != 0) {
        json["made_at"] = iso_time(item.made_ms);
    }
    switch (item.type) {
        case bundle::ItemType::segment:
            json["from"] = item.first;
            json["to"] = item.last;
            json["revisions"] = Json::array();
            for (const QuarantinedRevision& revision : item.revisions) {
                json["revisions"].push_back(quarantined_revision_json(revision));
            }
            json["more_revisions"] = item.more_revisions;
            break;
        case bundle::ItemType::enrolment:
            json["fingerprint"] = item.fingerprint;
            break;
        case bundle::ItemType::roster:
            json["version"] = item.version;
            json["people"] = item.people;
            json["devices"] = item.devices;
            break;
        case bundle::ItemType::receipt:
            json["logs"] = item.logs;
            json["contents"] = item.contents;
            break;
        case bundle::ItemType::questionnaire:
            json["questionnaire"] = item.questionnaire;
            break;
    }
    return json;
}

Json quarantine_content_json(const QuarantineContent& content) {
    Json json = quarantine_json({content.entry}).front();
    json["bundle"] = nullptr;
    if (content.is_bundle && content.problem.empty()) {
        json["bundle"] = {{"number", content.counter},
                          {"made_at", iso_time(content.created_ms)},
                          {"files", content.files},
                          {"file_bytes", content.file_bytes}};
    }
    json["problem"] = content.problem.empty() ? Json(nullptr) : Json(content.problem);
    json["items"] = Json::array();
    for (const QuarantinedItem& item : content.items) {
        json["items"].push_back(quarantined_item_json(item));
    }
    return json;
}

void print_quarantined_revision(const QuarantinedRevision& revision) {
    std::cout << "    " << record::name_of(revision.kind) << " " << short_id(revision.record.view()) << "  revision "
              << revision.sequence << " of its device, " << iso_time(revision.time.wall_ms)
              << (revision.begins ? ", new record" : "") << (revision.taken ? ", in the records by now" : "") << '\n';
    for (const exchange::QuarantinedField& field : revision.fields) {
        std::cout << "      " << field.path << ": " << value_text(field.value);
        if (field.here != field.value) {
            std::cout << "   (here: " << value_text(field.here) << ")";
        }
        std::cout << '\n';
    }
}

void print_quarantined_item(const QuarantinedItem& item) {
    std::cout << "  " << exchange::name_of(item.type);
    if (!item.problem.empty()) {
        std::cout << ": cannot be read. " << plain(item.problem) << '\n';
        return;
    }
    if (!item.device.is_zero()) {
        std::cout << " of device " << short_id(item.device.view());
    }
    switch (item.type) {
        case bundle::ItemType::segment:
            std::cout << ", in a run of revisions " << item.first << " to " << item.last << '\n';
            for (const QuarantinedRevision& revision : item.revisions) {
                print_quarantined_revision(revision);
            }
            if (item.more_revisions > 0) {
                std::cout << "    and " << item.more_revisions << " more revisions\n";
            }
            return;
        case bundle::ItemType::enrolment:
            std::cout << ", joined " << iso_time(item.made_ms) << ", fingerprint " << item.fingerprint;
            break;
        case bundle::ItemType::roster:
            std::cout << ", version " << item.version << " of " << iso_time(item.made_ms) << ", " << item.people
                      << " people, " << item.devices << " devices";
            break;
        case bundle::ItemType::receipt:
            std::cout << ", of " << iso_time(item.made_ms) << ", " << item.logs << " logs, " << item.contents
                      << " files";
            break;
        case bundle::ItemType::questionnaire:
            std::cout << ": " << plain(item.questionnaire);
            break;
    }
    std::cout << '\n';
}

int show_quarantined(const Context& context, const QuarantineShowOptions& options) {
    const auto session = options.vault.open();
    const QuarantineContent content = session->quarantine_content(session->resolve_quarantine(options.entry));
    if (context.json) {
        print(quarantine_content_json(content));
        return exit_done;
    }
    print_quarantine({content.entry});
    if (!content.problem.empty()) {
        std::cout << "  " << plain(content.problem) << '\n';
    } else if (content.is_bundle) {
        std::cout << "  bundle " << content.counter << " of its sender, made " << iso_time(content.created_ms) << ", "
                  << content.files << " files (" << size_text(content.file_bytes) << ")\n";
    }
    for (const QuarantinedItem& item : content.items) {
        print_quarantined_item(item);
    }
    return exit_done;
}

}  // namespace

void add_quarantine_show(CLI::App& group, Context& context) {
    auto options = std::make_shared<QuarantineShowOptions>();
    CLI::App& command = add_command(group, context, "show",
                                    "Open one entry: records and fields that were refused, and what stands here",
                                    [&context, options] { return show_quarantined(context, *options); });
    options->vault.add_to(command);
    command.add_option("ID", options->entry, "Of the entry")->required()->type_name("");
}

}  // namespace fieldseal::ctl
