// Parts of the assessment screen that its files share.
#pragma once

#include <functional>

#include "app/desktop/app.h"

namespace fieldseal::desktop {

/// The assessor's own or a coordinator's, while it is not finalised.
bool can_edit(const App& app);
const record::Answer* answer_of(const AssessmentScreenView& view, const std::string& question);
/// Score and applicability of what is on the screen.
void recompute(AssessmentScreenView& view);
std::string first_question(const AssessmentScreenView& view);

/// Changes the answer on the screen and puts it on its way to disk.
void change_answer(App& app, const std::string& question, const std::function<void(record::Answer&)>& change);
/// The answer as it is to be, without a step to take back.
void put_answer(App& app, const std::string& question, const record::Answer& answer);
/// Edits of the assessment itself, without a step to take back.
void put_fields(App& app, const codec::Edits& edits);
void put_check(App& app, const RecordId& record, const record::Check& check);
/// A piece of evidence goes or comes back, without a step to take back.
void mark_evidence(App& app, const RecordId& evidence, bool removed);
/// Takes it out; the step can be taken back.
void take_out_evidence(App& app, const session::EvidenceView& item);
/// It was attached by this person a moment ago; the step can be taken back.
void evidence_attached(App& app, const RecordId& assessment, const RecordId& evidence, const std::string& question,
                       const std::string& name);
/// A text of the assessment itself: "summary", "sign_off/name".
void change_text(App& app, const std::string& path, const std::string& text);
void set_value(App& app, const std::string& question, const record::AnswerValue& value);
/// The question's answer, likewise with the basis that the assessor said holds from here on.
void carry_basis(const AssessmentScreenView& view, record::Answer& answer);
void choose_question(App& app, const std::string& question);
/// To the next (or previous) question that applies; with `open_only` the next one without an answer.
void step_question(App& app, int direction, bool open_only);
/// To the next that applies, never round to the first: false behind the last.
bool go_on(App& app);

// assessment_list.cpp
/// The questions by section, with the field that finds one by typing.
void draw_question_list(App& app);

// assessment_keys.cpp
/// Everything that one hand does on a question.
void question_keys(App& app, const questionnaire::Question& question);
/// A finding of this question; where nothing is proposed for it, of the one that was just answered, which is shown
/// again.
void add_finding_here(App& app, const questionnaire::Question& question);
/// The basis of this question and of those that follow; once more takes it off those that follow.
void carry_on_basis(App& app, const std::string& question, record::Basis basis);

// assessment_turning.cpp
/// So long a level is seen before the page turns: enough to notice a slip, too short to wait for.
inline constexpr std::int64_t key_turn_ms = 300;
/// Leaves the question a moment later, unless that is switched off.
void turn_soon(App& app, const std::string& question, std::int64_t after_ms);
/// A finger or the mouse is pressed: the page does not turn under it.
void hold_page(AssessmentScreenView& view);
/// What a finger or the mouse answers. Where that makes the answer whole, level and how it is known, it leads on as
/// keys do; an answer that was whole before is being mended, and stays.
void answer_by_tap(App& app, const std::string& question, const std::function<void()>& answer);
/// Leaves a question whose answer has been seen long enough.
void turn_page(App& app);
/// What has just been answered on the question before, and the way back.
void draw_just_answered(App& app);

// assessment_number.cpp
/// Digits that are typed on a question for a number go into its field.
void number_keys(App& app, const questionnaire::Question& question);
void draw_number(App& app, const questionnaire::Question& question, const record::Answer& answer, bool editable);
/// Figures beside a level.
void draw_measures(App& app, const questionnaire::Question& question, const record::Answer& answer);
/// Asks the vault once for what could not be read as numbers.
void load_unread_numbers(App& app);

/// The question with its levels or number, basis, note, evidence.
void draw_question(App& app, const questionnaire::Question& question);
/// Previous, next, finalise: always in sight below the question.
void draw_question_buttons(App& app);
/// With the line above them.
float question_buttons_height();
/// Stands for a question where all findings and needs are shown.
inline constexpr const char* help_page = "@help";
/// Something changed that is not on its way to disk.
bool has_unsaved(const AssessmentScreenView& view);
/// Fields of a finding or need.
void change_part(App& app, const RecordId& record, const codec::Edits& edits);
/// What this visit sees of an earlier finding or need; the step can be taken back.
void change_check(App& app, const RecordId& record, const record::Check& check);
/// What is proposed for a weak answer becomes a finding; nothing where nothing is proposed.
void add_finding(App& app, const questionnaire::Question& question);
bool is_proposed(const AssessmentScreenView& view, const std::string& question);
void ask_for_help(App& app, const RecordId& finding);
/// Whether the question has a finding, or one of an earlier visit.
bool has_help(const AssessmentScreenView& view, const std::string& question);
void draw_question_help(App& app, const questionnaire::Question& question);
void draw_proposal(App& app, const questionnaire::Question& question);
/// "Findings and needs · 2 to look at".
std::string visit_help_text(const AssessmentScreenView& view);
void draw_visit_help(App& app);

/// What the last visit answered, and taking it over: with a basis of its own to be given anew.
void take_previous(App& app, const questionnaire::Question& question);
void draw_previous(App& app, const questionnaire::Question& question);

// assessment_reading.cpp
/// What was answered, for who cannot change it: plain text, with what was chosen marked.
void draw_answer_to_read(const questionnaire::Question& question, const record::Answer& answer);

// assessment_thread.cpp
/// Somebody wrote about this very question.
bool has_thread(const AssessmentScreenView& view, const std::string& question);
/// What reviewers and the assessor wrote about the question or the whole assessment, and a place to answer or to judge.
void draw_thread(App& app, const questionnaire::Question& question);
/// The reason of a return, and the questions that reviewers asked about, each a press away; nothing where there are none.
void draw_asked(App& app);
/// Puts words to a reviewer or an assessor that are being typed on the disk.
void keep_words(App& app);

/// Guidance, and the reviewers' words.
void draw_beside(App& app, const questionnaire::Question& question);
}  // namespace fieldseal::desktop
