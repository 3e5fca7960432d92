// The runs of logs that one bundle brings, each decoded on another core while the one before it is taken in. Decoding
// depends on nothing but the bytes, so what is taken in, and in which order, is the same as without.
#pragma once

#include <future>
#include <span>

#include "sync/exchange/log_item.h"

namespace fieldseal::exchange {

class RunsAhead {
  public:
    /// `bodies` in the order in which they are taken in; their bytes must stay while this is used.
    explicit RunsAhead(std::vector<ByteView> bodies);

    /// The next run, for whom there is one left. Throws what decode_log_item throws; the run after it comes next all
    /// the same.
    LogItem next();
    /// Takes back a run that nobody needs any more: freeing its fields takes as long as decoding them.
    void done(LogItem item);

  private:
    void begin_next();

    std::vector<ByteView> bodies_;
    std::size_t place_ = 0;
    LogItem spent_;
    /// Of bodies_[place_], where it was begun.
    std::future<LogItem> ahead_;
};

}  // namespace fieldseal::exchange
