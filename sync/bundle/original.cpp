#include "sync/bundle/original.h"

#include "model/crypto/hash.h"
#include "model/error/error.h"
#include "sync/bundle/plain_stream.h"
#include "sync/bundle/refusal.h"

namespace fieldseal::bundle {

namespace {

constexpr std::string_view stream_purpose = "fieldseal/v1/original-stream";
constexpr std::string_view commitment_purpose = "fieldseal/v1/original";

[[noreturn]] void refuse() {
    throw Error(ErrorCode::damaged, "This sealed original is not what its record names: damaged, or not what was attached. The cleaned copy is not affected.");
}

Bytes plain_of(ByteView file, ByteView key) {
    try {
        PlainReader reader(crypto::keyed_hash(key, stream_purpose, {}).view(), file);
        return reader.bytes(reader.left());
    } catch (const Refusal&) {
        refuse();
    }
}

}  // namespace

Hash original_commitment(ByteView key, ByteView original) { return crypto::keyed_tag(key, commitment_purpose, original); }

SealedOriginal seal_original(ByteView original, crypto::Random& random) {
    SealedOriginal sealed{{}, random.secret(crypto::key_size), {}};
    sealed.commitment = original_commitment(sealed.key.view(), original);
    const std::size_t size = crypto::padded_size(original.size() + 1, least_plain_size);
    sealed.file.reserve(body_size_of(size));
    PlainWriter writer(crypto::keyed_hash(sealed.key.view(), stream_purpose, {}).view(), size, sealed.file);
    writer.write(original);
    writer.pad();
    return sealed;
}

Bytes open_original(ByteView file, ByteView key, const Hash& commitment) {
    if (key.size() != crypto::key_size || file.size() > sealed_original_limit || !plain_size_of(file.size())) {
        refuse();
    }
    Bytes plain = plain_of(file, key);
    const std::optional<ByteView> original = crypto::unpad(plain);
    if (!original || plain.size() != crypto::padded_size(original->size() + 1, least_plain_size) ||
        original_commitment(key, *original) != commitment) {
        crypto::wipe(plain);
        refuse();
    }
    plain.resize(original->size());
    return plain;
}

}  // namespace fieldseal::bundle
