// The store's half of a synchronisation: nothing here knows a vault.
#include <algorithm>

#include "model/crypto/hash.h"
#include "sync/bundle/parts.h"
#include "sync/exchange/sync_steps.h"
#include "sync/team/access_list.h"

namespace fieldseal::exchange {

namespace {

const std::string access_folder = "access";

class Carrying {
  public:
    Carrying(store::Store& store, const std::function<void(FetchedBundle)>& take, const StepNote& note)
        : store_(store), take_(take), note_(note) {}

    StoreAnswer operator()(const TellHub& step) {
        progress_ = {StepProgress::Kind::looking, 0, 0, 0, 1};
        tell();
        StoreAnswer answer;
        for (const store::StoredObject& object : store_.list(access_folder)) {
            if (team::parse_access_object_name(bundle::last_element(object.name)).value_or(0) >= step.version) {
                return answer;
            }
        }
        try {
            store_.put_if_absent(access_folder + ("/" + team::access_object_name(step.version)), step.list);
        } catch (const Error& error) {
            // What this device may do there goes on by the list that the hub has.
            if (error.code() != ErrorCode::refused) {
                throw;
            }
            answer.refused = true;
        }
        return answer;
    }

    StoreAnswer operator()(const ListFolders& step) {
        progress_ = {StepProgress::Kind::looking, 0, 0, 0, step.folders.size()};
        StoreAnswer answer;
        for (const std::string& folder : step.folders) {
            tell();
            Listing& listing = answer.listings.emplace_back();
            for (store::StoredObject& object : store_.list(folder)) {
                listing.emplace(std::move(object.name), object.size);
            }
            ++progress_.done;
        }
        return answer;
    }

    StoreAnswer operator()(const FetchBundles& step) {
        progress_ = {StepProgress::Kind::receiving, 0, 0, 0, step.indexes.size()};
        for (const std::string& index : step.indexes) {
            tell();
            FetchedBundle fetched{index, std::nullopt, {}};
            fetched.sealed = fetch(index, fetched.reason);
            take_(std::move(fetched));
            ++progress_.done;
        }
        return {};
    }

    StoreAnswer operator()(const SendBundle& step) {
        const bundle::PartIndex index = bundle::index_of(*step.sealed);
        progress_ = {StepProgress::Kind::sending, 0, step.sealed->size(), 0, 1};
        const std::size_t last = std::min(index.parts.size(), step.first_part + step.most_parts);
        for (std::size_t i = 0; i < last; ++i) {
            if (i >= step.first_part) {
                tell();
                put_part(step, bundle::part_object_name(index.parts[i].hash), bundle::part_of(*step.sealed, index, i));
            }
            progress_.bytes += index.parts[i].size;
        }
        if (last < index.parts.size()) {
            return {{}, last, false, false};
        }
        tell();
        store_.put_if_absent(step.folder + bundle::index_object_name(step.counter, index.whole),
                             bundle::encode_index(index));
        return {{}, last, true, false};
    }

    StoreAnswer operator()(const RemoveObjects& step) {
        progress_ = {StepProgress::Kind::removing, 0, 0, 0, step.names.size()};
        for (const std::string& name : step.names) {
            tell();
            store_.remove(name);
            ++progress_.done;
        }
        return {};
    }

  private:
    void tell() const {
        if (note_ && !note_(progress_)) {
            throw Error(ErrorCode::cancelled,
                        "Cancelled. What was sent and taken in so far is kept; the next time goes on from there.");
        }
    }

    void put_part(const SendBundle& step, const std::string& object, ByteView bytes) {
        const std::string name = step.folder + object;
        const auto known = step.there.find(name);
        if (known != step.there.end() && known->second == bytes.size()) {
            return;
        }
        if (known != step.there.end()) {
            // Cut short by whatever copies the folder.
            store_.remove(name);
        }
        store_.put_if_absent(name, bytes);
    }

    /// The bundle that an index object names; the reason where it is not whole.
    std::optional<Bytes> fetch(const std::string& index_name, std::string& reason) {
        try {
            const std::optional<Bytes> encoded = store_.get(index_name, store::object_limit);
            if (!encoded) {
                reason = "It was removed while it was read.";
                return std::nullopt;
            }
            const bundle::PartIndex index = bundle::decode_index(*encoded);
            const auto name = bundle::parse_index_object_name(bundle::last_element(index_name));
            if (!name || name->whole_prefix != index.whole.hex().substr(0, name->whole_prefix.size())) {
                reason = "Its index is not the one that its name says.";
                return std::nullopt;
            }
            const std::string folder = index_name.substr(0, index_name.rfind('/') + 1);
            Bytes whole;
            for (std::size_t i = 0; i < index.parts.size(); ++i) {
                tell();
                const std::optional<Bytes> part =
                    store_.get(folder + bundle::part_object_name(index.parts[i].hash), bundle::part_size);
                const std::string place = "Part " + std::to_string(i + 1) + " of " + std::to_string(index.parts.size());
                if (!part) {
                    reason = place + " is not there yet. It is tried again next time.";
                    return std::nullopt;
                }
                if (part->size() != index.parts[i].size || crypto::plain_hash(*part) != index.parts[i].hash) {
                    reason = place +
                             " is damaged. It is tried again next time; if that goes on, ask the sender to export "
                             "anew.";
                    return std::nullopt;
                }
                whole.insert(whole.end(), part->begin(), part->end());
                progress_.bytes += part->size();
            }
            if (crypto::plain_hash(whole) != index.whole) {
                reason = "Its parts do not make up the bundle that its index names.";
                return std::nullopt;
            }
            return whole;
        } catch (const Error& error) {
            if (dynamic_cast<const store::StoreError*>(&error) != nullptr || error.code() == ErrorCode::unreachable ||
                error.code() == ErrorCode::disk || error.code() == ErrorCode::cancelled) {
                throw;
            }
            reason = error.what();
            return std::nullopt;
        }
    }

    store::Store& store_;
    const std::function<void(FetchedBundle)>& take_;
    const StepNote& note_;
    StepProgress progress_;
};

}  // namespace

StoreAnswer carry_out(store::Store& store, const StoreStep& step, const std::function<void(FetchedBundle)>& take,
                      const StepNote& note) {
    return std::visit(Carrying(store, take, note), step);
}

}  // namespace fieldseal::exchange
