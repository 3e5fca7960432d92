#include "sync/bundle/header.h"

#include <algorithm>

#include "model/crypto/hash.h"
#include "sync/bundle/refusal.h"

namespace fieldseal::bundle {

namespace {

constexpr std::size_t sealed_box_body_size = Hint::size + sealed_share_size;

void append(Bytes& out, ByteView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_big_endian(Bytes& out, std::uint64_t value, unsigned size) {
    for (unsigned byte = size; byte-- > 0;) {
        out.push_back(static_cast<std::uint8_t>(value >> (8 * byte) & 0xff));
    }
}

/// Takes the header apart; what is missing means that the file was cut off.
class HeaderCursor {
  public:
    explicit HeaderCursor(ByteView bytes) : bytes_(bytes) {}

    ByteView take(std::size_t size) {
        if (size > bytes_.size() - offset_) {
            throw Refusal{OpenFailure::truncated, "it ends within its header. Copy or download it again"};
        }
        const ByteView result = bytes_.subspan(offset_, size);
        offset_ += size;
        return result;
    }
    std::uint32_t big_endian(std::size_t size) {
        std::uint32_t value = 0;
        for (const std::uint8_t byte : take(size)) {
            value = value << 8 | byte;
        }
        return value;
    }
    std::size_t offset() const { return offset_; }

  private:
    ByteView bytes_;
    std::size_t offset_ = 0;
};

void check_magic(ByteView sealed) {
    const std::size_t size = std::min(sealed.size(), magic.size());
    if (sealed.empty() || text_of(sealed.first(size)) != magic.substr(0, size)) {
        throw Refusal{OpenFailure::not_a_bundle, sealed.empty() ? "it is empty. Copy or download it again"
                                                                : "it is no sealed bundle of Fieldseal"};
    }
}

void check_order(const std::vector<Stanza>& stanzas) {
    const auto not_ascending = std::ranges::adjacent_find(stanzas, [](const Stanza& a, const Stanza& b) {
        return a.type > b.type ||
               (a.type == sealed_box_stanza && b.type == sealed_box_stanza && hint_in(a) >= hint_in(b));
    });
    if (not_ascending != stanzas.end()) {
        throw Refusal{OpenFailure::malformed, "its recipients are not in order"};
    }
}

}  // namespace

FileKeys derive_keys(ByteView shared_key, const FileSalt& salt, ByteView share) {
    crypto::Secret seed(FileSalt::size + share.size());
    std::ranges::copy(salt.bytes, seed.writable().begin());
    std::ranges::copy(share, seed.writable().begin() + FileSalt::size);
    const crypto::Secret file_key = crypto::keyed_hash(shared_key, "fieldseal/v1/file-key", seed.view());
    return {crypto::keyed_hash(file_key.view(), "fieldseal/v1/header-key", {}),
            crypto::keyed_hash(file_key.view(), "fieldseal/v1/stream-key", {})};
}

Hint hint_of(ByteView shared_key, const FileSalt& salt, const PublicKey& recipient) {
    Bytes salted(salt.bytes.begin(), salt.bytes.end());
    append(salted, recipient);
    return Hint::from(crypto::keyed_tag(shared_key, "fieldseal/v1/hint", salted).view().first(Hint::size));
}

Hint hint_in(const Stanza& stanza) {
    return Hint::from(ByteView(stanza.body).first(Hint::size));
}

Stanza make_stanza(ByteView shared_key, const FileSalt& salt, const PublicKey& recipient, ByteView share) {
    Stanza stanza;
    append(stanza.body, hint_of(shared_key, salt, recipient).view());
    append(stanza.body, crypto::seal_box(recipient, share));
    return stanza;
}

Bytes encode_header(const Header& header, const FileKeys& keys) {
    Bytes out;
    append(out, view_of(magic));
    out.push_back(version);
    append(out, header.salt.view());
    append_big_endian(out, header.body_size, 4);
    out.push_back(static_cast<std::uint8_t>(header.stanzas.size()));
    for (const Stanza& stanza : header.stanzas) {
        out.push_back(stanza.type);
        append_big_endian(out, stanza.body.size(), 2);
        append(out, stanza.body);
    }
    append(out, crypto::keyed_tag(keys.header.view(), "fieldseal/v1/header", out).view());
    return out;
}

FoundHeader read_header(ByteView sealed) {
    check_magic(sealed);
    HeaderCursor in(sealed);
    in.take(magic.size());
    const std::uint8_t found_version = in.take(1)[0];
    if (found_version > version) {
        throw Refusal{OpenFailure::newer_version, "a newer Fieldseal made it. Update Fieldseal and import it again"};
    }
    if (found_version != version) {
        throw Refusal{OpenFailure::malformed, "its version does not exist"};
    }
    FoundHeader found;
    found.header.salt = FileSalt::from(in.take(FileSalt::size));
    found.header.body_size = in.big_endian(4);
    const std::size_t count = in.take(1)[0];
    if (count == 0 || count > stanza_limit) {
        throw Refusal{OpenFailure::malformed, "its header names no recipient or more than the format allows"};
    }
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint8_t type = in.take(1)[0];
        const std::size_t size = in.big_endian(2);
        const bool fits = type == sealed_box_stanza ? size == sealed_box_body_size : size <= stanza_body_limit;
        if (type == 0 || !fits) {
            throw Refusal{OpenFailure::malformed, "a recipient in its header is not written as the format wants"};
        }
        const ByteView body = in.take(size);
        found.header.stanzas.push_back({type, Bytes(body.begin(), body.end())});
    }
    found.covered = sealed.first(in.offset());
    found.mac = in.take(mac_size);
    found.body = sealed.subspan(in.offset());
    return found;
}

Unlocked unlock(const FoundHeader& found, std::span<const crypto::BoxKeyPair* const> keys, ByteView shared_key) {
    const Header& header = found.header;
    bool hinted = false;
    for (const crypto::BoxKeyPair* pair : keys) {
        const Hint own = hint_of(shared_key, header.salt, pair->public_key);
        std::size_t place = 0;
        for (const Stanza& stanza : header.stanzas) {
            if (stanza.type != sealed_box_stanza) {
                continue;
            }
            ++place;
            if (hint_in(stanza) != own) {
                continue;
            }
            hinted = true;
            const auto share = crypto::open_box(*pair, ByteView(stanza.body).subspan(Hint::size));
            if (!share) {
                continue;
            }
            Unlocked unlocked{derive_keys(shared_key, header.salt, share->view()), place - 1, pair->public_key};
            const Hash mac = crypto::keyed_tag(unlocked.keys.header.view(), "fieldseal/v1/header", found.covered);
            if (!crypto::equal(mac.view(), found.mac)) {
                throw Refusal{OpenFailure::tampered, "its header was changed after it was sealed. Ask for it again"};
            }
            check_order(header.stanzas);
            return unlocked;
        }
    }
    if (hinted) {
        throw Refusal{OpenFailure::tampered, "its header was changed after it was sealed. Ask for it again"};
    }
    throw Refusal{OpenFailure::not_for_us,
                  "it is not sealed for this device or comes from another deployment. Pass it on to whom it is for"};
}

}  // namespace fieldseal::bundle
