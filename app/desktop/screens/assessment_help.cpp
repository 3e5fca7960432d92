// Findings and needs of a visit, and what it sees of earlier ones: beside the question, and all of them on a page.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/help_words.h"
#include "model/codec/flatten.h"

namespace fieldseal::desktop {

namespace {

/// The level's words: where the assessor's own begin.
std::string first_words(const session::AssessmentView& loaded, const questionnaire::Question& question) {
    const auto answer = loaded.assessment.answers.find(question.id);
    const std::optional<int> level = answer == loaded.assessment.answers.end() ? std::nullopt : questionnaire::level_of(question, answer->second);
    return level ? question.levels[static_cast<std::size_t>(*level)].in(language()) : question.text.in(language());
}

const session::Proposal* proposal_for(const session::AssessmentView& loaded, const std::string& question) {
    const auto found = std::ranges::find(loaded.proposals, question, &session::Proposal::question);
    return found == loaded.proposals.end() ? nullptr : &*found;
}

template <class Record>
void changed(App& app, const RecordId& id, record::Kind kind, const std::string& question, const Record& before, const Record& after) {
    const codec::FieldMap was = codec::flatten(before);
    const codec::FieldMap is = codec::flatten(after);
    app.assessment.steps.add_part(id, kind, question, was, is, app.environment.clock.uptime_ms());
    change_part(app, id, codec::difference(was, is));
}

/// `question` is that of the finding it belongs to.
void need_fields(App& app, session::NeedView& item, const std::string& question, const std::string& id, bool editable) {
    const record::Need before = item.need;
    record::Need& need = item.need;
    ImGui::PushID(item.id.hex().c_str());
    ui::gap(0.2f);
    ui::bold(tr("What would help"));
    if (!editable) {
        ui::body(need.text);
        ui::small(category_name(app, need.category) + "  ·  " + std::to_string(std::max<std::int64_t>(1, need.quantity)) + " " + need.unit +
                  (need.cost > 0 ? "  ·  " + cost_text(need.cost, need.currency) : std::string()) + "  ·  " + urgency_text(need.urgency));
        ImGui::PopID();
        return;
    }
    ui::note_field((id + ".text").c_str(), tr("In your words"), need.text, 2);
    ui::choice((id + ".category").c_str(), tr("Kind of help"), category_options(app), need.category, tr("Choose"));
    number_field((id + ".quantity").c_str(), tr("How many"), need.quantity);
    ui::text_field((id + ".unit").c_str(), tr("Of what (disks, licences, days)"), need.unit);
    number_field((id + ".cost").c_str(), tr("Rough cost of all of it"), need.cost);
    ui::small(tr("Currency"));
    ui::segments((id + ".currency").c_str(), {{"UAH", "UAH"}, {"EUR", "EUR"}, {"USD", "USD"}}, need.currency);
    if (need.cost > 0 && need.currency.empty()) {
        need.currency = "UAH";
    }
    if (!(before == need)) {
        changed(app, item.id, record::Kind::need, question, before, need);
    }
    ImGui::PopID();
}

void finding_fields(App& app, session::FindingView& item, int number, bool editable) {
    AssessmentScreenView& view = app.assessment;
    const std::string id = "finding." + std::to_string(number);
    const record::Finding before = item.finding;
    record::Finding& finding = item.finding;
    ImGui::PushID(item.id.hex().c_str());
    ui::bold(tr("Finding"));
    if (!editable) {
        ui::body(finding.text);
        ui::small(category_name(app, finding.category) + "  ·  " + urgency_text(finding.urgency));
    } else {
        if (view.finding_focus == item.id) {
            ImGui::SetKeyboardFocusHere(1);
            view.finding_focus.reset();
        }
        ui::note_field((id + ".text").c_str(), tr("What is weak, in your words"), finding.text, 3);
        ui::small(tr("How urgent"));
        std::string urgency = std::to_string(static_cast<int>(finding.urgency));
        if (ui::segments((id + ".urgency").c_str(), urgency_options(), urgency)) {
            finding.urgency = static_cast<record::Urgency>(urgency[0] - '0');
        }
        if (!(before == finding)) {
            changed(app, item.id, record::Kind::finding, finding.question, before, finding);
        }
    }
    ImGui::PopID();
    int needs = 0;
    for (session::NeedView& need : view.loaded->needs) {
        if (need.need.findings.contains(item.id.hex())) {
            need_fields(app, need, finding.question, id + ".need." + std::to_string(needs++), editable);
        }
    }
    if (editable && ui::button((id + ".ask").c_str(), needs == 0 ? tr("Ask for help (H)") : tr("Ask for more"), ui::Kind::plain, icon::plus)) {
        ask_for_help(app, item.id);
    }
}

/// One earlier finding or delivery, with what this visit sees of it.
void look_at(App& app, session::FollowUp& item, int number, bool editable) {
    const std::string id = "look." + std::to_string(number);
    ImGui::PushID(item.record.hex().c_str());
    const bool need = item.kind == record::Kind::need;
    ui::bold(need ? fill(tr("Handed over on {}"), {day_text(item.on)}) : fill(tr("Found on {}"), {day_text(item.on)}));
    ui::body(item.text);
    const record::Check before = item.check;
    if (need) {
        ui::small(trn("%d was handed over", "%d were handed over", item.quantity));
    } else if (editable && item.check.result == record::CheckResult::none && item.suggested != record::CheckResult::none) {
        ui::badge(ui::State::accent, icon::question, fill(tr("Your answer suggests: {}"), {result_text(item.suggested, item.kind)}));
    }
    if (!editable) {
        ui::small(result_text(item.check.result, item.kind));
        if (!item.check.note.empty()) {
            ui::body(item.check.note);
        }
        ImGui::PopID();
        return;
    }
    std::string result = std::to_string(static_cast<int>(item.check.result));
    if (ui::segments((id + ".result").c_str(), result_options(item.kind), result)) {
        item.check.result = static_cast<record::CheckResult>(result[0] - '0');
    }
    if (need && item.check.result != record::CheckResult::none) {
        number_field((id + ".seen").c_str(), tr("How many are in place and working"), item.check.seen);
    }
    if (item.check.result != record::CheckResult::none) {
        ui::text_field((id + ".note").c_str(), tr("What you saw"), item.check.note);
    }
    if (!(before == item.check)) {
        change_check(app, item.record, item.check);
    }
    ImGui::PopID();
}

}  // namespace

void add_finding(App& app, const questionnaire::Question& question) {
    AssessmentScreenView& view = app.assessment;
    if (!can_edit(app) || proposal_for(*view.loaded, question.id) == nullptr || app.running("finding")) {
        return;
    }
    record::Finding finding;
    finding.assessment = view.id;
    finding.question = question.id;
    finding.text = first_words(*view.loaded, question);
    finding.category = question.remedy.category;
    finding.urgency = question.critical ? record::Urgency::now : record::Urgency::this_year;
    app.load<RecordId>(
        "finding", [finding](session::Session& session) { return session.add_finding(finding); },
        [&app, visit = view.id, about = question.id](const RecordId& id) {
            if (app.assessment.id != visit) {
                return;
            }
            app.assessment.steps.add_new_part(id, record::Kind::finding, about, app.environment.clock.uptime_ms());
            app.assessment.finding_focus = id;
            app.say(ui::State::good, tr("Added as a finding. Say it in your own words."));
        });
}

void ask_for_help(App& app, const RecordId& finding) {
    AssessmentScreenView& view = app.assessment;
    const auto found = std::ranges::find(view.loaded->findings, finding, &session::FindingView::id);
    if (!can_edit(app) || found == view.loaded->findings.end() || app.running("finding")) {
        return;
    }
    const questionnaire::Question* question = view.loaded->questions->find(found->finding.question);
    record::Need need;
    need.assessment = view.id;
    need.findings[finding.hex()] = true;
    need.text = question != nullptr && !question->remedy.text.empty() ? question->remedy.text.in(language()) : found->finding.text;
    need.category = found->finding.category;
    need.urgency = found->finding.urgency;
    need.quantity = 1;
    app.load<RecordId>(
        "finding", [need](session::Session& session) { return session.add_need(need); },
        [&app, visit = view.id, about = found->finding.question](const RecordId& id) {
            if (app.assessment.id != visit) {
                return;
            }
            app.assessment.steps.add_new_part(id, record::Kind::need, about, app.environment.clock.uptime_ms());
            app.say(ui::State::good, tr("Asked for. Say how many, and roughly what it costs."));
        });
}

bool is_proposed(const AssessmentScreenView& view, const std::string& question) {
    return proposal_for(*view.loaded, question) != nullptr;
}

bool has_help(const AssessmentScreenView& view, const std::string& question) {
    const auto of_question = [&](const auto& item) { return item.question == question; };
    return std::ranges::any_of(view.loaded->findings, [&](const session::FindingView& item) { return item.finding.question == question; }) ||
           std::ranges::any_of(view.loaded->follow_ups, of_question);
}

void draw_question_help(App& app, const questionnaire::Question& question) {
    AssessmentScreenView& view = app.assessment;
    const bool editable = can_edit(app);
    int number = 0;
    for (session::FollowUp& item : view.loaded->follow_ups) {
        if (item.question == question.id) {
            look_at(app, item, number, editable);
            ui::gap(0.3f);
        }
        ++number;
    }
    number = 0;
    for (session::FindingView& item : view.loaded->findings) {
        if (item.finding.question == question.id) {
            finding_fields(app, item, number, editable);
            ui::gap(0.3f);
        }
        ++number;
    }
}

void draw_proposal(App& app, const questionnaire::Question& question) {
    if (can_edit(app) && proposal_for(*app.assessment.loaded, question.id) != nullptr &&
        ui::button("finding.add", tr("Add a finding (F)"), ui::Kind::primary, icon::plus)) {
        add_finding(app, question);
    }
}

std::string visit_help_text(const AssessmentScreenView& view) {
    const auto open = std::ranges::count_if(view.loaded->follow_ups, [](const session::FollowUp& item) { return item.check.result == record::CheckResult::none; });
    std::string text = tr("Findings and needs");
    if (open > 0) {
        text += "  ·  " + trn("%d to look at", "%d to look at", open);
    } else if (!view.loaded->proposals.empty()) {
        text += "  ·  " + trn("%d proposed", "%d proposed", static_cast<std::int64_t>(view.loaded->proposals.size()));
    }
    return text;
}

void draw_visit_help(App& app) {
    AssessmentScreenView& view = app.assessment;
    const bool editable = can_edit(app);
    ui::heading(tr("Findings and needs"));
    if (view.loaded->findings.empty() && view.loaded->follow_ups.empty() && view.loaded->proposals.empty()) {
        ui::muted(tr("No answer is weak so far, and nothing is open from earlier visits."));
        return;
    }
    int number = 0;
    if (!view.loaded->follow_ups.empty()) {
        ui::bold(tr("To look at: what was found or handed over before"));
    }
    for (session::FollowUp& item : view.loaded->follow_ups) {
        ui::begin_card(("card.look." + std::to_string(number)).c_str());
        look_at(app, item, number++, editable);
        ui::end_card();
        ui::gap(0.2f);
    }
    number = 0;
    for (session::FindingView& item : view.loaded->findings) {
        ui::begin_card(("card.finding." + std::to_string(number)).c_str());
        ui::small(item.finding.question + "  ·  " + question_text(app, item.finding.question));
        finding_fields(app, item, number++, editable);
        ui::end_card();
        ui::gap(0.2f);
    }
    if (editable && !view.loaded->proposals.empty()) {
        ui::gap(0.2f);
        ui::bold(tr("Weak answers without a finding, the most urgent first"));
        number = 0;
        for (const session::Proposal& item : view.loaded->proposals) {
            const questionnaire::Question* question = view.loaded->questions->find(item.question);
            ui::begin_card(("card.proposal." + std::to_string(number)).c_str());
            ui::small(item.question + "  ·  " + question->text.in(language()));
            ui::body(first_words(*view.loaded, *question));
            if (ui::button(("proposal." + std::to_string(number)).c_str(), tr("Add a finding"), ui::Kind::plain, icon::plus)) {
                add_finding(app, *question);
            }
            ui::end_card();
            ui::gap(0.2f);
            ++number;
        }
    }
}

}  // namespace fieldseal::desktop
