#include "app/session/rows.h"

#include <algorithm>

#include "model/portfolio/search.h"

namespace fieldseal::session {

namespace {

constexpr std::string_view ukrainian_alphabet = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя";

// Newest first for what happens, by title for what is.
bool newest_first(record::Kind kind) {
    return kind == record::Kind::assessment || kind == record::Kind::review;
}

}  // namespace

std::string sort_key(std::string_view title) {
    const std::string folded = portfolio::fold(title);
    std::string key;
    key.reserve(folded.size());
    for (std::size_t i = 0; i < folded.size(); ++i) {
        const auto lead = static_cast<unsigned char>(folded[i]);
        // Cyrillic letters are two bytes that start with D0..D2; their place in the alphabet replaces them.
        if (lead >= 0xd0 && lead <= 0xd2 && i + 1 < folded.size()) {
            const std::string_view letter(&folded[i], 2);
            std::size_t place = std::string_view::npos;
            for (std::size_t at = 0; at < ukrainian_alphabet.size(); at += 2) {
                if (ukrainian_alphabet.substr(at, 2) == letter) {
                    place = at / 2;
                    break;
                }
            }
            if (place != std::string_view::npos) {
                key += '\xd0';
                key += static_cast<char>(0x80 + place);
                ++i;
                continue;
            }
        }
        key += folded[i];
    }
    return key;
}

void Rows::load(vault::Vault& vault, exchange::Exchange* exchange) {
    entries_.clear();
    children_.clear();
    by_id_stale_ = true;
    drafted_.clear();
    for (const vault::Summary& summary : vault.summaries()) {
        take(summary);
    }
    for (const RecordId& id : vault.drafted_records()) {
        drafted_.insert(id);
    }
    if (exchange != nullptr) {
        for (const exchange::RecordDelivery& delivery : exchange->deliveries()) {
            const auto found = entries_.find(delivery.record);
            if (found != entries_.end()) {
                found->second.delivery = delivery.delivery;
            }
        }
    }
    for (auto& [id, entry] : entries_) {
        make_row(entry);
    }
    for (const record::Kind kind : {record::Kind::site, record::Kind::assessment, record::Kind::evidence, record::Kind::review}) {
        stale_.insert(static_cast<int>(kind));
    }
}

void Rows::take(const vault::Summary& summary) {
    Entry& entry = entries_[summary.id];
    const bool known = entry.row != nullptr;
    by_id_stale_ = by_id_stale_ || !known;
    if (!summary.parent.is_zero() && (!known || entry.summary.parent != summary.parent)) {
        if (known) {
            std::erase(children_[entry.summary.parent], summary.id);
        }
        children_[summary.parent].push_back(summary.id);
    }
    const bool order_changed = !known || entry.summary.title != summary.title || entry.summary.removed != summary.removed ||
                               entry.summary.created_ms != summary.created_ms;
    if (order_changed) {
        stale_.insert(static_cast<int>(summary.kind));
        entry.sort_key = newest_first(summary.kind) ? std::string() : sort_key(summary.title);
    }
    entry.summary = summary;
}

void Rows::make_row(Entry& entry) {
    auto row = std::make_shared<Row>();
    const RecordId& id = entry.summary.id;
    row->summary = entry.summary;
    row->delivery = entry.delivery;
    row->drafted = drafted_.contains(id);
    const vault::Summary* latest = nullptr;
    const vault::Summary* verdict = nullptr;
    for (const RecordId& child : children(id)) {
        const vault::Summary& summary = entries_.at(child).summary;
        if (summary.removed) {
            continue;
        }
        if (entry.summary.kind == record::Kind::site) {
            ++row->children;
            // Of two visits on one day the later made one counts.
            if (latest == nullptr || std::pair(latest->date, latest->created_ms) < std::pair(summary.date, summary.created_ms)) {
                latest = &summary;
            }
        } else if (summary.kind == record::Kind::evidence) {
            ++row->children;
        } else if (summary.kind == record::Kind::review && summary.state != static_cast<std::uint8_t>(record::Verdict::comment)) {
            if (verdict == nullptr || std::pair(verdict->created_ms, verdict->id) < std::pair(summary.created_ms, summary.id)) {
                verdict = &summary;
            }
        }
    }
    if (latest != nullptr) {
        row->latest = latest->id;
    }
    if (verdict != nullptr) {
        row->verdict = static_cast<record::Verdict>(verdict->state);
    }
    entry.row = row;
    const int kind = static_cast<int>(entry.summary.kind);
    if (entry.place != nowhere && !stale_.contains(kind)) {
        lists_[kind][entry.place] = entry.row;
    }
    if (entry.place_by_id != nowhere && !by_id_stale_) {
        by_id_[entry.place_by_id] = entry.row;
    }
}

void Rows::refresh(vault::Vault& vault, exchange::Exchange* exchange, const std::vector<RecordId>& ids) {
    drafted_.clear();
    for (const RecordId& id : vault.drafted_records()) {
        drafted_.insert(id);
    }
    std::unordered_set<RecordId> touched;
    for (const RecordId& id : ids) {
        const std::optional<vault::Summary> summary = vault.summary(id);
        if (!summary) {
            continue;
        }
        take(*summary);
        if (exchange != nullptr) {
            entries_.at(id).delivery = exchange->delivery(id);
        }
        touched.insert(id);
        // A row shows counts and the latest of what hangs below it.
        RecordId parent = summary->parent;
        while (!parent.is_zero() && entries_.contains(parent) && touched.insert(parent).second) {
            if (exchange != nullptr) {
                entries_.at(parent).delivery = exchange->delivery(parent);
            }
            parent = entries_.at(parent).summary.parent;
        }
    }
    for (const RecordId& id : touched) {
        make_row(entries_.at(id));
    }
}

void Rows::refresh_deliveries(vault::Vault&, exchange::Exchange& exchange) {
    for (const exchange::RecordDelivery& delivery : exchange.deliveries()) {
        const auto found = entries_.find(delivery.record);
        if (found != entries_.end() && found->second.delivery != delivery.delivery) {
            found->second.delivery = delivery.delivery;
            make_row(found->second);
        }
    }
}

std::vector<std::shared_ptr<const Row>> Rows::sorted(record::Kind kind) const {
    std::vector<const Entry*> order;
    for (const auto& [id, entry] : entries_) {
        if (entry.summary.kind == kind && !entry.summary.removed) {
            order.push_back(&entry);
        }
    }
    if (newest_first(kind)) {
        std::ranges::sort(order, [](const Entry* a, const Entry* b) {
            return std::tie(b->summary.created_ms, b->summary.id) < std::tie(a->summary.created_ms, a->summary.id);
        });
    } else {
        std::ranges::sort(order, [](const Entry* a, const Entry* b) {
            return std::tie(a->sort_key, a->summary.id) < std::tie(b->sort_key, b->summary.id);
        });
    }
    std::vector<std::shared_ptr<const Row>> rows;
    rows.reserve(order.size());
    for (const Entry* entry : order) {
        rows.push_back(entry->row);
    }
    return rows;
}

void Rows::show(Snapshot& snapshot) {
    for (const int kind : stale_) {
        auto& list = lists_[kind];
        list = sorted(static_cast<record::Kind>(kind));
        for (auto& [id, entry] : entries_) {
            if (static_cast<int>(entry.summary.kind) == kind) {
                entry.place = nowhere;
            }
        }
        for (std::size_t i = 0; i < list.size(); ++i) {
            entries_.at(list[i]->summary.id).place = i;
        }
    }
    stale_.clear();
    if (by_id_stale_) {
        by_id_.clear();
        for (const auto& [id, entry] : entries_) {
            by_id_.push_back(entry.row);
        }
        std::ranges::sort(by_id_, {}, [](const auto& row) { return row->summary.id; });
        for (std::size_t i = 0; i < by_id_.size(); ++i) {
            entries_.at(by_id_[i]->summary.id).place_by_id = i;
        }
        by_id_stale_ = false;
    }
    snapshot.by_id = by_id_;
    snapshot.sites = lists_[static_cast<int>(record::Kind::site)];
    snapshot.assessments = lists_[static_cast<int>(record::Kind::assessment)];
    snapshot.evidence = lists_[static_cast<int>(record::Kind::evidence)];
    snapshot.reviews = lists_[static_cast<int>(record::Kind::review)];
}

const vault::Summary* Rows::summary(const RecordId& id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second.summary;
}

const std::vector<RecordId>& Rows::children(const RecordId& id) const {
    static const std::vector<RecordId> none;
    const auto found = children_.find(id);
    return found == children_.end() ? none : found->second;
}

}  // namespace fieldseal::session
