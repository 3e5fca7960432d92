// A thread that sleeps in the kernel, in poll(2), and can be told to stop.
#pragma once

#include <functional>
#include <thread>

#include "model/environment/descriptor.h"

namespace fieldseal::session {

class StoppableThread {
  public:
    /// `work` runs on the thread and must return once `stop`, a descriptor for poll(), can be read. Where the system
    /// gives no such descriptor it never runs.
    explicit StoppableThread(std::function<void(int stop)> work);
    /// Tells it, and waits.
    ~StoppableThread();
    StoppableThread(const StoppableThread&) = delete;
    StoppableThread& operator=(const StoppableThread&) = delete;

  private:
    Descriptor stop_;
    std::thread thread_;
};

}  // namespace fieldseal::session
