// What both readers of servers' answers need of pugixml.
#pragma once

#include <pugixml.hpp>
#include <string_view>

#include "model/crypto/bytes.h"

namespace fieldseal::store {

/// The element's name without its prefix: servers choose prefixes of their own.
inline std::string_view local_name(const pugi::xml_node& node) {
    const std::string_view name = node.name();
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

inline pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
    return node.find_child([&](const pugi::xml_node& inner) { return local_name(inner) == name; });
}

/// Whether `document` now holds the bytes and its root is called `root`.
inline bool load(pugi::xml_document& document, ByteView body, std::string_view root) {
    return document.load_buffer(body.data(), body.size(), pugi::parse_default, pugi::encoding_utf8) &&
           local_name(document.document_element()) == root;
}

}  // namespace fieldseal::store
