#include "sync/hub/request_path.h"

#include <algorithm>

#include "model/codec/reader.h"

namespace fieldseal::hub {

namespace {

constexpr std::string_view health_name = "healthz";

int hex_digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

std::optional<std::string> decoded(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low < 0) {
            return std::nullopt;
        }
        result += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return result;
}

bool is_name(const std::string& element) {
    return !element.empty() && element.size() <= element_limit && element != "." && element != ".." &&
           element.find_first_of("/\\") == std::string::npos && codec::is_text(view_of(element)) &&
           std::none_of(element.begin(), element.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

Section section_of(std::string_view name) {
    for (const Section section : {Section::outbox, Section::mailbox, Section::access}) {
        if (name_of(section) == name) {
            return section;
        }
    }
    return Section::none;
}

/// The names of boxes as they are written: 64 lower-case digits.
std::optional<Hash> box_of(const std::string& name) {
    const std::optional<Hash> box = Hash::parse(name);
    return box && box->hex() == name ? box : std::nullopt;
}

}  // namespace

std::string_view name_of(Section section) {
    switch (section) {
        case Section::outbox:
            return "outbox";
        case Section::mailbox:
            return "mailbox";
        case Section::access:
            return "access";
        case Section::none:
            break;
    }
    return "";
}

std::string RequestPath::joined() const {
    std::string text;
    for (const std::string& element : elements) {
        text += (text.empty() ? "" : "/") + element;
    }
    return text;
}

RequestPath RequestPath::parent() const {
    return path_of({elements.begin(), elements.end() - 1});
}

RequestPath RequestPath::child(const std::string& name) const {
    std::vector<std::string> more = elements;
    more.push_back(name);
    return path_of(std::move(more));
}

RequestPath path_of(std::vector<std::string> elements) {
    RequestPath path;
    path.elements = std::move(elements);
    const std::size_t depth = path.elements.size();
    if (depth == 0) {
        path.place = Place::root;
        return path;
    }
    if (depth == 1 && path.elements[0] == health_name) {
        path.place = Place::health;
        return path;
    }
    path.section = section_of(path.elements[0]);
    if (path.section == Section::none || depth == 1) {
        path.place = path.section == Section::none ? Place::elsewhere : Place::section;
        return path;
    }
    if (path.section == Section::access) {
        path.place = depth == 2 ? Place::access_item : Place::elsewhere;
        return path;
    }
    const std::optional<Hash> box = box_of(path.elements[1]);
    if (box && depth <= 2 + depth_limit) {
        path.box = *box;
        path.place = depth == 2 ? Place::box : Place::box_item;
    }
    return path;
}

std::optional<RequestPath> parse_target(std::string_view target) {
    if (const std::size_t scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
        const std::size_t slash = target.find('/', scheme + 3);
        target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
    }
    // What follows '#' is never sent; a '?' asks for something that is not here.
    if (!target.starts_with('/') || target.find_first_of("#?\\") != std::string_view::npos) {
        return std::nullopt;
    }
    target.remove_prefix(1);
    if (target.ends_with('/')) {
        target.remove_suffix(1);
    }
    std::vector<std::string> elements;
    while (!target.empty()) {
        const std::size_t slash = target.find('/');
        std::optional<std::string> element = decoded(target.substr(0, slash));
        if (!element || !is_name(*element) || elements.size() >= depth_limit + 2) {
            return std::nullopt;
        }
        elements.push_back(std::move(*element));
        if (slash == std::string_view::npos) {
            break;
        }
        target.remove_prefix(slash + 1);
        if (target.empty()) {
            return std::nullopt;  // two slashes at the end
        }
    }
    return path_of(std::move(elements));
}

std::optional<RequestPath> parse_destination(std::string_view destination, std::string_view host) {
    const std::size_t scheme = destination.find("://");
    if (scheme != std::string_view::npos && !destination.starts_with('/')) {
        const std::string_view rest = destination.substr(scheme + 3);
        const std::string_view authority = rest.substr(0, rest.find('/'));
        const bool same = std::ranges::equal(authority, host, [](char a, char b) {
            const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
            return lower(a) == lower(b);
        });
        if (!same) {
            return std::nullopt;
        }
    }
    return parse_target(destination);
}

std::string encoded(const RequestPath& path, bool folder) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (const std::string& element : path.elements) {
        text += '/';
        for (const char c : element) {
            const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                               c == '.' || c == '_' || c == '~';
            if (plain) {
                text += c;
            } else {
                const auto byte = static_cast<unsigned char>(c);
                text += {'%', digits[byte >> 4], digits[byte & 15]};
            }
        }
    }
    return folder || text.empty() ? text + '/' : text;
}

}  // namespace fieldseal::hub
