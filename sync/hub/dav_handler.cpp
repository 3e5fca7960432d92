#include "sync/hub/dav_handler.h"

#include <algorithm>

#include "model/error/error.h"

namespace fieldseal::hub {

namespace {

constexpr std::string_view methods[] = {"OPTIONS", "GET", "HEAD", "PUT", "DELETE", "MKCOL", "MOVE", "COPY", "PROPFIND"};
/// Of PROPFIND; other methods but PUT have none.
constexpr std::size_t body_limit = 16u << 10;
/// Read and thrown away of somebody unknown, so that the answer arrives.
constexpr std::uint64_t patience_with_strangers = 64u << 10;

std::string place_name(const std::optional<RequestPath>& path) {
    if (!path) {
        return "other";
    }
    if (path->section != Section::none) {
        return std::string(name_of(path->section));
    }
    return path->place == Place::root ? "root" : path->place == Place::health ? "health" : "other";
}

class DavConversation final : public Conversation {
  public:
    DavConversation(DavContext& context, const Request& request) : context_(context) {
        entry_.time_ms = context.environment.clock.wall_ms();
        started_ms_ = context.environment.clock.uptime_ms();
        entry_.address = request.address;
        const bool known = std::ranges::find(methods, request.method) != std::end(methods);
        entry_.method = known ? request.method : "other";
        decided_ = decide(request, known);
    }

    ~DavConversation() override {
        if (uploading_) {
            context_.end_upload(asked_.visitor.invite);
        }
    }

    bool is_trusted() const override { return !entry_.key.empty(); }
    std::uint64_t patience() const override {
        return is_trusted() ? 2 * context_.tree.limits().object_bytes : patience_with_strangers;
    }
    bool is_decided() const override { return decided_.has_value(); }

    void take(ByteView piece) override {
        if (!incoming_) {
            if (asked_.body.size() + piece.size() > body_limit) {
                decided_ = plain_reply(413, "The request says more than the hub reads.\n");
                return;
            }
            asked_.body += text_of(piece);
            return;
        }
        if (incoming_->size() + piece.size() > context_.tree.limits().object_bytes) {
            drop(too_large());
        } else if (!incoming_->write(piece)) {
            drop(full());
        }
    }

    Reply finish() override {
        if (decided_) {
            return std::move(*decided_);
        }
        try {
            return incoming_ ? keep_upload(context_, asked_, *incoming_) : answer(context_, asked_);
        } catch (const Error&) {
            // The message names paths of this machine.
            return plain_reply(500, "The hub cannot read or write its disk. Tell whoever runs it.\n");
        }
    }

    void ended(unsigned status, std::uint64_t received, std::uint64_t sent, bool whole) noexcept override {
        entry_.status = status;
        entry_.received = received;
        entry_.sent = sent;
        entry_.whole = whole;
        entry_.took_ms = context_.environment.clock.uptime_ms() - started_ms_;
        try {
            if (context_.log) {
                context_.log(entry_);
            }
        } catch (...) {
            // A request that cannot be logged was still answered.
        }
    }

  private:
    static Reply too_large() { return plain_reply(413, "An object may not be as large as this.\n"); }
    static Reply full() { return plain_reply(507, "There is no room for this on the hub.\n"); }

    void drop(Reply reply) {
        decided_ = std::move(reply);
        incoming_.reset();
    }

    static Reply slow_down(const char* seconds) {
        Reply reply = plain_reply(429, "Too many requests. Wait a little.\n");
        reply.headers.emplace_back("Retry-After", seconds);
        return reply;
    }

    static Reply who_is_it() {
        Reply reply = plain_reply(401, "This needs the token of a device that the hub knows.\n");
        reply.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"Fieldseal hub\"");
        reply.headers.emplace_back("WWW-Authenticate", "Basic realm=\"Fieldseal hub\", charset=\"UTF-8\"");
        return reply;
    }

    /// What can be said from the headers alone; nothing where the body is wanted first.
    std::optional<Reply> decide(const Request& request, bool known_method) {
        const std::int64_t now = started_ms_;
        const std::optional<RequestPath> path = parse_target(request.target);
        entry_.place = place_name(path);
        if (!context_.of_address.take(request.address, now)) {
            return slow_down("1");
        }
        if (path && path->place == Place::health && (request.method == "GET" || request.method == "HEAD")) {
            return health();
        }
        switch (
            context_.gate.enter(request.header("Authorization").value_or(""), request.address, now, asked_.visitor)) {
            case Entry::open:
                break;
            case Entry::wrong:
                return who_is_it();
            case Entry::too_many_wrong:
                return slow_down("5");
        }
        entry_.key = asked_.visitor.key;
        if (!context_.of_token.take(asked_.visitor.invite.hex(), now)) {
            return slow_down("1");
        }
        if (!path) {
            return plain_reply(400, "The hub has no such names.\n");
        }
        if (!known_method) {
            Reply reply = plain_reply(405, "The hub does not do this.\n");
            reply.headers.emplace_back("Allow", std::string(allowed_methods()));
            return reply;
        }
        asked_.method = request.method;
        asked_.path = *path;
        read_headers(request);
        if (std::optional<Reply> refused = refuse_by_place(request)) {
            return refused;
        }
        if (request.method == "PUT") {
            return begin_upload(request);
        }
        if (request.length != 0 && request.method == "MKCOL") {
            return plain_reply(415, "A folder is made without a body.\n");
        }
        if (request.length.value_or(0) > body_limit) {
            return plain_reply(413, "The request says more than the hub reads.\n");
        }
        return std::nullopt;
    }

