#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "model/error/error.h"
#include "sync/hub/dav_handler.h"
#include "sync/hub/propfind.h"

namespace fieldseal::hub {

namespace {

class FileSource final : public BodySource {
  public:
    FileSource(Descriptor file, std::uint64_t from, std::uint64_t size)
        : file_(std::move(file)), at_(from), size_(size), left_(size) {}

    std::optional<std::uint64_t> size() const override { return size_; }

    std::size_t read(std::span<char> out) override {
        const std::size_t most = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left_));
        if (most == 0) {
            return 0;
        }
        const ssize_t got = pread(file_.number(), out.data(), most, static_cast<off_t>(at_));
        if (got <= 0) {
            throw Error(ErrorCode::disk, "The object ends before its size.");
        }
        at_ += static_cast<std::uint64_t>(got);
        left_ -= static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
    }

  private:
    const Descriptor file_;
    std::uint64_t at_;
    const std::uint64_t size_;
    std::uint64_t left_;
};

struct ByteRange {
    std::uint64_t from = 0;
    std::uint64_t size = 0;
};

/// The one range of "bytes=...", as far as there are bytes: of size 0 where there are none. Nothing where the header
/// asks for something else: then all is sent.
std::optional<ByteRange> parse_range(std::string_view header, std::uint64_t size) {
    constexpr std::string_view unit = "bytes=";
    const std::size_t dash = header.find('-');
    if (!header.starts_with(unit) || dash == std::string_view::npos || header.find(',') != std::string_view::npos) {
        return std::nullopt;
    }
    const auto number = [](std::string_view text) {
        std::optional<std::uint64_t> value(0);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
        return error == std::errc() && end == text.data() + text.size() ? value : std::nullopt;
    };
    const std::string_view first = header.substr(unit.size(), dash - unit.size());
    const std::string_view last = header.substr(dash + 1);
    if (first.empty()) {
        const std::optional<std::uint64_t> count = number(last);
        if (!count) {
            return std::nullopt;
        }
        const std::uint64_t most = std::min(*count, size);
        return ByteRange{size - most, most};
    }
    const std::optional<std::uint64_t> from = number(first);
    const std::optional<std::uint64_t> to =
        last.empty() ? std::optional(std::numeric_limits<std::uint64_t>::max()) : number(last);
    if (!from || !to || *to < *from) {
        return std::nullopt;
    }
    return *from >= size ? ByteRange{} : ByteRange{*from, std::min(*to, size - 1) - *from + 1};
}

Reply get(DavContext& context, const DavRequest& request) {
    Item item;
    std::optional<Descriptor> file = context.tree.open_file(request.path, item);
    if (!file) {
        return context.tree.find(request.path) ? plain_reply(405, "This is a folder. PROPFIND lists it.\n")
                                               : reply_to(Done::not_found);
    }
    Reply reply;
    reply.headers = {{"Content-Type", "application/octet-stream"},    {"ETag", item.tag()},
                     {"Last-Modified", http_date(item.modified_s())}, {"Accept-Ranges", "bytes"},
                     {"Cache-Control", "private, no-cache"},          {"X-Content-Type-Options", "nosniff"}};
    if (!preconditions_hold(request.headers, item)) {
        reply.status = request.headers.if_match.empty() ? 304 : 412;
        return reply;
    }
    ByteRange range{0, item.size};
    const bool may_be_part = request.headers.if_range.empty() || request.headers.if_range == item.tag();
    if (const auto part = may_be_part ? parse_range(request.headers.range, item.size) : std::nullopt) {
        range = *part;
        if (range.size == 0) {
            reply.status = 416;
            reply.headers.emplace_back("Content-Range", "bytes */" + std::to_string(item.size));
            return reply;
        }
        reply.status = 206;
        reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.from) + "-" +
                                                        std::to_string(range.from + range.size - 1) + "/" +
                                                        std::to_string(item.size));
    }
    reply.body = std::make_unique<FileSource>(std::move(*file), range.from, range.size);
    return reply;
}

Reply propfind(DavContext& context, const DavRequest& request) {
    std::optional<PropfindRequest> asked = parse_propfind(request.body);
    const std::string& depth = request.headers.depth;
    const bool known = depth.empty() || depth == "0" || depth == "1" || depth == "infinity";
    if (!asked || !known) {
        return plain_reply(400, "This is no PROPFIND that the hub understands.\n");
    }
    const std::optional<Item> item = context.tree.find(request.path);
    if (!item) {
        return reply_to(Done::not_found);
    }
    Reply reply;
    reply.status = 207;
    reply.headers = {{"Content-Type", "application/xml; charset=utf-8"}};
    reply.body = make_listing(context.tree, request.visitor, request.path, *item, std::move(*asked),
                              depth == "0"   ? Depth::self
                              : depth == "1" ? Depth::children
                                             : Depth::everything);
    return reply;
}

