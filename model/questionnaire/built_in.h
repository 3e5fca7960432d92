// The templates that come with the program, embedded at build time: the programs need no file beside them. Every
// version that was ever released stays, so that an assessment is shown and scored with the words it was answered with.
#pragma once

#include <memory>
#include <span>

#include "model/questionnaire/template.h"

namespace fieldseal::questionnaire {

/// A released version, known without reading it.
struct BuiltIn {
    std::string_view id;
    std::string_view version;
    std::string_view file_name;
    /// Content hash in hexadecimal: a released file is never changed again.
    std::string_view hash;
};

/// All, the newest first: the first one is the Civilian site baseline that a new assessment takes.
std::span<const BuiltIn> built_in_versions();
/// The built-in template with this content hash, read on first use (a few milliseconds each); null where there is none.
std::shared_ptr<const Template> built_in_template(const Hash& hash);
/// All of them, read; in the order of built_in_versions().
const std::vector<std::shared_ptr<const Template>>& built_in_templates();

}  // namespace fieldseal::questionnaire
