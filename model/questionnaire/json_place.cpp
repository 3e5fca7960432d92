#include "model/questionnaire/json_place.h"

#include <algorithm>
#include <cmath>

#include "model/error/error.h"

namespace fieldseal::questionnaire {

namespace {

constexpr std::size_t problem_limit = 20;
constexpr std::size_t nesting_limit = 32;
constexpr std::string_view id_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-";

const Json& null_json() {
    static const Json null;
    return null;
}

/// Counted before parsing, since a parser that descends for each bracket could run out of stack.
void check_nesting(std::string_view text, std::string_view file) {
    std::size_t depth = 0;
    bool in_text = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_text) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                in_text = false;
            }
        } else if (c == '"') {
            in_text = true;
        } else if (c == '[' || c == '{') {
            if (++depth > nesting_limit) {
                throw Error(ErrorCode::failed, std::string(file) + ": nested deeper than " + std::to_string(nesting_limit) + " levels.");
            }
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
}

/// Bounds of whole numbers without a ".0".
std::string bound_text(double bound) {
    return bound == std::floor(bound) ? Json(static_cast<std::int64_t>(bound)).dump() : Json(bound).dump();
}

std::string line_and_column(std::string_view text, std::size_t byte) {
    const std::string_view before = text.substr(0, std::min(byte, text.size()));
    const auto line = 1 + std::ranges::count(before, '\n');
    const std::size_t start = before.rfind('\n');
    const std::size_t column = before.size() - (start == std::string_view::npos ? 0 : start + 1);
    return "line " + std::to_string(line) + ", column " + std::to_string(std::max<std::size_t>(column, 1));
}

}  // namespace

void Problems::add(const std::string& place, const std::string& reason) {
    if (lines_.size() < problem_limit) {
        lines_.push_back(file_ + ": " + place + ": " + reason);
    } else {
        ++more_;
    }
}

void Problems::throw_if_any() const {
    if (lines_.empty()) {
        return;
    }
    std::string message;
    for (const std::string& line : lines_) {
        message += (message.empty() ? "" : "\n") + line;
    }
    if (more_ > 0) {
        message += "\n" + file_ + ": and " + std::to_string(more_) + " more";
    }
    throw Error(ErrorCode::failed, message);
}

void Place::only(std::initializer_list<std::string_view> known) const {
    if (!json_->is_object()) {
        complain("must be an object");
        return;
    }
    for (const auto& [name, value] : json_->items()) {
        if (std::ranges::find(known, name) == known.end()) {
            complain("unknown member \"" + name.substr(0, 64) + "\"");
        }
    }
}

bool Place::has(const char* member) const {
    return json_->is_object() && json_->contains(member) && !(*json_)[member].is_null();
}

Place Place::at(const char* member) const {
    const std::string pointer = pointer_ + "/" + member;
    if (!json_->is_object() || !json_->contains(member)) {
        problems_->add(pointer, "is missing");
        return {null_json(), pointer, *problems_};
    }
    return {(*json_)[member], pointer, *problems_};
}

std::string Place::text(std::size_t limit) const {
    if (json_->is_null()) {
        return {};
    }
    if (!json_->is_string()) {
        complain("must be a text");
        return {};
    }
    const auto& value = json_->get_ref<const std::string&>();
    if (value.find_first_not_of(" \t\n\r") == std::string::npos) {
        complain("is empty");
    }
    if (value.size() > limit) {
        complain("is longer than " + std::to_string(limit) + " bytes");
        return {};
    }
    if (value.find('\0') != std::string::npos) {
        complain("holds a NUL character");
        return {};
    }
    return value;
}

std::string Place::id() const {
    const std::string value = text(64);
    if (value.find_first_not_of(id_characters) != std::string::npos) {
        complain("an id has only letters, digits and _ . : -");
        return {};
    }
    return value;
}

double Place::number(double least, double most) const {
    if (json_->is_null()) {
        return least;
    }
    if (!json_->is_number()) {
        complain("must be a number");
        return least;
    }
    const double value = json_->get<double>();
    if (!std::isfinite(value) || value < least || value > most) {
        complain("must lie between " + bound_text(least) + " and " + bound_text(most));
        return least;
    }
    return value;
}

int Place::integer(int least, int most) const {
    const double value = number(least, most);
    if (value != std::floor(value)) {
        complain("must be a whole number");
        return least;
    }
    return static_cast<int>(value);
}

bool Place::boolean() const {
    if (!json_->is_null() && !json_->is_boolean()) {
        complain("must be true or false");
    }
    return json_->is_boolean() && json_->get<bool>();
}

LocalText Place::local_text(std::size_t limit) const {
    if (json_->is_null()) {
        return {};
    }
    only({"en", "uk"});
    if (!json_->is_object()) {
        return {};
    }
    return {at("en").text(limit), at("uk").text(limit)};
}

std::vector<Place> Place::items(std::size_t least, std::size_t most) const {
    std::vector<Place> result;
    if (json_->is_null()) {
        return result;
    }
    if (!json_->is_array()) {
        complain("must be a list");
        return result;
    }
    if (json_->size() < least || json_->size() > most) {
        complain("must have " + std::to_string(least) + " to " + std::to_string(most) + " elements, has " + std::to_string(json_->size()));
        return result;
    }
    for (std::size_t i = 0; i < json_->size(); ++i) {
        result.emplace_back((*json_)[i], pointer_ + "/" + std::to_string(i), *problems_);
    }
    return result;
}

std::vector<std::pair<std::string, Place>> Place::members(std::size_t most) const {
    std::vector<std::pair<std::string, Place>> result;
    if (json_->is_null()) {
        return result;
    }
    if (!json_->is_object()) {
        complain("must be an object");
        return result;
    }
    if (json_->size() > most) {
        complain("has more than " + std::to_string(most) + " members");
        return result;
    }
    for (const auto& [name, value] : json_->items()) {
        result.emplace_back(name, Place(value, pointer_ + "/" + name, *problems_));
    }
    return result;
}

std::vector<std::string> Place::ids(std::size_t most) const {
    std::vector<std::string> result;
    for (const Place& item : items(0, most)) {
        result.push_back(item.id());
    }
    return result;
}

Json parse_json(std::string_view text, std::string_view file) {
    check_nesting(text, file);
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& error) {
        throw Error(ErrorCode::failed, std::string(file) + ": " + line_and_column(text, error.byte) + ": this is not valid JSON (UTF-8). Check quotes, commas and brackets there.");
    }
}

}  // namespace fieldseal::questionnaire
