#include "sync/hub/gate.h"

#include <algorithm>
#include <functional>

#include "model/crypto/base64.h"
#include "model/crypto/hash.h"

namespace fieldseal::hub {

namespace {

constexpr std::size_t user_limit = 256;
constexpr std::size_t key_digits = 8;

bool begins_with_word(std::string_view text, std::string_view word) {
    return text.size() > word.size() && text[word.size()] == ' ' &&
           std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) { return a == (b | 0x20); });
}

/// The token of "Bearer TOKEN", or the password of "Basic ...".
std::string token_text(std::string_view authorization) {
    if (begins_with_word(authorization, "bearer")) {
        return std::string(authorization.substr(7));
    }
    if (begins_with_word(authorization, "basic")) {
        const auto pair = crypto::from_base64(authorization.substr(6), user_limit + team::hub_token_limit);
        const std::string_view text = pair ? text_of(*pair) : std::string_view();
        const std::size_t colon = text.find(':');
        return colon == std::string_view::npos ? std::string() : std::string(text.substr(colon + 1));
    }
    return {};
}

bool is_own(const Visitor& visitor, const RequestPath& path) {
    return path.box == (path.section == Section::outbox ? visitor.outbox : visitor.mailbox);
}

}  // namespace

bool may_read(const Visitor& visitor, const RequestPath& path) {
    const bool coordinates = visitor.right == team::BoxRight::coordinates;
    switch (path.place) {
        case Place::root:
        case Place::health:
            return true;
        case Place::section:
            return path.section != Section::access || coordinates;
        case Place::access_item:
            return coordinates;
        case Place::box:
        case Place::box_item:
            return is_own(visitor, path) || coordinates ||
                   (path.section == Section::outbox && visitor.right == team::BoxRight::reads_outboxes);
        case Place::elsewhere:
            break;
    }
    return false;
}

bool may_write(const Visitor& visitor, const RequestPath& path) {
    const bool coordinates = visitor.right == team::BoxRight::coordinates;
    switch (path.place) {
        case Place::access_item:
            return coordinates;
        case Place::box:
        case Place::box_item:
            return path.section == Section::outbox ? is_own(visitor, path) : coordinates;
        case Place::root:
        case Place::health:
        case Place::section:
        case Place::elsewhere:
            break;
    }
    return false;
}

bool may_see(const Visitor& visitor, const RequestPath& path) {
    return path.place != Place::elsewhere && path.place != Place::health && may_read(visitor, path);
}

Gate::Gate(team::AccessList list, std::vector<std::string> audiences, Rate wrong_tokens)
    : audiences_(std::move(audiences)), wrong_(wrong_tokens) {
    build(std::move(list));
}

void Gate::build(team::AccessList list) {
    std::unordered_map<InviteId, std::unique_ptr<Known>> by_invite;
    std::unordered_map<DeviceId, Known*> by_device;
    for (const team::AccessBox& box : list.boxes) {
        auto known = std::make_unique<Known>(Known{box, {}});
        // What was good stays so where nothing of it changed.
        const auto before = by_invite_.find(box.invite);
        if (before != by_invite_.end() && before->second->box == box) {
            known->good_token = before->second->good_token;
        }
        if (box.joined) {
            by_device.emplace(crypto::device_of(box.key), known.get());
        }
        by_invite.emplace(box.invite, std::move(known));
    }
    by_invite_ = std::move(by_invite);
    by_device_ = std::move(by_device);
    list_ = std::move(list);
}

Gate::Known* Gate::find(const team::HubToken& token) {
    if (const DeviceId* device = std::get_if<DeviceId>(&token.by)) {
        const auto found = by_device_.find(*device);
        return found == by_device_.end() ? nullptr : found->second;
    }
    const auto found = by_invite_.find(std::get<team::Enrolment>(token.by).invite);
    return found == by_invite_.end() ? nullptr : found->second.get();
}

Entry Gate::enter(std::string_view authorization, const std::string& address, std::int64_t now_ms, Visitor& visitor) {
    const std::string text = token_text(authorization);
    const std::optional<team::HubToken> token = team::decode_hub_token(text);
    const Hash fingerprint = crypto::hash("fieldseal/v1/hub-token-seen", view_of(text));
    team::AccessBox box;
    bool good = false;
    {
        const std::shared_lock lock(mutex_);
        const Known* known = token ? find(*token) : nullptr;
        if (known != nullptr) {
            box = known->box;
            good = crypto::equal(known->good_token.view(), fingerprint.view());
        }
        if (!good) {
            if (!wrong_.has(address, now_ms)) {
                return Entry::too_many_wrong;
            }
            if (known == nullptr || !team::opens(*token, box, list_.deployment, audiences_)) {
                wrong_.take(address, now_ms);
                return Entry::wrong;
            }
        }
    }
    if (!good) {
        const std::unique_lock lock(mutex_);
        Known* known = find(*token);
        if (known == nullptr || known->box != box) {
            return Entry::wrong;  // the list changed meanwhile
        }
        known->good_token = fingerprint;
    }
    const DeviceId* device = std::get_if<DeviceId>(&token->by);
    const DeviceId id = device != nullptr ? *device : crypto::device_of(std::get<team::Enrolment>(token->by).sign_key);
    visitor = {box.invite, box.outbox, box.mailbox, box.right, id.hex().substr(0, key_digits)};
    return Entry::open;
}

team::AccessVerdict Gate::replace(const team::AccessList& arrived, const std::function<void()>& keep) {
    // One at a time; meanwhile others go on by the list in force, which only this changes.
    const std::lock_guard one(replacing_);
    const team::AccessVerdict verdict = team::check(arrived, list_);
    if (verdict == team::AccessVerdict::newer) {
        keep();
        const std::unique_lock lock(mutex_);
        build(arrived);
    }
    return verdict;
}

std::uint64_t Gate::version() const {
    const std::shared_lock lock(mutex_);
    return list_.version;
}

std::size_t Gate::boxes() const {
    const std::shared_lock lock(mutex_);
    return list_.boxes.size();
}

}  // namespace fieldseal::hub
