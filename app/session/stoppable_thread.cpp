#include "app/session/stoppable_thread.h"

#include <sys/eventfd.h>
#include <unistd.h>

namespace fieldseal::session {

StoppableThread::StoppableThread(std::function<void(int stop)> work) : stop_(::eventfd(0, EFD_CLOEXEC)) {
    if (stop_.valid()) {
        thread_ = std::thread([this, work = std::move(work)] { work(stop_.number()); });
    }
}

StoppableThread::~StoppableThread() {
    if (!thread_.joinable()) {
        return;
    }
    const std::uint64_t one = 1;
    if (::write(stop_.number(), &one, sizeof one) == sizeof one) {
        thread_.join();
    } else {
        thread_.detach();
    }
}

}  // namespace fieldseal::session
