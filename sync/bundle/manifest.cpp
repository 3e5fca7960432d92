#include "sync/bundle/manifest.h"

#include "model/codec/writer.h"
#include "model/crypto/hash.h"
#include "sync/bundle/header.h"

namespace fieldseal::bundle {

Bytes encode_manifest(const Manifest& manifest) {
    codec::Writer out;
    out.raw(manifest.sender_key.view());
    out.boolean(!manifest.lane.to_team);
    if (!manifest.lane.to_team) {
        out.raw(manifest.lane.device.view());
    }
    out.number(manifest.recipients.size());
    for (const PublicKey& recipient : manifest.recipients) {
        out.raw(recipient);
    }
    out.number(manifest.counter);
    out.raw(manifest.previous.view());
    out.integer(manifest.created_ms);
    out.number(manifest.chunk_count);
    return out.take();
}

Manifest read_manifest(codec::Reader& in) {
    Manifest manifest;
    manifest.sender_key = in.fixed<crypto::VerifyKey>();
    manifest.lane.to_team = !in.boolean();
    if (!manifest.lane.to_team) {
        manifest.lane.device = in.fixed<DeviceId>();
    }
    const std::size_t recipients = in.count(recipient_limit, sizeof(PublicKey));
    for (std::size_t i = 0; i < recipients; ++i) {
        PublicKey key;
        std::memcpy(key.data(), in.raw(key.size()).data(), key.size());
        manifest.recipients.push_back(key);
    }
    manifest.counter = in.number();
    if (manifest.counter == 0) {
        in.fail("the counter is zero");
    }
    manifest.previous = in.fixed<Hash>();
    if (manifest.previous.is_zero() != (manifest.counter == 1)) {
        in.fail("the counter and the bundle before do not agree");
    }
    manifest.created_ms = in.integer();
    manifest.chunk_count = in.number_up_to(chunk_count_limit);
    return manifest;
}

Bytes signed_message(const Manifest& manifest, ByteView encoded_manifest) {
    codec::Writer out;
    out.raw(manifest.deployment.view());
    out.raw(manifest.items_hash.view());
    out.raw(encoded_manifest);
    return out.take();
}

Hash id_of(ByteView signed_message, const crypto::Signature& signature) {
    Bytes named(signed_message.begin(), signed_message.end());
    named.insert(named.end(), signature.bytes.begin(), signature.bytes.end());
    return crypto::hash("fieldseal/v1/bundle", named);
}

Bytes encode_items(const std::vector<Item>& items) {
    codec::Writer out;
    out.number(items.size());
    for (const Item& item : items) {
        out.number(item.type);
        out.bytes(item.body);
    }
    return out.take();
}

bool is_known(std::uint64_t item_type) {
    return item_type >= static_cast<std::uint64_t>(ItemType::segment) &&
           item_type <= static_cast<std::uint64_t>(ItemType::questionnaire);
}

std::vector<Item> read_items(codec::Reader& in) {
    // An item has at least a type and a length.
    const std::size_t count = in.count(item_count_limit, 2);
    std::vector<Item> items;
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t type = in.number_up_to(item_type_limit);
        if (type == 0 || type < before) {
            in.fail("the types of the items do not ascend");
        }
        if (type < first_skippable_type && !is_known(type)) {
            throw Error(ErrorCode::newer_version,
                        "it holds something that only a newer Fieldseal knows. Update Fieldseal and import it again");
        }
        before = type;
        const ByteView body = in.bytes(items_limit);
        items.push_back({type, Bytes(body.begin(), body.end())});
    }
    return items;
}

}  // namespace fieldseal::bundle
