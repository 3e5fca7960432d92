// Sites from a file: what each column is, what would happen, what is refused and why; then the import.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/text/error_texts.h"
#include "model/environment/durable_file.h"

namespace fieldseal::desktop {

namespace {

struct Read {
    std::shared_ptr<const interchange::SiteTable> table;
    interchange::SiteNames names;
    std::vector<std::string> fields;
};

struct LookedTable {
    interchange::PreparedSites prepared;
    session::SiteImport would;
};

void read(App& app) {
    SiteImportView& view = app.site_import;
    view.table.reset();
    view.prepared.reset();
    view.looked_at.clear();
    app.load<Read>(
        "import.read",
        [file = view.file, encoding = view.encoding](session::Session& session) {
            const Bytes bytes = read_file(file, interchange::site_table_limit);
            const std::string_view text = text_of(bytes);
            interchange::SiteTable table =
                encoding.empty() ? interchange::read_site_table(text, file)
                                 : interchange::read_site_csv(text, encoding == "utf8" ? interchange::Encoding::utf8 : interchange::Encoding::windows_1251, std::nullopt);
            Read read{nullptr, session.site_names(), {}};
            read.fields = interchange::guess_fields(table, read.names);
            read.table = std::make_shared<const interchange::SiteTable>(std::move(table));
            return read;
        },
        [&app](Read done) {
            app.site_import.table = std::move(done.table);
            app.site_import.names = std::move(done.names);
            app.site_import.fields = std::move(done.fields);
        });
}

/// What the columns would bring, worked out anew whenever one is taken for something else.
void read_again(App& app) {
    SiteImportView& view = app.site_import;
    const bool named = std::ranges::find(view.fields, "name") != view.fields.end();
    if (view.looked_at == view.fields || app.running("import.look") || !named) {
        return;
    }
    view.looked_at = view.fields;
    view.prepared.reset();
    app.load<LookedTable>(
        "import.look",
        [table = view.table, fields = view.fields, names = view.names](session::Session& session) {
            LookedTable looked{interchange::prepare_sites(*table, fields, names), {}};
            looked.would = session.import_sites(looked.prepared, true);
            return looked;
        },
        [&app](LookedTable looked) {
            app.site_import.prepared = std::move(looked.prepared);
            app.site_import.would = looked.would;
        });
}

void columns(App& app) {
    SiteImportView& view = app.site_import;
    std::vector<std::pair<std::string, std::string>> options{{"", tr("leave out")}};
    for (const std::string& field : interchange::site_fields(view.names)) {
        options.emplace_back(field, member_text(field));
    }
    for (std::size_t i = 0; i < view.table->headers.size(); ++i) {
        const auto sample = std::ranges::find_if(view.table->rows, [i](const interchange::CsvRow& row) { return i < row.cells.size() && !row.cells[i].empty(); });
        std::string field = view.fields[i];
        const std::string id = "import.column." + std::to_string(i);
        if (ui::choice(id.c_str(), view.table->headers[i], options, field, tr("leave out"))) {
            if (!field.empty()) {
                // One column for each field: the one chosen last.
                std::ranges::replace(view.fields, field, std::string());
            }
            view.fields[i] = field;
        }
        if (sample != view.table->rows.end()) {
            ui::small(sample->cells[i].substr(0, sample->cells[i].find('\n')));
        }
    }
}

void result(App& app) {
    SiteImportView& view = app.site_import;
    const std::int64_t rows = static_cast<std::int64_t>(view.table->rows.size());
    ui::heading(trn("%d row in the file", "%d rows in the file", rows));
    if (view.table->format == interchange::TableFormat::csv) {
        ui::small(view.table->encoding == interchange::Encoding::utf8 ? "UTF-8" : "windows-1251");
    }
    if (std::ranges::find(view.fields, "name") == view.fields.end()) {
        ui::badge(ui::State::caution, icon::warning, tr("Say which column holds the name of a site."));
        return;
    }
    if (!view.prepared) {
        ui::muted(tr("Loading…"));
        return;
    }
    const auto number = [](std::uint64_t count) { return static_cast<std::int64_t>(count); };
    ui::badge(ui::State::good, icon::plus, trn("%d site is new", "%d sites are new", number(view.would.added)));
    ui::badge(ui::State::accent, icon::pencil, trn("%d site changes", "%d sites change", number(view.would.updated)));
    ui::badge(ui::State::neutral, icon::check, trn("%d site is as it was", "%d sites are as they were", number(view.would.unchanged)));
    const auto& refused = view.prepared->refused;
    const std::uint64_t good = view.would.added + view.would.updated;
    const bool busy = app.running("import.sites") || app.running("import.look");
    if (ui::button("import.go", tr("Import"), ui::Kind::primary, icon::check, good > 0 && !busy)) {
        auto done = std::make_shared<session::SiteImport>();
        app.run(
            "import.sites",
            [done, prepared = *view.prepared](session::Session& session, const session::Progress& progress) { *done = session.import_sites(prepared, false, progress); },
            [&app, done] {
                app.site_import = {};
                app.back();
                app.say(ui::State::good, fill(tr("Imported: {} new, {} changed."), {std::to_string(done->added), std::to_string(done->updated)}));
            });
    }
    if (refused.empty()) {
        return;
    }
    ui::gap(0.3f);
    ui::bold(trn("%d cell is refused; its row is left out", "%d cells are refused; their rows are left out", static_cast<std::int64_t>(refused.size())));
    const std::vector<ui::Column> table{{tr("Row"), -4}, {tr("Column"), 1}, {tr("Reason"), 3}};
    ui::table("import.refused", table, static_cast<int>(refused.size()), view.selected, [&](int i) {
        const interchange::RefusedCell& cell = refused[static_cast<std::size_t>(i)];
        ImGui::TextUnformatted(std::to_string(cell.line).c_str());
        ui::next_cell();
        ui::cell_text(cell.column.c_str());
        ui::next_cell();
        ui::cell_text(message_text(cell.reason).c_str());
    });
}

}  // namespace

void draw_site_import(App& app) {
    SiteImportView& view = app.site_import;
    ui::title(tr("Import sites"));
    ui::begin_card("import.file.card", std::min(em(52), ImGui::GetContentRegionAvail().x));
    ui::text_field("import.file", tr("A table (CSV) or a map layer (GeoJSON)"), view.file);
    if (ui::button("import.browse", tr("Browse"), ui::Kind::plain, icon::search)) {
        view.browser.open(ui::FileBrowser::Wanted::file, {}, {".csv", ".txt", ".geojson", ".json"});
        view.browsing = true;
    }
    ImGui::SameLine();
    const bool look_now = ui::button("import.read", tr("Look at it"), ui::Kind::primary, icon::forward, !view.file.empty() && !app.running("import.read"));
    ImGui::SameLine();
    if (ui::segments("import.encoding", {{"", tr("Letters: as found")}, {"utf8", "UTF-8"}, {"windows-1251", "windows-1251"}}, view.encoding) || look_now) {
        if (!view.file.empty()) {
            read(app);
        }
    }
    ui::end_card();
    if (view.browsing && view.browser.draw("import.browser", tr("Choose a file"))) {
        view.browsing = false;
        view.file = view.browser.chosen().string();
        read(app);
    }
    if (!view.table) {
        return;
    }
    ui::gap(0.2f);
    read_again(app);
    const float left = std::min(em(22), ImGui::GetContentRegionAvail().x * 0.4f);
    ui::begin_card("import.columns", left, -1);
    ui::heading(tr("What each column is"));
    columns(app);
    ui::end_card();
    ImGui::SameLine();
    ui::begin_card("import.result", 0, -1);
    result(app);
    ui::end_card();
}

}  // namespace fieldseal::desktop
