#include "model/codec/flatten_archive.h"

#include <functional>

namespace fieldseal::codec {

std::string join_lines(const std::vector<std::string>& lines) {
    std::string joined;
    for (const std::string& line : lines) {
        if (line.empty() || line.find('\n') != std::string::npos) {
            throw Error(ErrorCode::refused,
                        "An entry of a list is empty or has several lines. Put each on one line of its own.");
        }
        if (!joined.empty()) {
            joined.push_back('\n');
        }
        joined.append(line);
    }
    return joined;
}

std::optional<std::vector<std::string>> split_lines(std::string_view joined) {
    std::vector<std::string> lines;
    while (!joined.empty()) {
        const std::size_t end = joined.find('\n');
        // Neither an empty line nor a line end at the end is ever written.
        if (end == 0 || end + 1 == joined.size()) {
            return std::nullopt;
        }
        lines.emplace_back(joined.substr(0, end));
        joined.remove_prefix(end == std::string_view::npos ? joined.size() : end + 1);
    }
    return lines;
}

void FlattenArchive::leaf(Value value) {
    if (is_zero(value)) {
        return;
    }
    if (path_.text().size() > path_limit) {
        refuse("has too long a name");
    }
    fields_.insert_or_assign(path_.text(), std::move(value));
}

void FlattenArchive::refuse(const std::string& reason) const {
    throw Error(ErrorCode::refused, "The record's field " + path_.text().substr(0, path_limit) + " " + reason + ".");
}

void UnflattenArchive::unknown_paths(std::vector<std::string>& paths) const {
    if (taken_.size() == fields_.size()) {
        return;
    }
    auto taken = taken_;
    std::sort(taken.begin(), taken.end(), std::less<>());
    for (const FieldRef& field : fields_) {
        if (!std::binary_search(taken.begin(), taken.end(), &field, std::less<>())) {
            paths.emplace_back(field.path);
        }
    }
}

UnflattenArchive::Place UnflattenArchive::first_from(std::string_view path) const {
    const std::string_view wanted = beyond_base(path);
    return std::lower_bound(near_.begin(), near_.end(), wanted, [this](const FieldRef& field, std::string_view beyond) {
        return beyond_base(field.path) < beyond;
    });
}

UnflattenArchive::Place UnflattenArchive::after_entry(Place field, std::size_t entry_size) const {
    // The fields of one entry share its path and a slash, so they lie side by side; "a" itself may lie apart from
    // "a/b", with "a-b" between.
    const std::string_view entry = field->path.substr(0, entry_size);
    do {
        ++field;
    } while (field != near_.end() && field->path.size() > entry_size && field->path[entry_size] == '/' &&
             field->path.starts_with(entry));
    return field;
}

}  // namespace fieldseal::codec
