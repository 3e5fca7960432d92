#include "app/desktop/screens/assessment_close.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/conflicts.h"
#include "app/desktop/screens/erasing.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

using questionnaire::Remark;
using questionnaire::RemarkKind;

/// What stands above the first remark of its kind.
const char* group_text(RemarkKind kind) {
    switch (kind) {
        case RemarkKind::not_applicable_without_reason: return tr("To put right before finalising");
        case RemarkKind::reviewer_asks: return tr("Asked by a reviewer");
        case RemarkKind::in_conflict:
        case RemarkKind::above_related:
        case RemarkKind::contradiction:
        case RemarkKind::not_applicable_against_profile: return tr("Answers that do not go together");
        case RemarkKind::critical_unanswered: return tr("Critical, and not answered");
        case RemarkKind::top_level_without_evidence:
        case RemarkKind::top_level_shown_by_nothing:
        case RemarkKind::unknown_without_note:
        case RemarkKind::without_basis: return tr("Not shown or not explained");
        case RemarkKind::earlier_not_followed_up: return tr("Left from earlier visits");
        case RemarkKind::unanswered: return tr("Not answered");
        case RemarkKind::not_signed: return tr("Signature");
    }
    return "";
}

std::string answer_of_text(const AssessmentScreenView& view, const std::string& question) {
    const record::Answer* answer = answer_of(view, question);
    return question + ": " + answer_text(answer == nullptr ? record::AnswerValue{} : answer->value, view.loaded->questions->find(question));
}

void go_to(App& app, const Remark& remark) {
    AssessmentScreenView& view = app.assessment;
    if (remark.kind == RemarkKind::not_signed) {
        view.close.name_focus = true;
        return;
    }
    choose_question(app, remark.question.empty() ? help_page : remark.question);
    view.scroll_to_question = true;
    view.close.from_here = true;
    view.reason_focus = remark.kind == RemarkKind::not_applicable_without_reason;
}

/// One remark: where, and what, wrapped.
bool remark_row(const std::string& id, const Remark& remark, const std::string& text, bool selected) {
    const Palette& p = palette();
    const float inset = em(0.4f);
    const float id_width = em(6.4f);
    const float width = ImGui::GetContentRegionAvail().x;
    const float wrap = width - id_width - 2 * inset;
    const float height = ImGui::CalcTextSize(text.c_str(), nullptr, false, wrap).y + 2 * inset;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool clicked = ImGui::InvisibleButton(id.c_str(), {width, height});
    ui::note(id.c_str(), (remark.question + "  " + text).c_str());
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const ImVec2 end{at.x + width, at.y + height};
    if (selected || ImGui::IsItemHovered()) {
        draw.AddRectFilled(at, end, color(selected ? p.accent_soft : p.raised), em(0.3f));
    }
    if (selected) {
        draw.AddRect(at, end, color(p.accent), em(0.3f), 0, em(0.1f));
    }
    const std::string where = remark.question.empty() ? std::string(icon::list) : remark.question;
    draw.AddText(fonts().bold, fonts().bold->FontSize, {at.x + inset, at.y + inset}, color(questionnaire::blocks(remark.kind) ? p.bad : p.text), where.c_str());
    draw.AddText(fonts().body, fonts().body->FontSize, {at.x + inset + id_width, at.y + inset}, color(p.text), text.c_str(), nullptr, wrap);
    return clicked;
}

void remark_keys(CloseView& view, int count) {
    const int before = view.selected;
    view.selected += (pressed(Key::down) ? 1 : 0) - (pressed(Key::up) ? 1 : 0) + (pressed(Key::page_down) ? 10 : 0) - (pressed(Key::page_up) ? 10 : 0);
    if (pressed(Key::home)) {
        view.selected = 0;
    }
    if (pressed(Key::end)) {
        view.selected = count - 1;
    }
    view.selected = std::clamp(view.selected, 0, std::max(0, count - 1));
    view.scroll = view.scroll || view.selected != before;
}

/// Said once for all that say nothing of how it is known: the least that can be claimed, and by the assessor's own press.
void say_all_stated(App& app, const std::vector<Remark>& remarks) {
    app.assessment.steps.begin_group();
    for (const Remark& remark : remarks) {
        if (remark.kind == RemarkKind::without_basis) {
            change_answer(app, remark.question, [](record::Answer& answer) { answer.basis = record::Basis::stated; });
        }
    }
    app.assessment.steps.end_group();
}

