// Flat paths of records in words that people know, and values as they read them.
#pragma once

#include "app/session/session.h"

namespace fieldseal::desktop {

class App;

/// "CSB-RC-01: Note" for "answers/CSB-RC-01/note".
std::string field_text(const std::string& path);
/// The question id of an answer's path, or "".
std::string question_of(const std::string& path);
/// The last element in words: "Level", "Note".
std::string member_text(const std::string& path);
/// Numbers with their unit, where the record's questionnaire is at hand.
std::string value_text(const std::string& path, const std::optional<codec::Value>& value, const questionnaire::Template* questions = nullptr,
                       record::Kind kind = record::Kind::assessment);
/// A record's `state` (a review's `verdict`) as what was done: "finalised", "handed over".
std::string state_text(record::Kind kind, std::int64_t state);
/// What a step did, in a few words: "3 answers", "finalised".
std::string changed_text(const session::HistoryStep& step);
/// The same of paths alone, by whatever number of steps they were touched.
std::string paths_text(const std::vector<std::string>& paths, record::Kind kind);
std::string basis_text(record::Basis basis);
/// Of a number in a questionnaire: "h" in the user's language; empty for a plain count.
std::string unit_text(const std::string& unit);
/// "Hours on batteries alone, h": the label of a field for a number.
std::string with_unit(const std::string& label, const std::string& unit);
/// With its unit, where the question is known that a number answers.
std::string answer_text(const record::AnswerValue& value, const questionnaire::Question* question = nullptr);
/// All versions of a field in conflict beside each other with their authors, and buttons that settle it (conflicts.cpp).
/// `within` tells their ids apart where several records show theirs.
void conflict_choice(App& app, const RecordId& record, const session::Conflict& conflict, const std::string& within = {});

}  // namespace fieldseal::desktop
