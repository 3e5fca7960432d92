// How questionnaires, and what changed between two of them, are printed.
#pragma once

#include "app/ctl/context.h"
#include "model/questionnaire/compare.h"

namespace fieldseal::ctl {

/// Id, version, title, hash, number of questions.
Json template_json(const questionnaire::Template& item);
/// A member for each list of changes.
Json template_changes_json(const questionnaire::TemplateChanges& changes);
void print_template_changes(const questionnaire::TemplateChanges& changes);
/// Of a file that is not taken; returns the exit code.
int print_template_problems(const Context& context, const std::string& file,
                            const std::vector<questionnaire::TemplateProblem>& problems);

}  // namespace fieldseal::ctl
