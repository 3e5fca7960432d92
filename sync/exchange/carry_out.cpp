// The store's half of a synchronisation: nothing here knows a vault.
#include <algorithm>

#include "model/crypto/hash.h"
#include "sync/bundle/parts.h"
#include "sync/exchange/sync_steps.h"
#include "sync/team/access_list.h"

namespace fieldseal::exchange {

namespace {

const std::string access_folder = "access";
/// Index objects are small; parts of several bundles are in memory together up to so many bytes, or one bundle.
constexpr std::size_t indexes_at_once = 64;
constexpr std::uint64_t bytes_at_once = 8u << 20;
constexpr std::ptrdiff_t removed_at_once = 64;

class Carrying {
  public:
    Carrying(store::Store& store, const std::function<void(FetchedBundle)>& take, const StepNote& note)
        : store_(store), take_(take), note_(note) {}

    StoreAnswer operator()(const TellHub& step) {
        progress_ = {StepProgress::Kind::looking, 0, 0, 0, 1, 0};
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
        progress_ = {StepProgress::Kind::looking, 0, 0, 0, step.folders.size(), 0};
        tell();
        StoreAnswer answer;
        answer.listings.resize(step.folders.size());
        store_.list_all(step.folders, [&](std::size_t index, std::vector<store::StoredObject> objects) {
            for (store::StoredObject& object : objects) {
                answer.listings[index].emplace(std::move(object.name), object.size);
            }
            ++progress_.done;
            tell();
        });
        return answer;
    }

    StoreAnswer operator()(const FetchBundles& step) {
        progress_ = {StepProgress::Kind::receiving, 0, 0, 0, step.indexes.size(), 0};
        for (std::size_t from = 0; from < step.indexes.size(); from += indexes_at_once) {
            const std::size_t count = std::min(indexes_at_once, step.indexes.size() - from);
            std::vector<Incoming> bundles(count);
            for (std::size_t i = 0; i < count; ++i) {
                bundles[i].name = step.indexes[from + i];
            }
            fetch_indexes(bundles);
            for (std::size_t first = 0; first < count;) {
                const std::size_t last = fetch_parts(bundles, first);
                for (; first < last; ++first) {
                    tell();
                    take_(assembled(bundles[first]));
                    ++progress_.done;
                }
            }
        }
        return {};
    }

    StoreAnswer operator()(const SendBundle& step) {
        const bundle::PartIndex index = bundle::index_of(*step.sealed);
        progress_ = {StepProgress::Kind::sending, 0, step.sealed->size(), 0, 1, step.records};
        const std::size_t last = std::min(index.parts.size(), step.first_part + step.most_parts);
        std::vector<store::Outgoing> objects;
        std::vector<std::string> cut_short;
        for (std::size_t i = 0; i < last; ++i) {
            const std::string name = step.folder + bundle::part_object_name(index.parts[i].hash);
            const auto known = step.there.find(name);
            const bool is_there = known != step.there.end() && known->second == index.parts[i].size;
            if (i < step.first_part || is_there) {
                progress_.bytes += index.parts[i].size;
                continue;
            }
            if (known != step.there.end()) {
                cut_short.push_back(name);  // by whatever copies the folder
            }
            objects.push_back({name, bundle::part_of(*step.sealed, index, i), 0, false});
        }
        const Bytes encoded = bundle::encode_index(index);
        const bool complete = last == index.parts.size();
        if (complete) {
            objects.push_back({step.folder + bundle::index_object_name(step.counter, index.whole), encoded, 0, true});
        }
        tell();
        store_.remove_all(cut_short);
        std::size_t next = 0;
        store_.put_all(
            [&]() -> std::optional<store::Outgoing> {
                tell();
                return next == objects.size() ? std::nullopt : std::optional(objects[next++]);
            },
            [&](const store::Outgoing& object, store::Store::Put) {
                progress_.bytes += object.closes_group ? 0 : object.bytes.size();
                tell();
            });
        return {{}, last, complete, false};
    }

