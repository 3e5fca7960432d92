#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "bundle_fixture.h"
#include "model/error/error.h"
#include "sync/bundle/blob_chunk.h"
#include "sync/bundle/header.h"
#include "sync/bundle/plain_stream.h"

using namespace fieldseal;
using namespace fieldseal::bundle;

TEST_CASE("what was sealed is what is opened, for each recipient and nobody else") {
    Fixture f;
    Contents contents = f.contents();
    contents.chunks = {f.chunk(2, 0, 5), f.chunk(1, 1, 300'000), f.chunk(1, 0, 65'536)};
    const Sealed sealed = f.seal(contents, {f.team.public_key, f.device.public_key});

    for (const crypto::BoxKeyPair* reader : {&f.team, &f.device}) {
        const Opened opened = f.open_with(sealed.bytes, *reader);
        REQUIRE_MESSAGE(opened, opened.reason);
        CHECK(opened.id == sealed.id);
        CHECK(opened.contents.items == contents.items);
        REQUIRE(opened.contents.chunks.size() == 3);
        CHECK(opened.contents.chunks[0] == contents.chunks[2]);
        CHECK(opened.contents.chunks[1] == contents.chunks[1]);
        CHECK(opened.contents.chunks[2] == contents.chunks[0]);
        const Manifest& manifest = opened.contents.manifest;
        CHECK(manifest.deployment == f.deployment);
        CHECK(manifest.sender == crypto::device_of(f.sender.verify_key()));
        CHECK(manifest.counter == 1);
        CHECK(manifest.created_ms == 1'800'000'000'000);
        CHECK(manifest.recipients.size() == 2);
        CHECK(manifest.lane.to_team);
    }
    const Opened refused = f.open_with(sealed.bytes, f.stranger);
    CHECK(refused.failure == OpenFailure::not_for_us);
    CHECK(refused.contents.items.empty());
}

TEST_CASE("an empty bundle, an empty item and a lane to one device come through") {
    Fixture f;
    Contents contents;
    contents.manifest.deployment = f.deployment;
    contents.manifest.counter = 7;
    contents.manifest.previous.bytes[3] = 9;
    contents.manifest.lane = {false, crypto::device_of(f.sender.verify_key())};
    const Opened opened = f.open(f.seal(contents).bytes);
    REQUIRE_MESSAGE(opened, opened.reason);
    CHECK(opened.contents.manifest.lane == contents.manifest.lane);
    CHECK(opened.contents.manifest.previous == contents.manifest.previous);
    CHECK(opened.contents.items.empty());
}

TEST_CASE("another deployment's key opens nothing, another deployment's id no signature") {
    Fixture f;
    const Sealed sealed = f.seal(f.contents());
    const crypto::BoxKeyPair* keys[] = {&f.team};
    const crypto::Secret other_key = f.random.secret(32);
    CHECK(bundle::open(sealed.bytes, keys, other_key.view(), f.deployment).failure == OpenFailure::not_for_us);
    CHECK(bundle::open(sealed.bytes, keys, f.shared_key.view(), f.random.id<DeploymentId>()).failure ==
          OpenFailure::tampered);
    CHECK(bundle::open(sealed.bytes, {}, f.shared_key.view(), f.deployment).failure == OpenFailure::not_for_us);
}

TEST_CASE("any of several keys opens, the one from an old epoch too") {
    Fixture f;
    const Sealed sealed = f.seal(f.contents());
    const crypto::BoxKeyPair* keys[] = {&f.stranger, &f.device, &f.team};
    CHECK(bundle::open(sealed.bytes, keys, f.shared_key.view(), f.deployment));
}

TEST_CASE("every single bit flipped is noticed") {
    Fixture f;
    const Sealed sealed = f.seal(f.contents(10), {f.team.public_key, f.device.public_key});
    for (std::size_t byte = 0; byte < sealed.bytes.size(); ++byte) {
        Bytes flipped = sealed.bytes;
        flipped[byte] ^= static_cast<std::uint8_t>(1u << byte % 8);
        const Opened opened = f.open(flipped);
        CAPTURE(byte);
        CHECK(opened.failure != OpenFailure::none);
        CHECK(!opened.reason.empty());
        CHECK(opened.contents.items.empty());
    }
}

