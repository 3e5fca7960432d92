#include <algorithm>

#include "sync/store/store_wrapper.h"

namespace fieldseal::store {

namespace {

class PacedStore final : public StoreWrapper {
  public:
    PacedStore(std::unique_ptr<Store> inner, SharedOptions options)
        : StoreWrapper(std::move(inner)), options_(std::move(options)) {}

    Put put_if_absent(const std::string& name, ByteView bytes) override {
        wait_turn();
        const Put outcome = inner_->put_if_absent(name, bytes);
        passed(bytes.size());
        return outcome;
    }

    std::optional<Bytes> get(const std::string& name, std::size_t limit) override {
        wait_turn();
        std::optional<Bytes> bytes = inner_->get(name, limit);
        passed(bytes ? bytes->size() : 0);
        return bytes;
    }

    void put_all(const Source& source, const PutDone& done) override {
        inner_->put_all(
            [&] {
                std::optional<Outgoing> object = source();
                if (object) {
                    wait_turn();
                    passed(object->bytes.size());
                }
                return object;
            },
            done);
    }

    void get_all(const std::vector<std::string>& names, std::size_t limit, const GetDone& done) override {
        // One at a time: the next may start only when it is known how large this one was.
        for (std::size_t i = 0; i < names.size(); ++i) {
            wait_turn();
            inner_->get_all({names[i]}, limit, [&](std::size_t, Fetched object) {
                passed(object.bytes.size());
                done(i, std::move(object));
            });
        }
    }

  private:
    void wait_turn() {
        const std::int64_t now = now_ms();
        if (free_at_ms_ > now) {
            wait_for(free_at_ms_ - now, *options_);
        }
    }

    void passed(std::size_t bytes) {
        const auto rate = static_cast<double>(options_->bytes_per_second);
        free_at_ms_ =
            std::max(free_at_ms_, now_ms()) + static_cast<std::int64_t>(static_cast<double>(bytes) * 1000 / rate);
    }

    std::int64_t now_ms() { return (options_->clock == nullptr ? system_ : *options_->clock).uptime_ms(); }

    SharedOptions options_;
    SystemClock system_;
    std::int64_t free_at_ms_ = 0;
};

}  // namespace

std::unique_ptr<Store> make_paced_store(std::unique_ptr<Store> inner, SharedOptions options) {
    return std::make_unique<PacedStore>(std::move(inner), std::move(options));
}

}  // namespace fieldseal::store
