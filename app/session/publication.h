// A version of a questionnaire that is about to be handed out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "model/questionnaire/compare.h"

namespace fieldseal::session {

/// What handing out a questionnaire's file would do; nothing is done yet.
struct Publication {
    std::shared_ptr<const questionnaire::Template> questions;
    /// The newest version with its id that is at hand; null where the id is new.
    std::shared_ptr<const questionnaire::Template> before;
    /// From `before`; empty where there is none.
    questionnaire::TemplateChanges changes;
    /// Assessments here that keep to a version at hand of the same id.
    std::uint64_t keep_theirs = 0;
    /// Those of them that keep to `before`.
    std::uint64_t use_before = 0;
    /// Empty where it can be handed out; else why not, and what to do.
    std::string problem;
};

}  // namespace fieldseal::session