TEST_CASE("every truncation is noticed, and called one where the header is whole") {
    Fixture f;
    Contents contents = f.contents();
    contents.chunks = {f.chunk(1, 0, 200'000)};
    const Sealed sealed = f.seal(contents);
    const std::size_t header = header_fixed_size + 3 + Hint::size + sealed_share_size + mac_size;
    std::set<std::size_t> sizes{0,  1,  7,           8,          9,      40,         45,
                                46, 47, header - 33, header - 1, header, header + 1, header + 24};
    for (std::size_t chunk = 1; chunk <= 4; ++chunk) {
        for (const int around : {-1, 0, 1}) {
            sizes.insert(header + 24 + chunk * (65'536 + 17) + static_cast<std::size_t>(around));
        }
    }
    sizes.insert(sealed.bytes.size() - 1);
    for (const std::size_t size : sizes) {
        if (size >= sealed.bytes.size()) {
            continue;
        }
        CAPTURE(size);
        const Opened opened = f.open(ByteView(sealed.bytes).first(size));
        CHECK(opened.failure == (size == 0 ? OpenFailure::not_a_bundle : OpenFailure::truncated));
    }
}

TEST_CASE("chunks reordered, repeated, dropped or taken from another bundle, and bytes behind the end") {
    Fixture f;
    Contents contents = f.contents();
    contents.chunks = {f.chunk(1, 0, 200'000)};
    const Bytes sealed = f.seal(contents).bytes;
    const Bytes other = f.seal(contents).bytes;
    REQUIRE(other.size() == sealed.size());
    const std::size_t body = header_fixed_size + 3 + Hint::size + sealed_share_size + mac_size + 24;
    constexpr std::size_t chunk = 65'536 + 17;
    const auto copy_chunk = [&](Bytes& to, std::size_t to_place, const Bytes& from, std::size_t from_place) {
        std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(body + from_place * chunk), chunk,
                    to.begin() + static_cast<std::ptrdiff_t>(body + to_place * chunk));
    };
    Bytes swapped = sealed;
    copy_chunk(swapped, 0, sealed, 1);
    copy_chunk(swapped, 1, sealed, 0);
    CHECK(f.open(swapped).failure == OpenFailure::tampered);
    Bytes repeated = sealed;
    copy_chunk(repeated, 1, sealed, 0);
    CHECK(f.open(repeated).failure == OpenFailure::tampered);
    Bytes spliced = sealed;
    copy_chunk(spliced, 1, other, 1);
    CHECK(f.open(spliced).failure == OpenFailure::tampered);
    Bytes other_body = sealed;
    std::copy(other.begin() + static_cast<std::ptrdiff_t>(body - 24), other.end(),
              other_body.begin() + static_cast<std::ptrdiff_t>(body - 24));
    CHECK(f.open(other_body).failure == OpenFailure::tampered);
    Bytes dropped = sealed;
    dropped.erase(dropped.begin() + static_cast<std::ptrdiff_t>(body),
                  dropped.begin() + static_cast<std::ptrdiff_t>(body + chunk));
    CHECK(f.open(dropped).failure == OpenFailure::truncated);
    Bytes longer = sealed;
    longer.push_back(0);
    CHECK(f.open(longer).failure == OpenFailure::tampered);
}

TEST_CASE("1 to 64 recipients, each once") {
    Fixture f;
    std::vector<PublicKey> recipients;
    CHECK_THROWS_AS(bundle::seal(f.contents(), {}, f.shared_key.view(), f.sender, f.random), Error);
    for (int i = 0; i < 63; ++i) {
        recipients.push_back(crypto::make_box_key_pair(f.random).public_key);
    }
    recipients.push_back(f.team.public_key);
    const Sealed sealed = f.seal(f.contents(), recipients);
    const Opened opened = f.open(sealed.bytes);
    REQUIRE(opened);
    CHECK(opened.contents.manifest.recipients.size() == 64);
    recipients.push_back(f.team.public_key);
    CHECK(f.open(f.seal(f.contents(), recipients).bytes).contents.manifest.recipients.size() == 64);
    recipients.push_back(f.device.public_key);
    CHECK_THROWS_AS(f.seal(f.contents(), recipients), Error);
}

TEST_CASE("limits of what is sealed") {
    Fixture f;
    Contents contents = f.contents();
    contents.items = {{1, Bytes(items_limit)}};
    CHECK_THROWS_AS(f.seal(contents), Error);
    contents = f.contents();
    contents.chunks = {f.chunk(1, 0, 1)};
    contents.chunks[0].bytes.clear();
    CHECK_THROWS_AS(f.seal(contents), Error);
    contents.chunks[0].bytes = Bytes(blob_chunk_limit + 1);
    CHECK_THROWS_AS(f.seal(contents), Error);
    contents.chunks.clear();
    contents.manifest.counter = 0;
    CHECK_THROWS_AS(f.seal(contents), Error);
    contents.manifest.counter = 2;
    CHECK_THROWS_AS(f.seal(contents), Error);
}

TEST_CASE("the same evidence given twice travels once") {
    Fixture f;
    Contents contents = f.contents();
    contents.chunks = {f.chunk(1, 0, 100), f.chunk(1, 1, 100)};
    contents.chunks.push_back(contents.chunks[0]);
    const Opened opened = f.open(f.seal(contents).bytes);
    REQUIRE(opened);
    CHECK(opened.contents.chunks.size() == 2);
}

TEST_CASE("sizes are padded: small bundles look alike") {
    Fixture f;
    const std::size_t least = f.seal(f.contents(0)).bytes.size();
    CHECK(f.seal(f.contents(1)).bytes.size() == least);
    CHECK(f.seal(f.contents(150)).bytes.size() == least);
    // Header with one recipient, stream header, one chunk's overhead, 640 bytes.
    CHECK(least == 169 + 24 + 17 + 640);
    std::set<std::size_t> sizes;
    for (std::size_t size = 1000; size < 3000; ++size) {
        Contents contents = f.contents(0);
        contents.items[0].body = Bytes(f.random.bytes(size));
        sizes.insert(f.seal(contents).bytes.size());
    }
    CHECK(sizes.size() < 30);
}

TEST_CASE("no clear text lies in a bundle, and two of the same content share no bytes") {
    Fixture f;
    Contents contents = f.contents();
    const std::string name = "Regional Hospital No. 4, generator hall, north gate";
    for (int i = 0; i < 50; ++i) {
        contents.items.push_back({1, Bytes(name.begin(), name.end())});
    }
    contents.chunks = {f.chunk(1, 0, 1000)};
    std::copy(name.begin(), name.end(), contents.chunks[0].bytes.begin());
    const Bytes sealed = f.seal(contents).bytes;
    const auto contains = [&](ByteView piece) { return std::ranges::search(sealed, piece).begin() != sealed.end(); };
    for (std::size_t from = 0; from + 8 <= name.size(); ++from) {
        CHECK(!contains(view_of(name).subspan(from, 8)));
    }
    CHECK(!contains(f.team.public_key));
    CHECK(!contains(f.sender.verify_key().view()));
    CHECK(!contains(f.deployment.view()));
    CHECK(!contains(contents.chunks[0].content.view().first(16)));

    const Bytes again = f.seal(contents).bytes;
    const std::size_t after_fixed = 9;
    for (std::size_t from = after_fixed; from + 16 <= again.size(); from += 16) {
        // Body size, stanza count, type and length repeat; nothing else of 16 bytes does.
        CHECK(std::ranges::search(sealed, ByteView(again).subspan(from, 16)).begin() == sealed.end());
    }
}

TEST_CASE("sizes of a body and of what it holds fit together") {
    for (const std::size_t plain :
         std::initializer_list<std::size_t>{1, 640, 65'535, 65'536, 65'537, 131'072, 200'000}) {
        CHECK(plain_size_of(body_size_of(plain)) == plain);
    }
    CHECK(!plain_size_of(0));
    CHECK(!plain_size_of(24));
    CHECK(!plain_size_of(24 + 17));
    CHECK(!plain_size_of(24 + 65'553 + 17));
}
