#include "app/session/hub_host.h"

#include <chrono>
#include <utility>

namespace fieldseal::session {

namespace {

constexpr std::chrono::milliseconds requests_show_every{500};
/// Whoever closes the window does not wait longer; what broke off is sent again.
constexpr std::int64_t hub_farewell_ms = 2'000;

}  // namespace

HubHost::HubHost(Environment environment, std::function<void()> changed)
    : environment_(environment), changed_(std::move(changed)), thread_([this] { run(); }) {}

HubHost::~HubHost() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void HubHost::start(HubPlace place, Bytes access_list) {
    {
        const std::lock_guard lock(mutex_);
        wanted_ = Wanted{std::move(place), std::move(access_list)};
        list_.reset();
        switch_ = true;
    }
    wake_.notify_all();
}

void HubHost::stop() {
    {
        const std::lock_guard lock(mutex_);
        wanted_.reset();
        list_.reset();
        switch_ = true;
    }
    wake_.notify_all();
}

void HubHost::take_access_list(Bytes list) {
    {
        const std::lock_guard lock(mutex_);
        list_ = std::move(list);
    }
    wake_.notify_all();
}

HubStatus HubHost::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

HubStatus::State HubHost::state() const {
    const std::lock_guard lock(mutex_);
    return status_.state;
}

bool HubHost::busy() const {
    const std::lock_guard lock(mutex_);
    return switch_ || list_ || working_;
}

void HubHost::note(const hub::LogEntry& entry) {
    {
        const std::lock_guard lock(mutex_);
        status_.requests.push_front(entry);
        if (status_.requests.size() > requests_shown) {
            status_.requests.pop_back();
        }
        ++status_.requests_in_all;
        requests_came_ = true;
    }
    wake_.notify_all();
}

void HubHost::show(const hub::Hub& hub) {
    status_.access_version = hub.access_version();
    status_.boxes = hub.boxes();
}

std::unique_ptr<hub::Hub> HubHost::open(const Wanted& wanted) {
    hub::HubOptions options;
    options.root = wanted.place.folder;
    options.listen = listen_address(wanted.place.reached_at);
    options.names = {wanted.place.reached_at};
    options.access_list = wanted.access_list;
    options.server.farewell_ms = hub_farewell_ms;
    return std::make_unique<hub::Hub>(std::move(options), environment_,
                                      [this](const hub::LogEntry& entry) { note(entry); });
}

void HubHost::switch_over(std::unique_lock<std::mutex>& lock, std::unique_ptr<hub::Hub>& hub) {
    switch_ = false;
    const std::optional<Wanted> wanted = wanted_;
    if (hub) {
        status_.state = HubStatus::State::stopping;
        lock.unlock();
        changed_();
        hub.reset();
        lock.lock();
    }
    status_ = {};
    requests_came_ = false;
    if (!wanted) {
        return;
    }
    status_.state = HubStatus::State::starting;
    lock.unlock();
    changed_();
    std::string problem;
    try {
        hub = open(*wanted);
    } catch (const std::exception& error) {
        problem = error.what();
    }
    lock.lock();
    status_.state = hub ? HubStatus::State::on : HubStatus::State::failed;
    status_.message = problem;
    if (hub) {
        status_.address = hub->address();
        show(*hub);
    }
}

void HubHost::install_list(std::unique_lock<std::mutex>& lock, hub::Hub* hub) {
    const Bytes list = *std::exchange(list_, std::nullopt);
    if (hub == nullptr) {
        return;
    }
    std::string problem;
    lock.unlock();
    try {
        hub->take_access_list(list);
    } catch (const std::exception& error) {
        problem = error.what();
    }
    lock.lock();
    status_.message = problem;
}

void HubHost::run() {
    std::unique_ptr<hub::Hub> hub;
    std::unique_lock lock(mutex_);
    auto told = std::chrono::steady_clock::now() - requests_show_every;
    const auto asked = [this] { return ending_ || switch_ || list_.has_value(); };
    for (;;) {
        // What requests have changed shows a little later, with others that come meanwhile.
        if (requests_came_) {
            wake_.wait_until(lock, told + requests_show_every, asked);
        } else {
            wake_.wait(lock, [&] { return asked() || requests_came_; });
        }
        if (ending_) {
            break;
        }
        working_ = true;
        if (switch_) {
            switch_over(lock, hub);
        } else if (list_) {
            install_list(lock, hub.get());
        } else if (std::chrono::steady_clock::now() < told + requests_show_every) {
            working_ = false;
            continue;  // the first of several
        }
        if (hub) {
            show(*hub);
        }
        working_ = false;
        requests_came_ = false;
        told = std::chrono::steady_clock::now();
        lock.unlock();
        changed_();
        lock.lock();
    }
    lock.unlock();
    hub.reset();
}

}  // namespace fieldseal::session
