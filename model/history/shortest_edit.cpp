#include "model/history/shortest_edit.h"

#include <algorithm>

namespace fieldseal::history {

namespace {

/// Differences after which a search takes the best it has.
constexpr std::ptrdiff_t patience = 2048;

/// A part of the problem: before[a, a_end) against after[b, b_end).
struct Box {
    std::ptrdiff_t a, a_end, b, b_end;
};

/// Equal elements from (a, b) to (a_end, b_end), where a path through the box may be cut in two; may be empty.
using Snake = Box;

class Search {
  public:
    Search(std::span<const std::uint32_t> before, std::span<const std::uint32_t> after)
        : before_(before.data()), after_(after.data()) {
        kept_.before.assign(before.size(), false);
        kept_.after.assign(after.size(), false);
        forward_.resize(before.size() + after.size() + 3);
        backward_.resize(forward_.size());
        open_.push_back({0, std::ssize(before), 0, std::ssize(after)});
    }

    Kept run() {
        while (!open_.empty()) {
            Box box = open_.back();
            open_.pop_back();
            trim(box);
            if (box.a == box.a_end || box.b == box.b_end) {
                continue;
            }
            const Snake snake = middle(box);
            keep(snake);
            open_.push_back({box.a, snake.a, box.b, snake.b});
            open_.push_back({snake.a_end, box.a_end, snake.b_end, box.b_end});
        }
        return std::move(kept_);
    }

  private:
    void keep(const Snake& snake) {
        for (std::ptrdiff_t i = 0; i < snake.a_end - snake.a; ++i) {
            kept_.before[static_cast<std::size_t>(snake.a + i)] = true;
            kept_.after[static_cast<std::size_t>(snake.b + i)] = true;
        }
    }

    /// Keeps what is equal at both ends. What is left differs in two places at least, so that cutting it makes
    /// progress.
    void trim(Box& box) {
        while (box.a < box.a_end && box.b < box.b_end && before_[box.a] == after_[box.b]) {
            keep({box.a, box.a + 1, box.b, box.b + 1});
            ++box.a;
            ++box.b;
        }
        while (box.a < box.a_end && box.b < box.b_end && before_[box.a_end - 1] == after_[box.b_end - 1]) {
            --box.a_end;
            --box.b_end;
            keep({box.a_end, box.a_end + 1, box.b_end, box.b_end + 1});
        }
    }

    /// Searches from both ends at once, with one more difference each round, until the two meet. On diagonal k (x - y =
    /// k) each direction notes how far it came, counted from its own end.
    Snake middle(const Box& box) {
        const std::ptrdiff_t n = box.a_end - box.a;
        const std::ptrdiff_t m = box.b_end - box.b;
        std::fill_n(forward_.begin(), n + m + 3, 0);
        std::fill_n(backward_.begin(), n + m + 3, 0);
        std::ptrdiff_t* const ahead = forward_.data() + m + 1;
        std::ptrdiff_t* const behind = backward_.data() + m + 1;
        const std::ptrdiff_t slant = n - m;
        const bool odd = slant % 2 != 0;
        for (std::ptrdiff_t d = 0;; ++d) {
            const std::ptrdiff_t lowest = -(d - 2 * std::max<std::ptrdiff_t>(0, d - m));
            const std::ptrdiff_t highest = d - 2 * std::max<std::ptrdiff_t>(0, d - n);
            for (std::ptrdiff_t k = lowest; k <= highest; k += 2) {
                const std::ptrdiff_t start = next_start(ahead, k, d);
                std::ptrdiff_t x = start;
                while (x < n && x - k < m && before_[box.a + x] == after_[box.b + x - k]) {
                    ++x;
                }
                ahead[k] = x;
                const std::ptrdiff_t opposite = slant - k;
                if (odd && std::abs(opposite) <= d - 1 && x + behind[opposite] >= n) {
                    return {box.a + start, box.a + x, box.b + start - k, box.b + x - k};
                }
            }
            for (std::ptrdiff_t k = lowest; k <= highest; k += 2) {
                const std::ptrdiff_t start = next_start(behind, k, d);
                std::ptrdiff_t x = start;
                while (x < n && x - k < m && before_[box.a_end - 1 - x] == after_[box.b_end - 1 - (x - k)]) {
                    ++x;
                }
                behind[k] = x;
                const std::ptrdiff_t opposite = slant - k;
                if (!odd && std::abs(opposite) <= d && x + ahead[opposite] >= n) {
                    return {box.a_end - x, box.a_end - start, box.b_end - (x - k), box.b_end - (start - k)};
                }
            }
            if (d >= patience) {
                return furthest(box, ahead, lowest, highest);
            }
        }
    }

    static std::ptrdiff_t next_start(const std::ptrdiff_t* reached, std::ptrdiff_t k, std::ptrdiff_t d) {
        return k == -d || (k != d && reached[k - 1] < reached[k + 1]) ? reached[k + 1] : reached[k - 1] + 1;
    }

    static Snake furthest(const Box& box, const std::ptrdiff_t* ahead, std::ptrdiff_t lowest, std::ptrdiff_t highest) {
        std::ptrdiff_t best = lowest;
        for (std::ptrdiff_t k = lowest; k <= highest; k += 2) {
            if (2 * ahead[k] - k > 2 * ahead[best] - best) {
                best = k;
            }
        }
        const std::ptrdiff_t x = box.a + ahead[best];
        const std::ptrdiff_t y = box.b + ahead[best] - best;
        return {x, x, y, y};
    }

    const std::uint32_t* before_;
    const std::uint32_t* after_;
    Kept kept_;
    std::vector<std::ptrdiff_t> forward_;
    std::vector<std::ptrdiff_t> backward_;
    std::vector<Box> open_;
};

}  // namespace

Kept shortest_edit(std::span<const std::uint32_t> before, std::span<const std::uint32_t> after) {
    return Search(before, after).run();
}

}  // namespace fieldseal::history
