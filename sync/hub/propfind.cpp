#include "sync/hub/propfind.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <pugixml.hpp>

#include "model/error/error.h"

namespace fieldseal::hub {

namespace {

constexpr std::size_t properties_limit = 64;
constexpr std::string_view dav = "DAV:";
/// However many there are: a listing ends.
constexpr std::size_t responses_limit = 1'000'000;

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

/// The element's name, with the namespace that its prefix stands for; nothing where that is none.
std::optional<PropertyName> full_name(const pugi::xml_node& node) {
    const std::string_view name = node.name();
    const std::size_t colon = name.find(':');
    const std::string declaration =
        colon == std::string_view::npos ? "xmlns" : "xmlns:" + std::string(name.substr(0, colon));
    for (pugi::xml_node at = node; at; at = at.parent()) {
        if (const pugi::xml_attribute found = at.attribute(declaration.c_str())) {
            if (colon != std::string_view::npos && *found.value() == '\0') {
                return std::nullopt;
            }
            return PropertyName{found.value(),
                                std::string(colon == std::string_view::npos ? name : name.substr(colon + 1))};
        }
    }
    return colon == std::string_view::npos ? std::optional(PropertyName{"", std::string(name)}) : std::nullopt;
}

bool is_dav(const pugi::xml_node& node, std::string_view name) {
    const std::optional<PropertyName> full = full_name(node);
    return full && full->space == dav && full->name == name;
}

constexpr std::array<std::string_view, 6> known_properties{"resourcetype", "getcontentlength", "getlastmodified",
                                                           "getetag",      "getcontenttype",   "displayname"};

/// The property as an element; empty where the item has none of that name.
std::string property(std::string_view name, const RequestPath& path, const Item& item, bool name_only) {
    std::string value;
    if (name == "resourcetype") {
        value = item.folder ? "<D:collection/>" : "";
    } else if (name == "displayname") {
        value = path.elements.empty() ? "" : escaped(path.elements.back());
    } else if (name == "getlastmodified") {
        value = http_date(item.modified_s());
    } else if (item.folder) {
        return {};
    } else if (name == "getcontentlength") {
        value = std::to_string(item.size);
    } else if (name == "getetag") {
        value = escaped(item.tag());
    } else {
        value = "application/octet-stream";
    }
    const std::string tag = "D:" + std::string(name);
    return value.empty() || name_only ? "<" + tag + "/>" : "<" + tag + ">" + value + "</" + tag + ">";
}

class Listing final : public BodySource {
  public:
    Listing(const Tree& tree, const Visitor& visitor, const RequestPath& path, const Item& item,
            PropfindRequest request, Depth depth)
        : tree_(tree), visitor_(visitor), request_(std::move(request)), depth_(depth) {
        pending_ = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus xmlns:D=\"DAV:\">\n";
        add(path, item);
        if (item.folder && depth != Depth::self) {
            enter(path);
        }
    }

    std::optional<std::uint64_t> size() const override { return std::nullopt; }

    std::size_t read(std::span<char> out) override {
        while (pending_.size() - taken_ < out.size() && !done_) {
            advance();
        }
        const std::size_t size = std::min(out.size(), pending_.size() - taken_);
        std::memcpy(out.data(), pending_.data() + taken_, size);
        taken_ += size;
        if (taken_ == pending_.size()) {
            pending_.clear();
            taken_ = 0;
        }
        return size;
    }

  private:
    struct Level {
        RequestPath path;
        std::unique_ptr<FolderReader> folder;
    };

    void enter(const RequestPath& path) {
        // Where it was removed meanwhile, nothing is below it.
        if (std::unique_ptr<FolderReader> folder = tree_.open_folder(path)) {
            levels_.push_back({path, std::move(folder)});
        }
    }

    void advance() {
        if (levels_.empty()) {
            pending_ += "</D:multistatus>\n";
            done_ = true;
            return;
        }
        const std::optional<FolderReader::Entry> entry = levels_.back().folder->next();
        if (!entry) {
            levels_.pop_back();
            return;
        }
        const RequestPath path = levels_.back().path.child(entry->name);
        if (!may_see(visitor_, path)) {
            return;
        }
        add(path, entry->item);
        if (entry->item.folder && depth_ == Depth::everything) {
            enter(path);
        }
    }

