#include "sync/hub/http_server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netdb.h>
#include <sys/resource.h>

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "model/error/error.h"
#include "sync/hub/connections.h"

namespace fieldseal::hub {

namespace {

/// Modern versions and ciphers only; whoever pins does not need RSA either, but given certificates may have it.
constexpr const char* tls_priorities =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM:+CHACHA20-POLY1305";
constexpr std::size_t block_size = 32u << 10;
/// A connection on which nothing moves at all, whatever the watch thinks of it. A record of TLS counts when it is
/// whole.
constexpr unsigned dead_after_s = 300;

struct Listen {
    sockaddr_storage address{};
    bool v6 = false;
    bool loopback = false;
};

Listen parse_listen(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    std::uint16_t port = 0;
    std::string host = colon == std::string::npos ? "" : text.substr(0, colon);
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = colon == std::string::npos
                                      ? std::from_chars_result{text.data(), std::errc::invalid_argument}
                                      : std::from_chars(text.data() + colon + 1, end, port);
    Listen listen;
    if (error == std::errc() && stopped == end) {
        if (host.starts_with('[') && host.ends_with(']')) {
            sockaddr_in6 v6{};
            v6.sin6_family = AF_INET6;
            v6.sin6_port = htons(port);
            if (inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &v6.sin6_addr) == 1) {
                std::memcpy(&listen.address, &v6, sizeof v6);
                listen.v6 = true;
                listen.loopback = IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
                return listen;
            }
        }
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
            std::memcpy(&listen.address, &v4, sizeof v4);
            listen.loopback = ntohl(v4.sin_addr.s_addr) >> 24 == 127;
            return listen;
        }
    }
    throw Error(ErrorCode::usage,
                "The hub listens at an address and a port in numbers: 0.0.0.0:8443, 127.0.0.1:8443 "
                "or [::]:8443.");
}

/// A request from its headers to its end; what libmicrohttpd keeps for us.
struct Exchange {
    std::unique_ptr<Conversation> conversation;
    Connections::Connection* connection = nullptr;
    unsigned status = 0;
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
};

/// What a response's body is read from, with where to count.
struct Source {
    std::unique_ptr<BodySource> body;
    Exchange* exchange;
};

ssize_t read_source(void* context, std::uint64_t, char* out, std::size_t size) {
    auto& source = *static_cast<Source*>(context);
    try {
        const std::size_t filled = source.body->read({out, size});
        source.exchange->sent += filled;
        return filled == 0 ? MHD_CONTENT_READER_END_OF_STREAM : static_cast<ssize_t>(filled);
    } catch (...) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
}

void free_source(void* context) {
    delete static_cast<Source*>(context);
}

MHD_Result send(MHD_Connection* connection, Exchange& exchange, Reply reply) {
    MHD_Response* response = nullptr;
    if (reply.body) {
        const std::optional<std::uint64_t> size = reply.body->size();
        auto source = std::make_unique<Source>(Source{std::move(reply.body), &exchange});
        response = MHD_create_response_from_callback(size.value_or(MHD_SIZE_UNKNOWN), block_size, read_source,
                                                     source.get(), free_source);
        if (response != nullptr) {
            source.release();
        }
    } else {
        response = MHD_create_response_from_buffer(reply.text.size(), reply.text.data(), MHD_RESPMEM_MUST_COPY);
        exchange.sent = reply.text.size();
    }
    if (response == nullptr) {
        return MHD_NO;
    }
    exchange.status = reply.status;
    for (const auto& [name, value] : reply.headers) {
        MHD_add_response_header(response, name.c_str(), value.c_str());
    }
    const MHD_Result queued = MHD_queue_response(connection, reply.status, response);
    MHD_destroy_response(response);
    return queued;
}

Reply fault() {
    Reply reply;
    reply.status = 500;
    reply.text = "The hub has a fault of its own. Try again later.\n";
    return reply;
}

