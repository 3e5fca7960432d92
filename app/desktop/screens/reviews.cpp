// The queue of assessments by whom they wait for: what nobody has judged yet, what was answered since it was returned, what is with its assessor, what is
// approved. Longest waiting first, or the weakest first.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "app/desktop/app.h"
#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/saved_views.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

using Waits = ReviewsView::Waits;

bool waits_for_reviewer(Waits waits) {
    return waits == Waits::review || waits == Waits::answered;
}

/// Nothing where it is being answered for the first time.
std::optional<Waits> waits_of(const session::Row& row, const vault::Summary* verdict) {
    const bool finalised = row.summary.state == static_cast<std::uint8_t>(record::AssessmentState::finalised);
    const bool returned = row.verdict == record::Verdict::give_back;
    if (!finalised) {
        return returned ? std::optional(Waits::assessor) : std::nullopt;
    }
    if (!row.verdict) {
        return Waits::review;
    }
    if (returned) {
        return verdict != nullptr && row.summary.changed_ms > verdict->created_ms ? Waits::answered : Waits::assessor;
    }
    return Waits::nobody;
}

/// Since when it waits: the verdict that sent it back, or its last change.
std::int64_t since_of(const ReviewsView::Line& line) {
    return line.waits == Waits::assessor && line.judged_ms != 0 ? line.judged_ms : line.row->summary.changed_ms;
}

/// The weakest first, of equals at the site on which most depends; without a score last, and what waits for nobody behind all.
auto by_risk(const App& app, const ReviewsView::Line& line) {
    const auto site = app.snapshot->find(line.row->summary.parent);
    const int score = line.row->summary.score;
    return std::tuple(line.waits == Waits::nobody, score < 0, score, site ? -static_cast<int>(site->summary.state) : 0, since_of(line));
}

auto by_age(const ReviewsView::Line& line) {
    return std::tuple(line.waits == Waits::nobody, !waits_for_reviewer(line.waits), since_of(line));
}

/// Makes the list anew where the vault, the filter or the order changed.
void refresh_queue(App& app) {
    ReviewsView& view = app.reviews;
    const std::string wanted = view.query + "\n" + view.waits + "\n" + view.order;
    if (view.shown_of == app.snapshot && view.shown_for == wanted) {
        return;
    }
    view.shown_of = app.snapshot;
    view.shown_for = wanted;
    view.lines.clear();
    view.counts = {};
    std::unordered_map<RecordId, const vault::Summary*> verdicts;
    std::unordered_map<RecordId, const vault::Summary*> last_words;
    for (const auto& row : app.snapshot->reviews) {
        last_words.try_emplace(row->summary.parent, &row->summary);
        // Newest first: the first one counts.
        if (row->summary.state != static_cast<std::uint8_t>(record::Verdict::comment)) {
            verdicts.try_emplace(row->summary.parent, &row->summary);
        }
    }
    const std::string folded = portfolio::fold(view.query);
    for (const auto& row : app.snapshot->assessments) {
        const auto verdict = verdicts.find(row->summary.id);
        const vault::Summary* judged = verdict == verdicts.end() ? nullptr : verdict->second;
        const std::optional<Waits> waits = waits_of(*row, judged);
        if (!waits) {
            continue;
        }
        ++view.counts[static_cast<std::size_t>(*waits)];
        if (!view.waits.empty() && view.waits != std::to_string(static_cast<int>(*waits))) {
            continue;
        }
        if (!folded.empty()) {
            const auto site = app.snapshot->find(row->summary.parent);
            const std::string text = (site ? site->summary.title : std::string()) + " " + app.name_of(row->summary.person) + " " + row->summary.date;
            if (portfolio::fold(text).find(folded) == std::string::npos) {
                continue;
            }
        }
        const auto words = last_words.find(row->summary.id);
        const bool answered = words != last_words.end() && words->second->person == row->summary.person;
        view.lines.push_back({row, *waits, judged == nullptr ? 0 : judged->created_ms, answered});
    }
    if (view.order == "risk") {
        std::ranges::stable_sort(view.lines, {}, [&](const ReviewsView::Line& line) { return by_risk(app, line); });
    } else {
        std::ranges::stable_sort(view.lines, {}, by_age);
    }
    view.selected = std::clamp(view.selected, 0, std::max(0, static_cast<int>(view.lines.size()) - 1));
}

