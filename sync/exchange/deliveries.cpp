// Where the records of this device stand on their way to a coordinator.
#include <algorithm>

#include "sync/exchange/implementation.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

/// What was sent and what receipts say, gathered once for all records.
struct Arrived {
    std::uint64_t sent = 0;
    std::map<Hash, std::uint32_t> sent_blobs;
    /// Place in the own log and time of the receipt, one for each coordinator.
    std::vector<std::pair<std::uint64_t, std::int64_t>> receipts;
    std::map<Hash, bool> blobs;
    /// Records sealed on finalise of which bundles wait for receipts: whether all of these were sent.
    std::map<RecordId, bool> sealed_sent;
};

}  // namespace

struct DeliveryView {
    Exchange::Implementation& self;
    Arrived arrived;

    explicit DeliveryView(Exchange::Implementation& exchange) : self(exchange) {
        self.scan_own_log();
        for (const bundle::Lane& lane : self.lanes()) {
            const LaneState state = self.lane_state(lane);
            for (const Marks* marks : {&state.offered, &state.exported}) {
                if (const auto mark = marks->logs.find(self.own_device); mark != marks->logs.end()) {
                    arrived.sent = std::max(arrived.sent, mark->second);
                }
                for (const auto& [content, chunks] : marks->blobs) {
                    std::uint32_t& most = arrived.sent_blobs[content];
                    most = std::max(most, chunks);
                }
            }
        }
        for (const Bytes& key : self.vault.shelf(shelves::sealed_bundles).keys()) {
            const SealedBundle sealed = self.sealed_bundle(shelves::sequence_of(key));
            const auto known = arrived.sealed_sent.emplace(sealed.record, true).first;
            known->second = known->second && sealed.sent;
        }
        for (const team::RosterDevice& device : self.roster.devices) {
            if (self.is_active_coordinator(device.device)) {
                const HeldBy& held = self.held_by(device.device);
                arrived.receipts.emplace_back(held.up_to(self.own_device), held.issued_ms);
                arrived.blobs.insert(held.blobs.begin(), held.blobs.end());
            }
        }
    }

    /// Of a record that was erased here.
    RecordDelivery of(const ErasedRecord& erased) {
        RecordDelivery result{erased.record,       erased.kind,      Delivery::none,
                              erased.delivered_ms, erased.erased_ms, erased.sealed};
        if (erased.own_last == 0 || erased.delivered_ms != 0) {
            result.delivery = erased.own_last == 0 ? Delivery::none : Delivery::delivered;
            return result;
        }
        const bool blobs_arrived = std::ranges::all_of(
            erased.contents, [&](const auto& content) { return arrived.blobs.contains(content.first); });
        for (const auto& [up_to, issued_ms] : arrived.receipts) {
            if (up_to >= erased.own_last && blobs_arrived) {
                result.delivery = Delivery::delivered;
                result.delivered_ms = std::max(result.delivered_ms, issued_ms);
            }
        }
        const auto waiting = arrived.sealed_sent.find(erased.record);
        if (result.delivery != Delivery::delivered && waiting != arrived.sealed_sent.end()) {
            // The log goes ahead by name; what counts is the bundles that hold the bodies.
            result.delivery = waiting->second ? Delivery::sent : Delivery::sealed;
        } else if (result.delivery != Delivery::delivered) {
            const bool blobs_sent = std::ranges::all_of(erased.contents, [&](const auto& content) {
                const auto chunks = arrived.sent_blobs.find(content.first);
                return arrived.blobs.contains(content.first) ||
                       (chunks != arrived.sent_blobs.end() && chunks->second >= chunk_count(content.second));
            });
            result.delivery = blobs_sent && arrived.sent >= erased.own_last ? Delivery::sent : Delivery::sealed;
        }
        return result;
    }

