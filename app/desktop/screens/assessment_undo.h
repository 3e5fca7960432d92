// Undo and redo over the assessment that is open: its answers, and the fields of its findings and needs. A step taken back is an edit like any other: the log of the vault is never rewritten.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/codec/value.h"
#include "model/record/answer.h"
#include "model/record/record.h"

namespace fieldseal::desktop {

class App;

/// What one change did to an answer, or to a finding or need. Paths are those below the answer, as "value" and "measures/restore_hours", or those of
/// the finding or need.
struct AnswerStep {
    /// That it is about.
    std::string question;
    codec::Edits back;
    codec::Edits forward;
    std::int64_t at_ms = 0;
    /// The finding or need; zero where it is the answer.
    RecordId part;
    record::Kind kind = record::Kind::assessment;
};

/// Every change since the assessment was opened, as far as it can be taken back.
class AnswerSteps {
  public:
    /// What is typed into one field without a long pause becomes one step. `now_ms` only ever grows.
    void add(const std::string& question, const record::Answer& before, const record::Answer& after, std::int64_t now_ms);
    /// Likewise of a finding or need that is about this question.
    void add_part(const RecordId& part, record::Kind kind, const std::string& question, const codec::FieldMap& before, const codec::FieldMap& after,
                  std::int64_t now_ms);
    bool can_undo() const { return !done_.empty(); }
    bool can_redo() const { return !undone_.empty(); }
    /// The step to take back, or to do again; nothing where there is none.
    std::optional<AnswerStep> undo();
    std::optional<AnswerStep> redo();

  private:
    void add(AnswerStep step);

    std::vector<AnswerStep> done_;
    std::vector<AnswerStep> undone_;
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
