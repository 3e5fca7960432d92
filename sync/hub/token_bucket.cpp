#include "sync/hub/token_bucket.h"

#include <algorithm>

namespace fieldseal::hub {

namespace {

constexpr std::size_t most_names = 20'000;

}  // namespace

double TokenBuckets::refilled(const Bucket& bucket, std::int64_t now_ms) const {
    const double passed = static_cast<double>(std::max<std::int64_t>(0, now_ms - bucket.at_ms)) / 1000.0;
    return std::min(rate_.at_once, bucket.left + passed * rate_.per_second);
}

bool TokenBuckets::take(const std::string& name, std::int64_t now_ms) {
    const std::lock_guard lock(mutex_);
    if (buckets_.size() >= most_names) {
        forget_full(now_ms);
    }
    Bucket& bucket = buckets_.try_emplace(name, Bucket{rate_.at_once, now_ms}).first->second;
    bucket = {refilled(bucket, now_ms), now_ms};
    if (bucket.left < 1) {
        return false;
    }
    bucket.left -= 1;
    return true;
}

bool TokenBuckets::has(const std::string& name, std::int64_t now_ms) {
    const std::lock_guard lock(mutex_);
    const auto found = buckets_.find(name);
    return found == buckets_.end() || refilled(found->second, now_ms) >= 1;
}

std::size_t TokenBuckets::size() const {
    const std::lock_guard lock(mutex_);
    return buckets_.size();
}

void TokenBuckets::forget_full(std::int64_t now_ms) {
    std::erase_if(buckets_, [&](const auto& entry) { return refilled(entry.second, now_ms) >= rate_.at_once; });
    if (buckets_.size() >= most_names) {
        // So many at once are an attack from many places; a fresh start is as good as any.
        buckets_.clear();
    }
}

}  // namespace fieldseal::hub
