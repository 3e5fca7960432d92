// In which order objects of many groups may start.
#pragma once

#include <deque>
#include <map>

#include "sync/store/store.h"

namespace fieldseal::store {

/// Hands out what a source gives; what closes a group is held back until everything of its group that came before is
/// done.
class UploadOrder {
  public:
    explicit UploadOrder(const Store::Source& source) : source_(source) {}

    /// The next object that may start; nothing where none may start now, or where there is none any more.
    std::optional<Outgoing> next() {
        for (auto closing = held_.begin(); closing != held_.end(); ++closing) {
            if (!open_.contains(closing->group)) {
                Outgoing object = std::move(*closing);
                held_.erase(closing);
                return object;
            }
        }
        while (!exhausted_ && held_.size() < held_limit) {
            std::optional<Outgoing> object = source_();
            if (!object) {
                exhausted_ = true;
            } else if (object->closes_group && open_.contains(object->group)) {
                held_.push_back(std::move(*object));
            } else {
                if (!object->closes_group) {
                    ++open_[object->group];
                }
                return object;
            }
        }
        return std::nullopt;
    }

    void done(const Outgoing& object) {
        const auto open = open_.find(object.group);
        if (!object.closes_group && open != open_.end() && --open->second == 0) {
            open_.erase(open);
        }
    }

    bool finished() const { return exhausted_ && held_.empty(); }

  private:
    static constexpr std::size_t held_limit = 64;

    const Store::Source& source_;
    std::deque<Outgoing> held_;
    std::map<std::uint64_t, std::size_t> open_;
    bool exhausted_ = false;
};

}  // namespace fieldseal::store
