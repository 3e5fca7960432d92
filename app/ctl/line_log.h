// A log of whole lines that outlives a full disk.
#pragma once

#include <mutex>
#include <string>

#include "model/environment/descriptor.h"

namespace fieldseal::ctl {

/// Lines of text, whole ones, from any thread. Where a line cannot be written, what came of it is left behind and the
/// next one that can begins on a line of its own: nobody who serves waits, and the log goes on when there is room
/// again.
class LineLog {
  public:
    /// Appends to `file`, which is made for its owner only where it is missing; to stdout without one. Error(disk).
    explicit LineLog(const std::string& file);

    /// `line` is without its end. `lost` says how many lines before it could not be written; what it gives is written
    /// first.
    template <class Lost>
    void write(const std::string& line, const Lost& lost) {
        const std::lock_guard lock(mutex_);
        if (append(lost_ == 0 ? line : lost(lost_) + '\n' + line)) {
            lost_ = 0;
        } else {
            ++lost_;
        }
    }

  private:
    bool append(const std::string& text);

    std::mutex mutex_;
    Descriptor file_;
    bool half_a_line_ = false;
    std::uint64_t lost_ = 0;
};

}  // namespace fieldseal::ctl
