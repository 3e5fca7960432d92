#include <algorithm>
#include <tuple>

#include "model/codec/compress.h"
#include "model/codec/writer.h"
#include "model/crypto/hash.h"
#include "sync/bundle/blob_chunk.h"
#include "sync/bundle/header.h"
#include "sync/bundle/manifest.h"
#include "sync/bundle/plain_stream.h"

namespace fieldseal::bundle {

namespace {

struct Recipients {
    FileSalt salt;
    std::vector<PublicKey> keys;
};

/// Puts the recipients into the order of their hints: new with every salt, so the order tells nothing either.
Recipients order_recipients(std::vector<PublicKey> keys, ByteView shared_key, crypto::Random& random) {
    std::ranges::sort(keys);
    keys.erase(std::ranges::unique(keys).begin(), keys.end());
    if (keys.empty()) {
        throw Error(ErrorCode::usage, "A bundle needs somebody who can open it: no recipient was given.");
    }
    if (keys.size() > recipient_limit) {
        throw Error(ErrorCode::too_large, "A bundle can be sealed for " + std::to_string(recipient_limit) +
                                              " keys at most, not for " + std::to_string(keys.size()) + ".");
    }
    while (true) {
        const auto salt = random.id<FileSalt>();
        std::vector<std::pair<Hint, PublicKey>> hinted;
        for (const PublicKey& key : keys) {
            hinted.emplace_back(hint_of(shared_key, salt, key), key);
        }
        std::ranges::sort(hinted);
        const auto same_hint = [](const auto& a, const auto& b) { return a.first == b.first; };
        if (std::ranges::adjacent_find(hinted, same_hint) == hinted.end()) {
            std::ranges::transform(hinted, keys.begin(), [](const auto& entry) { return entry.second; });
            return {salt, std::move(keys)};
        }
    }
}

/// Small parts are squeezed hard, since every byte counts on a bad line; large ones fast.
int level_for(std::size_t size) {
    return size <= 64u << 10 ? 19 : size <= 1u << 20 ? 9 : 3;
}

/// Method, length, and the packed part.
Bytes pack(ByteView unpacked) {
    if (unpacked.size() > items_limit) {
        throw Error(ErrorCode::too_large, "A bundle holds " + std::to_string(items_limit) +
                                              " bytes besides evidence at most: send it in several.");
    }
    const Bytes frame = codec::compress(unpacked, level_for(unpacked.size()));
    const bool smaller = frame.size() < unpacked.size();
    codec::Writer out;
    out.u8(smaller ? 1 : 0);
    out.bytes(smaller ? ByteView(frame) : unpacked);
    return out.take();
}

/// Ascending by content and index, each once.
void order_chunks(std::vector<BlobChunk>& chunks) {
    const auto place = [](const BlobChunk& chunk) { return std::tie(chunk.content, chunk.index); };
    std::ranges::stable_sort(chunks, {}, place);
    chunks.erase(std::ranges::unique(chunks, {}, place).begin(), chunks.end());
}

struct FramedChunks {
    std::vector<Bytes> frames;
    std::size_t size = 0;
};

FramedChunks frame_chunks(const std::vector<BlobChunk>& chunks) {
    FramedChunks framed;
    std::size_t content = 0;
    for (const BlobChunk& chunk : chunks) {
        framed.frames.push_back(encode_chunk_frame(chunk));
        content += chunk.bytes.size();
        framed.size += framed.frames.back().size() + chunk.bytes.size();
    }
    if (content > chunks_limit || chunks.size() > chunk_count_limit) {
        throw Error(ErrorCode::too_large, "A bundle holds " + std::to_string(chunks_limit) +
                                              " bytes of evidence at most: send it in several.");
    }
    return framed;
}

}  // namespace

Sealed seal(Contents contents, const std::vector<PublicKey>& recipients, ByteView shared_key,
            const crypto::SigningKey& sender, crypto::Random& random) {
    if (contents.manifest.counter == 0 || contents.manifest.previous.is_zero() != (contents.manifest.counter == 1)) {
        throw Error(ErrorCode::usage, "A bundle's counter starts at 1, and from 2 on it names the bundle before.");
    }
    std::ranges::stable_sort(contents.items, {}, &Item::type);
    order_chunks(contents.chunks);
    const FramedChunks chunks = frame_chunks(contents.chunks);
    Recipients to = order_recipients(recipients, shared_key, random);

    Manifest& manifest = contents.manifest;
    const Bytes items = encode_items(contents.items);
    manifest.sender_key = sender.verify_key();
    manifest.sender = crypto::device_of(manifest.sender_key);
    manifest.recipients = to.keys;
    manifest.items_hash = crypto::hash("fieldseal/v1/items", items);
    manifest.chunk_count = contents.chunks.size();

    const Bytes encoded_manifest = encode_manifest(manifest);
    const Bytes message = signed_message(manifest, encoded_manifest);
    const crypto::Signature signature = sender.sign("fieldseal/v1/manifest", message);
    codec::Writer unpacked;
    unpacked.raw(encoded_manifest);
    unpacked.raw(signature.view());
    unpacked.raw(items);
    const Bytes packed = pack(unpacked.view());

    const std::size_t plain_size = crypto::padded_size(packed.size() + chunks.size + 1, least_plain_size);
    const std::size_t body_size = body_size_of(plain_size);
    const crypto::Secret share = random.secret(share_size);
    const FileKeys keys = derive_keys(shared_key, to.salt, share.view());
    Header header{to.salt, static_cast<std::uint32_t>(body_size), {}};
    for (const PublicKey& key : to.keys) {
        header.stanzas.push_back(make_stanza(shared_key, to.salt, key, share.view()));
    }

    Sealed sealed{encode_header(header, keys), id_of(message, signature)};
    sealed.bytes.reserve(sealed.bytes.size() + body_size);
    PlainWriter out(keys.stream.view(), plain_size, sealed.bytes);
    out.write(packed);
    for (std::size_t i = 0; i < contents.chunks.size(); ++i) {
        out.write(chunks.frames[i]);
        out.write(contents.chunks[i].bytes);
    }
    out.pad();
    return sealed;
}

}  // namespace fieldseal::bundle
