// Undo and redo over the assessment that is open: its answers, its findings and needs, what it sees of earlier ones,
// the evidence that was attached or taken out, its summary and signature. A step taken back is an edit like any other:
// the log of the vault is never rewritten. What was added is marked as removed, and done again by taking the mark off.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/codec/value.h"
#include "model/record/answer.h"
#include "model/record/check.h"
#include "model/record/record.h"

namespace fieldseal::desktop {

class App;

/// What one change did.
struct AnswerStep {
    /// Whose paths the edits are: below the answer, as "value" and "measures/restore_hours"; of the finding or need; of
    /// what this visit sees of an earlier one; of the assessment itself, as "sign_off/name"; of a piece of evidence,
    /// which is attached or taken out.
    enum class Of : std::uint8_t { answer, part, check, text, evidence };
    Of of = Of::answer;
    /// That it is about; empty where it is about none.
    std::string question;
    codec::Edits back;
    codec::Edits forward;
    std::int64_t at_ms = 0;
    /// The finding, need or piece of evidence.
    RecordId part{};
    record::Kind kind = record::Kind::assessment;
    /// Steps of one group, which is not 0, go back and forth together.
    std::uint64_t group = 0;
    /// The file's, of evidence: what was taken out is on no list any more.
    std::string name{};
};

/// Every change since the assessment was opened, as far as it can be taken back.
class AnswerSteps {
  public:
    /// What is typed into one field without a long pause becomes one step. `now_ms` only ever grows.
    void add(const std::string& question, const record::Answer& before, const record::Answer& after, std::int64_t now_ms);
    /// Likewise of a finding or need that is about this question.
    void add_part(const RecordId& part, record::Kind kind, const std::string& question, const codec::FieldMap& before, const codec::FieldMap& after,
                  std::int64_t now_ms);
    /// A finding or need was written that was not there before.
    void add_new_part(const RecordId& part, record::Kind kind, const std::string& question, std::int64_t now_ms);
    /// A piece of evidence was attached to the question, or taken out.
    void add_evidence(const RecordId& evidence, const std::string& question, const std::string& name, bool attached,
                      std::int64_t now_ms);
    /// What this visit sees of an earlier finding or need, about this question or none.
    void add_check(const RecordId& part, const std::string& question, const record::Check& before, const record::Check& after, std::int64_t now_ms);
    /// Of the assessment itself.
    void add_text(const codec::FieldMap& before, const codec::FieldMap& after, std::int64_t now_ms);
    /// What is added until the next end_group() is one thing to a person.
    void begin_group() { group_ = ++last_group_; }
    void end_group() { group_ = 0; }
    /// What is typed next is a step of its own, though it is typed into the same field at once.
    void pause();
    bool can_undo() const { return !done_.empty(); }
    bool can_redo() const { return !undone_.empty(); }
    /// The step to take back, or to do again; nothing where there is none.
    std::optional<AnswerStep> undo();
    std::optional<AnswerStep> redo();
    /// Whether what comes next belongs to `step`, which was just given out.
    bool undo_goes_on(const AnswerStep& step) const { return step.group != 0 && can_undo() && done_.back().group == step.group; }
    bool redo_goes_on(const AnswerStep& step) const { return step.group != 0 && can_redo() && undone_.back().group == step.group; }

  private:
    void add(AnswerStep step);

    std::vector<AnswerStep> done_;
    std::vector<AnswerStep> undone_;
    std::uint64_t group_ = 0;
    std::uint64_t last_group_ = 0;
};

/// The path that a step is told by: "value" before "note" before the rest; of a finding or need its words before the rest.
std::string main_path(const codec::Edits& edits);

/// Takes back the last change, or does it again; says which and shows its question.
void undo_answer(App& app);
void redo_answer(App& app);
/// Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y. Not while something is typed: the field takes back its own words then.
void undo_keys(App& app);
void draw_undo_buttons(App& app);

}  // namespace fieldseal::desktop
