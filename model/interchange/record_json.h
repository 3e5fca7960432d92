// The one JSON form of sites, assessments and answers (docs/cli.md): what `site add` and `assess` take and `show`
// prints.
#pragma once

#include <string>

#include "model/questionnaire/template.h"
#include "model/record/help.h"

namespace fieldseal::interchange {

/// Reads one site. Throws Error(failed) naming `file`, JSON pointer and reason; unknown members are errors, so that a
/// slip of the pen is noticed.
record::Site site_from_json(std::string_view json, std::string_view file);
std::string to_json(const record::Site& site);
/// A filled-in site, as `site example` prints it.
std::string example_site_json();

/// Visit, profile and answers into `assessment`, whose site and template are set already. Checks ids, levels, bases,
/// numbers and measures against the template; reports up to 20 problems at once.
void answers_from_json(std::string_view json, std::string_view file, const questionnaire::Template& questions,
                       record::Assessment& assessment);
std::string to_json(const record::Assessment& assessment);
/// A complete, plausible set of answers for the template, as `template example` prints it.
std::string example_answers_json(const questionnaire::Template& questions);

// Findings, needs and offers: what `finding add`, `need add` and `offer add` take and `show` prints. Ids of records are 32
// hexadecimal digits.
record::Finding finding_from_json(std::string_view json, std::string_view file);
record::Need need_from_json(std::string_view json, std::string_view file);
record::Offer offer_from_json(std::string_view json, std::string_view file);
std::string to_json(const record::Finding& finding);
std::string to_json(const record::Need& need);
std::string to_json(const record::Offer& offer);
std::string to_json(const record::Pledge& pledge);
std::string to_json(const record::Assignment& assignment);

/// "can_wait", "this_year", "now"; "" where not said.
std::string_view name_of(record::Urgency urgency);
/// "proposed", "pledged", "delivered", "fell_through".
std::string_view name_of(record::PledgeState state);

}  // namespace fieldseal::interchange
