#include "sync/store/http_transfer.h"

#include <curl/curl.h>

#include <algorithm>
#include <mutex>

namespace fieldseal::store {

namespace {

constexpr long stall_seconds = 60;
constexpr long connect_seconds = 30;
constexpr std::int64_t longest_wait_ms = 60'000;

/// What one request's callbacks work on.
struct Flight {
    const StoreOptions& options;
    std::size_t limit;
    HttpAnswer answer;
    std::uint64_t moved = 0;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
    Flight& flight = *static_cast<Flight*>(user);
    const std::size_t length = size * count;
    if (length > flight.limit - flight.answer.body.size()) {
        flight.answer.over_limit = true;
        return 0;
    }
    flight.answer.body.insert(flight.answer.body.end(), data, data + length);
    return length;
}

int look_up(void* user, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent) {
    Flight& flight = *static_cast<Flight*>(user);
    const auto moved = static_cast<std::uint64_t>(received + sent);
    if (flight.options.moved && moved > flight.moved) {
        flight.options.moved(moved - flight.moved);
        flight.moved = moved;
    }
    return flight.options.cancelled && flight.options.cancelled() ? 1 : 0;
}

Error cancelled() {
    return Error(ErrorCode::cancelled,
                 "Cancelled. What was sent and taken in so far is kept; the next time goes on from there.");
}

StoreError transfer_error(const HttpAddress& address, CURLcode code) {
    if (code == CURLE_SSL_PINNEDPUBKEYNOTMATCH) {
        return StoreError(ErrorCode::unreachable, Obstacle::certificate,
                          "The server at " + address.authority +
                              " shows another key than the store's address says, so nothing was sent. Ask whoever runs "
                              "the store for its new address, or try again from another network.");
    }
    if (code == CURLE_PEER_FAILED_VERIFICATION) {
        return StoreError(ErrorCode::unreachable, Obstacle::certificate,
                          "The certificate of " + address.authority +
                              " cannot be trusted (expired, self-made, or made for another name), so nothing was sent. "
                              "Check this machine's clock and the store's address, or try again from another network.");
    }
    return StoreError(ErrorCode::unreachable, Obstacle::away,
                      "The store at " + address.authority + " cannot be reached (" + curl_easy_strerror(code) +
                          "). What is sealed waits here; try again when there is a connection.");
}

/// Whether the connection broke on the way, as opposed to never having been there.
bool broke(CURLcode code) {
    return code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_PARTIAL_FILE ||
           code == CURLE_GOT_NOTHING || code == CURLE_OPERATION_TIMEDOUT || code == CURLE_HTTP2;
}

bool busy(long status) {
    // Locked: some servers hold what a broken upload of ours left behind for a moment.
    return status == 423 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

bool is_loopback(const std::string& authority) {
    const std::string host = authority.substr(
        0, authority.starts_with('[') ? authority.find(']') + 1 : std::min(authority.find(':'), authority.size()));
    return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

}  // namespace

struct HttpTransfer::Connection {
    Connection() {
        static std::once_flag once;
        std::call_once(once, [] { curl_global_init(CURL_GLOBAL_ALL); });
        handle = curl_easy_init();
        if (handle == nullptr) {
            throw Error(ErrorCode::failed, "Not enough memory for a connection. Close other programs and try again.");
        }
    }
    ~Connection() { curl_easy_cleanup(handle); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    CURL* handle;
};

HttpAddress parse_http_address(const std::string& rest, bool encrypted) {
    HttpAddress address;
    address.scheme = encrypted ? "https" : "http";
    const std::size_t fragment = rest.find('#');
    const std::string place = rest.substr(0, fragment);
    if (fragment != std::string::npos) {
        constexpr std::string_view key = "#pin=";
        address.pin = rest.substr(std::min(fragment + key.size(), rest.size()));
        if (!rest.substr(fragment).starts_with(key) || !address.pin.starts_with("sha256//")) {
            throw Error(ErrorCode::usage,
                        "A store's address may end in #pin=sha256//KEY, and in nothing else after #. Check it.");
        }
    }
    const std::size_t slash = std::min(place.find('/'), place.size());
    address.authority = place.substr(0, slash);
    address.path = place.substr(slash);
    while (address.path.ends_with('/')) {
        address.path.pop_back();
    }
    const bool odd =
        std::any_of(place.begin(), place.end(), [](char c) { return c <= ' ' || c == '\x7f' || c == '?'; });
    if (address.authority.empty() || odd || address.authority.find('@') != std::string::npos) {
        throw Error(ErrorCode::usage,
                    "A store's address is webdavs://HOST[:PORT]/PATH, without a user name or password in it and with "
                    "other characters as %XX. Give credentials through a file.");
    }
    if (!encrypted && !is_loopback(address.authority)) {
        throw Error(ErrorCode::usage,
                    "Without encryption a store may lie on this machine only. Use webdavs:// instead of webdav://.");
    }
    return address;
}

HttpTransfer::HttpTransfer(HttpAddress address, StoreOptions options)
    : address_(std::move(address)), options_(std::move(options)), connection_(std::make_unique<Connection>()) {}

HttpTransfer::~HttpTransfer() = default;

HttpAnswer HttpTransfer::perform(const HttpRequest& request) {
    CURL* curl = connection_->handle;
    for (unsigned attempt = 0;; ++attempt) {
        if (options_.cancelled && options_.cancelled()) {
            throw cancelled();
        }
        Flight flight{options_, request.answer_limit, {}};
        curl_easy_reset(curl);
        curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, address_.scheme.c_str());
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds);
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, stall_seconds);
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_up);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &flight);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &flight);
        if (address_.scheme == "http") {
            curl_easy_setopt(curl, CURLOPT_PROXY, "");  // loopback only: no proxy of the environment gets to see it
        }
        if (!address_.pin.empty()) {
            // The key stands for the certificate, which may be self-made and long expired.
            curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY, address_.pin.c_str());
            curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
            curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
        }
        // libcurl keeps a copy of its own until the handle is reset or closed.
        const ByteView secret = options_.credentials.secret.view();
        std::string text(secret.begin(), secret.end());
        if (!text.empty() && options_.credentials.user.empty()) {
            curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
            curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, text.c_str());
        } else if (!options_.credentials.user.empty()) {
            curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
            curl_easy_setopt(curl, CURLOPT_USERNAME, options_.credentials.user.c_str());
            curl_easy_setopt(curl, CURLOPT_PASSWORD, text.c_str());
        }
        crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
        if (request.body.data() != nullptr || request.method == "PUT") {
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS,
                             request.body.empty() ? "" : reinterpret_cast<const char*>(request.body.data()));
        }
        const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
            [&] {
                // Waiting for "100 Continue" costs a round trip and some servers a second.
                curl_slist* list = curl_slist_append(nullptr, "Expect:");
                for (const std::string& header : request.headers) {
                    list = curl_slist_append(list, header.c_str());
                }
                return list;
            }(),
            &curl_slist_free_all);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());

        const CURLcode code = curl_easy_perform(curl);
        if (code == CURLE_ABORTED_BY_CALLBACK) {
            throw cancelled();
        }
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &flight.answer.status);
        const char* type = nullptr;
        curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
        flight.answer.content_type = type == nullptr ? "" : type;
        const bool arrived = code == CURLE_OK || flight.answer.over_limit;
        if (options_.pause && attempt < options_.retries && (arrived ? busy(flight.answer.status) : broke(code))) {
            curl_off_t asked = 0;
            curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &asked);
            crypto::SystemRandom system;
            crypto::Random& random = options_.random == nullptr ? system : *options_.random;
            const std::int64_t backoff = options_.first_wait_ms << attempt;
            const Bytes chance = random.bytes(1);
            const std::int64_t jittered = backoff / 2 + backoff * chance[0] / 255;
            wait(std::min(std::max<std::int64_t>(jittered, asked * 1000), longest_wait_ms));
            continue;
        }
        if (!arrived) {
            throw transfer_error(address_, code);
        }
        return std::move(flight.answer);
    }
}