void remark_list(App& app, const std::vector<Remark>& remarks) {
    CloseView& view = app.assessment.close;
    if (remarks.empty()) {
        ui::empty_state(icon::check, tr("Complete and consistent"), tr("Every question that applies is answered, and the answers go together. Show the summary, have it signed, seal it."));
        return;
    }
    ui::small(tr("Up, down and Enter: go to the question. Ctrl+Enter: come back here."));
    const auto unsaid = std::ranges::count(remarks, RemarkKind::without_basis, &Remark::kind);
    const bool listening = !ImGui::GetIO().WantTextInput && !ImGui::GetIO().KeyCtrl && !ImGui::GetIO().KeyAlt &&
                           !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId);
    if (unsaid > 1 && (ui::button("close.all_stated", trn("%d answer does not say how you know: stated (S)", "%d answers do not say how you know: all stated (S)", unsaid)) ||
                       (listening && pressed_anew(Key::s)))) {
        say_all_stated(app, remarks);
        // What is shown is read again with the next frame.
        view.list_focus = true;
        return;
    }
    if (view.list_focus) {
        ImGui::SetNextWindowFocus();
        view.list_focus = false;
    }
    ImGui::BeginChild("close.list", {0, 0}, false, ImGuiWindowFlags_NoNavInputs);
    bool go = false;
    if (ImGui::IsWindowFocused() && !ImGui::GetIO().WantTextInput && !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) {
        remark_keys(view, static_cast<int>(remarks.size()));
        go = pressed(Key::enter) && !ImGui::GetIO().KeyCtrl;
    }
    view.selected = std::clamp(view.selected, 0, static_cast<int>(remarks.size()) - 1);
    const char* group = "";
    for (int i = 0; i < static_cast<int>(remarks.size()); ++i) {
        const Remark& remark = remarks[static_cast<std::size_t>(i)];
        if (const char* text = group_text(remark.kind); text != group) {
            ui::gap(i == 0 ? 0.1f : 0.4f);
            ui::badge(questionnaire::blocks(remark.kind) ? ui::State::bad : ui::State::caution, questionnaire::blocks(remark.kind) ? icon::warning : icon::circle, text);
            group = text;
        }
        if (remark_row("remark." + std::to_string(i), remark, remark_text(app, remark), i == view.selected)) {
            view.selected = i;
            go = true;
        }
        if (i == view.selected && view.scroll) {
            ImGui::SetScrollHereY(0.4f);
            view.scroll = false;
        }
    }
    ImGui::EndChild();
    if (go) {
        go_to(app, remarks[static_cast<std::size_t>(view.selected)]);
    }
}

void finalise_now(App& app) {
    AssessmentScreenView& view = app.assessment;
    // What was typed last goes before it.
    save_answers(app);
    if (view.close.seal || app.snapshot->seal_on_finalise) {
        seal_assessment(app, true);
        return;
    }
    app.run(
        "finalise", [id = view.id](session::Session& session, const session::Progress&) { session.finalise(id); },
        [&app] {
            app.assessment.close = {};
            app.assessment.close.shown = "summary";
            app.say(ui::State::good, tr("Finalised and sealed. It goes out with the next sync."));
        });
}

void signature(App& app) {
    AssessmentScreenView& view = app.assessment;
    const record::SignOff signed_by = view.loaded->assessment.sign_off;
    ui::heading(std::string("3   ") + tr("Signature of the site"));
    if (!can_edit(app)) {
        if (signed_by.name.empty()) {
            ui::muted(tr("Nobody signed for the site."));
            return;
        }
        ui::bold(signed_by.name);
        ui::small(signed_by.role);
        ui::body(signed_by.remark);
        return;
    }
    ui::small(tr("Show the summary. Who speaks for the site may sign it, and have a remark noted."));
    std::string name = signed_by.name;
    if (ui::text_field("sign.name", tr("Who signs"), name, {}, view.close.name_focus)) {
        change_text(app, "sign_off/name", name);
    }
    view.close.name_focus = false;
    std::string role = signed_by.role;
    if (ui::text_field("sign.role", tr("Position"), role, tr("For example deputy head"))) {
        change_text(app, "sign_off/role", role);
    }
    std::string remark = signed_by.remark;
    if (ui::note_field("sign.remark", tr("Remark"), remark, 3, tr("What they wish to have noted"))) {
        change_text(app, "sign_off/remark", remark);
    }
}

