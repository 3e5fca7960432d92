// Reads the project's JSON forms strictly: unknown and repeated members, wrong types and over-long texts are complaints
// that name their place. Private to model/interchange's .cpp files, since it shows the JSON library.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "model/questionnaire/json_place.h"

namespace fieldseal::interchange {

using questionnaire::Json;
using questionnaire::Problems;

/// Of a name, an address, a caption: in bytes of UTF-8.
constexpr std::size_t line_limit = 4096;
/// Of a note, a summary.
constexpr std::size_t note_limit = 1u << 20;
/// Of quantities and sums of money, so that totals stay whole numbers that JSON readers keep exactly.
constexpr std::int64_t quantity_limit = 1'000'000'000'000;
/// Of a whole file, so that one form always fits into one revision.
constexpr std::size_t file_limit = 6u << 20;

/// An object of a form and where it stands.
class Form {
  public:
    Form(const Json& json, std::string pointer, Problems& problems);

    /// Complains about members that are not in `known`.
    void only(std::initializer_list<std::string_view> known) const;
    /// Whether the member is there and not null.
    bool has(std::string_view member) const;
    const Json& at(std::string_view member) const;
    /// Pointer of a member, escaped as RFC 6901 says.
    std::string pointer_of(std::string_view member) const;
    void complain(std::string_view member, const std::string& reason) const;
    Problems& problems() const { return *problems_; }

    /// The text of a member; "" where it is absent. Complains about other types, NUL characters and texts over `limit`
    /// bytes.
    std::string text(std::string_view member, std::size_t limit) const;
    bool boolean(std::string_view member) const;
    /// A whole number from `least` to `most`; `least` after a complaint, 0 where it is absent.
    std::int64_t integer(std::string_view member, std::int64_t least, std::int64_t most) const;
    /// The member as a form of its own; an empty one where it is absent or no object.
    Form object(std::string_view member) const;
    /// Calls `each` for every member of this object with its name.
    void each(const std::function<void(const std::string& name)>& each) const;

  private:
    const Json* json_;
    std::string pointer_;
    Problems* problems_;
};

/// Profile question id to "yes" or "no", of the member "profile".
std::map<std::string, std::string> read_profile(const Form& form);

/// Parses one form and hands it to `read`; throws Error(failed) with all complaints, up to 20. Members given twice are
/// complaints.
void read_form(std::string_view json, std::string_view file, const std::function<void(const Form&)>& read);

/// One answer, without what it does not say.
nlohmann::ordered_json answer_json(const record::Answer& answer);

/// Indented by two spaces, with a line end.
std::string print(const nlohmann::ordered_json& json);

}  // namespace fieldseal::interchange