void HttpTransfer::wait(std::int64_t milliseconds) const {
    constexpr std::int64_t step = 100;
    for (; milliseconds > 0; milliseconds -= step) {
        if (options_.cancelled && options_.cancelled()) {
            throw cancelled();
        }
        options_.pause(std::min(step, milliseconds));
    }
}

bool is_web_page(const HttpAnswer& answer) {
    return answer.content_type.starts_with("text/html");
}

StoreError portal_error(const HttpAddress& address) {
    return StoreError(
        ErrorCode::unreachable, Obstacle::sign_in,
        "Instead of the store at " + address.authority +
            " a web page answered: the network may want you to sign in. Open any page in a browser, sign in, "
            "and try again; if that is not it, check the store's address.");
}

StoreError status_error(const HttpAddress& address, const HttpAnswer& answer) {
    const std::string& at = address.authority;
    switch (answer.status) {
        case 401:
            if (address.hub) {
                return StoreError(ErrorCode::refused, Obstacle::credentials,
                             "The hub at " + at +
                                 " does not let this device in. Either it has not heard of the device yet: then the "
                                 "coordinator must sync with it first. Or the device was taken out of the team: ask "
                                 "the coordinator.");
            }
            return StoreError(
                ErrorCode::refused, Obstacle::credentials,
                "The store at " + at +
                    " did not accept the user name or the secret. Check the credentials, or ask whoever runs "
                    "the store for new ones.");
        case 403:
            return StoreError(ErrorCode::refused, Obstacle::forbidden,
                              "The store at " + at +
                                  " does not allow this user to do that. Ask whoever runs the store "
                                  "for permission to read and write there.");
        case 404:
        case 405:
        case 409:
            return StoreError(ErrorCode::refused, Obstacle::no_folder,
                              "The folder that the store's address names is not there on " + at +
                                  ", or is no WebDAV folder. Check the address, or create the folder.");
        case 412:
        case 423:
            return StoreError(ErrorCode::unreachable, Obstacle::busy,
                              "Somebody else holds a lock on the store at " + at + ". Try again later.");
        case 413:
        case 507:
            return StoreError(
                ErrorCode::unreachable, Obstacle::full,
                "The store at " + at + " is full. Ask whoever runs it to make room; what is sealed waits here.");
        case 429:
            return StoreError(ErrorCode::unreachable, Obstacle::busy,
                              "The store at " + at + " asks to be left alone for a while. Try again later.");
        default:
            break;
    }
    if ((answer.status >= 200 && answer.status < 400) || answer.status == 511) {
        return portal_error(address);
    }
    if (answer.status >= 500) {
        return StoreError(ErrorCode::unreachable, Obstacle::busy,
                          "The store at " + at + " has a fault of its own (" + std::to_string(answer.status) +
                              "). Try again later; if it stays, tell whoever runs the store.");
    }
    return StoreError(ErrorCode::refused, Obstacle::forbidden,
                      "The store at " + at + " refused with status " + std::to_string(answer.status) +
                          ". Check the address, or ask whoever runs the store.");
}

}  // namespace fieldseal::store
