// Random histories: several devices edit one record, each from what it knows, and now and then hear from each other.
#pragma once

#include <rapidcheck.h>

#include <random>
#include <set>

#include "model/history/merge.h"

namespace fieldseal::history::test {

struct Step {
    enum class Kind { edit, edit_twice, remove, settle, hold, edit_held, hear };
    Kind kind = Kind::edit;
    std::size_t device = 0;
    std::size_t other = 0;
    std::size_t field = 0;
    std::int64_t value = 0;
};

inline std::ostream& operator<<(std::ostream& out, const Step& step) {
    return out << '{' << static_cast<int>(step.kind) << " by " << step.device << ", other " << step.other << ", field "
               << step.field << ", value " << step.value << '}';
}

constexpr std::size_t device_count = 4;
constexpr std::size_t field_count = 3;
constexpr std::int64_t noon = 1'700'000'000'000;
constexpr std::int64_t years = std::int64_t{20} * 365 * 24 * 3600 * 1000;

inline std::string field_name(std::size_t field) {
    return "answers/Q" + std::to_string(field) + "/value";
}

inline rc::Gen<std::vector<Step>> gen_steps() {
    using rc::gen::inRange;
    const auto kind = rc::gen::weightedElement<Step::Kind>({{6, Step::Kind::edit},
                                                            {2, Step::Kind::edit_twice},
                                                            {2, Step::Kind::remove},
                                                            {1, Step::Kind::settle},
                                                            {1, Step::Kind::hold},
                                                            {1, Step::Kind::edit_held},
                                                            {4, Step::Kind::hear}});
    return rc::gen::container<std::vector<Step>>(rc::gen::build<Step>(
        rc::gen::set(&Step::kind, kind), rc::gen::set(&Step::device, inRange<std::size_t>(0, device_count)),
        rc::gen::set(&Step::other, inRange<std::size_t>(0, device_count)),
        rc::gen::set(&Step::field, inRange<std::size_t>(0, field_count)),
        rc::gen::set(&Step::value, inRange<std::int64_t>(0, 4))));
}

class World {
  public:
    explicit World(const std::vector<Step>& steps) {
        for (std::size_t i = 0; i < device_count; ++i) {
            devices_[i].id.bytes.fill(static_cast<std::uint8_t>(i + 1));
        }
        // One device's clock runs years ahead, another's years behind.
        devices_[1].clock_error = years;
        devices_[2].clock_error = -years;
        for (const Step& step : steps) {
            take(step);
        }
    }

    const std::vector<Revision>& revisions() const { return revisions_; }
    const std::vector<Hash>& names() const { return names_; }
    const MergedRecord& state(std::size_t device) const { return devices_[device].state; }

    Hash edit(std::size_t device, const codec::Edits& edits) {
        return write(device, edits, devices_[device].state.heads);
    }

    /// `device` takes in all that `other` knows.
    void hear(std::size_t device, std::size_t other) {
        for (const RevisionNote& note : devices_[other].state.revisions) {
            const auto at =
                static_cast<std::size_t>(std::find(names_.begin(), names_.end(), note.name) - names_.begin());
            add(devices_[device].state, revisions_[at], names_[at]);
        }
    }
    void hear_all(std::size_t device) {
        for (std::size_t other = 0; other < device_count; ++other) {
            hear(device, other);
        }
    }

  private:
    struct Device {
        DeviceId id;
        MergedRecord state;
        std::vector<Hash> held;
        std::uint64_t sequence = 0;
        Hash last;
        std::int64_t clock_error = 0;
    };

    void take(const Step& step) {
        const std::string path = field_name(step.field);
        const codec::Edits one{{path, codec::Value{step.value}}};
        Device& device = devices_[step.device];
        switch (step.kind) {
            case Step::Kind::edit:
                edit(step.device, one);
                break;
            case Step::Kind::edit_twice:
                edit(step.device, {{path, codec::Value{step.value}},
                                   {field_name((step.field + 1) % field_count), codec::Value{std::string("so")}}});
                break;
            case Step::Kind::remove:
                edit(step.device, {{path, std::nullopt}});
                break;
            case Step::Kind::settle: {
                codec::Edits edits;
                for (const std::string& conflict : device.state.conflicts()) {
                    edits.emplace(conflict, device.state.fields.find(conflict)->second.versions.back().value);
                }
                edit(step.device, edits);
                break;
            }
            case Step::Kind::hold:
                device.held = device.state.heads;
                break;
            case Step::Kind::edit_held:
                write(step.device, one, device.held);
                break;
            case Step::Kind::hear:
                hear(step.device, step.other);
                break;
        }
    }

