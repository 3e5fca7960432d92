#include "sync/exchange/runs_ahead.h"

namespace fieldseal::exchange {

namespace {

/// Smaller runs are decoded sooner than a thread is started.
constexpr std::size_t worth_a_thread = 8u << 10;

}  // namespace

RunsAhead::RunsAhead(std::vector<ByteView> bodies) : bodies_(std::move(bodies)) {}

LogItem RunsAhead::next() {
    std::future<LogItem> begun = std::move(ahead_);
    const ByteView body = bodies_.at(place_++);
    if (!begun.valid()) {
        begin_next();
        return decode_log_item(body);
    }
    begun.wait();
    begin_next();
    return begun.get();
}

void RunsAhead::done(LogItem item) {
    spent_ = std::move(item);
}

void RunsAhead::begin_next() {
    if (place_ == bodies_.size() || bodies_[place_].size() < worth_a_thread) {
        return;
    }
    ahead_ = std::async(std::launch::async, [body = bodies_[place_], spent = std::move(spent_)]() mutable {
        spent = {};
        return decode_log_item(body);
    });
    spent_ = {};
}

}  // namespace fieldseal::exchange
