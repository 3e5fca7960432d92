#include "recipe.h"

#include <algorithm>

#include "model/codec/compress.h"
#include "model/codec/writer.h"
#include "model/crypto/hash.h"
#include "sync/bundle/blob_chunk.h"

namespace fieldseal::vectors {

using namespace bundle;

namespace {

template <class Step, class... Value>
void take_step(const Step& step, Value&... value) {
    if (step) {
        step(value...);
    }
}

Bytes seal_stream(const crypto::Secret& key, ByteView plain, const Recipe& recipe) {
    crypto::StreamSealer sealer(key.view());
    Bytes body(sealer.header().begin(), sealer.header().end());
    const std::size_t count = (plain.size() + stream_chunk_size - 1) / stream_chunk_size;
    for (std::size_t chunk = 0; chunk < count; ++chunk) {
        const std::size_t from = chunk * stream_chunk_size;
        const ByteView part = plain.subspan(from, std::min(stream_chunk_size, plain.size() - from));
        const bool last = recipe.is_last ? recipe.is_last(chunk, count) : chunk + 1 == count;
        sealer.push(part, last, body);
    }
    return body;
}

Bytes pack(const Recipe& recipe, const Bytes& unpacked) {
    codec::Writer out;
    out.u8(recipe.compressed ? 1 : 0);
    out.bytes(recipe.compressed ? codec::compress(unpacked, 19) : unpacked);
    return out.take();
}

}  // namespace

void append(Bytes& to, ByteView bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
}

World::World()
    : shared_key(random.secret(32)),
      deployment(random.id<DeploymentId>()),
      sender(crypto::SigningKey::make(random)),
      team(crypto::make_box_key_pair(random)),
      device(crypto::make_box_key_pair(random)),
      stranger(crypto::make_box_key_pair(random)) {}

Contents World::contents() const {
    Contents contents;
    contents.manifest.counter = 1;
    contents.manifest.created_ms = 1'800'000'000'000;
    const std::string_view first = "a segment of a log";
    const std::string_view second = "a receipt";
    contents.items = {{1, Bytes(first.begin(), first.end())}, {4, Bytes(second.begin(), second.end())}};
    return contents;
}

Bytes make(const World& world, const Recipe& recipe, crypto::Random& random) {
    const ByteView shared_key = world.shared_key.view();
    Header header;
    header.salt = random.id<FileSalt>();
    std::vector<PublicKey> recipients = recipe.recipients;
    if (recipients.empty()) {
        recipients = {world.team.public_key};
    }
    std::ranges::sort(recipients, {}, [&](const PublicKey& key) { return hint_of(shared_key, header.salt, key); });

    Manifest manifest = recipe.contents.manifest;
    Bytes items = encode_items(recipe.contents.items);
    take_step(recipe.items, items);
    manifest.deployment = world.deployment;
    manifest.sender_key = world.sender.verify_key();
    manifest.recipients = recipients;
    manifest.chunk_count = recipe.contents.chunks.size();
    manifest.items_hash = crypto::hash("fieldseal/v1/items", items);
    take_step(recipe.manifest, manifest);
    Bytes unpacked = encode_manifest(manifest);
    take_step(recipe.encoded_manifest, unpacked);
    Bytes message = signed_message(manifest, unpacked);
    take_step(recipe.message, message);
    crypto::Signature signature = world.sender.sign(recipe.purpose, message);
    take_step(recipe.signature, signature);
    append(unpacked, signature.view());
    append(unpacked, items);
    take_step(recipe.unpacked, unpacked);

    Bytes plain = pack(recipe, unpacked);
    take_step(recipe.packed, plain);
    Bytes evidence;
    for (const BlobChunk& chunk : recipe.contents.chunks) {
        append(evidence, encode_chunk_frame(chunk));
        append(evidence, chunk.bytes);
    }
    take_step(recipe.evidence, evidence);
    append(plain, evidence);
    plain = crypto::pad(plain, least_plain_size);
    take_step(recipe.padded, plain);

    crypto::Secret share = random.secret(share_size);
    const FileKeys keys = derive_keys(shared_key, header.salt, share.view());
    take_step(recipe.sealed_share, share);
    for (const PublicKey& key : recipients) {
        header.stanzas.push_back(make_stanza(shared_key, header.salt, key, share.view()));
    }
    Bytes body = seal_stream(keys.stream, plain, recipe);
    take_step(recipe.body, body);
    header.body_size = static_cast<std::uint32_t>(body.size());
    take_step(recipe.header, header);
    Bytes all = encode_header(header, keys);
    if (recipe.covered) {
        all.resize(all.size() - mac_size);
        recipe.covered(all);
        append(all, crypto::keyed_tag(keys.header.view(), "fieldseal/v1/header", all).view());
    }
    append(all, body);
    take_step(recipe.all, all);
    return all;
}

Bytes seal_plain(const World& world, ByteView plain, crypto::Random& random) {
    Recipe recipe;
    recipe.contents = world.contents();
    recipe.padded = [&](Bytes& padded) { padded.assign(plain.begin(), plain.end()); };
    return make(world, recipe, random);
}

}  // namespace fieldseal::vectors
