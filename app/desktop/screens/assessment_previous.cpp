// The last visit's answer beside the question: a starting point that is confirmed one by one, never copied by itself.
#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/field_names.h"

namespace fieldseal::desktop {

void take_previous(App& app, const questionnaire::Question& question) {
    const record::Answer* then = session::previous_answer(*app.assessment.loaded, question.id);
    if (then == nullptr || !can_edit(app)) {
        return;
    }
    const record::Answer before = *then;
    change_answer(app, question.id, [&app, &before](record::Answer& answer) {
        answer.value = before.value;
        answer.reason = before.reason;
        answer.measures = before.measures;
        // How it was known then says nothing of how it is known now; the note was about what was seen then.
        answer.basis = record::Basis::none;
        answer.unsure = false;
        carry_basis(app.assessment, answer);
    });
    const record::Basis basis = app.assessment.loaded->assessment.answers[question.id].basis;
    app.say(ui::State::good, basis == record::Basis::none ? std::string(tr("As at the last visit. Say how you know it today: S, D, B or T."))
                                                          : fill(tr("As at the last visit. How you know it today: {}."), {basis_text(basis)}));
}

void draw_previous(App& app, const questionnaire::Question& question) {
    const session::AssessmentView& loaded = *app.assessment.loaded;
    const record::Answer* then = session::previous_answer(loaded, question.id);
    if (then == nullptr) {
        return;
    }
    ui::heading(fill(tr("Last visit, {}"), {day_text(loaded.previous->then.visited_on)}));
    ui::bold(answer_text(then->value, &question) + "  ·  " + basis_text(then->basis));
    ui::note("previous.answer", answer_text(then->value, &question).c_str());
    const questionnaire::Question& asked = *loaded.previous->questions->find(question.id);
    if (const std::optional<int> level = questionnaire::level_of(asked, *then)) {
        ui::body(asked.levels[static_cast<std::size_t>(*level)].in(language()));
    }
    if (!then->reason.empty()) {
        ui::body(then->reason);
    }
    if (!then->note.empty()) {
        ui::small(then->note);
    }
    if (can_edit(app) && app.assessment.applicability->at(question.order) == questionnaire::Applies::yes &&
        ui::button("answer.same", tr("Unchanged since then (L)"), ui::Kind::plain, icon::check)) {
        take_previous(app, question);
    }
    ui::gap(0.5f);
}

}  // namespace fieldseal::desktop
