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
};

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
    if (!options.delivered) {
        throw Error(ErrorCode::usage, "Say what to erase: --delivered.");
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
    CLI::App& command = add_command(app, context, "erase", "Remove from this device what coordinators have",
                                    [&context, options] { return erase(context, *options); });
    options->vault.add_to(command);
    command
        .add_option("ID", options->ids,
                    "Sites and assessments, by id or its first digits; all that can be erased otherwise")
        ->type_name("");
    command.add_flag("--delivered", options->delivered,
                     "Erase here what a coordinator's receipts cover; a stub stays and says so");
}

}  // namespace fieldseal::ctl
