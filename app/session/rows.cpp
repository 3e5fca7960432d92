#include "app/session/rows.h"

#include <algorithm>
#include <array>

#include "model/portfolio/search.h"

namespace fieldseal::session {

namespace {

constexpr std::string_view ukrainian_alphabet = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя";
/// Letters of the alphabet follow each other from here on in a key; whatever comes after them in Unicode stands behind.
constexpr unsigned char first_letter = 0xd0;
constexpr unsigned char behind_letters = first_letter + ukrainian_alphabet.size() / 2;

/// Of a Cyrillic letter's two bytes, D0 80 to D2 BF: its key, 0 where the alphabet does not have it.
constexpr auto letter_keys = [] {
    std::array<unsigned char, 3 * 64> keys{};
    for (std::size_t i = 0; i < ukrainian_alphabet.size(); i += 2) {
        const auto lead = static_cast<unsigned char>(ukrainian_alphabet[i]);
        const auto tail = static_cast<unsigned char>(ukrainian_alphabet[i + 1]);
        keys[std::size_t{lead - 0xd0u} * 64 + (tail - 0x80u)] = static_cast<unsigned char>(first_letter + i / 2);
    }
    return keys;
}();

// Newest first for what happens, by title for what is.
bool newest_first(record::Kind kind) {
    return kind != record::Kind::site && kind != record::Kind::evidence && kind != record::Kind::offer;
}

/// The first bytes as a number that orders as they do: most comparisons need no more.
std::uint64_t beginning_of(const char* bytes, std::size_t size) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i) {
        number = number << 8 | (i < size ? static_cast<unsigned char>(bytes[i]) : 0u);
    }
    return number;
}

}  // namespace

std::string sort_key(std::string_view title) {
    std::string key = portfolio::fold(title);
    std::size_t end = 0;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const auto lead = static_cast<unsigned char>(key[i]);
        const auto tail = static_cast<unsigned char>(i + 1 < key.size() ? key[i + 1] : '\0');
        if (lead >= 0xd0 && lead <= 0xd2 && tail >= 0x80 && tail < 0xc0) {
            const unsigned char letter = letter_keys[std::size_t{lead - 0xd0u} * 64 + (tail - 0x80u)];
            key[end++] = letter != 0 ? static_cast<char>(letter) : static_cast<char>(behind_letters);
            if (letter == 0) {
                key[end++] = key[i + 1];
            }
            ++i;
        } else {
            key[end++] = lead >= first_letter ? static_cast<char>(std::max(lead, behind_letters)) : key[i];
        }
    }
    key.resize(end);
    return key;
}

void Rows::load(vault::Vault& vault, exchange::Exchange* exchange) {
    entries_.clear();
    children_.clear();
    by_id_stale_ = true;
    drafted_.clear();
    vault.each_summary([this](const vault::Summary& summary) { take(summary); });
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
    for (auto kind = static_cast<int>(record::Kind::site); kind <= static_cast<int>(record::Kind::assignment); ++kind) {
        stale_.insert(kind);
    }
}

void Rows::take(const vault::Summary& summary) {
    Entry& entry = entries_[summary.id];
    const std::shared_ptr<const Row> before = std::move(entry.row);
    entry.row = std::make_shared<Row>(Row{summary, Delivery::none, false, 0, {}, {}});
    entry.shown = false;
    const bool known = before != nullptr;
    by_id_stale_ = by_id_stale_ || !known;
    if (!summary.parent.is_zero() && (!known || before->summary.parent != summary.parent)) {
        if (known) {
            std::erase(children_[before->summary.parent], summary.id);
        }
        children_[summary.parent].push_back(summary.id);
    }
    const bool order_changed = !known || before->summary.title != summary.title ||
                               before->summary.removed != summary.removed ||
                               before->summary.created_ms != summary.created_ms;
    if (order_changed) {
        stale_.insert(static_cast<int>(summary.kind));
        entry.sort_key = newest_first(summary.kind) ? std::string() : sort_key(summary.title);
    }
}

