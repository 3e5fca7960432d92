#include "sync/bundle/parts.h"

#include "model/codec/reader.h"
#include "model/codec/writer.h"
#include "model/crypto/hash.h"

namespace fieldseal::bundle {

namespace {

constexpr std::string_view index_magic = "FSPARTS";
constexpr std::uint8_t index_version = 1;

std::size_t parts_for(std::uint64_t size) {
    return static_cast<std::size_t>((size + part_size - 1) / part_size);
}

std::uint32_t size_of_part(std::uint64_t whole, std::size_t part) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(part_size, whole - std::uint64_t{part} * part_size));
}

}  // namespace

PartIndex index_of(ByteView bundle) {
    PartIndex index{crypto::plain_hash(bundle), {}};
    for (std::size_t part = 0; part < parts_for(bundle.size()); ++part) {
        const std::uint32_t size = size_of_part(bundle.size(), part);
        index.parts.push_back({crypto::plain_hash(bundle.subspan(part * part_size, size)), size});
    }
    return index;
}

Bytes encode_index(const PartIndex& index) {
    std::uint64_t size = 0;
    for (const PartName& part : index.parts) {
        size += part.size;
    }
    codec::Writer out;
    out.raw(view_of(index_magic));
    out.u8(index_version);
    out.raw(index.whole.view());
    out.number(size);
    // A single part is the whole and bears its name.
    if (index.parts.size() > 1) {
        for (const PartName& part : index.parts) {
            out.raw(part.hash.view());
        }
    }
    return out.take();
}

PartIndex decode_index(ByteView bytes) {
    codec::Reader in(bytes, "part index");
    if (text_of(in.raw(index_magic.size())) != index_magic) {
        in.fail("this is no index of a bundle's parts");
    }
    const std::uint8_t found_version = in.u8();
    if (found_version > index_version) {
        throw Error(ErrorCode::newer_version, "A newer Fieldseal wrote this part index. Update Fieldseal.");
    }
    if (found_version != index_version) {
        in.fail("this version does not exist");
    }
    PartIndex index;
    index.whole = in.fixed<Hash>();
    const std::uint64_t size = in.number();
    if (size == 0 || size > bundle_limit) {
        in.fail("no bundle has this size");
    }
    const std::size_t parts = parts_for(size);
    for (std::size_t part = 0; part < parts; ++part) {
        index.parts.push_back({parts == 1 ? index.whole : in.fixed<Hash>(), size_of_part(size, part)});
    }
    in.expect_end();
    return index;
}

ByteView part_of(ByteView bundle, const PartIndex& index, std::size_t part) {
    return bundle.subspan(part * part_size, index.parts.at(part).size);
}

std::string part_object_name(const Hash& part) {
    return "p-" + part.hex();
}

std::string index_object_name(std::uint64_t counter, const Hash& whole) {
    const std::string digits = std::to_string(counter);
    if (digits.size() > counter_digits) {
        throw Error(ErrorCode::too_large, "A lane cannot hold this many bundles.");
    }
    return "i-" + std::string(counter_digits - digits.size(), '0') + digits + "-" + whole.hex().substr(0, 32);
}

std::string last_element(std::string_view name) {
    return std::string(name.substr(name.rfind('/') + 1));
}

std::optional<IndexObjectName> parse_index_object_name(std::string_view name) {
    constexpr std::size_t hash_digits = 32;
    if (name.size() != 2 + counter_digits + 1 + hash_digits || !name.starts_with("i-") ||
        name[2 + counter_digits] != '-') {
        return std::nullopt;
    }
    IndexObjectName parsed;
    for (const char digit : name.substr(2, counter_digits)) {
        if (digit < '0' || digit > '9') {
            return std::nullopt;
        }
        parsed.counter = parsed.counter * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    parsed.whole_prefix = name.substr(3 + counter_digits);
    const bool lower_hex = parsed.whole_prefix.find_first_not_of("0123456789abcdef") == std::string::npos;
    return lower_hex && parsed.counter > 0 ? std::optional(parsed) : std::nullopt;
}

}  // namespace fieldseal::bundle
