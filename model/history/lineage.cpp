#include "model/history/lineage.h"

#include <algorithm>

namespace fieldseal::history {

namespace {

constexpr std::size_t scan_limit = 16;

}  // namespace

void Lineage::catch_up(Notes notes) {
    for (std::size_t i = first_parent_.size(); i < notes.size(); ++i) {
        const auto child = static_cast<std::uint32_t>(i);
        const RevisionNote& note = notes[i];
        first_parent_.push_back(nowhere);
        first_child_.push_back(nowhere);
        for (const Hash& name : note.parents) {
            const std::uint32_t parent = position(notes.first(i), name);
            if (parent == nowhere) {
                children_of_missing_.emplace(name, child);
            } else {
                link(parent, child);
            }
        }
        const auto [begin, end] = children_of_missing_.equal_range(note.name);
        if (begin != end) {
            parents_first_ = false;
            for (auto waiting = begin; waiting != end; ++waiting) {
                link(child, waiting->second);
            }
            children_of_missing_.erase(begin, end);
        }
        enter_name(notes, child);
    }
}

std::uint32_t Lineage::position(Notes notes, const Hash& name) const {
    if (slots_.empty()) {
        const std::size_t known = std::min(notes.size(), first_parent_.size());
        for (std::size_t i = 0; i < known; ++i) {
            if (notes[i].name == name) {
                return static_cast<std::uint32_t>(i);
            }
        }
        return nowhere;
    }
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = std::hash<Hash>{}(name)&mask;; slot = (slot + 1) & mask) {
        if (slots_[slot] == nowhere || notes[slots_[slot]].name == name) {
            return slots_[slot];
        }
    }
}

std::vector<Hash> Lineage::missing() const {
    std::vector<Hash> names;
    for (const auto& [name, child] : children_of_missing_) {
        if (names.empty() || names.back() != name) {
            names.push_back(name);
        }
    }
    return names;
}

Lineage::Marks Lineage::ancestors(std::uint32_t of, std::uint32_t from) const {
    // Where parents always lie before children, nothing at or after `from` can be reached through what lies before it.
    return reach(of, first_parent_, parents_first_ ? from : 0);
}

Lineage::Marks Lineage::descendants(std::uint32_t of) const {
    return reach(of, first_child_, 0);
}

void Lineage::enter_name(Notes notes, std::uint32_t position) {
    const std::size_t count = std::size_t{position} + 1;
    if (count <= scan_limit) {
        return;
    }
    const auto enter = [&](std::uint32_t entered) {
        const std::size_t mask = slots_.size() - 1;
        std::size_t slot = std::hash<Hash>{}(notes[entered].name) & mask;
        while (slots_[slot] != nowhere) {
            slot = (slot + 1) & mask;
        }
        slots_[slot] = entered;
    };
    if (slots_.size() >= count * 2) {
        enter(position);
        return;
    }
    slots_.assign(std::max<std::size_t>(slots_.size() * 2, scan_limit * 4), nowhere);
    for (std::uint32_t i = 0; i < count; ++i) {
        enter(i);
    }
}

void Lineage::link(std::uint32_t parent, std::uint32_t child) {
    edges_.push_back({parent, first_parent_[child]});
    first_parent_[child] = static_cast<std::uint32_t>(edges_.size() - 1);
    edges_.push_back({child, first_child_[parent]});
    first_child_[parent] = static_cast<std::uint32_t>(edges_.size() - 1);
}

Lineage::Marks Lineage::reach(std::uint32_t start, const std::vector<std::uint32_t>& first, std::uint32_t from) const {
    Marks marks(first.size(), false);
    std::vector<std::uint32_t> open{start};
    while (!open.empty()) {
        const std::uint32_t position = open.back();
        open.pop_back();
        for (std::uint32_t edge = first[position]; edge != nowhere; edge = edges_[edge].next) {
            const std::uint32_t next = edges_[edge].to;
            if (next >= from && !marks[next]) {
                marks[next] = true;
                open.push_back(next);
            }
        }
    }
    return marks;
}

}  // namespace fieldseal::history
