// Which questions apply to a site: by its sector, its profile and earlier answers.
#pragma once

#include "model/questionnaire/template.h"
#include "model/record/record.h"

namespace fieldseal::questionnaire {

enum class Applies : std::uint8_t {
    yes,
    no_sector,   // the add-on is for other sectors
    no_profile,  // the site's profile says that there is no such thing here
    no_answer,   // an earlier answer rules it out
};

/// A profile question that is not answered counts as "may apply": the question is shown.
class Applicability {
  public:
    Applies of(std::string_view question) const;
    bool applies(std::string_view question) const { return of(question) == Applies::yes; }
    /// By the question's place in Template::questions_in_order().
    Applies at(std::size_t place) const { return states_[place]; }

  private:
    friend Applicability applicability(const Template&, const record::Assessment&, std::string_view);
    const Template* questions_ = nullptr;
    std::vector<Applies> states_;
};

/// `sector` is the site's. The template must outlive the result.
Applicability applicability(const Template& questions, const record::Assessment& assessment, std::string_view sector);

/// Why it does not apply, for people: names the profile question or the earlier question; empty where it applies.
LocalText reason(const Template& questions, const record::Assessment& assessment, std::string_view sector, std::string_view question);

}  // namespace fieldseal::questionnaire