std::optional<std::string> header(MHD_Connection* connection, const char* name) {
    const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Connections::Connection* connection_of(MHD_Connection* connection) {
    const MHD_ConnectionInfo* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == nullptr ? nullptr : static_cast<Connections::Connection*>(info->socket_context);
}

/// Names are told apart before percent-encoding is undone: that is left to whoever reads the path.
std::size_t leave_encoded(void*, MHD_Connection*, char* text) {
    return std::strlen(text);
}

/// The process may have as many files open as the system lets it.
void raise_file_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

}  // namespace

struct HttpServer::State {
    State(ServerLimits given, Handler& asked) : limits(given), handler(asked), connections(given) {}

    const ServerLimits limits;
    Handler& handler;
    Connections connections;
    std::optional<TlsIdentity> tls;
    MHD_Daemon* daemon = nullptr;

    static MHD_Result accept(void* self, const sockaddr* address, socklen_t) {
        return static_cast<State*>(self)->connections.may_open(address_group(address)) ? MHD_YES : MHD_NO;
    }

    static void notify(void* self, MHD_Connection* connection, void** context, MHD_ConnectionNotificationCode what) {
        Connections& all = static_cast<State*>(self)->connections;
        if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
            if (*context != nullptr) {
                all.closed(static_cast<Connections::Connection*>(*context));
                *context = nullptr;
            }
            return;
        }
        const MHD_ConnectionInfo* socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        const MHD_ConnectionInfo* peer = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
        if (socket != nullptr) {
            *context = all.opened(socket->connect_fd, address_group(peer == nullptr ? nullptr : peer->client_addr));
        }
    }

    static MHD_Result handle(void* self, MHD_Connection* connection, const char* url, const char* method, const char*,
                             const char* data, std::size_t* size, void** context) {
        return static_cast<State*>(self)->serve(connection, url, method, {data, *size}, *size, *context);
    }

    MHD_Result serve(MHD_Connection* connection, const char* url, const char* method, std::string_view data,
                     std::size_t& left, void*& context) {
        auto* exchange = static_cast<Exchange*>(context);
        try {
            if (exchange == nullptr) {
                return begin(connection, url, method, context);
            }
            if (!data.empty()) {
                left = 0;
                exchange->received += data.size();
                if (!exchange->conversation->is_decided()) {
                    exchange->conversation->take(view_of(data));
                }
                // A body of unknown length that nobody wants has an end too.
                return exchange->conversation->is_decided() && exchange->received > exchange->conversation->patience()
                           ? MHD_NO
                           : MHD_YES;
            }
            return send(connection, *exchange, exchange->conversation->finish());
        } catch (...) {
            return exchange != nullptr && data.empty() ? send(connection, *exchange, fault()) : MHD_NO;
        }
    }

    MHD_Result begin(MHD_Connection* connection, const char* url, const char* method, void*& context) {
        auto exchange = std::make_unique<Exchange>();
        exchange->connection = connection_of(connection);
        Request request{method, url, exchange->connection == nullptr ? "?" : exchange->connection->address, 0,
                        [connection](const char* name) { return header(connection, name); }};
        if (const auto length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH)) {
            // libmicrohttpd has refused what is no number.
            std::uint64_t bytes = 0;
            std::from_chars(length->data(), length->data() + length->size(), bytes);
            request.length = bytes;
        } else if (header(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING)) {
            request.length = std::nullopt;
        }
        exchange->conversation = handler.begin(request);
        if (exchange->connection != nullptr) {
            connections.begun(*exchange->connection, exchange->conversation->is_trusted());
        }
        Exchange& kept = *exchange;
        context = exchange.release();
        if (kept.conversation->is_decided() && request.length.value_or(0) > kept.conversation->patience()) {
            return send(connection, kept, kept.conversation->finish());
        }
        return MHD_YES;
    }

    static void completed(void* self, MHD_Connection*, void** context, MHD_RequestTerminationCode code) {
        const std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(*context));
        *context = nullptr;
        if (!exchange) {
            return;
        }
        if (exchange->connection != nullptr) {
            static_cast<State*>(self)->connections.ended(*exchange->connection);
        }
        exchange->conversation->ended(exchange->status, exchange->received, exchange->sent,
                                      code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    }
};