    Hash write(std::size_t index, const codec::Edits& edits, const std::vector<Hash>& parents) {
        Device& device = devices_[index];
        now_ += 1000;
        Revision revision;
        revision.record.bytes.fill(0xaa);
        revision.kind = record::Kind::assessment;
        revision.device = device.id;
        revision.sequence = ++device.sequence;
        revision.previous = device.last;
        revision.parents = parents;
        revision.time.wall_ms = now_ + device.clock_error;
        std::vector<std::int64_t> seen;
        for (const RevisionNote& note : device.state.revisions) {
            seen.push_back(note.time.logical_ms);
        }
        revision.time.logical_ms = logical_time(revision.time.wall_ms, seen);
        revision.edits = edits;
        device.last = name_of(revision);
        add(device.state, revision, device.last);
        revisions_.push_back(std::move(revision));
        names_.push_back(device.last);
        return device.last;
    }

    std::array<Device, device_count> devices_;
    std::vector<Revision> revisions_;
    std::vector<Hash> names_;
    std::int64_t now_ = noon;
};

/// The definition, spelt out without any index: of each field the edits that no other known edit of it descends from.
inline std::map<std::string, std::vector<std::pair<Hash, std::optional<codec::Value>>>> expected_fields(
    const std::vector<Revision>& known, const std::vector<Hash>& names) {
    std::map<Hash, std::set<Hash>> ancestors;
    const auto visit = [&](auto&& self, const Hash& name, std::set<Hash>& into) -> void {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end()) {
            return;
        }
        for (const Hash& parent : known[static_cast<std::size_t>(found - names.begin())].parents) {
            if (std::find(names.begin(), names.end(), parent) != names.end() && into.insert(parent).second) {
                self(self, parent, into);
            }
        }
    };
    for (const Hash& name : names) {
        visit(visit, name, ancestors[name]);
    }
    std::map<std::string, std::vector<std::size_t>> editors;
    for (std::size_t i = 0; i < known.size(); ++i) {
        for (const auto& edit : known[i].edits) {
            editors[edit.first].push_back(i);
        }
    }
    std::map<std::string, std::vector<std::pair<Hash, std::optional<codec::Value>>>> fields;
    for (auto& [path, all] : editors) {
        std::vector<std::size_t> maximal;
        for (const std::size_t i : all) {
            if (std::none_of(all.begin(), all.end(),
                             [&](std::size_t j) { return ancestors[names[j]].contains(names[i]); })) {
                maximal.push_back(i);
            }
        }
        std::sort(maximal.begin(), maximal.end(), [&](std::size_t a, std::size_t b) {
            return std::tuple(known[b].time.logical_ms, known[b].device, names[b]) <
                   std::tuple(known[a].time.logical_ms, known[a].device, names[a]);
        });
        for (const std::size_t i : maximal) {
            fields[path].emplace_back(names[i], codec::normalised(known[i].edits).at(path));
        }
    }
    return fields;
}

inline std::map<std::string, std::vector<std::pair<Hash, std::optional<codec::Value>>>> actual_fields(
    const MergedRecord& merged) {
    std::map<std::string, std::vector<std::pair<Hash, std::optional<codec::Value>>>> fields;
    for (const auto& [path, field] : merged.fields) {
        for (const FieldVersion& version : field.versions) {
            fields[path].emplace_back(merged.revisions[version.revision].name, version.value);
        }
    }
    return fields;
}

/// The numbers 0 to count - 1, each at least once, in random order and some of them again.
inline std::vector<std::size_t> gen_delivery(std::size_t count) {
    std::mt19937 random(*rc::gen::noShrink(rc::gen::arbitrary<std::uint32_t>()));
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < count; ++i) {
        order.insert(order.end(), random() % 4 == 0 ? 2 : 1, i);
    }
    std::shuffle(order.begin(), order.end(), random);
    return order;
}

}  // namespace fieldseal::history::test

namespace rc {
template <>
struct Arbitrary<std::vector<fieldseal::history::test::Step>> {
    static Gen<std::vector<fieldseal::history::test::Step>> arbitrary() {
        return fieldseal::history::test::gen_steps();
    }
};
}  // namespace rc
