// bundle export, bundle import, log.
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/exchange_output.h"
#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

using exchange::ImportReport;

struct ExportOptions {
    VaultOptions vault;
    std::string folder;
};

int export_bundles(const Context& context, const ExportOptions& options) {
    const Cancellable cancellable;
    const auto session = options.vault.open();
    const exchange::OutgoingReport report = session->export_bundles(options.folder, cancellable.progress("sealing"));
    if (context.json) {
        print(outgoing_json(report));
    } else {
        std::cout << "Sealed: " << outgoing_text(report) << '\n';
        for (const auto& file : report.files) {
            std::cout << "  " << file.string() << '\n';
        }
    }
    return exit_done;
}

struct ImportOptions {
    VaultOptions vault;
    std::vector<std::string> files;
};

int import_bundles(const Context& context, const ImportOptions& options) {
    const Cancellable cancellable;
    const auto session = options.vault.open();
    const std::vector<ImportReport> reports =
        session->import_files({options.files.begin(), options.files.end()}, cancellable.progress("importing"));
    Json imports = Json::array();
    for (const ImportReport& report : reports) {
        if (context.json) {
            imports.push_back(import_json(report));
        } else {
            print_import(report);
        }
    }
    if (context.json) {
        print({{"imports", imports}, {"not_tried", options.files.size() - reports.size()}});
    }
    if (reports.size() < options.files.size()) {
        throw Error(ErrorCode::cancelled, "Cancelled; " + std::to_string(reports.size()) + " of " +
                                              std::to_string(options.files.size()) +
                                              " files were taken in. Import the others again.");
    }
    return exit_code_of(reports, false);
}

int show_log(const Context& context, const VaultOptions& vault) {
    const auto session = vault.open();
    const auto snapshot = session->snapshot();
    Json imports = Json::array();
    for (const exchange::ImportLogEntry& entry : snapshot->imports) {
        if (context.json) {
            Json item = {{"at", iso_time(entry.at_ms)}};
            item.update(import_json(entry.report));
            imports.push_back(std::move(item));
        } else {
            std::cout << iso_time(entry.at_ms) << "  ";
            print_import(entry.report);
        }
    }
    if (context.json) {
        print({{"imports", imports}});
    } else if (snapshot->imports.empty()) {
        std::cout << "Nothing was taken in yet.\n";
    }
    return exit_done;
}

}  // namespace

void add_exchange_commands(CLI::App& app, Context& context) {
    CLI::App& group = add_group(app, "bundle", "Hand over through sealed files, for example on a USB stick");
    auto exported = std::make_shared<ExportOptions>();
    CLI::App& export_command =
        add_command(group, context, "export", "Seal everything that no receipt covers yet into bundles",
                    [&context, exported] { return export_bundles(context, *exported); });
    exported->vault.add_to(export_command);
    export_command.add_option("--out", exported->folder, "The folder to write into")->required()->type_name("DIR");

    auto imported = std::make_shared<ImportOptions>();
    CLI::App& import_command = add_command(group, context, "import", "Take in sealed bundles",
                                           [&context, imported] { return import_bundles(context, *imported); });
    imported->vault.add_to(import_command);
    import_command.add_option("FILE", imported->files, "The bundles")->required()->type_name("");

    auto logged = std::make_shared<VaultOptions>();
    logged->add_to(add_command(app, context, "log", "What was taken in or refused, and when; newest first",
                               [&context, logged] { return show_log(context, *logged); }));
}

}  // namespace fieldseal::ctl
