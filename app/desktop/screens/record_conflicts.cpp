// Conflicts of records that have no page of their own, and the way to those of visits.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/conflicts.h"
#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/record_pages.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

/// Null while the worker looks for the first time.
const std::vector<session::Conflict>* conflicts_of(App& app, const RecordId& record) {
    ConflictsView::Known& known = app.conflicts.known[record];
    if (known.generation != app.snapshot->generation && !app.running("conflicts")) {
        known.generation = app.snapshot->generation;
        app.load<std::vector<session::Conflict>>(
            "conflicts", [record](session::Session& session) { return session.conflicts(record); },
            [&app, record](std::vector<session::Conflict> found) {
                app.conflicts.known[record].conflicts = std::move(found);
            });
    }
    return known.conflicts ? &*known.conflicts : nullptr;
}

std::uint32_t count_of(const App& app, const RecordId& record) {
    const auto row = app.snapshot->find(record);
    return row ? row->summary.conflicts : 0;
}

/// True where there was anything to draw.
bool draw_all(App& app, const RecordId& record) {
    const std::vector<session::Conflict>* conflicts = conflicts_of(app, record);
    if (conflicts == nullptr) {
        ui::muted(tr("Loading…"));
        return true;
    }
    // Copied: settling one loads them anew.
    for (const session::Conflict& conflict : std::vector<session::Conflict>(*conflicts)) {
        conflict_choice(app, record, conflict, record.hex().substr(0, 8) + ".");
        ui::gap(0.2f);
    }
    return !conflicts->empty();
}

}  // namespace

void draw_record_conflicts(App& app, const RecordId& record) {
    if (count_of(app, record) > 0) {
        ui::gap(0.2f);
        draw_all(app, record);
    }
}

bool conflict_button(App& app, const std::string& id, const RecordId& record) {
    const std::uint32_t count = count_of(app, record);
    if (count == 0) {
        return false;
    }
    if (ui::button(id.c_str(), trn("%d conflict", "%d conflicts", count), ui::Kind::danger, icon::warning)) {
        if (app.snapshot->find(record)->summary.kind == record::Kind::assessment) {
            app.open_assessment(record, close_page);
            app.assessment.close.shown = "conflicts";
        } else {
            app.conflicts.shown = record;
            app.conflicts.opening = true;
        }
    }
    return true;
}

void draw_conflicts_window(App& app) {
    ConflictsView& view = app.conflicts;
    if (view.opening) {
        ImGui::OpenPopup("conflicts");
        view.opening = false;
    }
    const ImVec2 screen = ImGui::GetMainViewport()->Size;
    ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetCenter(), ImGuiCond_Always, {0.5f, 0.5f});
    ImGui::SetNextWindowSize({std::min(em(52), screen.x - em(2)), std::min(em(34), screen.y - em(2))});
    if (!ui::begin_modal("conflicts",
                         ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize)) {
        return;
    }
    const auto row = app.snapshot->find(view.shown);
    ui::heading(row ? std::string(kind_text(row->summary.kind)) + "  ·  " + record_title(app, view.shown)
                    : std::string("–"));
    ImGui::BeginChild("conflicts.all", {0, ImGui::GetContentRegionAvail().y - em(3.4f)}, false,
                      ImGuiWindowFlags_NoBackground);
    const bool any = row && draw_all(app, view.shown);
    if (!any) {
        ui::badge(ui::State::good, icon::check, tr("Nothing is in conflict any more."));
    }
    ImGui::EndChild();
    if (ui::button("conflicts.close", tr("Close"), ui::Kind::primary) || pressed(Key::escape)) {
        ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
}

}  // namespace fieldseal::desktop
