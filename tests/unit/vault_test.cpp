// The vault through its whole interface: opening, records, drafts, logs, blobs, verify.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "model/codec/flatten.h"
#include "model/crypto/hash.h"
#include "model/crypto/seal.h"
#include "model/error/error.h"
#include "model/vault/vault.h"
#include "vault_folder.h"

using namespace fieldseal;
using namespace fieldseal::vault;
namespace fs = std::filesystem;

namespace {

struct Fixture : test::VaultFolder {
    fs::path path(const std::string& name = "a.fieldseal") const { return folder / name; }
    std::unique_ptr<Vault> make(const std::string& name = "a.fieldseal") { return make_at(path(name)); }
    std::unique_ptr<Vault> open(const std::string& passphrase = "passphrase") {
        return Vault::open(path(), view_of(passphrase), environment);
    }
};

ErrorCode code_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        MESSAGE(std::string(error.what()));
        return error.code();
    }
    return ErrorCode::cancelled;
}

codec::Edits edits_of(const record::Site& site) {
    return codec::difference({}, codec::flatten(site));
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what opens a vault and what does not") {
    make().reset();
    CHECK(open() != nullptr);
    CHECK(code_of([&] { open("wrong"); }) == ErrorCode::locked);
    CHECK(Vault::open_with_recovery(path(), view_of(code), environment) != nullptr);
    CHECK(code_of([&] { Vault::open_with_recovery(path(), view_of(std::string(40, '1')), environment); }) ==
          ErrorCode::locked);
    CHECK(code_of([&] { Vault::open(folder / "none.fieldseal", view_of("x"), environment); }) == ErrorCode::not_found);
    CHECK(code_of([&] { make(); }) == ErrorCode::refused);
    std::ofstream(folder / "empty.fieldseal");
    CHECK(code_of([&] { Vault::open(folder / "empty.fieldseal", view_of("x"), environment); }) == ErrorCode::damaged);
    std::ofstream(folder / "text.fieldseal") << std::string(5000, 'x');
    CHECK(code_of([&] { Vault::open(folder / "text.fieldseal", view_of("x"), environment); }) == ErrorCode::damaged);
    fs::copy(path(), folder / "newer.fieldseal");
    {
        std::fstream file(folder / "newer.fieldseal", std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(63);
        file.put('\x63');
    }
    CHECK(code_of([&] { Vault::open(folder / "newer.fieldseal", view_of("passphrase"), environment); }) ==
          ErrorCode::newer_version);
    fs::copy(path(), folder / "short.fieldseal");
    fs::resize_file(folder / "short.fieldseal", 6000);
    CHECK(code_of([&] { Vault::open(folder / "short.fieldseal", view_of("passphrase"), environment); }) ==
          ErrorCode::damaged);
}

TEST_CASE_FIXTURE(Fixture, "one program at a time") {
    const auto first = make();
    CHECK(code_of([&] { open(); }) == ErrorCode::in_use);
}

TEST_CASE_FIXTURE(Fixture, "a changed passphrase: the old one and its wrapped key are gone") {
    auto vault = make();
    const std::string before = test::VaultFolder::bytes_in(folder);
    vault->change_passphrase(view_of("fresh"), crypto::test_cost);
    const std::string after = test::VaultFolder::bytes_in(folder);
    vault.reset();
    CHECK(code_of([&] { open(); }) == ErrorCode::locked);
    CHECK(open("fresh") != nullptr);
    // Any 40-byte run of the old slot page that is not in every vault page would be a wrapped key left behind: compare
    // the salted slots.
    CHECK(before != after);
    auto again = open("fresh");
    const crypto::Secret recovery = again->change_recovery_code();
    again.reset();
    CHECK(code_of([&] { Vault::open_with_recovery(path(), view_of(code), environment); }) == ErrorCode::locked);
    CHECK(Vault::open_with_recovery(path(), recovery.view(), environment) != nullptr);
}

TEST_CASE_FIXTURE(Fixture, "a destroyed vault opens with nothing") {
    auto vault = make();
    vault->destroy();
    vault.reset();
    CHECK(code_of([&] { open(); }) == ErrorCode::damaged);
    CHECK(code_of([&] { Vault::open_with_recovery(path(), view_of(code), environment); }) == ErrorCode::damaged);
}

TEST_CASE_FIXTURE(Fixture, "records: append, merge, summaries, prefixes, all there after reopening") {
    auto vault = make();
    vault->use_summarise([](const history::MergedRecord& merged, Summary& summary) {
        summary.title = std::get<std::string>(merged.values().at("name"));
    });
    record::Site site;
    site.name = "Водоканал";
    const auto id = random.id<RecordId>();
    const Hash first = vault->append(id, record::Kind::site, edits_of(site), {});
    const Hash second = vault->append(id, record::Kind::site, {{"notes", std::string("вхід з двору")}}, {first});
    vault->close_segment(deployment, key);
    vault.reset();
    vault = open();
    CHECK(vault->merged(id).heads == std::vector<Hash>{second});
    CHECK(vault->summary(id)->title == "Водоканал");
    CHECK(vault->summary(id)->revisions == 2);
    CHECK(vault->summary(id)->own_sequence == 2);
    CHECK(vault->revision(first)->edits.at("name") == codec::Value(std::string("Водоканал")));
    CHECK(vault->revisions(id).size() == 2);
    CHECK(vault->find_records(id.hex().substr(0, 6)) == std::vector<RecordId>{id});
    CHECK(vault->find_revisions(second.hex().substr(0, 8)) == std::vector<Hash>{second});
    CHECK(vault->segments(crypto::device_of(key.verify_key())).size() == 1);
    CHECK(verify(*vault).findings.empty());
}

TEST_CASE_FIXTURE(Fixture, "drafts survive, keep their base, and become one revision") {
    auto vault = make();
    const auto id = random.id<RecordId>();
    const Hash first = vault->append(id, record::Kind::assessment, {{"visited_on", std::string("2026-11-20")}}, {});
    vault->save_draft(id, record::Kind::assessment, "answers/Q/value", std::string("2"));
    vault->save_draft(id, record::Kind::assessment, "answers/Q/value", std::string("3"));
    vault->save_draft(id, record::Kind::assessment, "summary", std::string("half a wo"));
    const Hash other = vault->append(id, record::Kind::assessment, {{"answers/Q/value", std::string("1")}}, {first});
    vault.reset();
    vault = open();
    const auto draft = vault->draft(id);
    REQUIRE(draft);
    CHECK(draft->base == std::vector<Hash>{first});
    CHECK(draft->edits.size() == 2);
    CHECK(vault->drafted_records() == std::vector<RecordId>{id});
    const auto cut = vault->cut_draft(id);
    REQUIRE(cut);
    CHECK(!vault->draft(id));
    // What arrived while the draft was open is not overruled unseen.
    CHECK(vault->merged(id).conflicts() == std::vector<std::string>{"answers/Q/value"});
    CHECK(vault->merged(id).heads.size() == 2);
    CHECK(other != *cut);
    vault->save_draft(id, record::Kind::assessment, "summary", std::string("half a wo"));
    CHECK(!vault->cut_draft(id));
    CHECK(verify(*vault).findings.empty());
}

TEST_CASE_FIXTURE(Fixture, "a transaction happens wholly or not at all") {
    auto vault = make();
    const auto id = random.id<RecordId>();
    {
        Transaction transaction(*vault);
        vault->append(id, record::Kind::site, {{"name", std::string("x")}}, {});
        vault->shelf("s").put("k", view_of("v"));
    }
    CHECK(vault->merged(id).empty());
    CHECK(!vault->shelf("s").get("k"));
    CHECK(vault->logs().empty());
    {
        Transaction transaction(*vault);
        vault->append(id, record::Kind::site, {{"name", std::string("x")}}, {});
        transaction.commit();
    }
    CHECK(!vault->merged(id).empty());
    CHECK(verify(*vault).findings.empty());
}

TEST_CASE_FIXTURE(Fixture, "intake: out of order, holes, bodies later, forks, broken chains") {
    auto source = make("source.fieldseal");
    const auto id = random.id<RecordId>();
    std::vector<Hash> names;
    for (int i = 0; i < 6; ++i) {
        const std::vector<Hash> parents = names.empty() ? std::vector<Hash>{} : std::vector<Hash>{names.back()};
        names.push_back(source->append(id, record::Kind::site, {{"notes", std::to_string(i)}}, parents));
        if (i % 2 == 1) {
            source->close_segment(deployment, key);
        }
    }
    const DeviceId device = crypto::device_of(key.verify_key());
    const auto segments = source->segments(device);
    REQUIRE(segments.size() == 3);
    Vault::Created created = Vault::create(path("target.fieldseal"), view_of("p"), crypto::test_cost, environment);
    Vault& target = *created.vault;
    const auto take = [&](const history::LogSegment& segment, bool with_bodies) {
        std::vector<std::optional<history::Revision>> bodies;
        for (const Hash& name : segment.revisions) {
            bodies.push_back(with_bodies ? source->revision(name) : std::nullopt);
        }
        Transaction transaction(target);
        Vault::Intake intake(target);
        const Accepted accepted = intake.add(segment, bodies);
        intake.finish();
        transaction.commit();
        return accepted;
    };
    CHECK(take(segments[2], true) == Accepted::added);
    REQUIRE(target.logs().size() == 1);
    CHECK(target.logs().front().contiguous == 0);
    CHECK(target.logs().front().missing == std::vector<std::pair<std::uint64_t, std::uint64_t>>{{1, 4}});
    CHECK(take(segments[2], true) == Accepted::known);
    CHECK(take(segments[0], false) == Accepted::added);
    CHECK_FALSE(target.has_body(device, 1));
    CHECK(take(segments[0], true) == Accepted::added);
    CHECK(target.has_body(device, 1));
    history::LogSegment forked = segments[1];
    forked.revisions[0] = random.id<Hash>();
    forked.first = 1;
    CHECK(take(forked, false) == Accepted::forked);
    history::LogSegment broken = segments[1];
    broken.previous = random.id<Hash>();
    CHECK(take(broken, true) == Accepted::broken);
    CHECK(take(segments[1], true) == Accepted::added);
    CHECK(target.logs().front().contiguous == 6);
    CHECK(history::deterministic_form(target.merged(id)) == history::deterministic_form(source->merged(id)));
    CHECK(verify(target).findings.empty());
}

TEST_CASE_FIXTURE(Fixture, "intake: a part that comes before its parent is summarised once, by what the parent says") {
    auto source = make("source.fieldseal");
    const auto site = random.id<RecordId>();
    const auto visit = random.id<RecordId>();
    source->append(visit, record::Kind::assessment, {{"site", Bytes(site.bytes.begin(), site.bytes.end())}}, {});
    const Hash named = source->append(site, record::Kind::site, {{"sector", std::string("health")}}, {});
    source->close_segment(deployment, key);
    Vault::Created created = Vault::create(path("target.fieldseal"), view_of("p"), crypto::test_cost, environment);
    Vault& target = *created.vault;
    int made = 0;
    target.use_summarise([&](const history::MergedRecord& merged, Summary& summary) {
        ++made;
        const codec::FieldMap fields = merged.values();
        if (merged.kind == record::Kind::site) {
            summary.sector = std::get<std::string>(fields.at("sector"));
        } else {
            summary.parent = RecordId::from(std::get<Bytes>(fields.at("site")));
            const std::optional<Summary> parent = target.summary(summary.parent);
            summary.title = parent ? parent->sector : "nowhere";
        }
    });
    const history::LogSegment segment = source->segments(crypto::device_of(key.verify_key())).front();
    std::vector<std::optional<history::Revision>> bodies;
    std::vector<history::EncodedRevision> encoded;
    std::vector<Bytes> kept;
    for (const Hash& name : segment.revisions) {
        bodies.push_back(source->revision(name));
        kept.push_back(history::encode_body(*bodies.back()));
        encoded.push_back({history::encode_head(*bodies.back(), history::hash_of_body(kept.back())), kept.back()});
    }
    {
        Transaction transaction(target);
        Vault::Intake intake(target);
        CHECK(intake.take(segment, bodies, encoded) == Accepted::added);
        intake.finish();
        transaction.commit();
    }
    CHECK(target.summary(visit)->title == "health");
    CHECK(made == 2);
    CHECK(target.refresh_parts_of(std::span(&site, 1)).empty());
    CHECK(made == 2);
    CHECK(history::deterministic_form(target.merged(visit)) == history::deterministic_form(source->merged(visit)));
    // What the parent says changes: now its parts do.
    target.set_local_device(random.id<DeviceId>());
    target.append(site, record::Kind::site, {{"sector", std::string("water")}}, {named});
    CHECK(target.summary(visit)->title == "health");
    CHECK(target.refresh_parts_of(std::span(&site, 1)) == std::vector<RecordId>{visit});
    CHECK(target.summary(visit)->title == "water");
    CHECK(target.refresh_parts_of(std::span(&site, 1)).empty());
    CHECK(made == 4);
    CHECK(verify(target).findings.empty());
}

TEST_CASE_FIXTURE(Fixture, "blobs: taken in whole, stored once, arriving in pieces, checked") {
    auto vault = make();
    const Bytes content = random.bytes(700'000);
    std::ofstream(folder / "photo.jpg", std::ios::binary).write(reinterpret_cast<const char*>(content.data()), 700'000);
    const BlobInfo blob = vault->add_blob(folder / "photo.jpg");
    CHECK(blob.content == crypto::plain_hash(content));
    CHECK(blob.complete());
    const auto size_once = fs::file_size(path());
    vault->add_blob(folder / "photo.jpg");
    CHECK(vault->blobs().size() == 1);
    CHECK(vault->blob_chunk(blob.content, 2)->size() == 700'000 - 2 * blob_chunk_size);
    CHECK(!vault->blob_chunk(blob.content, 3));
    static_cast<void>(size_once);

    auto other = make("other.fieldseal");
    for (const std::uint32_t index : {2u, 0u, 1u, 1u}) {
        other->put_blob_chunk(blob.content, blob.size, index, *vault->blob_chunk(blob.content, index));
    }
    CHECK(other->blob(blob.content)->complete());
    const Hash wrong = random.id<Hash>();
    CHECK(code_of([&] { other->put_blob_chunk(wrong, 3, 0, view_of("abc")); }) == ErrorCode::damaged);
    CHECK(!other->blob(wrong));
    CHECK(code_of([&] { other->put_blob_chunk(wrong, 3, 0, view_of("abcd")); }) == ErrorCode::damaged);
    std::ofstream(folder / "empty");
    CHECK(vault->add_blob(folder / "empty").complete());
    CHECK(verify(*vault).findings.empty());
    CHECK(verify(*other).findings.empty());
}

TEST_CASE_FIXTURE(Fixture, "no clear text lies in the files, and small answers have one size") {
    auto vault = make();
    vault->use_summarise([](const history::MergedRecord&, Summary& summary) { summary.title = "Підстанція-Північ"; });
    record::Site site;
    site.name = "Підстанція-Північ";
    site.contact = "SECRETCONTACT";
    const auto id = random.id<RecordId>();
    vault->append(id, record::Kind::site, edits_of(site), {});
    vault->save_draft(id, record::Kind::site, "notes", std::string("DRAFTNOTE"));
    vault->shelf("setting").put("shelfname", view_of("SHELFVALUE"));
    std::ofstream(folder / "outside.txt") << "EVIDENCEBYTES";
    vault->add_blob(folder / "outside.txt");
    fs::remove(folder / "outside.txt");
    const std::string all = test::VaultFolder::bytes_in(folder);
    REQUIRE(all.size() > 10'000);
    for (const std::string_view clear : {"Підстанція", "SECRETCONTACT", "DRAFTNOTE", "SHELFVALUE", "shelfname",
                                         "EVIDENCEBYTES", "contact", "notes", "passphrase"}) {
        CHECK(all.find(clear) == std::string::npos);
    }
    CHECK(all.find(std::string(text_of(id.view()))) == std::string::npos);
    CHECK(all.find(std::string(text_of(crypto::device_of(key.verify_key()).view()))) == std::string::npos);
    CHECK(crypto::padded_size(1 + 60, 256) == crypto::padded_size(1 + 200, 256));
}

TEST_CASE_FIXTURE(Fixture, "any flipped byte is noticed or harmless, and never crashes") {
    const auto id = random.id<RecordId>();
    {
        auto vault = make();
        vault->append(id, record::Kind::site, {{"name", std::string("A")}}, {});
        vault->save_draft(id, record::Kind::site, "notes", std::string("B"));
        vault->shelf("s").put("k", view_of("v"));
        vault->close_segment(deployment, key);
    }
    fs::remove(path().string() + "-wal");
    const auto size = fs::file_size(path());
    std::size_t noticed = 0;
    for (std::uintmax_t at = 0; at < size; at += 61) {
        CAPTURE(at);
        const fs::path flipped = folder / "flipped.fieldseal";
        fs::copy(path(), flipped, fs::copy_options::overwrite_existing);
        fs::remove(flipped.string() + "-wal");
        {
            std::fstream file(flipped, std::ios::in | std::ios::out | std::ios::binary);
            file.seekg(static_cast<std::streamoff>(at));
            const int byte = file.get();
            file.seekp(static_cast<std::streamoff>(at));
            file.put(static_cast<char>(byte ^ 0x20));
        }
        try {
            auto vault = Vault::open(flipped, view_of("passphrase"), environment);
            if (!verify(*vault).findings.empty()) {
                ++noticed;
                continue;
            }
            // Not noticed, so it lay where nothing is kept.
            REQUIRE(vault->merged(id).values().at("name") == codec::Value(std::string("A")));
            REQUIRE(vault->draft(id)->edits.at("notes") == codec::Value(std::string("B")));
            REQUIRE(vault->shelf("s").get("k") == Bytes{'v'});
        } catch (const Error& error) {
            REQUIRE((error.code() == ErrorCode::damaged || error.code() == ErrorCode::newer_version ||
                     error.code() == ErrorCode::disk));
            ++noticed;
        }
    }
    // Of some 17 pages most are empty; what is kept fills about 3,000 bytes.
    CHECK(noticed > 40);
}