void Rows::make_row(Entry& entry) {
    if (entry.shown) {
        entry.row = std::make_shared<Row>(Row{entry.summary(), Delivery::none, false, 0, {}, {}});
    }
    entry.shown = true;
    Row* row = entry.row.get();
    const RecordId& id = row->summary.id;
    row->delivery = entry.delivery;
    row->drafted = drafted_.contains(id);
    const vault::Summary* latest = nullptr;
    const vault::Summary* verdict = nullptr;
    for (const RecordId& child : children(id)) {
        const vault::Summary& summary = entries_.at(child).summary();
        if (summary.removed) {
            continue;
        }
        if (row->summary.kind == record::Kind::site && summary.kind == record::Kind::assessment) {
            ++row->children;
            // Of two visits on one day the later made one counts.
            if (latest == nullptr ||
                std::pair(latest->date, latest->created_ms) < std::pair(summary.date, summary.created_ms)) {
                latest = &summary;
            }
        } else if (summary.kind == record::Kind::evidence) {
            ++row->children;
        } else if (summary.kind == record::Kind::review &&
                   summary.state != static_cast<std::uint8_t>(record::Verdict::comment)) {
            if (verdict == nullptr ||
                std::pair(verdict->created_ms, verdict->id) < std::pair(summary.created_ms, summary.id)) {
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
    const int kind = static_cast<int>(row->summary.kind);
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
            parent = entries_.at(parent).summary().parent;
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

void Rows::sort_list(record::Kind kind) {
    std::vector<std::pair<std::uint64_t, Entry*>> order;
    order.reserve(entries_.size());
    for (auto& [id, entry] : entries_) {
        if (entry.summary().kind != kind) {
            continue;
        }
        entry.place = nowhere;
        if (!entry.summary().removed) {
            const std::string& key = entry.sort_key;
            order.emplace_back(newest_first(kind) ? static_cast<std::uint64_t>(entry.summary().created_ms)
                                                  : beginning_of(key.data(), key.size()),
                               &entry);
        }
    }
    if (newest_first(kind)) {
        std::ranges::sort(order, [](const auto& a, const auto& b) {
            return std::pair(b.second->summary().created_ms, b.second->summary().id) <
                   std::pair(a.second->summary().created_ms, a.second->summary().id);
        });
    } else {
        std::ranges::sort(order, [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first < b.first
                                      : std::tie(a.second->sort_key, a.second->summary().id) <
                                            std::tie(b.second->sort_key, b.second->summary().id);
        });
    }
    auto& list = lists_[static_cast<int>(kind)];
    list.clear();
    list.reserve(order.size());
    for (const auto& [number, entry] : order) {
        entry->place = list.size();
        list.push_back(entry->row);
    }
}

void Rows::sort_by_id() {
    std::vector<std::pair<RecordId, Entry*>> order;
    order.reserve(entries_.size());
    for (auto& [id, entry] : entries_) {
        order.emplace_back(id, &entry);
    }
    std::ranges::sort(order, {}, &std::pair<RecordId, Entry*>::first);
    by_id_.clear();
    by_id_.reserve(order.size());
    for (const auto& [id, entry] : order) {
        entry->place_by_id = by_id_.size();
        by_id_.push_back(entry->row);
    }
    by_id_stale_ = false;
}

void Rows::show(Snapshot& snapshot) {
    for (const int kind : stale_) {
        sort_list(static_cast<record::Kind>(kind));
    }
    stale_.clear();
    if (by_id_stale_) {
        sort_by_id();
    }
    snapshot.by_id = by_id_;
    snapshot.sites = lists_[static_cast<int>(record::Kind::site)];
    snapshot.assessments = lists_[static_cast<int>(record::Kind::assessment)];
    snapshot.evidence = lists_[static_cast<int>(record::Kind::evidence)];
    snapshot.reviews = lists_[static_cast<int>(record::Kind::review)];
    snapshot.findings = lists_[static_cast<int>(record::Kind::finding)];
    snapshot.needs = lists_[static_cast<int>(record::Kind::need)];
    snapshot.offers = lists_[static_cast<int>(record::Kind::offer)];
    snapshot.pledges = lists_[static_cast<int>(record::Kind::pledge)];
    snapshot.assignments = lists_[static_cast<int>(record::Kind::assignment)];
}

const std::vector<RecordId>& Rows::children(const RecordId& id) const {
    static const std::vector<RecordId> none;
    const auto found = children_.find(id);
    return found == children_.end() ? none : found->second;
}

}  // namespace fieldseal::session
