// Ctrl+F: where words stand, in all texts that one may see; Enter goes to the very place.
#include "app/desktop/screens/search.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/numbers.h"
#include "app/desktop/screens/record_pages.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

constexpr std::size_t shown_of_kind = 20;
constexpr std::size_t read_at_once = 150;

/// Asks the worker for what is typed, and on until all is read.
void ask(App& app) {
    SearchView& view = app.search;
    const std::string wanted = std::to_string(app.snapshot->generation) + "\n" + view.query;
    const bool more = view.problem.empty() && view.results && !view.results->reading.done();
    if (view.waiting || (view.asked == wanted && !more)) {
        return;
    }
    view.waiting = true;
    view.asked = wanted;
    app.load<session::TextResults>(
        "search", [find = app.find_text, query = view.query](session::Session& session) { return find(session, query); },
        [&app](session::TextResults results) {
            SearchView& target = app.search;
            target.waiting = false;
            target.problem.clear();
            if (!target.results || target.results->query != results.query) {
                target.selected = 0;
            }
            target.results = std::move(results);
        },
        [&app](const std::string& problem) {
            app.search.waiting = false;
            app.search.problem = problem;
        });
}

const char* group_text(record::Kind kind) {
    switch (kind) {
        case record::Kind::site: return tr("Sites");
        case record::Kind::assessment: return tr("Answers and summaries");
        case record::Kind::evidence: return tr("Evidence");
        case record::Kind::review: return tr("Reviews");
        case record::Kind::finding: return tr("Findings");
        case record::Kind::need: return tr("Needs");
        case record::Kind::offer: return tr("Offers");
        case record::Kind::pledge: return tr("Promised and handed over");
        case record::Kind::assignment: return tr("Assignments");
        default: return "";
    }
}

const char* kind_icon(record::Kind kind) {
    switch (kind) {
        case record::Kind::site: return icon::home;
        case record::Kind::evidence: return icon::file;
        case record::Kind::review: return icon::comment;
        case record::Kind::finding: return icon::warning;
        case record::Kind::need: return icon::list;
        case record::Kind::offer: return icon::people;
        case record::Kind::pledge: return icon::check;
        case record::Kind::assignment: return icon::clock;
        default: return icon::pencil;
    }
}

/// Field, and the question in words.
std::string found_place_text(const session::FoundText& found) {
    std::string text = member_text(found.path);
    if (found.path == "caption") {
        text = tr("Caption");
    } else if (found.path == "file_name") {
        text = tr("File name");
    }
    if (found.question.empty()) {
        return text;
    }
    const questionnaire::Question* question = found.questions ? found.questions->find(found.question) : nullptr;
    return text + "  ·  " + found.question + (question == nullptr ? "" : "  " + question->text.in(language()));
}

void open_found(App& app, const session::FoundText& found) {
    // Copied: where it leads draws something else in its place.
    const session::FoundText to = found;
    switch (to.kind) {
        case record::Kind::site: app.open_site(to.record); return;
        case record::Kind::offer: open_offer(app, to.record); return;
        case record::Kind::assignment: app.open_site(to.site); return;
        case record::Kind::need:
        case record::Kind::pledge:
            if (!app.is_assessor()) {
                portfolio::NeedFilter filter;
                filter.need = to.need;
                open_needs(app, filter);
                app.needs.filter_text = to.snippet.text;
            } else if (to.assessment.is_zero()) {
                app.open_site(to.site);
            } else {
                app.open_assessment(to.assessment, to.question.empty() ? help_page : to.question);
            }
            return;
        case record::Kind::assessment:
            app.open_assessment(to.assessment, to.question.empty() ? close_page : to.question);
            app.assessment.close.shown = "summary";
            return;
        default: app.open_assessment(to.assessment, to.question); return;
    }
}

/// One line, what was found marked: in bold on a ground of its own, so that colour is not the only sign.
void draw_snippet(const portfolio::Snippet& snippet) {
    std::size_t at = 0;
    const auto run = [&snippet](std::size_t from, std::size_t to) {
        ImGui::TextUnformatted(snippet.text.data() + from, snippet.text.data() + to);
        ImGui::SameLine(0, 0);
    };
    for (const portfolio::TextMark& mark : snippet.marks) {
        if (mark.start > at) {
            run(at, mark.start);
        }
        at = mark.start + mark.size;
        ImGui::PushFont(fonts().bold);
        const char* begin = snippet.text.data() + mark.start;
        const ImVec2 size = ImGui::CalcTextSize(begin, begin + mark.size);
        const ImVec2 corner = ImGui::GetCursorScreenPos();
        ImGui::GetWindowDrawList()->AddRectFilled(corner, {corner.x + size.x, corner.y + size.y}, color(palette().caution_soft), em(0.15f));
        run(mark.start, at);
        ImGui::PopFont();
    }
    run(at, snippet.text.size());
    ImGui::NewLine();
}

