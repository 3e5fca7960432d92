// site import: sites from a table or a map layer.
#include <algorithm>
#include <iostream>

#include "app/ctl/columns.h"
#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "model/environment/durable_file.h"

namespace fieldseal::ctl {

namespace {

struct ImportOptions {
    VaultOptions vault;
    std::string file;
    std::string format;
    std::string encoding;
    std::string separator;
    std::vector<std::string> map;
    bool dry_run = false;
};

interchange::SiteTable read_table(const ImportOptions& options) {
    const Bytes bytes = read_file(options.file, interchange::site_table_limit);
    const std::string_view text = text_of(bytes);
    const bool geojson = options.format.empty() ? options.file.ends_with(".geojson") : options.format == "geojson";
    if (geojson) {
        return interchange::read_site_geojson(text, options.file);
    }
    if (options.format.empty() && options.encoding.empty() && options.separator.empty()) {
        return interchange::read_site_table(text, options.file);
    }
    std::optional<interchange::Encoding> encoding;
    if (!options.encoding.empty()) {
        encoding = options.encoding == "utf8" ? interchange::Encoding::utf8 : interchange::Encoding::windows_1251;
    }
    std::optional<char> separator;
    if (!options.separator.empty()) {
        separator = options.separator == "tab" ? '\t' : options.separator[0];
    }
    return interchange::read_site_csv(text, encoding, separator);
}

/// "Column=field" over what was guessed; an empty field leaves the column out.
void apply_map(const std::vector<std::string>& map, const interchange::SiteTable& table,
               std::vector<std::string>& fields) {
    for (const std::string& entry : map) {
        const std::size_t sign = entry.rfind('=');
        const auto column = sign == std::string::npos ? table.headers.end()
                                                      : std::ranges::find(table.headers, entry.substr(0, sign));
        if (column == table.headers.end()) {
            throw Error(ErrorCode::usage, "--map " + entry + ": give COLUMN=FIELD with a column of the table.");
        }
        const std::string field = entry.substr(sign + 1);
        if (!field.empty()) {
            std::ranges::replace(fields, field, std::string());
        }
        fields[static_cast<std::size_t>(column - table.headers.begin())] = field;
    }
}

int import_sites(const Context& context, const ImportOptions& options) {
    const interchange::SiteTable table = read_table(options);
    const auto session = options.vault.open();
    const interchange::SiteNames names = session->site_names();
    std::vector<std::string> fields = interchange::guess_fields(table, names);
    apply_map(options.map, table, fields);
    const interchange::PreparedSites prepared = interchange::prepare_sites(table, fields, names);
    const Cancellable cancellable;
    const session::SiteImport done =
        session->import_sites(prepared, options.dry_run, cancellable.progress("Importing sites"));
    if (context.json) {
        Json columns = Json::array();
        for (std::size_t i = 0; i < table.headers.size(); ++i) {
            columns.push_back({{"column", table.headers[i]}, {"field", fields[i].empty() ? Json(nullptr) : Json(fields[i])}});
        }
        Json refused = Json::array();
        for (const interchange::RefusedCell& cell : prepared.refused) {
            refused.push_back({{"row", cell.line}, {"column", cell.column}, {"reason", cell.reason}});
        }
        const bool csv = table.format == interchange::TableFormat::csv;
        print({{"dry_run", options.dry_run},
               {"format", csv ? "csv" : "geojson"},
               {"encoding", table.encoding == interchange::Encoding::utf8 ? "utf8" : "windows-1251"},
               {"separator", csv ? Json(std::string(1, table.separator)) : Json(nullptr)},
               {"columns", columns},
               {"rows", table.rows.size()},
               {"added", done.added},
               {"updated", done.updated},
               {"unchanged", done.unchanged},
               {"refused", refused}});
        return exit_done;
    }
    Columns shown;
    for (std::size_t i = 0; i < table.headers.size(); ++i) {
        shown.add({one_line(table.headers[i], 40), fields[i].empty() ? "left out" : fields[i]});
    }
    shown.print(std::cout);
    for (const interchange::RefusedCell& cell : prepared.refused) {
        std::cout << "Row " << cell.line << " is refused: " << one_line(cell.column, 40) << (cell.column.empty() ? "it " : " ")
                  << one_line(cell.reason, 200) << '\n';
    }
    std::cout << (options.dry_run ? "Would add " : "Added ") << done.added << (options.dry_run ? ", update " : ", updated ")
              << done.updated << "; " << done.unchanged << " are as they were.\n";
    return exit_done;
}

}  // namespace

void add_site_import_command(CLI::App& site, Context& context) {
    auto options = std::make_shared<ImportOptions>();
    CLI::App& command = add_command(site, context, "import", "Add and update sites from a table (CSV) or a map layer (GeoJSON)",
                                    [&context, options] { return import_sites(context, *options); });
    options->vault.add_to(command);
    command.add_option("FILE", options->file, "The file")->required()->type_name("");
    command.add_option("--format", options->format, "csv or geojson (seen from the file otherwise)")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"csv", "geojson"}));
    command.add_option("--encoding", options->encoding, "utf8 or windows-1251 (seen from the file otherwise)")
        ->type_name("ENCODING")
        ->check(CLI::IsMember({"utf8", "windows-1251"}));
    command.add_option("--separator", options->separator, "comma, semicolon or tab as , ; tab (seen from the first line otherwise)")
        ->type_name("SIGN")
        ->check(CLI::IsMember({",", ";", "tab"}));
    command.add_option("--map", options->map, "Take a column for a field, or for none: COLUMN=FIELD, COLUMN=")
        ->type_name("COLUMN=FIELD")
        ->expected(1)
        ->take_all();
    command.add_flag("--dry-run", options->dry_run, "Only say what would happen");
}

}  // namespace fieldseal::ctl
