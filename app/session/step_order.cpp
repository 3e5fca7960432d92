#include "app/session/step_order.h"

#include <algorithm>
#include <map>
#include <queue>
#include <unordered_map>

namespace fieldseal::session {

namespace {

/// When it was written, as far as anybody can tell.
std::int64_t likely_ms(const HistoryStep& step) {
    return step.clock_ahead ? step.received_ms : step.time.logical_ms;
}

}  // namespace

void order_steps(std::vector<HistoryStep>& steps) {
    std::unordered_map<Hash, std::size_t> place;
    std::map<DeviceId, std::vector<std::size_t>> logs;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        steps[i].clock_ahead =
            steps[i].received_ms != 0 && steps[i].time.logical_ms - clock_tolerance_ms > steps[i].received_ms;
        place.emplace(steps[i].revision, i);
        logs[steps[i].device].push_back(i);
    }
    std::vector<std::vector<std::size_t>> effects(steps.size());
    std::vector<std::size_t> causes(steps.size(), 0);
    const auto follows = [&](std::size_t effect, std::size_t cause) {
        effects[cause].push_back(effect);
        ++causes[effect];
    };
    for (std::size_t i = 0; i < steps.size(); ++i) {
        for (const Hash& parent : steps[i].parents) {
            if (const auto found = place.find(parent); found != place.end()) {
                follows(i, found->second);
            }
        }
    }
    for (auto& [device, log] : logs) {
        std::ranges::sort(log, {}, [&](std::size_t i) { return steps[i].sequence; });
        for (std::size_t i = 1; i < log.size(); ++i) {
            follows(log[i], log[i - 1]);
        }
    }
    const auto later = [&](std::size_t a, std::size_t b) {
        const auto key = [&](std::size_t i) {
            return std::tuple(likely_ms(steps[i]), steps[i].device, steps[i].sequence);
        };
        return key(b) < key(a);
    };
    std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> ready(later);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (causes[i] == 0) {
            ready.push(i);
        }
    }
    std::vector<HistoryStep> ordered;
    ordered.reserve(steps.size());
    while (!ready.empty()) {
        const std::size_t next = ready.top();
        ready.pop();
        for (const std::size_t effect : effects[next]) {
            if (--causes[effect] == 0) {
                ready.push(effect);
            }
        }
        ordered.push_back(std::move(steps[next]));
    }
    // Names are hashes over parents and predecessors, so there is no circle that could leave steps out.
    steps = std::move(ordered);
}

}  // namespace fieldseal::session
