#include <algorithm>
#include <deque>

#include "sync/store/store_wrapper.h"

namespace fieldseal::store {

namespace {

constexpr std::int64_t longest_wait_ms = 60'000;
/// So that a removal that broke off does not begin from the start.
constexpr std::size_t removed_at_a_time = 64;

class RetryingStore final : public StoreWrapper {
    template <class Call>
    auto again(const Call& call) {
        for (unsigned attempt = 0;; ++attempt) {
            try {
                return call();
            } catch (const TransientError& error) {
                wait_or_throw(error, attempt);
            }
        }
    }

  public:
    RetryingStore(std::unique_ptr<Store> inner, SharedOptions options)
        : StoreWrapper(std::move(inner)), options_(std::move(options)) {}

    Put put_if_absent(const std::string& name, ByteView bytes) override {
        return again([&] { return inner_->put_if_absent(name, bytes); });
    }

    std::optional<Bytes> get(const std::string& name, std::size_t limit) override {
        return again([&] { return inner_->get(name, limit); });
    }

    std::vector<StoredObject> list(const std::string& under) override {
        return again([&] { return inner_->list(under); });
    }

    void remove(const std::string& name) override {
        again([&] { inner_->remove(name); });
    }

    void put_all(const Source& source, const PutDone& done) override {
        std::deque<Outgoing> unfinished;  // what the source gave and was not done yet, in its order
        unsigned attempt = 0;
        for (;;) {
            std::size_t given = 0;  // so many of them in this attempt
            try {
                inner_->put_all(
                    [&]() -> std::optional<Outgoing> {
                        if (given == unfinished.size()) {
                            std::optional<Outgoing> next = source();
                            if (!next) {
                                return std::nullopt;
                            }
                            unfinished.push_back(std::move(*next));
                        }
                        return unfinished[given++];
                    },
                    [&](const Outgoing& object, Put outcome) {
                        const auto found =
                            std::find_if(unfinished.begin(), unfinished.end(),
                                         [&](const Outgoing& other) { return other.name == object.name; });
                        const Outgoing finished = *found;
                        unfinished.erase(found);
                        --given;
                        attempt = 0;
                        done(finished, outcome);
                    });
                return;
            } catch (const TransientError& error) {
                wait_or_throw(error, attempt++);
            }
        }
    }

    void get_all(const std::vector<std::string>& names, std::size_t limit, const GetDone& done) override {
        rest_again(names, [&](const std::vector<std::string>& wanted, const auto& arrived) {
            inner_->get_all(wanted, limit,
                            [&](std::size_t index, Fetched object) { done(arrived(index), std::move(object)); });
        });
    }

    void list_all(const std::vector<std::string>& under, const ListDone& done) override {
        rest_again(under, [&](const std::vector<std::string>& wanted, const auto& arrived) {
            inner_->list_all(wanted, [&](std::size_t index, std::vector<StoredObject> objects) {
                done(arrived(index), std::move(objects));
            });
        });
    }

    void remove_all(const std::vector<std::string>& names) override {
        for (std::size_t i = 0; i < names.size(); i += removed_at_a_time) {
            const auto from = names.begin() + static_cast<std::ptrdiff_t>(i);
            const std::vector<std::string> some(
                from, from + static_cast<std::ptrdiff_t>(std::min(removed_at_a_time, names.size() - i)));
            again([&] { inner_->remove_all(some); });
        }
    }

  private:
    /// `call` asks for many names and says of each that it arrived, by its place among them, which gives its place in
    /// `names`; what has not arrived is asked for again.
    template <class Call>
    void rest_again(const std::vector<std::string>& names, const Call& call) {
        std::vector<std::size_t> left(names.size());
        for (std::size_t i = 0; i < left.size(); ++i) {
            left[i] = i;
        }
        unsigned attempt = 0;
        for (;;) {
            std::vector<std::string> wanted;
            for (const std::size_t i : left) {
                wanted.push_back(names[i]);
            }
            std::vector<bool> arrived(wanted.size());
            try {
                call(wanted, [&](std::size_t index) {
                    arrived[index] = true;
                    attempt = 0;
                    return left[index];
                });
                return;
            } catch (const TransientError& error) {
                wait_or_throw(error, attempt++);
            }
            std::vector<std::size_t> rest;
            for (std::size_t i = 0; i < left.size(); ++i) {
                if (!arrived[i]) {
                    rest.push_back(left[i]);
                }
            }
            left = std::move(rest);
        }
    }

    /// Called while `error` is handled.
    void wait_or_throw(const TransientError& error, unsigned attempt) const {
        if (attempt >= options_->retries) {
            throw;
        }
        crypto::SystemRandom system;
        crypto::Random& random = options_->random == nullptr ? system : *options_->random;
        const std::int64_t backoff = options_->first_wait_ms << std::min(attempt, 16u);
        const std::int64_t jittered = backoff / 2 + backoff * random.bytes(1)[0] / 255;
        wait_for(std::min(std::max(jittered, error.wait_ms()), longest_wait_ms), *options_);
    }

    SharedOptions options_;
};

}  // namespace

void wait_for(std::int64_t milliseconds, const StoreOptions& options) {
    constexpr std::int64_t step = 100;
    for (; milliseconds > 0; milliseconds -= step) {
        if (options.cancelled && options.cancelled()) {
            throw Error(ErrorCode::cancelled,
                        "Cancelled. What was sent and taken in so far is kept; the next time goes on from there.");
        }
        options.pause(std::min(step, milliseconds));
    }
}

std::unique_ptr<Store> make_retrying_store(std::unique_ptr<Store> inner, SharedOptions options) {
    return std::make_unique<RetryingStore>(std::move(inner), std::move(options));
}

}  // namespace fieldseal::store
