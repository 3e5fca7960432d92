// What one import changed: its records, whether each is new, what of it changed, and the way to its page.
#include <imgui.h>

#include <algorithm>
#include <filesystem>

#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/inbox.h"
#include "app/desktop/screens/record_pages.h"
#include "app/desktop/shell/keys.h"
#include "app/desktop/text/error_texts.h"

namespace fieldseal::desktop {

namespace {

/// Beyond, it is not looked up what of a record changed.
constexpr std::size_t looked_up = 200;

void load_arrived(App& app, const exchange::ImportLogEntry& entry) {
    InboxView& view = app.inbox;
    const std::string wanted =
        std::to_string(app.snapshot->generation) + " " + std::to_string(entry.at_ms) + " " + entry.report.source;
    if (view.arrived_for == wanted || app.running("inbox.arrived")) {
        return;
    }
    if (!view.arrived_for.ends_with(wanted.substr(wanted.find(' ')))) {
        view.arrived.reset();
        view.record_selected = 0;
    }
    view.arrived_for = wanted;
    app.load<std::vector<session::ArrivedRecord>>(
        "inbox.arrived",
        [report = entry.report](session::Session& session) { return session.arrived(report, looked_up); },
        [&app, wanted](std::vector<session::ArrivedRecord> arrived) {
            if (app.inbox.arrived_for == wanted) {
                app.inbox.arrived = std::move(arrived);
            }
        });
}

/// First who and when, then what came of it.
void import_head(App& app, const exchange::ImportLogEntry& entry) {
    const exchange::ImportReport& report = entry.report;
    ui::bold(sender_text(app, report) + "  ·  " + date_time_text(entry.at_ms));
    ImGui::SameLine();
    outcome_badge(report.outcome);
    ImGui::SameLine();
    ui::small(std::filesystem::path(report.source).filename().string());
    ui::body(brought_text(report));
    ui::note("inbox.brought", brought_text(report).c_str());
    if (!report.enrolled.empty()) {
        std::string names;
        for (const DeviceId& device : report.enrolled) {
            names += (names.empty() ? "" : ", ") + app.person_of(device);
        }
        ui::small(fill(tr("Joined with it: {}"), {names}));
    }
    if (report.new_roster) {
        ui::small(tr("A newer list of the team came along."));
    }
    for (const exchange::MissingRange& range : report.missing) {
        ui::small(missing_text(app, range));
    }
}

bool is_new(const exchange::ImportReport& report, const RecordId& id) {
    return std::ranges::find(report.new_records, id) != report.new_records.end();
}

/// "70 answers, finalised": of a new record all it came with.
std::string arrived_text(const InboxView& view, std::size_t place, bool fresh, record::Kind kind) {
    if (!view.arrived) {
        return "…";
    }
    if (place >= view.arrived->size()) {
        return "–";
    }
    const session::ArrivedRecord& arrived = (*view.arrived)[place];
    if (arrived.revisions == 0) {
        return "–";
    }
    // Of what is new all fields are: only a visit's answers say how much that is.
    return fresh && kind != record::Kind::assessment ? std::string() : paths_text(arrived.paths, kind);
}

void record_cells(App& app, const exchange::ImportLogEntry& entry, std::size_t place) {
    const RecordId& id = entry.report.records[place];
    const auto row = app.snapshot->find(id);
    const bool fresh = is_new(entry.report, id);
    ImGui::TextUnformatted(row ? kind_text(row->summary.kind) : "–");
    ui::next_cell();
    ui::cell_text(record_title(app, id));
    ui::next_cell();
    if (!row || row->summary.removed) {
        ui::badge(ui::State::neutral, icon::cross, tr("Not here any more"));
    } else if (!entry.touched) {
        ui::badge(ui::State::neutral, icon::question, tr("New or changed"));
    } else if (fresh) {
        ui::badge(ui::State::accent, icon::plus, tr("New"));
    } else {
        ui::badge(ui::State::neutral, icon::pencil, tr("Changed"));
    }
    ui::next_cell();
    ui::cell_text(row && entry.touched ? arrived_text(app.inbox, place, fresh, row->summary.kind) : std::string("–"));
}

void count_line(const exchange::ImportLogEntry& entry) {
    const auto all = static_cast<std::int64_t>(entry.touched.value_or(entry.report.records.size()));
    const auto fresh = static_cast<std::int64_t>(entry.report.new_records.size());
    std::string text = trn("%d record changed by it", "%d records changed by it", all);
    if (entry.touched && fresh > 0) {
        text += ", " + trn("%d of them new", "%d of them new", fresh);
    }
    if (static_cast<std::size_t>(all) > entry.report.records.size()) {
        text += "  ·  " + fill(tr("the log names the first {}"), {std::to_string(entry.report.records.size())});
    }
    ui::bold(text);
    ui::note("inbox.count", text.c_str());
}

}  // namespace

void draw_import(App& app, const exchange::ImportLogEntry& entry) {
    InboxView& view = app.inbox;
    const bool to_records = std::exchange(view.to_records, false);
    import_head(app, entry);
    const std::vector<RecordId>& records = entry.report.records;
    if (records.empty()) {
        ui::muted(tr("No record was changed by it."));
        return;
    }
    load_arrived(app, entry);
    ui::gap(0.2f);
    count_line(entry);
    ImGui::SameLine();
    ui::small(tr("Enter: to the records; Enter again: open one; Escape: back to the list"));
    const std::vector<ui::Column> columns{
        {tr("Kind"), -9}, {tr("Record"), 3}, {tr("What it is"), -10}, {tr("What changed"), 2}};
    if (std::exchange(view.focus_records, false)) {
        ui::focus_table();
    }
    view.focus_records = to_records;
    view.record_selected = std::clamp(view.record_selected, 0, static_cast<int>(records.size()) - 1);
    ui::CellChoice keyboard;
    const int opened = ui::table(
        "inbox.records", columns, static_cast<int>(records.size()), view.record_selected,
        [&](int i) { record_cells(app, entry, static_cast<std::size_t>(i)); }, 0, &keyboard);
    // Dear ImGui takes the keyboard from the table as soon as Escape is pressed: what counts is who had it the frame before.
    bool& had_keyboard = *ImGui::GetStateStorage()->GetBoolRef(ImGui::GetID("inbox.records.keyboard"));
    if (had_keyboard && pressed(Key::escape)) {
        view.focus_list = true;
    }
    had_keyboard = keyboard.focused;
    if (opened >= 0) {
        open_record(app, RecordId(records[static_cast<std::size_t>(opened)]));
    }
}

}  // namespace fieldseal::desktop
