// Measures pairs: our work and the bare library doing the same, by turns in one run, and reports medians and their ratio.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace fieldseal::bench {

struct Row {
    std::string name;
    std::string unit;
    double ours = 0;
    double bare = 0;      // 0 where there is no counterpart
    std::string against;  // what the counterpart is
    std::string aim;
    bool met = true;
};

inline double seconds_of(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

inline double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

struct Pair {
    double ours = 0;
    double bare = 0;
};

/// Medians of `rounds` runs each, by turns, so that a noisy neighbour hits both.
inline Pair by_turns(int rounds, const std::function<void()>& ours, const std::function<void()>& bare) {
    std::vector<double> a;
    std::vector<double> b;
    for (int round = 0; round < rounds; ++round) {
        b.push_back(seconds_of(bare));
        a.push_back(seconds_of(ours));
    }
    return {median(a), median(b)};
}

inline void print(const std::vector<Row>& rows) {
    std::printf("| what | ours | bare | against | ratio | aim | met |\n|---|---|---|---|---|---|---|\n");
    for (const Row& row : rows) {
        char bare[64] = "";
        char ratio[64] = "";
        if (row.bare > 0) {
            std::snprintf(bare, sizeof bare, "%.3g %s", row.bare, row.unit.c_str());
            std::snprintf(ratio, sizeof ratio, "%.2f", row.ours / row.bare);
        }
        std::printf("| %s | %.4g %s | %s | %s | %s | %s | %s |\n", row.name.c_str(), row.ours, row.unit.c_str(), bare, row.against.c_str(), ratio,
                    row.aim.c_str(), row.met ? "yes" : "no");
    }
}

}  // namespace fieldseal::bench
