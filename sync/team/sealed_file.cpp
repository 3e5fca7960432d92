#include "sync/team/sealed_file.h"

#include <algorithm>

#include "model/crypto/hash.h"
#include "model/crypto/seal.h"
#include "model/error/error.h"

namespace fieldseal::team {

namespace {

constexpr std::size_t magic_size = 8;
constexpr std::uint8_t version = 1;
/// magic, version, cost, salt: in the clear, and authenticated with the rest.
constexpr std::size_t open_size = magic_size + 1 + 4 + 4 + crypto::Salt::size;

void append_big_endian(Bytes& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(value >> shift & 0xff));
    }
}

std::uint32_t big_endian(ByteView bytes) {
    std::uint32_t value = 0;
    for (const std::uint8_t byte : bytes) {
        value = value << 8 | byte;
    }
    return value;
}

[[noreturn]] void damaged(const SealedFileKind& kind, const std::string& reason) {
    throw Error(ErrorCode::damaged, "This is no " + std::string(kind.name) + " that can be opened: " + reason + ". " +
                                        std::string(kind.mend));
}

crypto::Secret key_from(const SealedFileKind& kind, const crypto::Secret& code, const crypto::Salt& salt,
                        crypto::PassphraseCost cost) {
    const crypto::Secret stretched = crypto::stretch(code.view(), salt, cost);
    return crypto::keyed_hash(stretched.view(), kind.purpose, {});
}

struct Wiped {
    Bytes& bytes;
    ~Wiped() { crypto::wipe(bytes); }
};

}  // namespace

bool is_sealed_file_size(std::size_t size) {
    constexpr std::size_t around = open_size + crypto::value_overhead;
    return size >= around + least_content_size && size <= sealed_file_limit &&
           crypto::padded_size(size - around, least_content_size) == size - around;
}

Bytes seal_file(const SealedFileKind& kind, const crypto::Secret& content, const crypto::Secret& code,
                crypto::PassphraseCost cost, crypto::Random& random) {
    const auto salt = random.id<crypto::Salt>();
    Bytes file;
    for (const char letter : kind.magic) {
        file.push_back(static_cast<std::uint8_t>(letter));
    }
    file.push_back(version);
    append_big_endian(file, cost.operations);
    append_big_endian(file, cost.memory_kib);
    file.insert(file.end(), salt.bytes.begin(), salt.bytes.end());

    Bytes padded = crypto::pad(content.view(), least_content_size);
    const Wiped wiped{padded};
    const Bytes sealed = crypto::seal_value(key_from(kind, code, salt, cost).view(), file, padded, random);
    file.insert(file.end(), sealed.begin(), sealed.end());
    if (file.size() > sealed_file_limit) {
        throw Error(ErrorCode::too_large, "The team is too large for one file of " + std::to_string(sealed_file_limit) +
                                              " bytes. Found a second deployment for a part of it.");
    }
    return file;
}

crypto::Secret open_file(const SealedFileKind& kind, ByteView file, const crypto::Secret& code) {
    if (file.empty() || text_of(file.first(std::min(file.size(), magic_size))) != kind.magic.substr(0, file.size())) {
        damaged(kind, file.empty() ? "it is empty" : "it is another kind of file");
    }
    if (file.size() > sealed_file_limit) {
        damaged(kind, "it is larger than any " + std::string(kind.name));
    }
    if (file.size() > magic_size && file[magic_size] > version) {
        throw Error(ErrorCode::newer_version,
                    "A newer Fieldseal made this " + std::string(kind.name) + ". Update Fieldseal.");
    }
    if (file.size() < open_size + crypto::value_overhead + least_content_size) {
        damaged(kind, "it is cut off");
    }
    if (file[magic_size] != version) {
        damaged(kind, "its version does not exist");
    }
    const crypto::PassphraseCost cost{big_endian(file.subspan(9, 4)), big_endian(file.subspan(13, 4))};
    if (!crypto::cost_is_acceptable(cost)) {
        damaged(kind, "checking its code would cost more or less than Fieldseal allows");
    }
    const auto salt = crypto::Salt::from(file.subspan(17, crypto::Salt::size));
    auto padded =
        crypto::open_value(key_from(kind, code, salt, cost).view(), file.first(open_size), file.subspan(open_size));
    if (!padded) {
        throw Error(ErrorCode::locked, "The code is wrong, or the " + std::string(kind.name) +
                                           " was damaged on its way. Check " + std::string(kind.code) +
                                           "; if they are right, copy the file again.");
    }
    const Wiped wiped{*padded};
    const auto content = crypto::unpad(*padded);
    if (!content || padded->size() != crypto::padded_size(content->size() + 1, least_content_size)) {
        damaged(kind, "its padding is malformed");
    }
    return crypto::Secret(*content);
}

}  // namespace fieldseal::team
