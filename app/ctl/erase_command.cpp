// erase: what coordinators have is removed from this device.
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

struct EraseOptions {
    VaultOptions vault;
    std::vector<std::string> ids;
    bool delivered = false;
    std::string everywhere;
    std::string name_of;
    std::string revision;
    std::string reason;
    bool yes = false;
};

int erase_everywhere(const Context& context, const EraseOptions& options) {
    if (options.delivered || !options.ids.empty()) {
        throw Error(ErrorCode::usage, "--everywhere names its record itself, and does not go with --delivered.");
    }
    if (options.reason.empty()) {
        throw Error(ErrorCode::usage, "Say why, with --reason: everybody can read it, so name nobody in it.");
    }
    const auto session = options.vault.open();
    const RecordId record = options.name_of.empty() ? session->resolve_record(options.everywhere)
                                                    : session->record_of_name(session->resolve_person(options.name_of));
    std::optional<Hash> revision;
    if (!options.revision.empty()) {
        revision = session->resolve_revision(options.revision);
    }
    const exchange::EraseReport lost = session->would_erase(record, revision);
    if (!options.yes) {
        throw Error(ErrorCode::usage,
                    std::to_string(lost.records.size()) + " records with " + std::to_string(lost.revisions) +
                        " revisions and " + std::to_string(lost.blobs) + " files (" + size_text(lost.bytes) +
                        ") would be erased on every device, for good; nobody can bring them back. What was exported, "
                        "printed or noted elsewhere stays there. Add --yes to do it.");
    }
    const exchange::EraseReport report = session->erase_everywhere(record, options.reason, revision);
    if (context.json) {
        Json records = Json::array();
        for (const RecordId& each : report.records) {
            records.push_back(each.hex());
        }
        print({{"erased", records}, {"revisions", report.revisions}, {"files", report.blobs}, {"bytes", report.bytes}});
    } else {
        std::cout << report.revisions << " revisions and " << report.blobs << " files (" << size_text(report.bytes)
                  << ") are gone here, and from every device as soon as it hears of it. The next sync or export "
                     "carries it.\n";
    }
    return exit_done;
}

void print_report(const Context& context, const exchange::EraseReport& report) {
    if (context.json) {
        Json records = Json::array();
        for (const RecordId& record : report.records) {
            records.push_back(record.hex());
        }
        print({{"erased", records}, {"revisions", report.revisions}, {"files", report.blobs}, {"bytes", report.bytes}});
        return;
    }
    if (report.records.empty()) {
        std::cout << "Nothing to erase: no finalised assessment here is covered by a coordinator's receipts.\n";
        return;
    }
    for (const RecordId& record : report.records) {
        std::cout << "Erased here: " << record.hex() << '\n';
    }
    std::cout << report.revisions << " revisions and " << report.blobs << " files (" << size_text(report.bytes)
              << ") are gone from this device. Coordinators have them.\n";
}

int erase(const Context& context, const EraseOptions& options) {
    if (!options.everywhere.empty() || !options.name_of.empty()) {
        return erase_everywhere(context, options);
    }
    if (!options.delivered) {
        throw Error(ErrorCode::usage, "Say what to erase: --delivered, --everywhere RECORD, or --name-of PERSON.");
    }
    const auto session = options.vault.open();
    std::vector<RecordId> records;
    for (const std::string& id : options.ids) {
        records.push_back(session->resolve_record(id));
    }
    print_report(context, session->erase_delivered(records));
    return exit_done;
}

}  // namespace

void add_erase_command(CLI::App& app, Context& context) {
    auto options = std::make_shared<EraseOptions>();
    CLI::App& command = add_command(app, context, "erase",
                                    "Remove what coordinators have from this device, or a record from every device",
                                    [&context, options] { return erase(context, *options); });
    options->vault.add_to(command);
    command
        .add_option("ID", options->ids,
                    "Sites and assessments, by id or its first digits; all that can be erased otherwise")
        ->type_name("");
    command.add_flag("--delivered", options->delivered,
                     "Erase here what a coordinator's receipts cover; a stub stays and says so");
    CLI::Option* everywhere =
        command
            .add_option("--everywhere", options->everywhere,
                        "Erase this record, with what belongs to it, on every device and for good; owner and deputies")
            ->type_name("RECORD");
    command
        .add_option("--name-of", options->name_of,
                    "Erase this person's name on every device and for good; owner and deputies")
        ->type_name("PERSON")
        ->excludes(everywhere);
    command
        .add_option("--reason", options->reason,
                    "Why it is erased everywhere. Everybody reads it, so name nobody in it")
        ->type_name("TEXT");
    command.add_option("--revision", options->revision, "With --everywhere: only this revision of the record")
        ->type_name("REVISION")
        ->needs(everywhere);
    command.add_flag("--yes", options->yes,
                     "You know what is lost: without it nothing is erased everywhere, and what would be is told");
}

}  // namespace fieldseal::ctl