/// True where it was clicked.
bool draw_found(const session::FoundText& found, int number, bool selected) {
    const std::string id = "search.found." + std::to_string(number);
    const ImVec2 start = ImGui::GetCursorPos();
    const float height = 2 * ImGui::GetTextLineHeightWithSpacing() + ImGui::GetTextLineHeight();
    const bool clicked = ImGui::Selectable(("###" + id).c_str(), selected, ImGuiSelectableFlags_AllowItemOverlap, {0, height});
    ui::note(id.c_str(), found.snippet.text.c_str());
    const ImVec2 end = ImGui::GetCursorPos();
    ImGui::SetCursorPos(start);
    ImGui::PushID(id.c_str());
    ImGui::Indent(em(0.5f));
    ImGui::BeginGroup();
    ui::bold(found.title + (found.visited_on.empty() ? "" : "  ·  " + day_text(found.visited_on)));
    ImGui::PushStyleColor(ImGuiCol_Text, palette().muted);
    ImGui::TextUnformatted(found_place_text(found).c_str());
    ImGui::PopStyleColor();
    draw_snippet(found.snippet);
    ImGui::EndGroup();
    ImGui::Unindent(em(0.5f));
    ImGui::PopID();
    ImGui::SetCursorPos(end);
    ui::gap(0.15f);
    return clicked;
}

const session::FoundText* found_at(const session::TextResults& results, int number) {
    for (const session::FoundGroup& group : results.groups) {
        if (number < static_cast<int>(group.found.size())) {
            return &group.found[static_cast<std::size_t>(number)];
        }
        number -= static_cast<int>(group.found.size());
    }
    return nullptr;
}

}  // namespace

session::TextResults read_and_find(session::Session& session, const std::string& query) {
    session.read_for_search(read_at_once);
    return session.search_text(query, shown_of_kind);
}

void open_search(App& app) {
    app.search.focus = true;
    app.go(Screen::search);
}

void draw_search(App& app) {
    SearchView& view = app.search;
    ui::title(tr("Search"));
    ask(app);
    ui::search_field("search.text", tr("Words of a note, a name, a finding … in any order"), view.query, em(32), view.focus);
    view.focus = false;
    if (!view.problem.empty()) {
        ui::begin_card("search.failed");
        ui::badge(ui::State::bad, icon::warning, tr("The search failed."));
        ui::body(view.problem);
        ui::note("search.problem", view.problem.c_str());
        if (ui::button("search.again", tr("Try again"), ui::Kind::primary, icon::search, !view.waiting)) {
            view.asked.clear();
        }
        ui::end_card();
    }
    if (!view.results) {
        if (view.problem.empty()) {
            ui::muted(tr("Loading…"));
        }
        return;
    }
    const session::TextResults& results = *view.results;
    if (!results.reading.done()) {
        ImGui::SameLine();
        ImGui::AlignTextToFramePadding();
        ui::small(fill(tr("Reading: {} of {} records. What is not read yet is not found yet."), {std::to_string(results.reading.read), std::to_string(results.reading.of)}));
    }
    if (results.groups.empty()) {
        if (view.query.empty()) {
            ui::empty_state(icon::search, tr("Search everything"), tr("Type words, or their beginnings. Sites, notes, summaries, findings, needs, offers, what was promised, assignments, reviews, captions and file names are searched."));
        } else if (results.query == view.query && results.reading.done()) {
            ui::muted(tr("Nothing fits what you typed."));
        }
        return;
    }
    int count = 0;
    for (const session::FoundGroup& group : results.groups) {
        count += static_cast<int>(group.found.size());
    }
    // The arrows choose while one types.
    if (!ImGui::GetIO().KeyAlt && !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) {
        const int before = view.selected;
        view.selected += (pressed(Key::down) ? 1 : 0) - (pressed(Key::up) ? 1 : 0) + (pressed(Key::page_down) ? 5 : 0) - (pressed(Key::page_up) ? 5 : 0);
        view.selected = std::clamp(view.selected, 0, std::max(0, count - 1));
        view.scroll = view.scroll || view.selected != before;
    }
    const session::FoundText* chosen = nullptr;
    if (pressed(Key::enter) && results.query == view.query && !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) {
        chosen = found_at(results, view.selected);
    }
    ui::gap(0.3f);
    ImGui::BeginChild("search.list", {0, 0}, false, ImGuiWindowFlags_NoBackground);
    int number = 0;
    for (const session::FoundGroup& group : results.groups) {
        ui::heading(std::string(kind_icon(group.kind)) + "  " + group_text(group.kind) + "  ·  " + std::to_string(group.total));
        for (const session::FoundText& found : group.found) {
            const bool selected = number == view.selected;
            if (draw_found(found, number, selected)) {
                chosen = &found;
                view.selected = number;
            }
            if (selected && view.scroll) {
                ImGui::SetScrollHereY(0.5f);
                view.scroll = false;
            }
            ++number;
        }
        if (group.found.size() < group.total) {
            ui::small(trn("and %d more; type another word", "and %d more; type another word", static_cast<std::int64_t>(group.total - group.found.size())));
        }
        ui::gap(0.4f);
    }
    ImGui::EndChild();
    if (chosen != nullptr) {
        open_found(app, *chosen);
    }
}

}  // namespace fieldseal::desktop
