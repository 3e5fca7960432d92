// Who is let in: the access list in force, and what its boxes may do. docs/formats/hub.md.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "sync/hub/request_path.h"
#include "sync/hub/token_bucket.h"
#include "sync/team/hub_token.h"

namespace fieldseal::hub {

/// Whoever a token is good for.
struct Visitor {
    InviteId invite;
    Hash outbox;
    Hash mailbox;
    team::BoxRight right = team::BoxRight::own;
    /// Begins the id of its key, for the log: 8 digits.
    std::string key;
};

bool may_read(const Visitor& visitor, const RequestPath& path);
bool may_write(const Visitor& visitor, const RequestPath& path);
/// Whether a folder's listing shows it: what may be read, and what leads there.
bool may_see(const Visitor& visitor, const RequestPath& path);

enum class Entry : std::uint8_t { open, wrong, too_many_wrong };

class Gate {
  public:
    /// `audiences`: the names by which tokens may call this hub. `wrong_tokens`: how many wrong ones an address may
    /// try.
    Gate(team::AccessList list, std::vector<std::string> audiences, Rate wrong_tokens);

    /// Whom an Authorization header's value is good for. Where an address has tried too many wrong ones, only tokens
    /// that were good before are looked at.
    Entry enter(std::string_view authorization, const std::string& address, std::int64_t now_ms, Visitor& visitor);

    /// The verdict on a list that arrived; where it is `newer`, `keep` is called to make it durable, and then it is in
    /// force.
    team::AccessVerdict replace(const team::AccessList& arrived, const std::function<void()>& keep);
    std::uint64_t version() const;
    std::size_t boxes() const;

  private:
    struct Known {
        team::AccessBox box;
        /// The last token that was good, so that a signature is checked once.
        Hash good_token;
    };
    void build(team::AccessList list);
    Known* find(const team::HubToken& token);

    const std::vector<std::string> audiences_;
    TokenBuckets wrong_;
    mutable std::shared_mutex mutex_;
    std::mutex replacing_;
    team::AccessList list_;
    std::unordered_map<InviteId, std::unique_ptr<Known>> by_invite_;
    std::unordered_map<DeviceId, Known*> by_device_;
};

}  // namespace fieldseal::hub