    void read_headers(const Request& request) {
        const auto header = [&](const char* name) { return request.header(name).value_or(""); };
        asked_.headers.destination = header("Destination");
        asked_.headers.host = header("Host");
        asked_.headers.depth = header("Depth");
        asked_.headers.range = header("Range");
        asked_.headers.if_range = header("If-Range");
        asked_.headers.if_match = header("If-Match");
        asked_.headers.if_none_match = header("If-None-Match");
        asked_.headers.overwrite = header("Overwrite") != "F";
    }

    std::optional<Reply> refuse_by_place(const Request& request) {
        const Visitor& visitor = asked_.visitor;
        const auto forbidden = [] { return plain_reply(403, "This device may not do that here.\n"); };
        const std::string& method = request.method;
        if (method == "OPTIONS") {
            return std::nullopt;
        }
        const bool reads = method == "GET" || method == "HEAD" || method == "PROPFIND" || method == "COPY";
        if (!reads && (asked_.path.place == Place::root || asked_.path.place == Place::section) &&
            may_read(visitor, asked_.path)) {
            // 405 also tells MKCOL that the folder is there.
            return method == "MKCOL" ? plain_reply(405, "It is there already.\n") : forbidden();
        }
        if (!(reads ? may_read(visitor, asked_.path) : may_write(visitor, asked_.path))) {
            return forbidden();
        }
        const bool moves = method == "MOVE" || method == "COPY";
        if (asked_.path.place == Place::box && (method == "DELETE" || moves)) {
            return forbidden();
        }
        if (asked_.path.place == Place::access_item && !reads && !asked_.path.elements.back().starts_with('.')) {
            return forbidden();  // a list comes in under a temporary name, and the one in force stays
        }
        if (!moves) {
            return std::nullopt;
        }
        asked_.destination = parse_destination(asked_.headers.destination, asked_.headers.host);
        if (!asked_.destination) {
            return asked_.headers.destination.empty() ? plain_reply(400, "Where to?\n")
                                                      : plain_reply(502, "That is not on this hub.\n");
        }
        if (!may_write(visitor, *asked_.destination) || asked_.destination->place == Place::box ||
            !may_read(visitor, asked_.path)) {
            return forbidden();
        }
        const bool from_access = asked_.path.section == Section::access;
        if (from_access != (asked_.destination->section == Section::access) || (from_access && method == "COPY")) {
            return forbidden();
        }
        return std::nullopt;
    }

    std::optional<Reply> begin_upload(const Request& request) {
        if (request.length.value_or(0) > context_.tree.limits().object_bytes) {
            return too_large();
        }
        if (asked_.path.place == Place::box) {
            return plain_reply(405, "A folder is there.\n");
        }
        if (!context_.tree.has_room(asked_.path, request.length.value_or(0))) {
            return full();
        }
        if (!context_.begin_upload(asked_.visitor.invite)) {
            return slow_down("1");
        }
        uploading_ = true;
        incoming_ = context_.tree.receive();
        return incoming_ ? std::nullopt : std::optional(full());
    }

    Reply health() {
        // As for an upload of one object.
        const bool ok = context_.tree.has_room(path_of({"outbox"}), context_.tree.limits().object_bytes);
        Reply reply = plain_reply(ok ? 200 : 503, ok ? "{\"status\":\"ok\"}\n" : "{\"status\":\"no room\"}\n");
        reply.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
        return reply;
    }

    DavContext& context_;
    LogEntry entry_;
    std::int64_t started_ms_ = 0;
    DavRequest asked_;
    std::unique_ptr<Incoming> incoming_;
    bool uploading_ = false;
    std::optional<Reply> decided_;
};

}  // namespace

bool DavContext::begin_upload(const InviteId& invite) {
    const std::lock_guard lock(uploads_mutex);
    unsigned& under_way = uploads[invite];
    if (under_way >= options.uploads) {
        return false;
    }
    ++under_way;
    return true;
}

void DavContext::end_upload(const InviteId& invite) {
    const std::lock_guard lock(uploads_mutex);
    const auto found = uploads.find(invite);
    if (found != uploads.end() && --found->second == 0) {
        uploads.erase(found);
    }
}

std::unique_ptr<Conversation> DavHandler::begin(const Request& request) {
    return std::make_unique<DavConversation>(context_, request);
}

bool preconditions_hold(const DavHeaders& headers, const std::optional<Item>& there) {
    const auto names = [&](const std::string& tags) {
        return there && (tags == "*" || tags.find(there->tag()) != std::string::npos);
    };
    return (headers.if_match.empty() || names(headers.if_match)) &&
           (headers.if_none_match.empty() || !names(headers.if_none_match));
}

std::string_view allowed_methods() {
    return "OPTIONS, GET, HEAD, PUT, DELETE, MKCOL, MOVE, COPY, PROPFIND";
}

Reply plain_reply(unsigned status, std::string text) {
    Reply reply;
    reply.status = status;
    reply.text = std::move(text);
    reply.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
    return reply;
}

}  // namespace fieldseal::hub
