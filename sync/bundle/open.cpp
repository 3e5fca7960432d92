#include <algorithm>

#include "model/codec/compress.h"
#include "model/crypto/hash.h"
#include "sync/bundle/blob_chunk.h"
#include "sync/bundle/header.h"
#include "sync/bundle/manifest.h"
#include "sync/bundle/refusal.h"

namespace fieldseal::bundle {

namespace {

/// The body has the size that the header says, and one that a writer makes.
void check_body_size(const FoundHeader& found) {
    const std::size_t said = found.header.body_size;
    const auto plain = plain_size_of(said);
    if (said > bundle_limit || !plain || crypto::padded_size(*plain, least_plain_size) != *plain) {
        throw Refusal{OpenFailure::malformed, "its body has a size that no writer makes"};
    }
    if (found.body.size() < said) {
        throw Refusal{OpenFailure::truncated, std::to_string(said - found.body.size()) +
                                                  " bytes are missing at its end. Copy or download it again"};
    }
    if (found.body.size() > said) {
        throw Refusal{OpenFailure::tampered, std::to_string(found.body.size() - said) +
                                                 " bytes were added at its end. Copy or download it again"};
    }
}

/// Unpacks the packed part: method, length, bytes.
Bytes unpack(PlainReader& in) {
    const std::uint8_t method = in.u8();
    const auto size = static_cast<std::size_t>(in.number_up_to(items_limit));
    if (method > 1) {
        throw Refusal{OpenFailure::malformed, "it is packed in a way that the format does not have"};
    }
    Bytes packed = in.bytes(size);
    return method == 0 ? packed : codec::decompress(packed, items_limit);
}

/// The recipients that the sender signed are those of the header, ours at its place.
void check_recipients(const Manifest& manifest, const Header& header, const Unlocked& unlocked, ByteView shared_key) {
    std::vector<Hint> signed_hints;
    for (const PublicKey& recipient : manifest.recipients) {
        signed_hints.push_back(hint_of(shared_key, header.salt, recipient));
    }
    std::vector<Hint> hints;
    for (const Stanza& stanza : header.stanzas) {
        if (stanza.type == sealed_box_stanza) {
            hints.push_back(hint_in(stanza));
        }
    }
    if (signed_hints != hints || manifest.recipients[unlocked.place] != unlocked.own_key) {
        throw Refusal{OpenFailure::malformed, "its recipients are not those that its sender signed"};
    }
}

void read_packed_part(ByteView unpacked, const DeploymentId& deployment, const FoundHeader& found,
                      const Unlocked& unlocked, ByteView shared_key, Opened& opened) {
    codec::Reader in(unpacked, "bundle");
    Manifest& manifest = opened.contents.manifest;
    manifest = read_manifest(in);
    const ByteView encoded_manifest = unpacked.first(in.offset());
    const auto signature = in.fixed<crypto::Signature>();
    manifest.deployment = deployment;
    manifest.sender = crypto::device_of(manifest.sender_key);
    manifest.items_hash = crypto::hash("fieldseal/v1/items", unpacked.subspan(in.offset()));

    const Bytes message = signed_message(manifest, encoded_manifest);
    if (!crypto::verify(manifest.sender_key, "fieldseal/v1/manifest", message, signature)) {
        throw Refusal{OpenFailure::tampered, "its sender's signature does not hold"};
    }
    opened.id = id_of(message, signature);
    check_recipients(manifest, found.header, unlocked, shared_key);
    opened.contents.items = read_items(in);
    in.expect_end();
}

void read(ByteView sealed, std::span<const crypto::BoxKeyPair* const> keys, ByteView shared_key,
          const DeploymentId& deployment, Opened& opened) {
    const FoundHeader found = read_header(sealed);
    const Unlocked unlocked = unlock(found, keys, shared_key);
    check_body_size(found);
    PlainReader in(unlocked.keys.stream.view(), found.body);
    const Bytes unpacked = unpack(in);
    read_packed_part(unpacked, deployment, found, unlocked, shared_key, opened);
    opened.contents.chunks = read_chunks(in, opened.contents.manifest.chunk_count);
    in.expect_padding();
}

Opened refused(OpenFailure failure, const std::string& reason) {
    Opened opened;
    opened.failure = failure;
    opened.reason = "This bundle cannot be opened: " + reason + (reason.ends_with('.') ? "" : ".");
    return opened;
}

}  // namespace

std::string_view name_of(OpenFailure failure) {
    switch (failure) {
        case OpenFailure::none:
            return "none";
        case OpenFailure::not_a_bundle:
            return "not_a_bundle";
        case OpenFailure::newer_version:
            return "newer_version";
        case OpenFailure::not_for_us:
            return "not_for_us";
        case OpenFailure::truncated:
            return "truncated";
        case OpenFailure::tampered:
            return "tampered";
        case OpenFailure::malformed:
            return "malformed";
    }
    return "";
}

Opened open(ByteView sealed, std::span<const crypto::BoxKeyPair* const> keys, ByteView shared_key,
            const DeploymentId& deployment) {
    try {
        Opened opened;
        read(sealed, keys, shared_key, deployment, opened);
        return opened;
    } catch (const Refusal& refusal) {
        return refused(refusal.failure, refusal.reason);
    } catch (const Error& error) {
        // Running out of memory is no fault of the bundle.
        if (error.code() == ErrorCode::failed) {
            throw;
        }
        const bool newer = error.code() == ErrorCode::newer_version;
        return refused(newer ? OpenFailure::newer_version : OpenFailure::malformed, error.what());
    }
}

}  // namespace fieldseal::bundle