    void add(const RequestPath& path, const Item& item) {
        if (++responses_ > responses_limit) {
            throw Error(ErrorCode::too_large, "The listing is too long.");
        }
        std::string found;
        std::string missing;
        if (request_.kind != PropfindRequest::Kind::some) {
            for (const std::string_view name : known_properties) {
                found += property(name, path, item, request_.kind == PropfindRequest::Kind::names);
            }
        }
        for (const PropertyName& asked : request_.properties) {
            const bool known =
                asked.space == dav && std::ranges::find(known_properties, asked.name) != known_properties.end();
            const std::string value = known ? property(asked.name, path, item, false) : "";
            if (!value.empty()) {
                found += value;
            } else {
                missing += "<" + asked.name + " xmlns=\"" + escaped(asked.space) + "\"/>";
            }
        }
        pending_ += "<D:response><D:href>" + encoded(path, item.folder) + "</D:href>";
        if (!found.empty() || missing.empty()) {
            pending_ += "<D:propstat><D:prop>" + found + "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>";
        }
        if (!missing.empty()) {
            pending_ +=
                "<D:propstat><D:prop>" + missing + "</D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>";
        }
        pending_ += "</D:response>\n";
    }

    const Tree& tree_;
    const Visitor visitor_;
    const PropfindRequest request_;
    const Depth depth_;
    std::string pending_;
    std::size_t taken_ = 0;
    std::vector<Level> levels_;
    std::size_t responses_ = 0;
    bool done_ = false;
};

bool is_control(char c) {
    return static_cast<unsigned char>(c) < ' ';
}

/// A name that can be written into an element as it stands.
bool is_plain_name(std::string_view name) {
    return !name.empty() && std::ranges::none_of(name, [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || std::string_view("<>&\"'/=:").find(c) != std::string_view::npos;
    });
}

}  // namespace

std::optional<PropfindRequest> parse_propfind(std::string_view body) {
    PropfindRequest request;
    if (body.empty()) {
        return request;
    }
    pugi::xml_document document;
    if (!document.load_buffer(body.data(), body.size(), pugi::parse_minimal | pugi::parse_escapes,
                              pugi::encoding_utf8) ||
        !is_dav(document.document_element(), "propfind")) {
        return std::nullopt;
    }
    bool said = false;
    for (const pugi::xml_node& child : document.document_element().children()) {
        if (is_dav(child, "allprop") || is_dav(child, "propname")) {
            request.kind = is_dav(child, "propname") ? PropfindRequest::Kind::names : PropfindRequest::Kind::all;
            said = true;
        } else if (is_dav(child, "prop")) {
            request.kind = PropfindRequest::Kind::some;
            said = true;
            for (const pugi::xml_node& asked : child.children()) {
                std::optional<PropertyName> name = full_name(asked);
                const bool writable =
                    name && is_plain_name(name->name) && std::ranges::none_of(name->space, is_control);
                if (!writable || request.properties.size() >= properties_limit) {
                    return std::nullopt;
                }
                request.properties.push_back(std::move(*name));
            }
        }
    }
    return said ? std::optional(std::move(request)) : std::nullopt;
}

std::unique_ptr<BodySource> make_listing(const Tree& tree, const Visitor& visitor, const RequestPath& path,
                                         const Item& item, PropfindRequest request, Depth depth) {
    return std::make_unique<Listing>(tree, visitor, path, item, std::move(request), depth);
}

std::string http_date(std::int64_t seconds) {
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t time = seconds;
    std::tm parts{};
    if (gmtime_r(&time, &parts) == nullptr) {
        return http_date(0);
    }
    const auto two = [](int number) {
        const std::string text = std::to_string(number);
        return number < 10 ? "0" + text : text;
    };
    // Not strftime(): its names follow the user's language.
    return std::string(days[parts.tm_wday]) + ", " + two(parts.tm_mday) + " " + months[parts.tm_mon] + " " +
           std::to_string(parts.tm_year + 1900) + " " + two(parts.tm_hour) + ":" + two(parts.tm_min) + ":" +
           two(parts.tm_sec) + " GMT";
}

}  // namespace fieldseal::hub
