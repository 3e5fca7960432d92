#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "model/codec/writer.h"
#include "model/crypto/hash.h"
#include "sync/exchange/log_item.h"
#include "sync/exchange/receipt.h"
#include "vectors.h"

namespace fieldseal::vectors {

using namespace exchange;
using Json = nlohmann::ordered_json;

namespace {

template <class Id>
Id filled(std::uint8_t byte) {
    return Id::from(Bytes(Id::size, byte));
}

void replace(Bytes& bytes, std::size_t at, std::size_t remove, const Bytes& insert) {
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    bytes.insert(bytes.erase(from, from + static_cast<std::ptrdiff_t>(remove)), insert.begin(), insert.end());
}

/// One device's log of three revisions: two of one site, one of another.
struct Log {
    DeploymentId deployment = filled<DeploymentId>(0x66);
    crypto::SigningKey key{Bytes(32, 7)};
    crypto::SigningKey other{Bytes(32, 8)};
    std::vector<history::Revision> revisions;

    Log() {
        using codec::Value;
        const codec::Edits first{{"name", Value(std::string("Лікарня 3"))}, {"sector", Value(std::string("health"))}};
        const codec::Edits second{{"name", Value(std::string("Лікарня 4"))}, {"notes", Value(std::string("x"))}};
        const codec::Edits third{{"criticality", Value(std::int64_t{-3})},
                                 {"external", Value(true)},
                                 {"picture", Value(Bytes{1, 2, 3})},
                                 {"rate", Value(0.5)},
                                 {"removed", std::nullopt}};
        add(filled<RecordId>(0x11), first, {});
        add(filled<RecordId>(0x11), second, {name(0)});
        add(filled<RecordId>(0x12), third, {name(0), name(1), filled<Hash>(0xee)});
    }
    Hash name(std::size_t i) const { return history::name_of(revisions[i]); }
    void add(const RecordId& record, const codec::Edits& edits, std::vector<Hash> parents) {
        std::ranges::sort(parents);
        history::Revision revision;
        revision.record = record;
        revision.kind = record::Kind::site;
        revision.device = crypto::device_of(key.verify_key());
        revision.sequence = revisions.size() + 1;
        revision.previous = revisions.empty() ? Hash() : name(revisions.size() - 1);
        revision.parents = std::move(parents);
        const auto step = static_cast<std::int64_t>(revisions.size());
        revision.time = {1'800'000'000'000 - 1000 * step, 5000 + 7 * step, 1'800'000'000'001 + step};
        revision.salt = filled<history::RevisionSalt>(static_cast<std::uint8_t>(0x50 + step));
        revision.edits = edits;
        revisions.push_back(std::move(revision));
    }
    /// Revisions from `first` on; those in `without` by name only.
    LogItem item(std::size_t first = 0, const std::set<std::size_t>& without = {}) const {
        LogItem item;
        item.segment.device = crypto::device_of(key.verify_key());
        item.segment.first = first + 1;
        item.segment.previous = first == 0 ? Hash() : name(first - 1);
        for (std::size_t i = first; i < revisions.size(); ++i) {
            item.segment.revisions.push_back(name(i));
            item.bodies.push_back(without.contains(i) ? std::nullopt : std::optional(revisions[i]));
        }
        history::sign_segment(item.segment, deployment, key);
        return item;
    }
};

Json contents_of(const LogItem& item) {
    Json revisions = Json::array();
    for (std::size_t i = 0; i < item.segment.revisions.size(); ++i) {
        Json revision{{"name", item.segment.revisions[i].hex()}};
        if (const auto& body = item.bodies[i]) {
            revision["record"] = body->record.hex();
            revision["kind"] = static_cast<int>(body->kind);
            revision["sequence"] = std::to_string(body->sequence);
            revision["parents"] = Json::array();
            for (const Hash& parent : body->parents) {
                revision["parents"].push_back(parent.hex());
            }
            revision["wall_ms"] = std::to_string(body->time.wall_ms);
            revision["logical_ms"] = std::to_string(body->time.logical_ms);
            revision["paths"] = Json::array();
            for (const auto& [path, value] : body->edits) {
                revision["paths"].push_back(path);
            }
        }
        revisions.push_back(std::move(revision));
    }
    return {{"device", item.segment.device.hex()}, {"revisions", std::move(revisions)}};
}

class List {
  public:
    void add(const std::string& name, const std::string& expect, const Bytes& bytes) {
        list_.push_back({{"name", name}, {"expect", expect}, {"bytes", to_hex(bytes)}});
    }
    template <class Change>
    void changed(const std::string& name, const std::string& expect, Bytes bytes, Change change) {
        change(bytes);
        add(name, expect, bytes);
    }
    Json& last() { return list_.back(); }
    Json take() { return std::move(list_); }