    /// Of a record that has no draft.
    RecordDelivery of(const RecordId& record, record::Kind kind) {
        RecordDelivery result{record, kind, Delivery::none, 0};
        const auto last = self.own_log.last.find(record);
        if (last == self.own_log.last.end()) {
            return result;
        }
        // Evidence belongs to its assessment: that one is delivered when all of it is.
        std::uint64_t place = last->second;
        if (const auto pieces = self.own_log.evidence_of.find(record); pieces != self.own_log.evidence_of.end()) {
            for (const RecordId& piece : pieces->second) {
                place = std::max(place, self.own_log.last.at(piece));
            }
        }
        const std::vector<Hash> contents = self.own_contents(record);
        for (const auto& [up_to, issued_ms] : arrived.receipts) {
            if (up_to >= place) {
                result.delivery = Delivery::delivered;
                result.delivered_ms = std::max(result.delivered_ms, issued_ms);
            }
        }
        const bool blobs_arrived = std::all_of(contents.begin(), contents.end(),
                                               [&](const Hash& content) { return arrived.blobs.contains(content); });
        if (result.delivery == Delivery::delivered && blobs_arrived) {
            return result;
        }
        const bool blobs_sent = std::all_of(contents.begin(), contents.end(), [&](const Hash& content) {
            const std::optional<vault::BlobInfo> blob = self.vault.blob(content);
            const auto chunks = arrived.sent_blobs.find(content);
            return arrived.blobs.contains(content) || !blob ||
                   (chunks != arrived.sent_blobs.end() && chunks->second >= chunk_count(blob->size));
        });
        const bool all_sent = blobs_sent && (arrived.sent >= place || result.delivery == Delivery::delivered);
        result.delivery = all_sent ? Delivery::sent : Delivery::sealed;
        result.delivered_ms = 0;
        return result;
    }
};

std::string_view name_of(Delivery delivery) {
    switch (delivery) {
        case Delivery::none:
            return "none";
        case Delivery::drafted:
            return "drafted";
        case Delivery::sealed:
            return "sealed";
        case Delivery::sent:
            return "sent";
        case Delivery::delivered:
            return "delivered";
    }
    return "none";
}

std::vector<RecordDelivery> Exchange::deliveries() {
    Implementation& self = *implementation_;
    DeliveryView view(self);
    std::vector<RecordDelivery> result;
    const std::vector<RecordId> drafted = self.vault.drafted_records();
    const std::unordered_set<RecordId> drafts(drafted.begin(), drafted.end());
    for (const RecordId& record : drafted) {
        if (const std::optional<vault::Draft> draft = self.vault.draft(record)) {
            result.push_back({record, draft->kind, Delivery::drafted, 0});
        }
    }
    for (const auto& [record, last] : self.own_log.last) {
        if (!drafts.contains(record) && !self.erased_parts.contains(record)) {
            result.push_back(view.of(record, self.own_log.kinds.at(record)));
        }
    }
    for (const auto& [id, erased] : self.erased) {
        const RecordDelivery whole = view.of(erased);
        for (const ErasedPart& part : erased.parts) {
            const bool own =
                std::ranges::any_of(part.places, [&](const auto& place) { return place.first == self.own_device; });
            if (own && !drafts.contains(part.record)) {
                result.push_back(whole);
                result.back().record = part.record;
                result.back().kind = part.kind;
            }
        }
    }
    std::sort(result.begin(), result.end(),
              [](const RecordDelivery& a, const RecordDelivery& b) { return a.record < b.record; });
    return result;
}

Delivery Exchange::delivery(const RecordId& record) {
    Implementation& self = *implementation_;
    if (self.vault.draft(record)) {
        return Delivery::drafted;
    }
    self.scan_own_log();
    if (const auto part = self.erased_parts.find(record); part != self.erased_parts.end()) {
        return DeliveryView(self).of(self.erased.at(part->second)).delivery;
    }
    if (!self.own_log.last.contains(record)) {
        return Delivery::none;
    }
    return DeliveryView(self).of(record, self.own_log.kinds.at(record)).delivery;
}

std::vector<Stub> Exchange::stubs() {
    DeliveryView view(*implementation_);
    std::vector<Stub> stubs;
    for (const auto& [id, erased] : implementation_->erased) {
        if (erased.kind == record::Kind::member) {
            continue;
        }
        const RecordDelivery delivery = view.of(erased);
        const auto evidence = std::ranges::count(erased.parts, record::Kind::evidence, &ErasedPart::kind);
        stubs.push_back({id, erased.kind, erased.title, erased.visited_on, erased.site, erased.questionnaire,
                         static_cast<std::uint32_t>(evidence), delivery.delivery, delivery.delivered_ms,
                         erased.erased_ms, erased.sealed});
    }
    std::ranges::sort(stubs, std::greater<>{}, [](const Stub& stub) { return std::pair(stub.erased_ms, stub.record); });
    return stubs;
}

std::vector<MissingRange> Exchange::missing() {
    std::vector<MissingRange> ranges;
    for (const vault::LogExtent& log : implementation_->vault.logs()) {
        for (const auto& [from, to] : log.missing) {
            ranges.push_back({log.device, from, to});
        }
    }
    return ranges;
}

}  // namespace fieldseal::exchange
