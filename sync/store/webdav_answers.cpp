#include <algorithm>

#include "sync/store/implementations.h"
#include "sync/store/server_answers.h"
#include "sync/store/xml_document.h"

namespace fieldseal::store {

namespace {

constexpr std::string_view temporary_prefix = "_up-";
constexpr std::string_view hidden_prefix = ".up-";
constexpr std::size_t chance_digits = 16;

int hex_digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/// The path of an href, which may be a whole URL, decoded and without a slash at its end.
std::string path_of(std::string_view href) {
    const std::size_t scheme = href.find("://");
    if (scheme != std::string_view::npos) {
        href.remove_prefix(std::min(href.find('/', scheme + 3), href.size()));
    }
    std::string path;
    for (std::size_t i = 0; i < href.size(); ++i) {
        const int high = href[i] == '%' && i + 2 < href.size() ? hex_digit(href[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(href[i + 2]) : -1;
        path += low >= 0 ? static_cast<char>(high * 16 + low) : href[i];
        i += low >= 0 ? 2 : 0;
    }
    while (path.ends_with('/')) {
        path.pop_back();
    }
    return path;
}

/// The property `name` of a response, in whichever of its propstats it has one.
pugi::xml_node property(const pugi::xml_node& response, std::string_view name) {
    for (const pugi::xml_node& propstat : response.children()) {
        if (local_name(propstat) == "propstat") {
            if (const pugi::xml_node found = child(child(propstat, "prop"), name); found && found.first_child()) {
                return found;
            }
        }
    }
    return {};
}

}  // namespace

std::optional<FolderListing> read_multistatus(ByteView body, const std::string& url, const std::string& prefix) {
    pugi::xml_document document;
    if (!load(document, body, "multistatus")) {
        return std::nullopt;
    }
    FolderListing listing;
    const std::string own_path = path_of(url);
    for (const pugi::xml_node& response : document.document_element().children()) {
        const std::string path = path_of(child(response, "href").child_value());
        const std::string last = path.substr(path.rfind('/') + 1);
        if (local_name(response) != "response" || path == own_path) {
            continue;
        }
        if (uploaded_name(last)) {
            listing.unfinished.push_back(last);
        }
        // What other programs leave behind has no object's name.
        if (!is_object_name(prefix + last)) {
            continue;
        }
        if (child(property(response, "resourcetype"), "collection")) {
            listing.folders.push_back(prefix + last);
        } else {
            listing.objects.push_back({prefix + last, property(response, "getcontentlength").text().as_ullong()});
        }
    }
    return listing;
}

std::optional<FolderListing> read_deep_multistatus(ByteView body, const std::string& prefix) {
    pugi::xml_document document;
    if (!load(document, body, "multistatus")) {
        return std::nullopt;
    }
    FolderListing listing;
    std::string base;
    for (const pugi::xml_node& response : document.document_element().children()) {
        if (local_name(response) != "response") {
            continue;
        }
        const std::string path = path_of(child(response, "href").child_value()) + "/";
        if (base.empty()) {
            // Whatever stands before it: a server may be reached by way of another.
            if (!path.ends_with("/" + prefix)) {
                return std::nullopt;
            }
            base = path;
            continue;
        }
        if (!path.starts_with(base)) {
            continue;
        }
        const std::string name = prefix + path.substr(base.size(), path.size() - base.size() - 1);
        const std::string folder = name.substr(0, name.rfind('/') + 1);
        if (const auto uploaded = uploaded_name(name.substr(folder.size()))) {
            if (is_object_name(folder + *uploaded)) {
                listing.unfinished.push_back(name);
            }
        } else if (!is_object_name(name)) {
            continue;
        } else if (child(property(response, "resourcetype"), "collection")) {
            listing.folders.push_back(name);
        } else {
            listing.objects.push_back({name, property(response, "getcontentlength").text().as_ullong()});
        }
    }
    return base.empty() ? std::nullopt : std::optional(std::move(listing));
}

std::string temporary_name(const std::string& last_element, ByteView chance, bool hidden) {
    return std::string(hidden ? hidden_prefix : temporary_prefix) + last_element + "." +
           to_hex(chance.first(chance_digits / 2));
}

std::optional<std::string> uploaded_name(const std::string& last_element) {
    constexpr std::size_t around = temporary_prefix.size() + 1 + chance_digits;
    if (!(last_element.starts_with(temporary_prefix) || last_element.starts_with(hidden_prefix)) ||
        last_element.size() <= around) {
        return std::nullopt;
    }
    const std::string name = last_element.substr(temporary_prefix.size(), last_element.size() - around);
    const std::string chance = last_element.substr(last_element.size() - chance_digits);
    const bool random = std::all_of(chance.begin(), chance.end(), [](char c) { return hex_digit(c) >= 0; });
    if (!random || last_element[last_element.size() - chance_digits - 1] != '.' || !is_object_name(name) ||
        name.find('/') != std::string::npos) {
        return std::nullopt;
    }
    return name;
}

}  // namespace fieldseal::store
