// How results look: on a terminal and as JSON.
#pragma once

#include <iosfwd>

#include "app/ctl/context.h"

namespace fieldseal::ctl {

/// Text of a record for a terminal: control characters and marks that turn the writing direction, which could make a
/// terminal show or do something else, are replaced.
std::string plain(std::string_view text);
/// plain(), on one line and at most `most` characters, with an ellipsis where it was cut.
std::string one_line(std::string_view text, std::size_t most = 100);
/// "2026-11-23T12:00:00Z"; "" for 0.
std::string iso_time(std::int64_t ms);
/// The first digits of an id: enough to name it on the command line.
std::string short_id(ByteView id);
/// "1.4 MB".
std::string size_text(std::uint64_t bytes);

/// "approved", "returned", "comment".
std::string_view verdict_name(record::Verdict verdict);
std::string_view state_name(record::AssessmentState state);

/// A field's value: booleans, integers and reals as such, text as text, bytes in hexadecimal, null where there is none.
Json value_json(const std::optional<codec::Value>& value);
/// value_json for a terminal.
std::string value_text(const std::optional<codec::Value>& value);
/// What the interchange module printed, as a value.
Json parsed(const std::string& json);
/// Score of an assessment as `show` and `assess` give it; null without.
Json score_json(const questionnaire::Template* questions, const std::optional<questionnaire::Score>& score);
/// "62 % (55-70 %), grade C, provisional"; "no score yet".
std::string score_text(const questionnaire::Template* questions, const std::optional<questionnaire::Score>& score);

/// To stdout, indented, with a line end.
void print(const Json& json);
/// Throws Error(disk) if what was printed did not arrive, for example in a full disk's file.
void flush_output();

}  // namespace fieldseal::ctl