void sealing(App& app, const std::vector<Remark>& remarks) {
    CloseView& view = app.assessment.close;
    ui::gap(0.4f);
    ui::heading(tr("Finalise and seal"));
    ui::small(tr("Finalising seals the assessment. It can be edited again only after a reviewer returns it."));
    if (app.is_assessor()) {
        if (app.snapshot->seal_on_finalise) {
            ui::bold(tr("Your settings seal it away as well."));
        } else {
            ui::check_box("finalise.seal", tr("Seal it away as well"), view.seal);
        }
        ui::small(sealing_text());
    }
    const auto blocking = std::ranges::count_if(remarks, questionnaire::blocks, &Remark::kind);
    if (blocking > 0) {
        ui::badge(ui::State::bad, icon::warning, trn("%d answer has to be put right first", "%d answers have to be put right first", blocking));
    }
}

void close_buttons(App& app, const std::vector<Remark>& remarks) {
    AssessmentScreenView& view = app.assessment;
    const bool allowed = std::ranges::none_of(remarks, questionnaire::blocks, &Remark::kind) && !app.running("finalise");
    ui::line();
    const bool chosen = ui::button("finalise.go", tr("Finalise and seal"), ui::Kind::primary, icon::seal, allowed);
    ImGui::SameLine();
    if (ui::button("finalise.cancel", tr("Not yet"))) {
        view.close.from_here = false;
        choose_question(app, first_question(view));
        view.scroll_to_question = true;
        return;
    }
    if (chosen || (allowed && strong_chord(Key::enter))) {
        finalise_now(app);
    }
}

}  // namespace

std::string remark_text(const App& app, const Remark& remark) {
    const AssessmentScreenView& view = app.assessment;
    const questionnaire::Template& questions = *view.loaded->questions;
    const questionnaire::Question* question = questions.find(remark.question);
    switch (remark.kind) {
        case RemarkKind::not_applicable_without_reason: return tr("Not applicable, but nothing says why");
        case RemarkKind::reviewer_asks: {
            std::string words;
            for (const session::ReviewView& item : view.loaded->reviews) {
                words = item.review.question == remark.question ? item.review.text : words;
            }
            return fill(tr("A reviewer asked about this: {}"), {words});
        }
        case RemarkKind::in_conflict: return tr("Two edits of this answer differ: settle which one holds");
        case RemarkKind::above_related:
        case RemarkKind::contradiction: {
            const questionnaire::ConsistencyRule* rule = questions.check(remark.rule);
            return (rule == nullptr ? std::string() : rule->text.in(language()) + " ") + "(" + answer_of_text(view, remark.question) + "; " + answer_of_text(view, remark.related) + ")";
        }
        case RemarkKind::not_applicable_against_profile: {
            const auto profile = std::ranges::find(questions.profile_questions, remark.related, &questionnaire::ProfileQuestion::id);
            return fill(tr("Not applicable, but the site's profile says yes: {}"), {profile == questions.profile_questions.end() ? remark.related : profile->text.in(language())});
        }
        case RemarkKind::top_level_without_evidence:
            return fill(tr("Top level; counts as level 2 until it is: {}"), {question == nullptr ? std::string() : basis_text(question->min_evidence_for_full)});
        case RemarkKind::top_level_shown_by_nothing: return tr("Top level, but neither a note nor a file shows it");
        case RemarkKind::unknown_without_note: return tr("Unknown, and no note says why");
        case RemarkKind::without_basis: return tr("Answered, but not how you know");
        case RemarkKind::earlier_not_followed_up: return tr("Found or handed over before; this visit says nothing of it yet");
        case RemarkKind::critical_unanswered:
        case RemarkKind::unanswered: {
            const auto unread = view.unread_numbers.find(remark.question);
            return (unread == view.unread_numbers.end() ? std::string() : fill(tr("“{}” is not a number"), {unread->second}) + "  ·  ") +
                   (question == nullptr ? std::string() : question->text.in(language()));
        }
        case RemarkKind::not_signed: return tr("Nobody has signed for the site yet");
    }
    return {};
}