void waits_badge(const ReviewsView::Line& line) {
    switch (line.waits) {
        case Waits::review: ui::badge(ui::State::accent, icon::clock, tr("Waiting")); break;
        case Waits::answered: ui::badge(ui::State::accent, icon::refresh, tr("Answered since")); break;
        case Waits::assessor: ui::badge(ui::State::caution, icon::back, tr("With the assessor")); break;
        case Waits::nobody: verdict_badge(record::Verdict::approve); break;
    }
}

}  // namespace

void draw_reviews(App& app) {
    ReviewsView& view = app.reviews;
    ui::title(tr("Reviews"));
    refresh_queue(app);
    if (view.counts == decltype(view.counts){}) {
        ui::empty_state(icon::review, tr("Nothing to review"), tr("Finalised assessments show here once they have arrived. Sync in the inbox."));
        return;
    }
    const auto named = [&](Waits waits, const char* text) {
        return std::pair(std::to_string(static_cast<int>(waits)), std::string(text) + " · " + std::to_string(view.counts[static_cast<std::size_t>(waits)]));
    };
    ui::segments("reviews.waits",
                 {{"", tr("All")},
                  named(Waits::review, tr("Waiting")),
                  named(Waits::answered, tr("Answered since")),
                  named(Waits::assessor, tr("With the assessor")),
                  named(Waits::nobody, tr("Approved"))},
                 view.waits);
    ui::gap(0.2f);
    ui::search_field("reviews.search", tr("Find by site or assessor (Ctrl+J)"), view.query, em(20), chord(Key::j));
    ImGui::SameLine();
    ui::segments("reviews.order", {{"age", tr("Longest waiting first")}, {"risk", tr("Weakest first")}}, view.order);
    ImGui::SameLine();
    saved_views_menu(app, "reviews");
    refresh_queue(app);
    const auto waiting = static_cast<std::int64_t>(view.counts[static_cast<std::size_t>(Waits::review)] + view.counts[static_cast<std::size_t>(Waits::answered)]);
    ui::small(trn("%d assessment waits for a verdict", "%d assessments wait for a verdict", waiting));
    if (view.lines.empty()) {
        ui::muted(tr("Nothing fits what you typed."));
        return;
    }
    const std::vector<ui::Column> columns{{tr("Site"), 3}, {tr("Day of the visit"), -8}, {tr("Assessor"), 1.2f}, {tr("Score"), -10}, {tr("Since"), -8}, {tr("Verdict"), -11}};
    const int opened = ui::table("reviews.table", columns, static_cast<int>(view.lines.size()), view.selected, [&](int i) {
        const ReviewsView::Line& line = view.lines[static_cast<std::size_t>(i)];
        const session::Row& row = *line.row;
        const auto site = app.snapshot->find(row.summary.parent);
        ui::cell_text(site ? site->summary.title.c_str() : "–");
        ui::next_cell();
        ImGui::TextUnformatted(day_text(row.summary.date).c_str());
        ui::next_cell();
        ui::cell_text((line.answered_in_words ? std::string(icon::comment) + "  " : std::string()) + app.name_of(row.summary.person));
        ui::next_cell();
        ui::cell_text((percent_text(row.summary.score) + "  " + app.grade_name(row.summary.grade)).c_str());
        ui::next_cell();
        ImGui::TextUnformatted(day_text(record::day_of(since_of(line))).c_str());
        ui::next_cell();
        waits_badge(line);
    });
    if (opened >= 0) {
        app.open_assessment(view.lines[static_cast<std::size_t>(opened)].row->summary.id);
    }
}

}  // namespace fieldseal::desktop
