// What the assessment screen changes, and how it gets to disk.
#include <algorithm>
#include <utility>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/screens.h"
#include "model/codec/flatten.h"

namespace fieldseal::desktop {

bool can_edit(const App& app) {
    const auto& loaded = app.assessment.loaded;
    return loaded && loaded->assessment.state == record::AssessmentState::open && !app.is_reviewer() &&
           (app.is_coordinator() || loaded->assessment.assessor == app.snapshot->own_person);
}

const record::Answer* answer_of(const AssessmentScreenView& view, const std::string& question) {
    const auto found = view.loaded->assessment.answers.find(question);
    return found == view.loaded->assessment.answers.end() ? nullptr : &found->second;
}

void recompute(AssessmentScreenView& view) {
    if (!view.loaded->questions) {
        return;
    }
    const auto& loaded = *view.loaded;
    std::int64_t now = loaded.assessment.started_ms;
    for (const auto& [id, answer] : loaded.assessment.answers) {
        now = std::max(now, answer.answered_ms);
    }
    view.applicability = questionnaire::applicability(*loaded.questions, loaded.assessment, loaded.site.sector);
    view.loaded->score = questionnaire::score(*loaded.questions, loaded.assessment, loaded.site.sector, now);
    session::propose(*view.loaded);
}

std::string first_question(const AssessmentScreenView& view) {
    const auto& all = view.loaded->questions->questions_in_order();
    for (const questionnaire::Question* question : all) {
        const record::Answer* answer = answer_of(view, question->id);
        if (view.applicability->at(question->order) == questionnaire::Applies::yes && (answer == nullptr || answer->value.state == record::AnswerValue::State::open)) {
            return question->id;
        }
    }
    return all.front()->id;
}

namespace {

/// Sends what changed; one job at a time, and what changes meanwhile goes with the next.
void save_next(App& app) {
    AssessmentScreenView& view = app.assessment;
    if (view.saving || !has_unsaved(view)) {
        return;
    }
    view.saving = true;
    auto answers = std::make_shared<std::map<std::string, record::Answer>>(std::move(view.unsaved));
    auto parts = std::make_shared<std::map<RecordId, codec::Edits>>(std::move(view.unsaved_parts));
    auto checks = std::make_shared<std::map<RecordId, record::Check>>(std::move(view.unsaved_checks));
    auto fields = std::make_shared<codec::Edits>(std::move(view.unsaved_fields));
    auto evidence = std::make_shared<std::map<RecordId, bool>>(std::move(view.unsaved_evidence));
    view.unsaved.clear();
    view.unsaved_fields.clear();
    view.unsaved_parts.clear();
    view.unsaved_checks.clear();
    view.unsaved_evidence.clear();
    app.save(
        [id = view.id, answers, fields, parts, checks, evidence](session::Session& session) {
            for (const auto& [question, answer] : *answers) {
                session.save_answer(id, question, answer);
            }
            if (!fields->empty()) {
                session.save(id, *fields);
            }
            for (const auto& [record, edits] : *parts) {
                session.save_part(record, edits);
            }
            for (const auto& [record, check] : *checks) {
                session.save_check(id, record, check);
            }
            for (const auto& [record, removed] : *evidence) {
                removed ? session.remove_evidence(record) : session.put_back_evidence(record);
            }
        },
        [&app, id = view.id] {
            if (app.assessment.id != id) {
                return;
            }
            app.assessment.saving = false;
            // What is on the screen is what was saved: nothing needs to be loaded again, but what came or went with an undo.
            if (!std::exchange(app.assessment.reload, false)) {
                app.assessment.loaded_generation = app.snapshot ? app.snapshot->generation : app.assessment.loaded_generation;
            }
            save_next(app);
        },
        [&app, id = view.id, answers, fields, parts, checks, evidence](const Error* error) {
            if (app.assessment.id != id) {
                return;
            }
            app.assessment.saving = false;
            // Tried again with the next change. What the rules refuse would be refused again: the screen loads what holds.
            if (error == nullptr || (error->code() != ErrorCode::refused && error->code() != ErrorCode::not_found)) {
                app.assessment.unsaved.merge(*answers);
                app.assessment.unsaved_fields.merge(*fields);
                app.assessment.unsaved_checks.merge(*checks);
                app.assessment.unsaved_evidence.merge(*evidence);
                for (auto& [record, edits] : *parts) {
                    app.assessment.unsaved_parts[record].merge(edits);
                }
            }
        });
}

}  // namespace

void save_answers(App& app) {
    // One more job behind the one that may be waiting.
    app.assessment.saving = false;
    save_next(app);
}

void change_answer(App& app, const std::string& question, const std::function<void(record::Answer&)>& change) {
    AssessmentScreenView& view = app.assessment;
    if (!can_edit(app)) {
        return;
    }
    const record::Answer* found = answer_of(view, question);
    const record::Answer before = found == nullptr ? record::Answer{} : *found;
    record::Answer answer = before;
    change(answer);
    answer.answered_ms = app.environment.clock.wall_ms();
    view.steps.add(question, before, answer, app.environment.clock.uptime_ms());
    put_answer(app, question, answer);
}

void put_answer(App& app, const std::string& question, const record::Answer& answer) {
    AssessmentScreenView& view = app.assessment;
    view.loaded->assessment.answers[question] = answer;
    view.unsaved[question] = answer;
    recompute(view);
    save_next(app);
}

void change_text(App& app, const std::string& path, const std::string& text) {
    AssessmentScreenView& view = app.assessment;
    if (!can_edit(app)) {
        return;
    }
    codec::Edits edits;
    edits[path] = text.empty() ? std::nullopt : std::optional<codec::Value>(text);
    const codec::FieldMap before = codec::flatten(view.loaded->assessment);
    codec::FieldMap after = before;
    codec::apply(after, edits);
    view.steps.add_text(before, after, app.environment.clock.uptime_ms());
    put_fields(app, edits);
}

void put_fields(App& app, const codec::Edits& edits) {
    AssessmentScreenView& view = app.assessment;
    codec::FieldMap fields = codec::flatten(view.loaded->assessment);
    codec::apply(fields, edits);
    view.loaded->assessment = codec::unflatten<record::Assessment>(fields);
    for (const auto& [path, value] : edits) {
        view.unsaved_fields[path] = value;
    }
    save_next(app);
}

bool has_unsaved(const AssessmentScreenView& view) {
    return !view.unsaved.empty() || !view.unsaved_fields.empty() || !view.unsaved_parts.empty() ||
           !view.unsaved_checks.empty() || !view.unsaved_evidence.empty();
}

void change_part(App& app, const RecordId& record, const codec::Edits& edits) {
    if (!can_edit(app) || edits.empty()) {
        return;
    }
    codec::Edits& waiting = app.assessment.unsaved_parts[record];
    for (const auto& [path, value] : edits) {
        waiting[path] = value;
    }
    save_next(app);
}

void change_check(App& app, const RecordId& record, const record::Check& check) {
    AssessmentScreenView& view = app.assessment;
    if (!can_edit(app)) {
        return;
    }
    const auto was = view.loaded->assessment.checks.find(record.hex());
    const record::Check before = was == view.loaded->assessment.checks.end() ? record::Check{} : was->second;
    const auto item = std::ranges::find(view.loaded->follow_ups, record, &session::FollowUp::record);
    view.steps.add_check(record, item == view.loaded->follow_ups.end() ? std::string() : item->question, before, check, app.environment.clock.uptime_ms());
    put_check(app, record, check);
}

void put_check(App& app, const RecordId& record, const record::Check& check) {
    AssessmentScreenView& view = app.assessment;
    const auto item = std::ranges::find(view.loaded->follow_ups, record, &session::FollowUp::record);
    if (item != view.loaded->follow_ups.end()) {
        item->check = check;
    }
    view.loaded->assessment.checks[record.hex()] = check;
    view.unsaved_checks[record] = check;
    save_next(app);
}

void mark_evidence(App& app, const RecordId& evidence, bool removed) {
    AssessmentScreenView& view = app.assessment;
    if (!can_edit(app)) {
        return;
    }
    if (removed) {
        std::erase_if(view.loaded->evidence, [&](const session::EvidenceView& item) { return item.id == evidence; });
    }
    // What comes back is read again once that is on disk.
    view.reload = true;
    view.unsaved_evidence[evidence] = removed;
    save_next(app);
}

void take_out_evidence(App& app, const session::EvidenceView& item) {
    if (!can_edit(app)) {
        return;
    }
    // Copied: `item` is one of those that are left out now.
    const RecordId id = item.id;
    app.assessment.steps.add_evidence(id, item.evidence.question, item.evidence.file_name, false,
                                      app.environment.clock.uptime_ms());
    mark_evidence(app, id, true);
    app.say(
        ui::State::good,
        tr("Taken out of the assessment; undo brings it back. What was sent already stays with those who have it."));
}

void evidence_attached(App& app, const RecordId& assessment, const RecordId& evidence, const std::string& question,
                       const std::string& name) {
    if (app.assessment.id == assessment) {
        app.assessment.steps.add_evidence(evidence, question, name, true, app.environment.clock.uptime_ms());
    }
}

void set_value(App& app, const std::string& question, const record::AnswerValue& value) {
    change_answer(app, question, [&app, &value](record::Answer& answer) {
        answer.value = value;
        if (value.state != record::AnswerValue::State::not_applicable) {
            answer.reason.clear();
        }
        carry_basis(app.assessment, answer);
    });
}

void carry_basis(const AssessmentScreenView& view, record::Answer& answer) {
    const bool answered = answer.value.state == record::AnswerValue::State::level || answer.value.state == record::AnswerValue::State::number;
    if (answered && answer.basis == record::Basis::none) {
        answer.basis = view.carried_basis;
    }
}

void choose_question(App& app, const std::string& question) {
    AssessmentScreenView& view = app.assessment;
    view.question = question;
    view.turning.reset();
    view.held.clear();
    view.just_answered.clear();
}

bool go_on(App& app) {
    AssessmentScreenView& view = app.assessment;
    const auto& all = view.loaded->questions->questions_in_order();
    const questionnaire::Question* here = view.loaded->questions->find(view.question);
    for (std::size_t place = here == nullptr ? 0 : here->order + 1; place < all.size(); ++place) {
        if (view.applicability->at(place) == questionnaire::Applies::yes) {
            choose_question(app, all[place]->id);
            view.scroll_to_question = true;
            return true;
        }
    }
    return false;
}

void step_question(App& app, int direction, bool open_only) {
    AssessmentScreenView& view = app.assessment;
    const auto& all = view.loaded->questions->questions_in_order();
    const questionnaire::Question* here = view.loaded->questions->find(view.question);
    const int count = static_cast<int>(all.size());
    int place = here == nullptr ? 0 : static_cast<int>(here->order);
    for (int tried = 0; tried < count; ++tried) {
        place = (place + direction + count) % count;
        const questionnaire::Question& next = *all[static_cast<std::size_t>(place)];
        const record::Answer* answer = answer_of(view, next.id);
        const bool open = answer == nullptr || answer->value.state == record::AnswerValue::State::open;
        if (view.applicability->at(next.order) == questionnaire::Applies::yes && (!open_only || open)) {
            choose_question(app, next.id);
            view.scroll_to_question = true;
            return;
        }
    }
}

}  // namespace fieldseal::desktop