  private:
    Json list_ = Json::array();
};

// Where fields of the first item lie: version, device, first, count, "body follows", record, kind, parents.
constexpr std::size_t device_at = 1;
constexpr std::size_t first_at = 17;
constexpr std::size_t count_at = 18;
constexpr std::size_t flag_at = 19;
constexpr std::size_t kind_at = 36;
constexpr std::size_t parents_at = 37;
constexpr std::size_t wall_at = 38;

Json log_decodes(const Log& log) {
    List list;
    const auto good = [&](const std::string& name, const LogItem& item) {
        list.add(name, "ok", encode(item));
        list.last()["contents"] = contents_of(item);
    };
    good("three revisions", log.item());
    good("the second and third", log.item(1));
    good("one body left out", log.item(0, {1}));
    good("names only", log.item(0, {0, 1, 2}));
    const Bytes all = encode(log.item());
    const Bytes names = encode(log.item(0, {0, 1, 2}));
    const Bytes later = encode(log.item(1));
    const std::size_t end = all.size() - 64;
    list.add("empty", "damaged", {});
    list.changed("version 0", "damaged", all, [](Bytes& b) { b[0] = 0; });
    list.changed("version 2", "newer_version", all, [](Bytes& b) { b[0] = 2; });
    list.changed("cut in the device", "damaged", all, [](Bytes& b) { b.resize(10); });
    list.changed("first 0", "damaged", all, [](Bytes& b) { b[first_at] = 0; });
    list.changed("first not in its shortest form", "damaged", all, [](Bytes& b) {
        replace(b, first_at, 1, {0x81, 0});
    });
    list.changed("first of 2^63", "too_large", all, [](Bytes& b) {
        replace(b, first_at, 1, {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01});
    });
    list.changed("last beyond 2^63 - 1", "damaged", names, [](Bytes& b) {
        replace(b, first_at, 1, {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f});
        b.insert(b.begin() + first_at + 9, 32, 1);
    });
    list.changed("first 2 without a predecessor", "damaged", names, [](Bytes& b) { b[first_at] = 2; });
    list.changed("a predecessor of zeros", "damaged", later, [](Bytes& b) { std::fill_n(b.begin() + 18, 32, 0); });
    list.changed("a predecessor before the first", "damaged", all,
                 [](Bytes& b) { b.insert(b.begin() + count_at, 32, 1); });
    list.changed("no revisions", "damaged", all, [](Bytes& b) { b[count_at] = 0; });
    list.changed("more revisions than there are", "damaged", all, [](Bytes& b) { b[count_at] = 4; });
    list.changed("fewer revisions than there are", "damaged", all, [](Bytes& b) { b[count_at] = 2; });
    list.changed("more revisions than fit", "damaged", all, [](Bytes& b) { b[count_at] = 0x7f; });
    list.changed("more revisions than allowed", "too_large", all, [](Bytes& b) {
        replace(b, count_at, 1, {0xa1, 0x8d, 0x06});
    });
    list.changed("neither body nor name", "damaged", all, [](Bytes& b) { b[flag_at] = 2; });
    list.changed("a body said to be a name", "damaged", all, [](Bytes& b) { b[flag_at] = 0; });
    list.changed("a name of zeros", "damaged", names, [](Bytes& b) { std::fill_n(b.begin() + flag_at + 1, 32, 0); });
    list.changed("a name twice", "damaged", names,
                 [](Bytes& b) { std::copy_n(b.begin() + flag_at + 1, 32, b.begin() + flag_at + 34); });
    // Of a log of one revision without parents: another kind is another name, which others' parents would trip over.
    const auto of_kind = [](int kind) {
        Log one;
        one.revisions.resize(1);
        Bytes bytes = encode(one.item());
        bytes[kind_at] = static_cast<std::uint8_t>(kind);
        return bytes;
    };
    for (int kind = 1; record::is_valid(static_cast<record::Kind>(kind)); ++kind) {
        Log one;
        one.revisions.resize(1);
        one.revisions[0].kind = static_cast<record::Kind>(kind);
        good("of kind " + std::to_string(kind), one.item());
    }
    list.add("kind 0", "damaged", of_kind(0));
    list.add("kind 11", "damaged", of_kind(11));
    list.add("kind 255", "damaged", of_kind(255));
    list.changed("a parent before the start of the log", "damaged", all, [](Bytes& b) {
        replace(b, parents_at, 1, {1, 1});
    });
    list.changed("a parent further back than the run", "too_large", all, [](Bytes& b) {
        replace(b, parents_at, 1, {1, 2});
    });
    list.changed("a parent of zeros", "damaged", all, [](Bytes& b) {
        Bytes parent{1, 0};
        parent.insert(parent.end(), 32, 0);
        replace(b, parents_at, 1, parent);
    });
    list.changed("parents twice", "damaged", all, [](Bytes& b) {
        Bytes parents{2, 0};
        parents.insert(parents.end(), 32, 9);
        parents.push_back(0);
        parents.insert(parents.end(), 32, 9);
        replace(b, parents_at, 1, parents);
    });
    list.changed("parents out of order", "damaged", all, [](Bytes& b) {
        Bytes parents{2, 0};
        parents.insert(parents.end(), 32, 9);
        parents.push_back(0);
        parents.insert(parents.end(), 32, 8);
        replace(b, parents_at, 1, parents);
    });
    list.changed("a parent in the run by its name", "damaged", later, [&](Bytes& b) {
        // The second revision has one parent, its predecessor, by its place.
        Bytes parent{1, 0};
        const Hash name = log.name(0);
        parent.insert(parent.end(), name.bytes.begin(), name.bytes.end());
        replace(b, parents_at + 32, 2, parent);
    });
    list.changed("more parents than allowed", "too_large", all, [](Bytes& b) { b[parents_at] = 65; });
    list.changed("more parents than fit", "damaged", Bytes(all.begin(), all.begin() + 60),
                 [](Bytes& b) { b[parents_at] = 64; });
    list.changed("a time not in its shortest form", "damaged", all, [](Bytes& b) {
        // The wall time takes six bytes.
        b[wall_at + 5] |= 0x80;
        b.insert(b.begin() + wall_at + 6, 0);
    });
    const auto edits = [&](const std::string& name, const std::string& expect, const Bytes& body) {
        // In place of all that follows the salt of a log of one revision.
        Log one;
        one.revisions.resize(1);
        Bytes bytes = encode(one.item());
        codec::Writer written;
        codec::write_edits(written, one.revisions[0].edits);
        const std::size_t size = written.take().size();
        replace(bytes, bytes.size() - 64 - size, size, body);
        list.add(name, expect, bytes);
    };
    edits("edits out of order", "damaged", {2, 1, 'b', 2, 1, 'a', 2});
    edits("a field twice", "damaged", {2, 1, 'a', 2, 1, 'a', 2});
    edits("a path that is none", "damaged", {1, 1, '/', 2});
    edits("an empty path", "damaged", {1, 0, 2});
    edits("a zero that is not left out: false", "damaged", {1, 1, 'a', 1});
    edits("a zero that is not left out: 0", "damaged", {1, 1, 'a', 3, 0});
    edits("a zero that is not left out: no text", "damaged", {1, 1, 'a', 5, 0});
    edits("a tag that does not exist", "damaged", {1, 1, 'a', 7});
    edits("a text that is no UTF-8", "damaged", {1, 1, 'a', 5, 1, 0xff});
    edits("a text that holds U+0000", "damaged", {1, 1, 'a', 5, 1, 0});
    edits("an infinite real", "damaged", {1, 1, 'a', 4, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0});
    edits("more edits than fit", "damaged", {0x7f, 1, 'a', 2});
    edits("more edits than allowed", "too_large", {0xa1, 0x8d, 0x06});
    edits("a text beyond the end", "damaged", {1, 1, 'a', 5, 0x7f});
    list.changed("cut before the signature", "damaged", all, [&](Bytes& b) { b.resize(end); });
    list.changed("cut in the signature", "damaged", all, [](Bytes& b) { b.pop_back(); });
    list.changed("a byte behind the signature", "damaged", all, [](Bytes& b) { b.push_back(0); });
    list.changed("the item twice", "damaged", all, [&](Bytes& b) { b.insert(b.end(), all.begin(), all.end()); });
    return list.take();
}

/// Read without complaint; what the signature says of it.
Json log_checks() {
    Log log;
    // One parent: whatever is changed, parents stay in order.
    log.revisions[2].parents = {log.name(0)};
    Json list = Json::array();
    const auto add = [&](const std::string& name, const std::string& expect, const Bytes& bytes,
                         const DeploymentId& deployment, const crypto::VerifyKey& key) {
        list.push_back({{"name", name},
                        {"expect", expect},
                        {"bytes", to_hex(bytes)},
                        {"deployment", deployment.hex()},
                        {"key", key.hex()}});
    };
    const crypto::VerifyKey key = log.key.verify_key();
    const Bytes good = encode(log.item());
    add("its device's", "ok", good, log.deployment, key);
    add("with bodies left out", "ok", encode(log.item(0, {0, 2})), log.deployment, key);
    const auto wrong = [&](const std::string& name, auto change) {
        Bytes bytes = good;
        change(bytes);
        add(name, "bad_signature", bytes, log.deployment, key);
    };
    add("of another deployment", "bad_signature", good, filled<DeploymentId>(0x67), key);
    add("another device's key", "bad_signature", good, log.deployment, log.other.verify_key());
    wrong("under another device's name", [&](Bytes& b) { b[device_at] ^= 1; });
    wrong("signature flipped", [](Bytes& b) { b.back() ^= 1; });
    wrong("signature of zeros", [](Bytes& b) { std::fill(b.end() - 64, b.end(), std::uint8_t{0}); });
    wrong("a record flipped", [](Bytes& b) { b[flag_at + 1] ^= 1; });
    wrong("a kind changed", [](Bytes& b) { b[kind_at] = 2; });
    wrong("a time changed", [](Bytes& b) { b[wall_at] ^= 2; });
    wrong("a salt flipped", [](Bytes& b) { b[wall_at + 6 + 2 + 1] ^= 1; });
    wrong("a letter of an answer flipped", [](Bytes& b) {
        const std::string_view word = "health";
        *std::search(b.begin(), b.end(), word.begin(), word.end()) ^= 1;
    });
    LogItem item = log.item(0, {0, 1, 2});
    std::swap(item.segment.revisions[0], item.segment.revisions[1]);
    add("revisions swapped", "bad_signature", encode(item), log.deployment, key);
    item = log.item(0, {0, 1, 2});
    item.segment.revisions.pop_back();
    item.bodies.pop_back();
    add("the last revision dropped", "bad_signature", encode(item), log.deployment, key);
    item = log.item(0, {0, 1, 2});
    item.segment.revisions.push_back(filled<Hash>(0xaa));
    item.bodies.emplace_back();
    add("a revision added", "bad_signature", encode(item), log.deployment, key);
    item = log.item(1, {1, 2});
    item.segment.first = 3;
    add("at another place", "bad_signature", encode(item), log.deployment, key);
    item = log.item(1, {1, 2});
    item.segment.previous = filled<Hash>(0xbb);
    add("on another predecessor", "bad_signature", encode(item), log.deployment, key);
    return list;
}

Receipt good_receipt(const Log& log) {
    Receipt receipt;
    receipt.deployment = log.deployment;
    receipt.issuer = crypto::device_of(log.key.verify_key());
    receipt.issued_ms = 1'800'000'000'000;
    receipt.logs = {{filled<DeviceId>(1), 5, {1, 2, 3, 4, 5, 6, 7, 8}}, {filled<DeviceId>(2), 300, {}}};
    receipt.blobs = {filled<Hash>(3), filled<Hash>(4)};
    receipt.roster_version = 9;
    sign(receipt, log.key);
    return receipt;
}

// Where fields of the receipt lie: version, deployment, issuer, issued (6 bytes), logs of 25 and 26 bytes, contents.
constexpr std::size_t issued_at = 33;
constexpr std::size_t logs_at = issued_at + 6;
constexpr std::size_t blobs_at = logs_at + 1 + 25 + 26;
constexpr std::size_t roster_at = blobs_at + 1 + 64;

Json receipt_decodes(const Log& log) {
    List list;
    const Receipt receipt = good_receipt(log);
    const Bytes good = encode(receipt);
    list.add("two logs and two contents", "ok", good);
    Receipt nothing = receipt;
    nothing.logs.clear();
    nothing.blobs.clear();
    list.add("nothing held", "ok", encode(nothing));
    const auto bad = [&](const std::string& name, const std::string& expect, auto change) {
        list.changed(name, expect, good, change);
    };
    list.add("empty", "damaged", {});
    bad("version 0", "damaged", [](Bytes& b) { b[0] = 0; });
    bad("version 2", "newer_version", [](Bytes& b) { b[0] = 2; });
    bad("cut in the deployment", "damaged", [](Bytes& b) { b.resize(9); });
    bad("cut in the issuer", "damaged", [](Bytes& b) { b.resize(20); });
    bad("time not in its shortest form", "damaged", [](Bytes& b) {
        b[issued_at + 5] |= 0x80;
        b.insert(b.begin() + issued_at + 6, 0);
    });
    bad("time of more than 64 bits", "damaged", [](Bytes& b) {
        replace(b, issued_at, 6, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02});
    });
    bad("a log of which nothing is held", "damaged", [](Bytes& b) { b[logs_at + 17] = 0; });
    bad("a place not in its shortest form", "damaged", [](Bytes& b) { replace(b, logs_at + 17, 1, {0x85, 0}); });
    bad("logs swapped", "damaged", [](Bytes& b) {
        std::swap_ranges(b.begin() + logs_at + 1, b.begin() + logs_at + 17, b.begin() + logs_at + 26);
    });
    bad("a log twice", "damaged", [](Bytes& b) { std::copy_n(b.begin() + logs_at + 1, 16, b.begin() + logs_at + 26); });
    bad("a log too few", "damaged", [](Bytes& b) { b[logs_at] = 1; });
    bad("a log too many", "damaged", [](Bytes& b) { b[logs_at] = 3; });
    bad("more logs than fit", "damaged", [](Bytes& b) { b[logs_at] = 0x7f; });
    bad("more logs than allowed", "too_large", [](Bytes& b) { replace(b, logs_at, 1, {0xa1, 0x8d, 0x06}); });
    bad("contents swapped", "damaged", [](Bytes& b) {
        std::swap_ranges(b.begin() + blobs_at + 1, b.begin() + blobs_at + 33, b.begin() + blobs_at + 33);
    });
    bad("a content twice", "damaged",
        [](Bytes& b) { std::copy_n(b.begin() + blobs_at + 1, 32, b.begin() + blobs_at + 33); });
    bad("a content too few", "damaged", [](Bytes& b) { b[blobs_at] = 1; });
    bad("a content too many", "damaged", [](Bytes& b) { b[blobs_at] = 3; });
    bad("more contents than allowed", "too_large", [](Bytes& b) { replace(b, blobs_at, 1, {0xc1, 0x84, 0x3d}); });
    bad("roster version not in its shortest form", "damaged", [](Bytes& b) { replace(b, roster_at, 1, {0x89, 0}); });
    bad("roster version missing", "damaged", [](Bytes& b) { replace(b, roster_at, 1, {}); });
    bad("cut before the signature", "damaged", [](Bytes& b) { b.resize(b.size() - 64); });
    bad("cut in the signature", "damaged", [](Bytes& b) { b.pop_back(); });
    bad("a byte behind the signature", "damaged", [](Bytes& b) { b.push_back(0); });
    return list.take();
}

Json receipt_checks(const Log& log) {
    Json list = Json::array();
    const Bytes good = encode(good_receipt(log));
    const auto add = [&](const std::string& name, const std::string& expect, const Bytes& bytes,
                         const crypto::VerifyKey& key) {
        list.push_back({{"name", name}, {"expect", expect}, {"bytes", to_hex(bytes)}, {"key", key.hex()}});
    };
    const auto wrong = [&](const std::string& name, std::size_t at) {
        Bytes bytes = good;
        bytes[at] ^= 1;
        add(name, "bad_signature", bytes, log.key.verify_key());
    };
    add("its issuer's", "ok", good, log.key.verify_key());
    add("another device's key", "bad_signature", good, log.other.verify_key());
    wrong("of another deployment", 1);
    wrong("under another issuer's name", 17);
    wrong("at another time", issued_at);
    wrong("another log", logs_at + 1);
    wrong("more of a log", logs_at + 17);
    wrong("another branch of a log", logs_at + 18);
    wrong("another content", blobs_at + 64);
    wrong("another roster's version", roster_at);
    wrong("signature flipped", good.size() - 1);
    return list;
}

}  // namespace

std::string log_vectors() {
    const Log log;
    const Json file{
        {"about", "Log items (docs/formats/exchange.md): what decodes, and what the segment's signature says."},
        {"decode", log_decodes(log)},
        {"check", log_checks()}};
    return file.dump(1) + "\n";
}

std::string receipt_vectors() {
    const Log log;
    const Json file{{"about", "Receipts (docs/formats/exchange.md): what decodes, and whether the signature holds."},
                    {"decode", receipt_decodes(log)},
                    {"check", receipt_checks(log)}};
    return file.dump(1) + "\n";
}

}  // namespace fieldseal::vectors
