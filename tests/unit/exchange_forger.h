// What a hostile device can send: it has its own keys and the deployment's secrets, and no scruples.
#pragma once

#include "sync/exchange/log_item.h"
#include "sync/exchange/receipt.h"
#include "tests/unit/exchange_world.h"

namespace fieldseal::test {

class Forger {
  public:
    explicit Forger(Machine& machine) : machine_(machine), keys_(keys_of(machine)) {}

    static team::DeviceKeys keys_of(Machine& machine) {
        return team::decode_device_keys(machine.vault().shelf("exchange").get("device-keys").value());
    }
    const crypto::SigningKey& key() const { return keys_.signing; }
    DeviceId device() const { return keys_.id(); }

    /// A bundle to the team as this device can make it.
    Bytes seal(std::vector<bundle::Item> items, std::vector<bundle::BlobChunk> chunks = {}) {
        return seal_to(machine_.exchange().roster().current_epoch().public_key, team_lane, std::move(items),
                       std::move(chunks));
    }
    Bytes seal_for(Machine& reader, std::vector<bundle::Item> items) {
        return seal_to(keys_of(reader).box.public_key, lane_to(reader), std::move(items), {});
    }

    /// The next revision of a log of its own making.
    history::Revision revision(const RecordId& record, record::Kind kind, codec::Edits edits,
                               std::vector<Hash> parents = {}) {
        history::Revision made;
        made.record = record;
        made.kind = kind;
        made.device = device();
        made.sequence = ++sequence_;
        made.previous = last_;
        made.parents = std::move(parents);
        made.time.wall_ms = machine_.clock().wall_ms();
        made.salt = machine_.random().id<history::RevisionSalt>();
        made.edits = std::move(edits);
        last_ = history::name_of(made);
        return made;
    }
    exchange::LogItem segment(std::vector<history::Revision> revisions) {
        exchange::LogItem item;
        item.segment.device = device();
        item.segment.first = revisions.front().sequence;
        item.segment.previous = revisions.front().previous;
        for (history::Revision& one : revisions) {
            item.segment.revisions.push_back(history::name_of(one));
            item.bodies.emplace_back(std::move(one));
        }
        history::sign_segment(item.segment, machine_.exchange().deployment().id, keys_.signing);
        return item;
    }
    static bundle::Item item(bundle::ItemType type, Bytes body) {
        return {static_cast<std::uint64_t>(type), std::move(body)};
    }
    static bundle::Item item(const exchange::LogItem& segment) {
        return item(bundle::ItemType::segment, exchange::encode(segment));
    }
    exchange::Receipt receipt() {
        exchange::Receipt made;
        made.deployment = machine_.exchange().deployment().id;
        made.issuer = device();
        made.issued_ms = machine_.clock().wall_ms();
        made.roster_version = machine_.exchange().roster().version;
        return made;
    }
    /// Goes on where the machine's own log ends.
    void continue_log() {
        while (const auto name = machine_.vault().log_entry(device(), sequence_ + 1)) {
            ++sequence_;
            last_ = *name;
        }
    }

  private:
    Bytes seal_to(const bundle::PublicKey& recipient, const bundle::Lane& lane, std::vector<bundle::Item> items,
                  std::vector<bundle::BlobChunk> chunks) {
        bundle::Contents contents;
        contents.manifest.deployment = machine_.exchange().deployment().id;
        contents.manifest.lane = lane;
        contents.manifest.counter = ++counter_;
        contents.manifest.previous = counter_ == 1 ? Hash{} : previous_;
        contents.manifest.created_ms = machine_.clock().wall_ms();
        contents.items = std::move(items);
        contents.chunks = std::move(chunks);
        const bundle::Sealed sealed =
            bundle::seal(std::move(contents), {recipient}, machine_.exchange().deployment().shared_key.view(),
                         keys_.signing, machine_.random());
        previous_ = sealed.id;
        return sealed.bytes;
    }

    Machine& machine_;
    team::DeviceKeys keys_;
    std::uint64_t sequence_ = 0;
    Hash last_;
    std::uint64_t counter_ = 0;
    Hash previous_;
};

}  // namespace fieldseal::test