void open_close_page(App& app) {
    AssessmentScreenView& view = app.assessment;
    if (!view.loaded || !view.loaded->questions) {
        return;
    }
    if (!view.close.from_here) {
        view.close = {};
        view.close.seal = app.snapshot->seal_on_finalise;
        view.close.shown = can_edit(app) && !session::check(*view.loaded).empty() ? "open" : "summary";
    }
    view.close.from_here = false;
    view.close.list_focus = view.close.scroll = true;
    choose_question(app, close_page);
}

void close_keys(App& app) {
    AssessmentScreenView& view = app.assessment;
    if (chord(Key::enter) && view.question != close_page && !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) {
        open_close_page(app);
    }
}

void draw_way_back(App& app) {
    AssessmentScreenView& view = app.assessment;
    if (!view.close.from_here) {
        return;
    }
    const auto left = static_cast<std::int64_t>(session::check(*view.loaded).size());
    if (ui::button("close.back", tr("Back to the check (Ctrl+Enter)"), ui::Kind::plain, icon::back)) {
        open_close_page(app);
    }
    ImGui::SameLine();
    ui::small(trn("%d to look at", "%d to look at", left));
    ui::gap(0.2f);
}

void draw_close_page(App& app) {
    AssessmentScreenView& view = app.assessment;
    const bool editable = can_edit(app);
    const std::vector<Remark> remarks = editable ? session::check(*view.loaded) : std::vector<Remark>{};
    if (!ImGui::GetIO().WantTextInput && !ImGui::GetIO().KeyAlt && !ImGui::GetIO().KeyCtrl && (editable || !view.loaded->conflicts.empty())) {
        if (editable && pressed(Key::digit_1)) {
            view.close.shown = "open";
            view.close.list_focus = true;
        } else if (pressed(Key::digit_2)) {
            view.close.shown = "summary";
        } else if (editable && pressed(Key::digit_3)) {
            view.close.name_focus = true;
        }
    }
    const std::size_t differing = view.loaded->conflicts.size();
    if (!ImGui::GetIO().WantTextInput && !ImGui::GetIO().KeyAlt && !ImGui::GetIO().KeyCtrl && differing > 0 && pressed(Key::digit_4)) {
        view.close.shown = "conflicts";
    }
    if (view.close.shown == "conflicts" && differing == 0) {
        view.close.shown = editable ? "open" : "summary";
    }
    const ImVec2 space = ImGui::GetContentRegionAvail();
    const float right = std::min(em(24), space.x * 0.4f);
    ui::begin_card("close.left", space.x - right - ImGui::GetStyle().ItemSpacing.x, -1);
    if (editable || differing > 0) {
        std::vector<std::pair<std::string, std::string>> parts;
        if (editable) {
            parts.emplace_back("open", std::string("1   ") + tr("What to look at") + (remarks.empty() ? std::string() : "  (" + std::to_string(remarks.size()) + ")"));
        }
        parts.emplace_back("summary", std::string("2   ") + tr("Summary for the site"));
        if (differing > 0) {
            parts.emplace_back("conflicts", "4   " + trn("%d conflict", "%d conflicts", static_cast<std::int64_t>(differing)));
        }
        ui::segments("close", parts, view.close.shown);
        ui::gap(0.2f);
    }
    if (view.close.shown == "conflicts") {
        draw_assessment_conflicts(app);
    } else if (editable && view.close.shown == "open") {
        remark_list(app, remarks);
    } else {
        ImGui::BeginChild("close.summary.scroll", {0, 0}, false);
        draw_summary(app);
        ImGui::EndChild();
    }
    ui::end_card();
    ImGui::SameLine();
    ui::begin_card("close.right", 0, -1);
    ImGui::BeginChild("close.right.scroll", {0, ImGui::GetContentRegionAvail().y - em(3.2f)}, false);
    draw_asked(app);
    signature(app);
    if (editable) {
        sealing(app, remarks);
    }
    ImGui::EndChild();
    if (editable) {
        close_buttons(app, remarks);
    } else {
        ui::line();
        if (ui::button("close.questions", tr("The questions"), ui::Kind::plain, icon::back)) {
            choose_question(app, first_question(view));
            view.scroll_to_question = true;
        }
    }
    ui::end_card();
}

}  // namespace fieldseal::desktop