HttpServer::HttpServer(const std::string& listen, const std::optional<TlsIdentity>& tls, ServerLimits limits,
                       Handler& handler) {
    const Listen place = parse_listen(listen);
    raise_file_limit();
    state_ = std::make_unique<State>(limits, handler);
    State& state = *state_;
    const unsigned threads = std::max(1u, limits.threads);
    std::vector<MHD_OptionItem> options{
        {MHD_OPTION_NOTIFY_CONNECTION, reinterpret_cast<std::intptr_t>(&State::notify), &state},
        {MHD_OPTION_NOTIFY_COMPLETED, reinterpret_cast<std::intptr_t>(&State::completed), &state},
        {MHD_OPTION_UNESCAPE_CALLBACK, reinterpret_cast<std::intptr_t>(&leave_encoded), nullptr},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, static_cast<std::intptr_t>(limits.header_bytes), nullptr},
        {MHD_OPTION_CONNECTION_LIMIT, static_cast<std::intptr_t>(std::max(limits.connections, threads)), nullptr},
        {MHD_OPTION_CONNECTION_TIMEOUT, static_cast<std::intptr_t>(dead_after_s), nullptr},
        {MHD_OPTION_LISTENING_ADDRESS_REUSE, 1, nullptr},
        {MHD_OPTION_LISTEN_BACKLOG_SIZE, 512, nullptr},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, nullptr},
        {MHD_OPTION_THREAD_POOL_SIZE, static_cast<std::intptr_t>(threads), nullptr},
    };
    // Not epoll: its edges lose the end of a connection that comes together with its last bytes.
    unsigned flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC | (place.v6 ? MHD_USE_IPv6 | MHD_USE_DUAL_STACK : 0u);
    sockaddr_storage address = place.address;
    options.push_back({MHD_OPTION_SOCK_ADDR, 0, &address});
    if (tls) {
        flags |= MHD_USE_TLS;
        state.tls = TlsIdentity{tls->key_pem.clone(), tls->certificate_pem};
        options.push_back({MHD_OPTION_HTTPS_MEM_KEY, 0, state.tls->key_pem.writable().data()});
        options.push_back({MHD_OPTION_HTTPS_MEM_CERT, 0, state.tls->certificate_pem.data()});
        options.push_back({MHD_OPTION_HTTPS_PRIORITIES, 0, const_cast<char*>(tls_priorities)});
    }
    options.push_back({MHD_OPTION_END, 0, nullptr});
    errno = 0;
    state.daemon = MHD_start_daemon(flags, 0, &State::accept, &state, &State::handle, &state, MHD_OPTION_ARRAY,
                                    options.data(), MHD_OPTION_END);
    if (state.daemon == nullptr) {
        if (errno == EADDRINUSE) {
            throw Error(ErrorCode::in_use,
                        "Another program listens at " + listen + " already. Stop it, or choose another port.");
        }
        throw Error(ErrorCode::failed, "The hub cannot listen at " + listen +
                                           ". Check that the address is one of this machine's, that the port may be "
                                           "used, and that certificate and key belong together.");
    }
}

HttpServer::~HttpServer() {
    if (state_->daemon == nullptr) {
        return;
    }
    const MHD_socket listening = MHD_quiesce_daemon(state_->daemon);
    if (listening != MHD_INVALID_SOCKET) {
        shutdown(listening, SHUT_RDWR);  // whoever comes now is refused, and does not wait for nothing
    }
    state_->connections.wait_until_quiet(state_->limits.farewell_ms);
    MHD_stop_daemon(state_->daemon);
    if (listening != MHD_INVALID_SOCKET) {
        close(listening);
    }
}

std::uint16_t HttpServer::port() const {
    const MHD_DaemonInfo* info = MHD_get_daemon_info(state_->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info == nullptr ? std::uint16_t{0} : info->port;
}

unsigned HttpServer::connections() const {
    return static_cast<unsigned>(state_->connections.count());
}

bool listens_on_loopback(const std::string& listen) {
    return parse_listen(listen).loopback;
}

}  // namespace fieldseal::hub
