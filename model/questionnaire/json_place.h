// Reads JSON that came from outside: every complaint names the place as a JSON pointer (RFC 6901), and up to 20 are collected before giving up.
// Private to model/questionnaire's .cpp files, since it shows the JSON library.
#pragma once

#include <nlohmann/json.hpp>

#include "model/questionnaire/template.h"

namespace fieldseal::questionnaire {

using Json = nlohmann::json;

class Problems {
  public:
    explicit Problems(std::string_view file) : file_(file) {}
    void add(const std::string& place, const std::string& reason);
    bool any() const { return !lines_.empty(); }
    /// Throws Error(failed) with all of them if there are any.
    void throw_if_any() const;

  private:
    std::string file_;
    std::vector<std::string> lines_;
    std::size_t more_ = 0;
};

/// One value and where it stands.
class Place {
  public:
    Place(const Json& json, std::string pointer, Problems& problems) : json_(&json), pointer_(std::move(pointer)), problems_(&problems) {}

    const std::string& pointer() const { return pointer_; }
    void complain(const std::string& reason) const { problems_->add(pointer_.empty() ? "/" : pointer_, reason); }
    /// Complains about members that are not in `known`.
    void only(std::initializer_list<std::string_view> known) const;
    bool has(const char* member) const;
    /// The member; complains and gives a null where it is absent.
    Place at(const char* member) const;

    std::string text(std::size_t limit) const;
    /// A text of [A-Za-z0-9_.:-]{1,64}.
    std::string id() const;
    double number(double least, double most) const;
    int integer(int least, int most) const;
    bool boolean() const;
    LocalText local_text(std::size_t limit) const;
    /// The elements of an array of `least` to `most`.
    std::vector<Place> items(std::size_t least, std::size_t most) const;
    /// The members of an object, in its order.
    std::vector<std::pair<std::string, Place>> members(std::size_t most) const;
    std::vector<std::string> ids(std::size_t most) const;

  private:
    const Json* json_;
    std::string pointer_;
    Problems* problems_;
};

/// Parses; Error(failed) with file, line, column for syntax errors, and for nesting deeper than 32.
Json parse_json(std::string_view text, std::string_view file);

}  // namespace fieldseal::questionnaire