/// A list that was written under a temporary name is to come into force.
Reply install(DavContext& context, const DavRequest& request) {
    const std::optional<Bytes> bytes = context.tree.read(request.path, team::access_list_limit);
    if (!bytes) {
        return context.tree.find(request.path) ? plain_reply(413, "This is too long for an access list.\n")
                                               : reply_to(Done::not_found);
    }
    team::AccessList list;
    try {
        list = team::decode_access_list(*bytes);
    } catch (const Error&) {
        return plain_reply(400, "This is no access list.\n");
    }
    if (team::parse_access_object_name(request.destination->elements.back()) != list.version) {
        return plain_reply(400, "An access list is put under its version.\n");
    }
    const team::AccessVerdict verdict = context.gate.replace(list, [&] {
        const Done done = context.tree.move(request.path, *request.destination, true);
        if (done != Done::created && done != Done::replaced) {
            throw Error(ErrorCode::disk, "The access list cannot be kept.");
        }
    });
    switch (verdict) {
        case team::AccessVerdict::older:
            return plain_reply(412, "The hub has this list or a newer one.\n");
        case team::AccessVerdict::forged:
            return plain_reply(403, "Whoever signed this list may not say who uses this hub.\n");
        case team::AccessVerdict::newer:
            break;
    }
    remove_older_lists(context.tree, list.version);
    return reply_to(Done::created);
}

Reply move_or_copy(DavContext& context, const DavRequest& request) {
    if (request.destination->section == Section::access) {
        return install(context, request);
    }
    const std::string& depth = request.headers.depth;
    if (!preconditions_hold(request.headers, context.tree.find(request.path))) {
        return plain_reply(412, "It is not what was expected.\n");
    }
    const bool replace = request.headers.overwrite;
    return reply_to(request.method == "MOVE"
                        ? context.tree.move(request.path, *request.destination, replace)
                        : context.tree.copy(request.path, *request.destination, replace, depth != "0"));
}

}  // namespace

void remove_older_lists(Tree& tree, std::uint64_t version) {
    const RequestPath folder = path_of({std::string(name_of(Section::access))});
    std::vector<std::string> older;
    const std::unique_ptr<FolderReader> reader = tree.open_folder(folder);
    while (auto entry = reader ? reader->next() : std::nullopt) {
        if (team::parse_access_object_name(entry->name).value_or(version) < version) {
            older.push_back(entry->name);
        }
    }
    for (const std::string& name : older) {
        tree.remove(folder.child(name));
    }
}

Reply reply_to(Done done) {
    switch (done) {
        case Done::created:
            return plain_reply(201, "");
        case Done::replaced: {
            Reply reply;
            reply.status = 204;
            return reply;
        }
        case Done::existed:
            return plain_reply(412, "It is there already.\n");
        case Done::not_found:
            return plain_reply(404, "There is nothing.\n");
        case Done::no_parent:
            return plain_reply(409, "The folder that it should lie in is not there.\n");
        case Done::is_folder:
            return plain_reply(405, "A folder is there.\n");
        case Done::into_itself:
            return plain_reply(403, "That leads into itself.\n");
        case Done::no_room:
            return plain_reply(507, "There is no room for this on the hub.\n");
    }
    return plain_reply(500, "");
}

Reply answer(DavContext& context, const DavRequest& request) {
    const std::string& method = request.method;
    if (method == "OPTIONS") {
        Reply reply;
        reply.headers = {{"DAV", "1"}, {"Allow", std::string(allowed_methods())}, {"MS-Author-Via", "DAV"}};
        return reply;
    }
    if (method == "GET" || method == "HEAD") {
        return get(context, request);
    }
    if (method == "PROPFIND") {
        return propfind(context, request);
    }
    if (method == "MKCOL") {
        const Done done = context.tree.make_folder(request.path);
        return done == Done::existed ? plain_reply(405, "It is there already.\n") : reply_to(done);
    }
    if (method == "DELETE") {
        return preconditions_hold(request.headers, context.tree.find(request.path))
                   ? reply_to(context.tree.remove(request.path))
                   : plain_reply(412, "It is not what was expected.\n");
    }
    return move_or_copy(context, request);
}

Reply keep_upload(DavContext& context, const DavRequest& request, Incoming& incoming) {
    const std::optional<Item> there = context.tree.find(request.path);
    if (!preconditions_hold(request.headers, there)) {
        return plain_reply(412, "It is not what was expected.\n");
    }
    Reply reply = reply_to(context.tree.keep(incoming, request.path, request.headers.if_none_match != "*"));
    if (reply.status == 201 || reply.status == 204) {
        if (const std::optional<Item> kept = context.tree.find(request.path)) {
            reply.headers.emplace_back("ETag", kept->tag());
        }
    }
    return reply;
}

}  // namespace fieldseal::hub
