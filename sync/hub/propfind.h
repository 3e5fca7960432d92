// PROPFIND (RFC 4918, 9.1): what is asked, and the listing, written while folders are read.
#pragma once

#include "sync/hub/gate.h"
#include "sync/hub/http_server.h"
#include "sync/hub/tree.h"

namespace fieldseal::hub {

struct PropertyName {
    std::string space;  // "DAV:"
    std::string name;
    bool operator==(const PropertyName&) const = default;
};

struct PropfindRequest {
    enum class Kind : std::uint8_t { all, names, some };
    Kind kind = Kind::all;
    std::vector<PropertyName> properties;  // where some
};

/// Of at most 64 properties; an empty body asks for all. Nothing for what is no such request.
std::optional<PropfindRequest> parse_propfind(std::string_view body);

enum class Depth : std::uint8_t { self, children, everything };

/// A multistatus answer about what lies at `path`, and below it what the visitor may see. The tree outlives it.
std::unique_ptr<BodySource> make_listing(const Tree& tree, const Visitor& visitor, const RequestPath& path,
                                         const Item& item, PropfindRequest request, Depth depth);

/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(std::int64_t seconds);

}  // namespace fieldseal::hub
