#include "sync/store/http_pool.h"

#include <curl/curl.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "sync/store/http_errors.h"
#include "sync/store/implementations.h"

namespace fieldseal::store {

namespace {

constexpr long stall_seconds = 60;
constexpr long connect_seconds = 30;
constexpr int look_ms = 100;
/// What costs little to send again.
constexpr curl_off_t small_object = 64 << 10;
constexpr curl_off_t quick_us = 500'000;
constexpr curl_off_t slow_us = 2'000'000;
constexpr long buffer_bytes = 256 << 10;

Error cancelled() {
    return Error(ErrorCode::cancelled,
                 "Cancelled. What was sent and taken in so far is kept; the next time goes on from there.");
}

[[noreturn]] void throw_transfer_error(const HttpAddress& address, CURLcode code, bool connected) {
    if (code == CURLE_SSL_PINNEDPUBKEYNOTMATCH) {
        throw StoreError(ErrorCode::unreachable, Obstacle::certificate,
                         "The server at " + address.authority +
                             " shows another key than the store's address says, so nothing was sent. Ask whoever runs "
                             "the store for its new address, or try again from another network.");
    }
    if (code == CURLE_PEER_FAILED_VERIFICATION) {
        throw StoreError(ErrorCode::unreachable, Obstacle::certificate,
                         "The certificate of " + address.authority +
                             " cannot be trusted (expired, self-made, or made for another name), so nothing was sent. "
                             "Check this machine's clock and the store's address, or try again from another network.");
    }
    const StoreError error =
        StoreError(ErrorCode::unreachable, Obstacle::away,
                   "The store at " + address.authority + " cannot be reached (" + curl_easy_strerror(code) +
                       "). What is sealed waits here; try again when there is a connection.");
    // A connection that broke is worth another try at once; none at all is not.
    const bool broke = code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_PARTIAL_FILE ||
                       code == CURLE_GOT_NOTHING || code == CURLE_SSL_CONNECT_ERROR ||
                       (code == CURLE_OPERATION_TIMEDOUT && connected);
    if (broke) {
        throw TransientError(error);
    }
    throw error;
}

std::string header_of(CURL* curl, const char* name) {
    curl_header* header = nullptr;
    return curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : "";
}

}  // namespace

/// One job under way. Its address stays the same while libcurl has it.
struct HttpPool::Transfer {
    Transfer() : handle(curl_easy_init()) {
        if (handle == nullptr) {
            throw Error(ErrorCode::failed, "Not enough memory for a connection. Close other programs and try again.");
        }
    }
    ~Transfer() {
        curl_easy_cleanup(handle);
        curl_slist_free_all(headers);
    }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
        Transfer& self = *static_cast<Transfer*>(user);
        const std::size_t length = size * count;
        if (length > self.job.request.answer_limit - self.answer.body.size()) {
            self.answer.over_limit = true;
            return 0;
        }
        self.answer.body.insert(self.answer.body.end(), data, data + length);
        return length;
    }

    static int look_up(void* user, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent) {
        static_cast<Transfer*>(user)->transferred = received + sent;
        return 0;
    }

    CURL* handle;
    curl_slist* headers = nullptr;
    HttpJob job;
    HttpAnswer answer;
    curl_off_t transferred = 0;  // of this request
    curl_off_t told = 0;         // of it, to whoever shows progress
    curl_off_t job_moved = 0;    // of all the job's requests
    curl_off_t job_us = 0;
};

struct HttpPool::Connections {
    Connections() {
        static std::once_flag once;
        std::call_once(once, [] { curl_global_init(CURL_GLOBAL_ALL); });
        multi = curl_multi_init();
        if (multi == nullptr) {
            throw Error(ErrorCode::failed, "Not enough memory for a connection. Close other programs and try again.");
        }
    }
    ~Connections() {
        clear();
        idle.clear();
        curl_multi_cleanup(multi);
    }
    Connections(const Connections&) = delete;
    Connections& operator=(const Connections&) = delete;

    std::unique_ptr<Transfer> take(CURL* handle) {
        curl_multi_remove_handle(multi, handle);
        const auto found = active.find(handle);
        std::unique_ptr<Transfer> transfer = std::move(found->second);
        active.erase(found);
        return transfer;
    }
    /// Ends what is under way, wherever it is.
    void clear() {
        while (!active.empty()) {
            take(active.begin()->first);
        }
    }

    CURLM* multi;
    std::map<CURL*, std::unique_ptr<Transfer>> active;
    std::vector<std::unique_ptr<Transfer>> idle;
};

HttpPool::HttpPool(HttpAddress address, SharedOptions options, std::string signature)
    : address_(std::move(address)),
      options_(std::move(options)),
      signature_(std::move(signature)),
      connections_(std::make_unique<Connections>()) {}

HttpPool::~HttpPool() = default;

