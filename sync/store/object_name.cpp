#include <algorithm>

#include "sync/store/implementations.h"

namespace fieldseal::store {

namespace {

constexpr std::size_t depth_limit = 4;
constexpr std::size_t element_limit = 128;

bool is_element(std::string_view element) {
    // A leading dot is what temporary files of Fieldseal, Syncthing and others have; it rules out "." and ".." too.
    return !element.empty() && element.size() <= element_limit && element.front() != '.' &&
           std::all_of(element.begin(), element.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'; });
}

}  // namespace

bool is_object_name(const std::string& name) {
    std::string_view rest = name;
    for (std::size_t depth = 0; depth < depth_limit; ++depth) {
        const std::size_t slash = rest.find('/');
        if (!is_element(rest.substr(0, slash))) {
            return false;
        }
        if (slash == std::string_view::npos) {
            return true;
        }
        rest.remove_prefix(slash + 1);
    }
    return false;
}

void require_object_name(const std::string& name) {
    if (!is_object_name(name)) {
        throw Error(ErrorCode::refused, "This is no name of an object in a store; the request was dropped.");
    }
}

}  // namespace fieldseal::store
