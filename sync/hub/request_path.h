// What a request's path names: docs/formats/hub.md, "Who may do what". Nothing that comes out of here can lead out of
// the root: elements are names, never "." or "..".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/crypto/bytes.h"

namespace fieldseal::hub {

/// Elements below a box.
constexpr std::size_t depth_limit = 8;
constexpr std::size_t element_limit = 255;

enum class Place : std::uint8_t {
    root,
    section,      // /outbox, /mailbox, /access
    box,          // /outbox/<64 digits>
    box_item,     // below one
    access_item,  // below /access
    health,       // /healthz
    elsewhere,
};

enum class Section : std::uint8_t { none, outbox, mailbox, access };
std::string_view name_of(Section section);

struct RequestPath {
    std::vector<std::string> elements;
    Place place = Place::elsewhere;
    Section section = Section::none;
    /// Of a box.
    Hash box;

    bool operator==(const RequestPath&) const = default;
    /// "outbox/<digits>/name", without a slash at either end.
    std::string joined() const;
    /// REQUIRES elements.
    RequestPath parent() const;
    RequestPath child(const std::string& name) const;
};

/// Percent-encoding undone once. Nothing for a path that breaks the rules of docs/formats/hub.md.
std::optional<RequestPath> parse_target(std::string_view target);
/// The path of a Destination header, which may be a whole URL; nothing where it is malformed, or for another host than
/// `host`.
std::optional<RequestPath> parse_destination(std::string_view destination, std::string_view host);
/// Of elements that keep the rules.
RequestPath path_of(std::vector<std::string> elements);
/// For an href: "/outbox/...", percent-encoded; with a slash at its end for a folder.
std::string encoded(const RequestPath& path, bool folder);

}  // namespace fieldseal::hub
