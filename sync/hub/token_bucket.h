// How often somebody may do something: so many at once, so many a second in the long run.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace fieldseal::hub {

struct Rate {
    double per_second = 0;
    double at_once = 0;
};

/// By name of whoever it is. Takes little memory whoever asks: those who have not asked for a while are forgotten.
class TokenBuckets {
  public:
    explicit TokenBuckets(Rate rate) : rate_(rate) {}

    /// Takes one where there is one.
    bool take(const std::string& name, std::int64_t now_ms);
    /// Whether there is one.
    bool has(const std::string& name, std::int64_t now_ms);
    std::size_t size() const;

  private:
    struct Bucket {
        double left;
        std::int64_t at_ms;
    };
    double refilled(const Bucket& bucket, std::int64_t now_ms) const;
    void forget_full(std::int64_t now_ms);

    const Rate rate_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace fieldseal::hub
