// The queue of finalised assessments: what nobody has judged yet first, oldest first.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/screens.h"

namespace fieldseal::desktop {

void draw_reviews(App& app) {
    ui::title(tr("Reviews"));
    std::vector<std::shared_ptr<const session::Row>> queue;
    for (const auto& row : app.snapshot->assessments) {
        if (row->summary.state == static_cast<std::uint8_t>(record::AssessmentState::finalised)) {
            queue.push_back(row);
        }
    }
    std::ranges::stable_sort(queue, {}, [](const auto& row) { return std::pair(row->verdict.has_value(), row->summary.changed_ms); });
    if (queue.empty()) {
        ui::empty_state(icon::review, tr("Nothing to review"), tr("Finalised assessments show here once they have arrived. Sync in the inbox."));
        return;
    }
    const auto waiting = std::ranges::count_if(queue, [](const auto& row) { return !row->verdict; });
    ui::small(trn("%d assessment waits for a verdict", "%d assessments wait for a verdict", waiting));
    const std::vector<ui::Column> columns{{tr("Site"), 3}, {tr("Day of the visit"), -8}, {tr("Assessor"), 1.2f}, {tr("Score"), -10}, {tr("Verdict"), -9}};
    const int opened = ui::table("reviews.table", columns, static_cast<int>(queue.size()), app.reviews.selected, [&](int i) {
        const session::Row& row = *queue[static_cast<std::size_t>(i)];
        const auto site = app.snapshot->find(row.summary.parent);
        ImGui::TextUnformatted(site ? site->summary.title.c_str() : "–");
        ui::next_cell();
        ImGui::TextUnformatted(day_text(row.summary.date).c_str());
        ui::next_cell();
        ImGui::TextUnformatted(app.name_of(row.summary.person).c_str());
        ui::next_cell();
        ImGui::TextUnformatted((percent_text(row.summary.score) + "  " + app.grade_name(row.summary.grade)).c_str());
        ui::next_cell();
        if (row.verdict) {
            verdict_badge(*row.verdict);
        } else {
            ui::badge(ui::State::accent, icon::clock, tr("Waiting"));
        }
    });
    if (opened >= 0) {
        app.open_assessment(queue[static_cast<std::size_t>(opened)]->summary.id);
    }
}

}  // namespace fieldseal::desktop
