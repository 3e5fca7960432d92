// Every vector in the tree, good and bad: read as the pages in docs/formats say, and for the reason that the vector
// names.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "model/crypto/hash.h"
#include "model/error/error.h"
#include "sync/bundle/original.h"
#include "sync/bundle/parts.h"
#include "sync/exchange/log_item.h"
#include "sync/exchange/receipt.h"
#include "sync/team/hub_token.h"
#include "sync/team/invitation.h"
#include "sync/team/invitation_text.h"
#include "sync/team/kit.h"
#include "vectors.h"

using namespace fieldseal;
using Json = nlohmann::json;

namespace {

std::string text_in_tree(const std::string& name) {
    std::ifstream file(std::filesystem::path(FIELDSEAL_SOURCE_DIR) / "tests/vectors" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Bytes hex(const Json& text) {
    return from_hex(text.get<std::string>()).value();
}

std::string name_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::damaged:
            return "damaged";
        case ErrorCode::too_large:
            return "too_large";
        case ErrorCode::newer_version:
            return "newer_version";
        case ErrorCode::locked:
            return "locked";
        case ErrorCode::refused:
            return "refused";
        default:
            return "another error";
    }
}

/// "ok", or the class of the error that `read` throws.
template <class Read>
std::string outcome(Read read) {
    try {
        read();
    } catch (const Error& error) {
        return name_of(error.code());
    }
    return "ok";
}

template <class Read>
std::size_t run(const Json& vectors, Read read) {
    std::size_t bad = 0;
    for (const Json& vector : vectors) {
        const auto expect = vector.at("expect").get<std::string>();
        CAPTURE(vector.at("name").get<std::string>());
        CHECK(outcome([&] { read(vector); }) == expect);
        bad += expect != "ok";
    }
    return bad;
}

Bytes bundle_bytes(const Json& vector, const std::map<std::string, Bytes>& seen) {
    if (vector.contains("bytes")) {
        return vectors::from_base64(vector.at("bytes"));
    }
    Bytes bytes;
    for (const Json& piece : vector.at("pieces")) {
        const Bytes own = piece.is_string() ? vectors::from_base64(piece) : Bytes();
        const ByteView part =
            piece.is_string() ? ByteView(own) : ByteView(seen.at(piece.at(0))).subspan(piece.at(1), piece.at(2));
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    return bytes;
}

}  // namespace

TEST_CASE("the vectors in the tree are those that their program makes") {
    for (const auto& [name, text] : vectors::all_vectors()) {
        CAPTURE(name);
        // Not CHECK(a == b): it would print both files.
        const bool same = text == text_in_tree(name);
        CHECK_MESSAGE(same, "run make_vectors tests/vectors, and see what changed");
    }
}

TEST_CASE("bundles open, or fail for the reason that the vector names") {
    const Json file = Json::parse(text_in_tree("bundle.json"));
    const Bytes shared_key = hex(file.at("shared_key"));
    const auto deployment = DeploymentId::parse(file.at("deployment").get<std::string>()).value();
    std::vector<crypto::BoxKeyPair> pairs;
    std::vector<const crypto::BoxKeyPair*> keys;
    for (const Json& key : file.at("keys")) {
        pairs.push_back(crypto::box_key_pair_from(hex(key.at("secret"))));
        CHECK(to_hex(pairs.back().public_key) == key.at("public").get<std::string>());
    }
    for (const crypto::BoxKeyPair& pair : pairs) {
        keys.push_back(&pair);
    }
    std::map<std::string, Bytes> seen;
    std::size_t good = 0;
    std::size_t bad = 0;
    for (const Json& vector : file.at("vectors")) {
        const auto name = vector.at("name").get<std::string>();
        CAPTURE(name);
        const Bytes bytes = bundle_bytes(vector, seen);
        CHECK(seen.emplace(name, bytes).second);
        const bundle::Opened opened = bundle::open(bytes, keys, shared_key, deployment);
        CAPTURE(opened.reason);
        const std::string found = opened ? "ok" : std::string(bundle::name_of(opened.failure));
        CHECK(found == vector.at("expect").get<std::string>());
        opened ? ++good : ++bad;
        if (!opened) {
            continue;
        }
        const Json& contents = vector.at("contents");
        CHECK(opened.id.hex() == contents.at("id").get<std::string>());
        CHECK(opened.contents.manifest.sender.hex() == contents.at("sender").get<std::string>());
        CHECK(std::to_string(opened.contents.manifest.counter) == contents.at("counter").get<std::string>());
        CHECK(opened.contents.items.size() == contents.at("items").size());
        CHECK(opened.contents.chunks.size() == contents.at("evidence").size());
    }
    CHECK(good >= 14);
    CHECK(bad >= 100);
}

TEST_CASE("sealed originals open, or are refused") {
    const Json file = Json::parse(text_in_tree("original.json"));
    const crypto::BoxKeyPair reader = crypto::box_key_pair_from(hex(file.at("secret")));
    const std::size_t bad = run(file.at("vectors"), [&](const Json& vector) {
        const std::optional<crypto::Secret> key = crypto::open_box(reader, hex(vector.at("box")));
        const Bytes opened = bundle::open_original(vectors::from_base64(vector.at("file")), key ? key->view() : ByteView(),
                                                   Hash::from(hex(vector.at("commitment"))));
        CHECK(crypto::plain_hash(opened).hex() == vector.at("original").get<std::string>());
    });
    CHECK(bad >= 20);
}

TEST_CASE("part indexes") {
    const Json file = Json::parse(text_in_tree("parts.json"));
    const std::size_t bad = run(file.at("vectors"), [](const Json& vector) {
        const Bytes bytes = hex(vector.at("bytes"));
        const Bytes again = bundle::encode_index(bundle::decode_index(bytes));
        CHECK(again == bytes);
    });
    CHECK(bad >= 12);
}

TEST_CASE("rosters: what is read, and what is made of it") {
    const Json file = Json::parse(text_in_tree("roster.json"));
    const std::size_t bad = run(file.at("decode"), [](const Json& vector) {
        const Bytes bytes = hex(vector.at("bytes"));
        const Bytes again = team::encode(team::decode_roster(bytes));
        CHECK(again == bytes);
    });
    CHECK(bad >= 35);
    static const std::map<std::string, team::RosterVerdict> verdicts{
        {"newer", team::RosterVerdict::newer},         {"same", team::RosterVerdict::same},
        {"older", team::RosterVerdict::older},         {"forged", team::RosterVerdict::forged},
        {"outranked", team::RosterVerdict::outranked}, {"not_linked", team::RosterVerdict::not_linked},
        {"forgetful", team::RosterVerdict::forgetful}};
    for (const Json& vector : file.at("check")) {
        CAPTURE(vector.at("name").get<std::string>());
        const team::Roster in_force = team::decode_roster(hex(vector.at("in_force")));
        const team::Roster arrived = team::decode_roster(hex(vector.at("arrived")));
        std::optional<team::Roster> last_word;
        if (vector.contains("last_word")) {
            last_word = team::decode_roster(hex(vector.at("last_word")));
        }
        CHECK(team::check(arrived, in_force, last_word ? &*last_word : nullptr) ==
              verdicts.at(vector.at("expect")));
    }
    const Json& print = file.at("fingerprint");
    team::PublicKey box_key;
    const Bytes box = hex(print.at("box_key"));
    std::copy(box.begin(), box.end(), box_key.begin());
    CHECK(team::fingerprint(crypto::VerifyKey::from(hex(print.at("sign_key"))), box_key) ==
          print.at("expect").get<std::string>());
}

TEST_CASE("enrolments: what is read, and what is made of it") {
    const Json file = Json::parse(text_in_tree("enrolment.json"));
    run(file.at("decode"), [](const Json& vector) {
        const Bytes bytes = hex(vector.at("bytes"));
        const Bytes again = team::encode(team::decode_enrolment(bytes));
        CHECK(again == bytes);
    });
    using Verdict = team::EnrolmentVerdict;
    static const std::map<std::string, Verdict> verdicts{
        {"valid", Verdict::valid},         {"unknown_invite", Verdict::unknown_invite},
        {"cancelled", Verdict::cancelled}, {"already_used", Verdict::already_used},
        {"expired", Verdict::expired},     {"bad_signature", Verdict::bad_signature}};
    for (const Json& vector : file.at("check")) {
        CAPTURE(vector.at("name").get<std::string>());
        const team::Roster roster = team::decode_roster(hex(vector.at("roster")));
        const team::Enrolment enrolment = team::decode_enrolment(hex(vector.at("enrolment")));
        const std::int64_t now = std::stoll(vector.at("now_ms").get<std::string>());
        CHECK(team::check(enrolment, roster, now) == verdicts.at(vector.at("expect")));
    }
}

TEST_CASE("access lists of hubs and their tokens: what is read, and whom it lets in") {
    const Json file = Json::parse(text_in_tree("access.json"));
    const std::size_t bad = run(file.at("decode"), [](const Json& vector) {
        const Bytes bytes = hex(vector.at("bytes"));
        const Bytes again = team::encode(team::decode_access_list(bytes));
        CHECK(again == bytes);
    });
    CHECK(bad >= 20);
    static const std::map<std::string, team::AccessVerdict> verdicts{{"newer", team::AccessVerdict::newer},
                                                                     {"older", team::AccessVerdict::older},
                                                                     {"forged", team::AccessVerdict::forged}};
    for (const Json& vector : file.at("check")) {
        CAPTURE(vector.at("name").get<std::string>());
        const team::AccessList in_force = team::decode_access_list(hex(vector.at("in_force")));
        const team::AccessList arrived = team::decode_access_list(hex(vector.at("arrived")));
        CHECK(team::is_signed(in_force));
        CHECK(team::check(arrived, in_force) == verdicts.at(vector.at("expect")));
    }
    std::size_t let_in = 0;
    for (const Json& vector : file.at("token")) {
        CAPTURE(vector.at("name").get<std::string>());
        const team::AccessList access = team::decode_access_list(hex(vector.at("access")));
        const std::string audiences[] = {vector.at("audience")};
        const auto token = team::decode_hub_token(vector.at("token").get<std::string>());
        std::string found = "none";
        for (const team::AccessBox& box : access.boxes) {
            if (token && team::opens(*token, box, access.deployment, audiences)) {
                CHECK(found == "none");
                found = box.invite.hex();
            }
        }
        CHECK(found == vector.at("expect").get<std::string>());
        let_in += found != "none";
    }
    CHECK(let_in == 4);
    CHECK(file.at("token").size() >= 19);
}

TEST_CASE("invitations open with their code, or fail for the reason that the vector names") {
    const Json file = Json::parse(text_in_tree("invitation.json"));
    const std::size_t bad = run(file.at("vectors"), [](const Json& vector) {
        const crypto::Secret code(view_of(vector.at("code").get<std::string>()));
        const auto opened = team::open_invitation(vectors::from_base64(vector.at("bytes")), code);
        if (vector.contains("contents")) {
            CHECK(to_hex(opened.shared_key.view()) == vector.at("contents").at("shared_key").get<std::string>());
            CHECK(opened.person_name == vector.at("contents").at("person_name").get<std::string>());
        }
    });
    CHECK(bad >= 25);
    const std::size_t bad_texts = run(file.at("text"), [](const Json& vector) {
        const Bytes read = team::invitation_from_text(vector.at("text").get<std::string>());
        CHECK(read == vectors::from_base64(vector.at("bytes")));
    });
    CHECK(bad_texts >= 10);
}

TEST_CASE("recovery kits open with their code, or fail for the reason that the vector names") {
    const Json file = Json::parse(text_in_tree("kit.json"));
    const std::size_t bad = run(file.at("vectors"), [](const Json& vector) {
        const crypto::Secret code(view_of(vector.at("code").get<std::string>()));
        const auto opened = team::open_kit(vectors::from_base64(vector.at("bytes")), code);
        if (vector.contains("contents")) {
            CHECK(to_hex(opened.keys.signing.seed()) == vector.at("contents").at("signing_seed").get<std::string>());
            CHECK(opened.store_url == vector.at("contents").at("store_url").get<std::string>());
        }
    });
    CHECK(bad >= 18);
}

TEST_CASE("log items: what is read, the revisions in them, and what the segment's signature says") {
    const Json file = Json::parse(text_in_tree("log.json"));
    const std::size_t bad = run(file.at("decode"), [](const Json& vector) {
        const Bytes bytes = hex(vector.at("bytes"));
        const exchange::LogItem item = exchange::decode_log_item(bytes);
        const Bytes again = exchange::encode(item);
        CHECK(again == bytes);
        const Json& revisions = vector.at("contents").at("revisions");
        REQUIRE(revisions.size() == item.segment.revisions.size());
        for (std::size_t i = 0; i < revisions.size(); ++i) {
            CHECK(item.segment.revisions[i].hex() == revisions.at(i).at("name").get<std::string>());
            CHECK(item.bodies[i].has_value() == revisions.at(i).contains("record"));
        }
    });
    CHECK(bad >= 45);
    for (const Json& vector : file.at("check")) {
        CAPTURE(vector.at("name").get<std::string>());
        const exchange::LogItem item = exchange::decode_log_item(hex(vector.at("bytes")));
        const bool holds = history::verify_segment(item.segment, DeploymentId::from(hex(vector.at("deployment"))),
                                                   crypto::VerifyKey::from(hex(vector.at("key"))));
        CHECK((holds ? "ok" : "bad_signature") == vector.at("expect").get<std::string>());
    }
}

TEST_CASE("receipts: what is read, and whether the signature holds") {
    const Json file = Json::parse(text_in_tree("receipt.json"));
    const std::size_t bad = run(file.at("decode"), [](const Json& vector) {
        const Bytes bytes = hex(vector.at("bytes"));
        const Bytes again = exchange::encode(exchange::decode_receipt(bytes));
        CHECK(again == bytes);
    });
    CHECK(bad >= 23);
    for (const Json& vector : file.at("check")) {
        CAPTURE(vector.at("name").get<std::string>());
        const exchange::Receipt receipt = exchange::decode_receipt(hex(vector.at("bytes")));
        const bool holds = exchange::verify(receipt, crypto::VerifyKey::from(hex(vector.at("key"))));
        CHECK((holds ? "ok" : "bad_signature") == vector.at("expect").get<std::string>());
    }
}

namespace {

/// Of one format or part: how many vectors must be refused, and in which ways there are to break it.
struct Part {
    std::string file;
    /// What the names begin with, where a file has several parts.
    std::string begins;
    std::size_t least;
    /// Of each way, words of which one stands in the name of a vector.
    std::vector<std::vector<std::string>> ways;
};

const std::vector<std::string> wrong{"flipped", "magic", "of small order", "changed", "another", "tag that"};
const std::vector<std::string> too_short{"cut", "too few", "missing", "too short", "dropped"};
const std::vector<std::string> too_long{"behind", "too many", "too long", "added", "beyond"};
const std::vector<std::string> swapped{"swapped", "out of order", "descend", "another order"};
const std::vector<std::string> repeated{"twice", "repeated"};
const std::vector<std::string> elsewhere{"deployment", "another root"};
const std::vector<std::string> future{"version 2", "later", "format 2", "critical extension"};

std::vector<std::string> refused_in(const Part& part) {
    static const std::set<std::string> accepted{"ok",   "valid",     "newer",     "same",
                                                "older", "outranked", "not_linked"};
    std::vector<std::string> names;
    const Json file = Json::parse(text_in_tree(part.file));
    for (const char* list : {"vectors", "decode", "check"}) {
        for (const Json& vector : file.value(list, Json::array())) {
            const auto name = vector.at("name").get<std::string>();
            if (name.starts_with(part.begins) && !accepted.contains(vector.at("expect").get<std::string>())) {
                names.push_back(name);
            }
        }
    }
    return names;
}

}  // namespace

TEST_CASE("every part of what leaves the process has vectors that must be refused, for each way to break it") {
    const std::vector<Part> parts{
        {"bundle.json", "header: ", 40, {wrong, too_short, too_long, swapped, repeated, elsewhere, future}},
        {"bundle.json", "stream: ", 13, {wrong, too_short, too_long, swapped, repeated}},
        {"bundle.json", "packed: ", 17, {too_short, too_long}},
        {"bundle.json", "manifest: ", 18, {wrong, too_short, too_long, swapped, elsewhere}},
        {"bundle.json", "items: ", 15, {wrong, too_short, too_long, swapped, future}},
        {"bundle.json", "evidence: ", 10, {too_long, swapped, repeated}},
        {"parts.json", "", 12, {wrong, too_short, too_long, future}},
        {"log.json", "", 60, {wrong, too_short, too_long, swapped, repeated, elsewhere, future}},
        {"receipt.json", "", 33, {wrong, too_short, too_long, swapped, repeated, elsewhere, future}},
        {"roster.json", "", 55, {wrong, too_short, too_long, swapped, repeated, elsewhere, future}},
        {"enrolment.json", "", 18, {wrong, too_short, too_long, swapped, elsewhere, future}},
        {"invitation.json", "", 30, {wrong, too_short, too_long, elsewhere, future}},
        {"kit.json", "", 18, {wrong, too_short, too_long, elsewhere, future}},
    };
    std::size_t total = 0;
    for (const Part& part : parts) {
        const std::vector<std::string> names = refused_in(part);
        MESSAGE(part.file << " " << part.begins << names.size() << " refused");
        CAPTURE(part.file);
        CAPTURE(part.begins);
        CHECK(names.size() >= part.least);
        for (const std::vector<std::string>& way : part.ways) {
            CAPTURE(way.front());
            CHECK(std::ranges::any_of(names, [&](const std::string& name) {
                return std::ranges::any_of(
                    way, [&](const std::string& word) { return name.find(word) != std::string::npos; });
            }));
        }
        total += names.size();
    }
    MESSAGE(total << " vectors that must be refused");
    CHECK(total >= 300);
}