    StoreAnswer operator()(const RemoveObjects& step) {
        progress_ = {StepProgress::Kind::removing, 0, 0, 0, step.names.size(), 0};
        // The indexes first: what is left of a removal that breaks off is never taken for a bundle.
        std::vector<std::string> names = step.names;
        const auto parts = std::stable_partition(names.begin(), names.end(), [](const std::string& name) {
            return bundle::parse_index_object_name(bundle::last_element(name)).has_value();
        });
        for (auto from = names.begin(); from != names.end();) {
            tell();
            const auto end = from < parts ? parts : names.end();
            const auto to = from + std::min<std::ptrdiff_t>(end - from, removed_at_once);
            store_.remove_all({from, to});
            progress_.done += static_cast<std::uint64_t>(to - from);
            from = to;
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

    /// A bundle on its way in; `reason` says why it is not whole.
    struct Incoming {
        std::string name;
        bundle::PartIndex index;
        std::vector<Bytes> parts;
        std::string reason;
    };

    static bool ends_everything(const Error& error) {
        return dynamic_cast<const store::StoreError*>(&error) != nullptr || error.code() == ErrorCode::unreachable ||
               error.code() == ErrorCode::disk || error.code() == ErrorCode::cancelled;
    }

    /// Gets each of `names`; of one that cannot be read, though the store is there, the reason is told in `refused`.
    void get_each(const std::vector<std::string>& names, std::size_t limit, const store::Store::GetDone& done,
                  const std::function<void(std::size_t index, const std::string& reason)>& refused) {
        std::vector<bool> settled(names.size());
        const store::Store::GetDone settle = [&](std::size_t i, store::Fetched object) {
            settled[i] = true;
            done(i, std::move(object));
        };
        try {
            store_.get_all(names, limit, settle);
            return;
        } catch (const Error& error) {
            if (ends_everything(error)) {
                throw;
            }
        }
        // Somebody put something odd there, a link for example: the others are not to suffer for it.
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (settled[i]) {
                continue;
            }
            try {
                store_.get_all({names[i]}, limit,
                               [&](std::size_t, store::Fetched object) { settle(i, std::move(object)); });
            } catch (const Error& error) {
                if (ends_everything(error)) {
                    throw;
                }
                refused(i, error.what());
            }
        }
    }

    void fetch_indexes(std::vector<Incoming>& bundles) {
        std::vector<std::string> names;
        for (const Incoming& incoming : bundles) {
            names.push_back(incoming.name);
        }
        tell();
        get_each(
            names, store::object_limit,
            [&](std::size_t i, const store::Fetched& object) {
                tell();
                read_index(bundles[i], object);
            },
            [&](std::size_t i, const std::string& reason) { bundles[i].reason = reason; });
    }

    static void read_index(Incoming& incoming, const store::Fetched& object) {
        if (object.state != store::Fetched::State::here) {
            incoming.reason = object.state == store::Fetched::State::absent ? "It was removed while it was read."
                                                                            : "Its index is too large to be one.";
            return;
        }
        try {
            incoming.index = bundle::decode_index(object.bytes);
        } catch (const Error& error) {
            incoming.reason = error.what();
            return;
        }
        const auto name = bundle::parse_index_object_name(bundle::last_element(incoming.name));
        if (!name || name->whole_prefix != incoming.index.whole.hex().substr(0, name->whole_prefix.size())) {
            incoming.reason = "Its index is not the one that its name says.";
        }
    }

    /// Fetches the parts of as many bundles from `first` on as may be in memory together, one at least; gives the one
    /// behind them.
    std::size_t fetch_parts(std::vector<Incoming>& bundles, std::size_t first) {
        std::vector<std::string> names;
        std::vector<std::pair<std::size_t, std::size_t>> places;
        std::uint64_t bytes = 0;
        std::size_t last = first;
        for (; last < bundles.size() && (last == first || bytes < bytes_at_once); ++last) {
            Incoming& incoming = bundles[last];
            if (!incoming.reason.empty()) {
                continue;
            }
            incoming.parts.resize(incoming.index.parts.size());
            const std::string folder = incoming.name.substr(0, incoming.name.rfind('/') + 1);
            for (std::size_t part = 0; part < incoming.parts.size(); ++part) {
                names.push_back(folder + bundle::part_object_name(incoming.index.parts[part].hash));
                places.emplace_back(last, part);
                bytes += incoming.index.parts[part].size;
            }
        }
        const auto take_part = [&](std::size_t i, store::Fetched object) {
            progress_.bytes += object.bytes.size();
            tell();
            Incoming& incoming = bundles[places[i].first];
            const std::size_t part = places[i].second;
            const bundle::PartName& expected = incoming.index.parts[part];
            const std::string place =
                "Part " + std::to_string(part + 1) + " of " + std::to_string(incoming.index.parts.size());
            if (object.state == store::Fetched::State::absent) {
                incoming.reason = place + " is not there yet. It is tried again next time.";
            } else if (object.bytes.size() != expected.size || crypto::plain_hash(object.bytes) != expected.hash) {
                incoming.reason =
                    place + " is damaged. It is tried again next time; if that goes on, ask the sender to export anew.";
            } else {
                incoming.parts[part] = std::move(object.bytes);
            }
        };
        get_each(names, bundle::part_size, take_part,
                 [&](std::size_t i, const std::string& reason) { bundles[places[i].first].reason = reason; });
        return last;
    }

    static FetchedBundle assembled(Incoming& incoming) {
        FetchedBundle fetched{incoming.name, std::nullopt, std::move(incoming.reason)};
        if (fetched.reason.empty()) {
            Bytes whole;
            for (const Bytes& part : incoming.parts) {
                whole.insert(whole.end(), part.begin(), part.end());
            }
            if (crypto::plain_hash(whole) == incoming.index.whole) {
                fetched.sealed = std::move(whole);
            } else {
                fetched.reason = "Its parts do not make up the bundle that its index names.";
            }
        }
        incoming.parts.clear();
        return fetched;
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
