// A merged record as bytes: for the vault's state rows, and for comparing states.
#include <algorithm>
#include <functional>
#include <numeric>

#include "model/history/merge.h"

namespace fieldseal::history {

namespace {

constexpr std::uint8_t form_version = 1;
/// Of notes and fields. What a record may grow to is nowhere limited; what is left to read bounds what is allocated.
constexpr std::size_t count_limit = 1u << 31;
/// Shortest note: name, device, sequence, three times, no parents, row.
constexpr std::size_t note_least = Hash::size + 7;
/// Shortest field: an empty path, one version of nothing.
constexpr std::size_t field_least = 4;
/// Room made at once, whatever number is announced.
constexpr std::size_t reserved_fields = 4096;

std::int64_t difference_of(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

std::int64_t sum_of(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

/// The distinct devices in ascending order.
std::vector<DeviceId> devices_of(const MergedRecord& merged) {
    std::vector<DeviceId> devices;
    for (const RevisionNote& note : merged.revisions) {
        const auto place = std::lower_bound(devices.begin(), devices.end(), note.device);
        if (place == devices.end() || *place != note.device) {
            devices.insert(place, note.device);
        }
    }
    return devices;
}

/// A parent that is here is written as how many notes ago it stood, from 1; any other as 0 and its name.
void write_parents(codec::Writer& out, const Lineage& lineage, const MergedRecord& merged, std::uint32_t position) {
    const RevisionNote& note = merged.revisions[position];
    out.number(note.parents.size());
    for (const Hash& parent : note.parents) {
        const std::uint32_t place = lineage.position(merged.revisions, parent);
        if (place < position) {
            out.number(position - place);
        } else {
            out.number(0);
            out.raw(parent.view());
        }
    }
}

void read_parents(codec::Reader& in, MergedRecord& merged, RevisionNote& note) {
    note.parents.resize(in.count(parent_limit, 1));
    for (Hash& parent : note.parents) {
        const std::uint64_t back = in.number_up_to(merged.revisions.size());
        parent = back == 0 ? in.fixed<Hash>() : merged.revisions[merged.revisions.size() - back].name;
    }
    if (std::adjacent_find(note.parents.begin(), note.parents.end(), std::greater_equal<>{}) != note.parents.end()) {
        in.fail("parents are not in order");
    }
}

/// Times and rows as the difference to the note before: short, since revisions of a record mostly follow each other.
void write_notes(codec::Writer& out, const MergedRecord& merged) {
    const std::vector<DeviceId> devices = devices_of(merged);
    out.number(devices.size());
    for (const DeviceId& device : devices) {
        out.raw(device.view());
    }
    Lineage lineage;
    lineage.catch_up(merged.revisions);
    out.number(merged.revisions.size());
    RevisionNote before;
    for (std::uint32_t i = 0; i < merged.revisions.size(); ++i) {
        const RevisionNote& note = merged.revisions[i];
        out.raw(note.name.view());
        const auto device = std::lower_bound(devices.begin(), devices.end(), note.device) - devices.begin();
        out.number(static_cast<std::uint64_t>(device));
        out.number(note.sequence);
        out.integer(difference_of(note.time.wall_ms, before.time.wall_ms));
        out.integer(difference_of(note.time.uptime_ms, before.time.uptime_ms));
        out.integer(difference_of(note.time.logical_ms, note.time.wall_ms));
        write_parents(out, lineage, merged, i);
        out.integer(difference_of(note.row, before.row));
        before.time = note.time;
        before.row = note.row;
    }
}

void read_notes(codec::Reader& in, MergedRecord& merged) {
    std::vector<DeviceId> devices(in.count(count_limit, DeviceId::size));
    for (DeviceId& device : devices) {
        device = in.fixed<DeviceId>();
    }
    const std::size_t count = in.count(count_limit, note_least);
    merged.revisions.reserve(count);
    RevisionNote before;
    for (std::size_t i = 0; i < count; ++i) {
        RevisionNote note;
        note.name = in.fixed<Hash>();
        const std::uint64_t device = in.number_up_to(devices.size());
        if (device == devices.size()) {
            in.fail("no such device");
        }
        note.device = devices[device];
        note.sequence = in.number();
        note.time.wall_ms = sum_of(before.time.wall_ms, in.integer());
        note.time.uptime_ms = sum_of(before.time.uptime_ms, in.integer());
        note.time.logical_ms = sum_of(note.time.wall_ms, in.integer());
        read_parents(in, merged, note);
        note.row = sum_of(before.row, in.integer());
        before.time = note.time;
        before.row = note.row;
        merged.revisions.push_back(std::move(note));
    }
}

void write_field_states(codec::Writer& out, const MergedRecord& merged) {
    out.number(merged.fields.size());
    for (const auto& [path, field] : merged.fields) {
        out.text(path);
        out.number(field.versions.size());
        for (const FieldVersion& version : field.versions) {
            out.number(version.revision);
            out.boolean(version.value.has_value());
            if (version.value) {
                codec::write_value(out, *version.value);
            }
        }
    }
}

void read_field_states(codec::Reader& in, MergedRecord& merged) {
    const std::size_t count = in.count(count_limit, field_least);
    merged.fields.reserve(std::min(count, reserved_fields));
    std::string_view previous;
    for (std::size_t i = 0; i < count; ++i) {
        const ByteView path = in.bytes(codec::path_limit);
        if (!codec::is_text(path)) {
            in.fail("a path is not UTF-8");
        }
        if (i > 0 && text_of(path) <= previous) {
            in.fail("fields are not in order");
        }
        previous = text_of(path);
        FieldState field;
        const std::size_t versions = in.count(merged.revisions.size(), 2);
        if (versions == 0) {
            in.fail("a field has no version");
        }
        for (std::size_t each = 0; each < versions; ++each) {
            FieldVersion version;
            const std::uint64_t revision = in.number_up_to(merged.revisions.size());
            if (revision == merged.revisions.size()) {
                in.fail("no such revision");
            }
            version.revision = static_cast<std::uint32_t>(revision);
            if (in.boolean()) {
                version.value = codec::read_value(in);
            }
            field.versions.push_back(std::move(version));
        }
        merged.fields.append(previous, std::move(field));
    }
}

std::vector<Hash> heads_of(const MergedRecord& merged) {
    std::vector<Hash> parents;
    std::vector<Hash> heads;
    for (const RevisionNote& note : merged.revisions) {
        parents.insert(parents.end(), note.parents.begin(), note.parents.end());
        heads.push_back(note.name);
    }
    std::sort(parents.begin(), parents.end());
    std::sort(heads.begin(), heads.end());
    std::erase_if(heads, [&](const Hash& name) { return std::binary_search(parents.begin(), parents.end(), name); });
    return heads;
}

}  // namespace

Bytes encode(const MergedRecord& merged) {
    codec::Writer out;
    // A field of an assessment takes some thirty bytes.
    out.reserve(64 * (merged.fields.size() + merged.revisions.size()));
    out.u8(form_version);
    out.raw(merged.id.view());
    out.u8(static_cast<std::uint8_t>(merged.kind));
    write_notes(out, merged);
    write_field_states(out, merged);
    return out.take();
}

Bytes deterministic_form(const MergedRecord& merged) {
    std::vector<std::uint32_t> order(merged.revisions.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return merged.revisions[a].name < merged.revisions[b].name; });
    MergedRecord ordered;
    ordered.id = merged.id;
    ordered.kind = merged.kind;
    std::vector<std::uint32_t> places(order.size());
    for (const std::uint32_t from : order) {
        places[from] = static_cast<std::uint32_t>(ordered.revisions.size());
        ordered.revisions.push_back(merged.revisions[from]);
        ordered.revisions.back().row = 0;
    }
    ordered.fields = merged.fields;
    for (auto& entry : ordered.fields) {
        for (FieldVersion& version : entry.second.versions) {
            version.revision = places[version.revision];
        }
    }
    return encode(ordered);
}

MergedRecord decode_merged(ByteView bytes) {
    codec::Reader in(bytes, "state of a record");
    if (in.u8() != form_version) {
        in.fail("its version is unknown");
    }
    MergedRecord merged;
    merged.id = in.fixed<RecordId>();
    merged.kind = static_cast<record::Kind>(in.u8());
    read_notes(in, merged);
    read_field_states(in, merged);
    in.expect_end();
    merged.heads = heads_of(merged);
    return merged;
}

}  // namespace fieldseal::history
