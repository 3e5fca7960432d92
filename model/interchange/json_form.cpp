#include "model/interchange/json_form.h"

#include <algorithm>
#include <set>
#include <vector>

#include "model/codec/text.h"
#include "model/codec/value.h"
#include "model/error/error.h"

namespace fieldseal::interchange {

namespace {

const Json& nothing() {
    static const Json null;
    return null;
}

std::string escaped(std::string_view member) {
    std::string result;
    for (const char c : member) {
        if (c == '~') {
            result += "~0";
        } else if (c == '/') {
            result += "~1";
        } else {
            result += c;
        }
    }
    return result;
}

// A name in a message: long ones are cut, never within a character.
std::string shortened(std::string_view name) {
    constexpr std::size_t most = 64;
    return std::string(codec::whole_characters(name, most)) + (name.size() > most ? "..." : "");
}

// The parser keeps the last of two equal members without a word, and an answer given twice is a slip worth naming.
void complain_about_repeats(std::string_view json, Problems& problems) {
    std::vector<std::pair<std::string, std::set<std::string>>> open;
    std::string member;
    const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
        if (event == Json::parse_event_t::object_start) {
            const std::string place = open.empty() ? "" : open.back().first + "/" + escaped(member);
            open.emplace_back(place, std::set<std::string>{});
        } else if (event == Json::parse_event_t::key) {
            member = parsed.get<std::string>();
            if (!open.back().second.insert(member).second) {
                problems.add(open.back().first + "/" + escaped(shortened(member)), "stands here twice");
            }
        } else if (event == Json::parse_event_t::object_end) {
            open.pop_back();
        }
        return true;
    };
    [[maybe_unused]] const Json again = Json::parse(json, watch);
}

}  // namespace

Form::Form(const Json& json, std::string pointer, Problems& problems)
    : json_(&json), pointer_(std::move(pointer)), problems_(&problems) {
    if (!json_->is_object() && !json_->is_null()) {
        problems_->add(pointer_.empty() ? "/" : pointer_, "must be an object, {...}");
        json_ = &nothing();
    }
}

void Form::only(std::initializer_list<std::string_view> known) const {
    each([&](const std::string& name) {
        if (std::ranges::find(known, name) == known.end()) {
            complain(name, "is not a member of this form");
        }
    });
}

bool Form::has(std::string_view member) const {
    return !at(member).is_null();
}

const Json& Form::at(std::string_view member) const {
    if (!json_->is_object()) {
        return nothing();
    }
    const auto found = json_->find(member);
    return found == json_->end() ? nothing() : *found;
}

std::string Form::pointer_of(std::string_view member) const {
    return pointer_ + "/" + escaped(shortened(member));
}

void Form::complain(std::string_view member, const std::string& reason) const {
    problems_->add(pointer_of(member), reason);
}

std::string Form::text(std::string_view member, std::size_t limit) const {
    const Json& json = at(member);
    if (json.is_null()) {
        return {};
    }
    if (!json.is_string()) {
        complain(member, "must be a text, in double quotes");
        return {};
    }
    const auto& value = json.get_ref<const std::string&>();
    if (value.size() > limit) {
        complain(member,
                 "has " + std::to_string(value.size()) + " bytes; at most " + std::to_string(limit) + " are allowed");
        return {};
    }
    if (value.find('\0') != std::string::npos) {
        complain(member, "holds a NUL character");
        return {};
    }
    return value;
}

bool Form::boolean(std::string_view member) const {
    const Json& json = at(member);
    if (!json.is_null() && !json.is_boolean()) {
        complain(member, "must be true or false");
    }
    return json.is_boolean() && json.get<bool>();
}

std::int64_t Form::integer(std::string_view member, std::int64_t least, std::int64_t most) const {
    const Json& json = at(member);
    if (json.is_null()) {
        return 0;
    }
    const bool fits =
        json.is_number_integer() && (!json.is_number_unsigned() || json.get<std::uint64_t>() <= INT64_MAX);
    if (!fits || json.get<std::int64_t>() < least || json.get<std::int64_t>() > most) {
        complain(member, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        return least;
    }
    return json.get<std::int64_t>();
}

Form Form::object(std::string_view member) const {
    return {at(member), pointer_of(member), *problems_};
}

void Form::each(const std::function<void(const std::string& name)>& each) const {
    if (json_->is_object()) {
        for (const auto& [name, value] : json_->items()) {
            each(name);
        }
    }
}

std::map<std::string, std::string> read_profile(const Form& form) {
    std::map<std::string, std::string> profile;
    const Form members = form.object("profile");
    members.each([&](const std::string& question) {
        const Json& json = members.at(question);
        if (json.is_null()) {
            return;
        }
        if (!codec::is_key(question)) {
            members.complain(question, "is no id of a profile question");
        } else if (json != "yes" && json != "no") {
            members.complain(question, "must be \"yes\" or \"no\"");
        } else {
            profile[question] = json.get<std::string>();
        }
    });
    return profile;
}

void read_form(std::string_view json, std::string_view file, const std::function<void(const Form&)>& read) {
    if (json.size() > file_limit) {
        throw Error(ErrorCode::too_large, std::string(file) + ": has " + std::to_string(json.size()) +
                                              " bytes; a form has at most " + std::to_string(file_limit) + ".");
    }
    const Json parsed = questionnaire::parse_json(json, file);
    Problems problems(file);
    complain_about_repeats(json, problems);
    if (parsed.is_null()) {
        problems.add("/", "must be an object, {...}");
    }
    read(Form(parsed, "", problems));
    problems.throw_if_any();
}

std::string print(const nlohmann::ordered_json& json) {
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace fieldseal::interchange