void HttpPool::run(const Source& source, unsigned at_least) {
    // Whatever is thrown on the way, nothing that is under way outlives what it refers to.
    const std::unique_ptr<Connections, void (*)(Connections*)> clearing(connections_.get(),
                                                                        [](Connections* all) { all->clear(); });
    std::exception_ptr failure;
    bool finished = false;
    for (;;) {
        if (options_->cancelled && options_->cancelled()) {
            throw cancelled();
        }
        while (!failure && !finished && connections_->active.size() < std::max(window_, at_least)) {
            try {
                std::optional<HttpJob> job = source(finished);
                if (!job) {
                    break;
                }
                std::unique_ptr<Transfer> transfer;
                if (connections_->idle.empty()) {
                    transfer = std::make_unique<Transfer>();
                } else {
                    transfer = std::move(connections_->idle.back());
                    connections_->idle.pop_back();
                }
                transfer->job = std::move(*job);
                transfer->job_moved = transfer->job_us = 0;
                begin(std::move(transfer));
            } catch (...) {
                failure = std::current_exception();
            }
        }
        if (connections_->active.empty()) {
            break;
        }
        int running = 0;
        curl_multi_perform(connections_->multi, &running);
        const std::size_t before = connections_->active.size();
        collect(failure);
        if (connections_->active.size() == before && running > 0) {
            curl_multi_poll(connections_->multi, nullptr, 0, look_ms, nullptr);
        }
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

HttpAnswer HttpPool::perform(HttpRequest request) {
    HttpAnswer result;
    bool given = false;
    run([&](bool& finished) -> std::optional<HttpJob> {
        if (given) {
            finished = true;
            return std::nullopt;
        }
        given = true;
        return HttpJob{std::move(request),
                       [&](HttpAnswer answer) -> std::optional<HttpRequest> {
                           result = std::move(answer);
                           return std::nullopt;
                       },
                       {}};
    });
    return result;
}

void HttpPool::begin(std::unique_ptr<Transfer> transfer) {
    const HttpRequest& request = transfer->job.request;
    CURL* curl = transfer->handle;
    curl_easy_reset(curl);
    curl_slist_free_all(transfer->headers);
    transfer->headers = nullptr;
    transfer->answer = {};
    transfer->transferred = 0;
    transfer->told = 0;
    curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, address_.scheme.c_str());
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);  // a name that is being looked up does not delay cancelling
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, stall_seconds);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, buffer_bytes);
    curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, buffer_bytes);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Transfer::look_up);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer.get());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Transfer::take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer.get());
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
    const ByteView secret = options_->credentials.secret.view();
    std::string text(secret.begin(), secret.end());
    if (!text.empty() && options_->credentials.user.empty()) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, text.c_str());
    } else if (!options_->credentials.user.empty()) {
        if (signature_.empty()) {
            curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        } else {
            curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, signature_.c_str());
        }
        curl_easy_setopt(curl, CURLOPT_USERNAME, options_->credentials.user.c_str());
        curl_easy_setopt(curl, CURLOPT_PASSWORD, text.c_str());
    }
    crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    if (request.body.data() != nullptr || request.method == "PUT") {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS,
                         request.body.empty() ? "" : reinterpret_cast<const char*>(request.body.data()));
    }
    if (signature_.empty()) {
        // Waiting for "100 Continue" costs a round trip and some servers a second. libcurl asks for it above 1 MiB
        // only, which no object has; where it signs requests, it would sign this line's absence too.
        transfer->headers = curl_slist_append(nullptr, "Expect:");
    }
    for (const std::string& header : request.headers) {
        transfer->headers = curl_slist_append(transfer->headers, header.c_str());
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers);
    curl_multi_add_handle(connections_->multi, curl);
    connections_->active.emplace(curl, std::move(transfer));
}

void HttpPool::count_moved(Transfer& transfer) {
    if (options_->moved && transfer.transferred > transfer.told) {
        options_->moved(static_cast<std::uint64_t>(transfer.transferred - transfer.told));
        transfer.told = transfer.transferred;
    }
}

void HttpPool::adapt(const Transfer& transfer, bool broke) {
    if (broke) {
        window_ = 1;
        return;
    }
    const bool small = transfer.job_moved <= small_object;
    if (small || transfer.job_us < quick_us) {
        window_ = std::min(window_ + 1, std::max(options_->transfers, 1u));
    } else if (transfer.job_us > slow_us) {
        window_ = std::max(window_ / 2, 1u);
    }
}

/// Takes what has ended; the first error goes to `failure`.
void HttpPool::collect(std::exception_ptr& failure) {
    for (const auto& [handle, transfer] : connections_->active) {
        count_moved(*transfer);
    }
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(connections_->multi, &left)) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        const CURLcode code = message->data.result;
        std::unique_ptr<Transfer> transfer = connections_->take(message->easy_handle);
        CURL* curl = transfer->handle;
        const bool arrived = code == CURLE_OK || transfer->answer.over_limit;
        try {
            if (!arrived) {
                adapt(*transfer, true);
                if (transfer->job.broken) {
                    transfer->job.broken();
                }
                curl_off_t connected = 0;
                curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME_T, &connected);
                throw_transfer_error(address_, code, connected > 0);
            }
            HttpAnswer& answer = transfer->answer;
            curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
            curl_off_t asked = 0;
            curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &asked);
            answer.retry_after_s = asked;
            answer.content_type = header_of(curl, "Content-Type");
            answer.entity_tag = header_of(curl, "ETag");
            answer.date = header_of(curl, "Date");
            curl_off_t took = 0;
            curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME_T, &took);
            transfer->job_us += took;
            transfer->job_moved += transfer->transferred;
            if (std::optional<HttpRequest> next = transfer->job.answered(std::move(answer))) {
                transfer->job.request = std::move(*next);
                begin(std::move(transfer));
                continue;
            }
            adapt(*transfer, false);
            transfer->job = {};
            connections_->idle.push_back(std::move(transfer));
        } catch (...) {
            if (!failure) {
                failure = std::current_exception();
            }
        }
    }
}

}  // namespace fieldseal::store
