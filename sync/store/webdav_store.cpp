// Objects on a WebDAV server: docs/stores.md. Servers differ in what they honour: Overwrite: F on MOVE is what all of
// them do, so that nothing is replaced and nothing half-written ever has an object's name.
#include <algorithm>
#include <pugixml.hpp>
#include <set>

#include "sync/store/http_transfer.h"
#include "sync/store/implementations.h"

namespace fieldseal::store {

namespace {

/// A listing of 10,000 objects takes some 10 MB.
constexpr std::size_t listing_limit = 64u << 20;
constexpr std::size_t message_limit = 64u << 10;
constexpr std::string_view propfind_body =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><propfind xmlns=\"DAV:\"><prop><resourcetype/><getcontentlength/></prop>"
    "</propfind>";

bool succeeded(const HttpAnswer& answer) {
    // Apache says what it created in a page; a network's sign-in page comes with 200.
    return (answer.status == 200 && !is_web_page(answer)) || answer.status == 201 || answer.status == 204;
}

/// The element's name without its prefix: servers choose prefixes of their own for DAV:.
std::string_view local_name(const pugi::xml_node& node) {
    const std::string_view name = node.name();
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node below(const pugi::xml_node& node, std::string_view name) {
    return node.find_node([&](const pugi::xml_node& inner) { return local_name(inner) == name; });
}

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

class WebdavStore final : public Store {
  public:
    WebdavStore(HttpAddress address, StoreOptions options) : http_(std::move(address), std::move(options)) {}

    Put put_if_absent(const std::string& name, ByteView bytes) override {
        require_object_name(name);
        crypto::SystemRandom random;
        const std::size_t slash = name.rfind('/');
        const std::string folder = slash == std::string::npos ? "" : name.substr(0, slash + 1);
        // The dot in front keeps it out of every listing of objects.
        const std::string temporary = url_of(folder + ".up-" + to_hex(random.bytes(8)));
        make_folders(name);
        HttpAnswer put = write(temporary, bytes);
        if (put.status == 404 || put.status == 409) {
            folders_.clear();  // somebody else removed them
            make_folders(name);
            put = write(temporary, bytes);
        }
        if (!succeeded(put)) {
            throw unexpected(put);
        }
        const HttpAnswer moved =
            http_.perform({"MOVE", temporary, {"Destination: " + url_of(name), "Overwrite: F"}, {}, message_limit});
        if (moved.status == 201 || moved.status == 204) {
            return Put::created;
        }
        if (moved.status == 404 && get(name, bytes.size()) == Bytes(bytes.begin(), bytes.end())) {
            return Put::created;  // it was moved, and the answer got lost
        }
        http_.perform({"DELETE", temporary, {}, {}, message_limit});
        if (moved.status == 412) {
            return Put::existed;
        }
        throw unexpected(moved);
    }

    std::optional<Bytes> get(const std::string& name, std::size_t limit) override {
        require_object_name(name);
        HttpAnswer answer = http_.perform({"GET", url_of(name), {}, {}, std::max(limit, message_limit)});
        if (answer.status == 404) {
            return std::nullopt;
        }
        if (answer.status != 200 || is_web_page(answer)) {
            throw unexpected(answer);
        }
        if (answer.over_limit || answer.body.size() > limit) {
            throw object_too_large(name, limit);
        }
        return std::move(answer.body);
    }

    std::vector<StoredObject> list(const std::string& under) override {
        const std::string prefix = listing_prefix(under);
        std::vector<StoredObject> found;
        list_folder(prefix, found);
        std::sort(found.begin(), found.end(),
                  [](const StoredObject& a, const StoredObject& b) { return a.name < b.name; });
        return found;
    }

    void remove(const std::string& name) override {
        require_object_name(name);
        const HttpAnswer answer = http_.perform({"DELETE", url_of(name), {}, {}, message_limit});
        if (!succeeded(answer) && answer.status != 404) {
            throw unexpected(answer);
        }
    }

    std::string description() const override {
        return (http_.address().hub ? "hub " : "WebDAV folder ") + http_.address().origin() + http_.address().path;
    }

  private:
    std::string url_of(const std::string& name) const {
        return http_.address().origin() + http_.address().path + "/" + name;
    }

    StoreError unexpected(const HttpAnswer& answer) const { return status_error(http_.address(), answer); }

    HttpAnswer write(const std::string& url, ByteView bytes) {
        return http_.perform({"PUT", url, {"Content-Type: application/octet-stream"}, bytes, message_limit});
    }

    /// The folders on the way to `name`, before anything is put there: nginx answers 500 where one is missing. The
    /// folder that the store's address names must be there.
    void make_folders(const std::string& name) {
        if (folders_.contains(name.substr(0, name.rfind('/') + 1))) {
            return;
        }
        for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
            const HttpAnswer answer =
                http_.perform({"MKCOL", url_of(name.substr(0, slash + 1)), {}, {}, message_limit});
            // 405 where it is there already.
            if (!succeeded(answer) && answer.status != 405) {
                throw unexpected(answer);
            }
            folders_.insert(name.substr(0, slash + 1));
        }
    }

    void list_folder(const std::string& prefix, std::vector<StoredObject>& found) {
        const std::string url = url_of(prefix);
        const ByteView body(reinterpret_cast<const std::uint8_t*>(propfind_body.data()), propfind_body.size());
        const HttpAnswer answer = http_.perform(
            {"PROPFIND", url, {"Depth: 1", "Content-Type: application/xml; charset=utf-8"}, body, listing_limit});
        if (answer.status == 404 && !prefix.empty()) {
            return;
        }
        if (answer.over_limit) {
            throw Error(ErrorCode::too_large,
                        "The list of objects on the server is longer than the " + std::to_string(listing_limit) +
                            " bytes that are allowed. Let the coordinator sync, so that old objects are removed.");
        }
        pugi::xml_document document;
        if (answer.status != 207 ||
            !document.load_buffer(answer.body.data(), answer.body.size(), pugi::parse_default, pugi::encoding_utf8) ||
            local_name(document.document_element()) != "multistatus") {
            throw answer.status == 207 ? portal_error(http_.address()) : unexpected(answer);
        }
        folders_.insert(prefix);
        const std::string own_path = path_of(url);
        for (const pugi::xml_node& response : document.document_element().children()) {
            const std::string path = path_of(below(response, "href").child_value());
            const std::string name = prefix + path.substr(path.rfind('/') + 1);
            // Temporary objects and what other programs leave behind have no object's name.
            if (local_name(response) != "response" || path == own_path || !is_object_name(name)) {
                continue;
            }
            if (below(below(response, "resourcetype"), "collection")) {
                list_folder(name + "/", found);
            } else {
                found.push_back({name, below(response, "getcontentlength").text().as_ullong()});
            }
        }
    }

    HttpTransfer http_;
    std::set<std::string> folders_;  // known to be there, each with a slash at its end
};

}  // namespace

std::unique_ptr<Store> make_webdav_store(const std::string& rest, bool encrypted, StoreOptions options) {
    return std::make_unique<WebdavStore>(parse_http_address(rest, encrypted), std::move(options));
}

std::unique_ptr<Store> make_hub_store(const std::string& rest, StoreOptions options) {
    HttpAddress address = parse_http_address(rest, true);
    address.hub = true;
    return std::make_unique<WebdavStore>(std::move(address), std::move(options));
}

}  // namespace fieldseal::store
