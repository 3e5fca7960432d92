// Syncing beside what people do: a store that is slow, gone, or cut off, and a vault that is locked meanwhile.
#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "app/session/background_sync.h"
#include "model/environment/durable_file.h"

using namespace fieldseal;
using session::BackgroundSync;
using session::SyncStatus;
using session::SyncTrouble;
namespace fs = std::filesystem;

namespace {

/// A folder store that waits at a gate before it takes anything in, and can be away.
class Gate {
  public:
    void close() { set(gate_closed_, true); }
    void open() { set(gate_closed_, false); }
    /// So many go through before it closes.
    void close_after(int passes) {
        const std::lock_guard guard(mutex_);
        left_ = passes;
    }
    void set_away(bool away) { set(away_, away); }
    bool somebody_waits() {
        const std::lock_guard guard(mutex_);
        return waiting_ > 0;
    }
    void pass(const std::function<bool()>& cancelled) {
        std::unique_lock guard(mutex_);
        if (away_) {
            throw store::StoreError(ErrorCode::unreachable, store::Obstacle::away, "The folder x is not there.");
        }
        if (left_ >= 0 && left_-- == 0) {
            gate_closed_ = true;
        }
        ++waiting_;
        while (gate_closed_) {
            // As libcurl does: it is asked often whether to go on.
            changed_.wait_for(guard, std::chrono::milliseconds(20));
            if (cancelled && cancelled()) {
                --waiting_;
                throw Error(ErrorCode::cancelled, "Cancelled.");
            }
        }
        --waiting_;
    }

  private:
    void set(bool& value, bool to) {
        const std::lock_guard guard(mutex_);
        value = to;
        changed_.notify_all();
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    bool gate_closed_ = false;
    bool away_ = false;
    int waiting_ = 0;
    int left_ = -1;
};

class GatedStore final : public store::Store {
  public:
    GatedStore(std::unique_ptr<store::Store> below, Gate& gate, std::function<bool()> cancelled)
        : below_(std::move(below)), gate_(gate), cancelled_(std::move(cancelled)) {}
    Put put_if_absent(const std::string& name, ByteView bytes) override {
        gate_.pass(cancelled_);
        return below_->put_if_absent(name, bytes);
    }
    std::optional<Bytes> get(const std::string& name, std::size_t limit) override {
        gate_.pass(cancelled_);
        return below_->get(name, limit);
    }
    std::vector<store::StoredObject> list(const std::string& under) override {
        gate_.pass(cancelled_);
        return below_->list(under);
    }
    void remove(const std::string& name) override { below_->remove(name); }
    std::string description() const override { return "gated"; }

  private:
    std::unique_ptr<store::Store> below_;
    Gate& gate_;
    std::function<bool()> cancelled_;
};

crypto::Secret passphrase() {
    return crypto::Secret(view_of("correct horse battery"));
}

struct Field {
    fs::path folder = fs::temp_directory_path() /
                      ("fieldseal-background-" + std::to_string(::getpid()) + "-" + std::to_string(counter()++));
    /// Goes when nothing uses the folder any more.
    struct Removed {
        fs::path folder;
        ~Removed() { fs::remove_all(folder); }
    } removed{folder};
    fs::path shared = folder / "shared";
    Gate gate;
    std::unique_ptr<session::Session> office;
    session::Worker worker{[] {}};
    std::atomic<int> changes = 0;
    BackgroundSync sync{worker, session::system_environment(crypto::test_cost), [this] { ++changes; },
                        [this](const std::string& url, store::StoreOptions options) -> std::unique_ptr<store::Store> {
                            auto cancelled = options.cancelled;
                            return std::make_unique<GatedStore>(store::open_store(url, std::move(options)), gate,
                                                                std::move(cancelled));
                        }};
    RecordId site;
    RecordId assessment;

    static int& counter() {
        static int count = 0;
        return count;
    }

    Field() {
        crypto::start();
        fs::create_directories(shared);
        office = session::Session::create(folder / "office.fieldseal", passphrase(), session::system_environment(crypto::test_cost))
                     .first;
        office->found("Test", "Olena");
        const exchange::Invited invited = office->invite(team::Role::assessor, "Andriy");
        write_durably(folder / "a.fsinvite", invited.file, true);
        auto laptop = session::Session::create(folder / "laptop.fieldseal", passphrase(), session::system_environment(crypto::test_cost))
                          .first;
        laptop->join(folder / "a.fsinvite", invited.code);
        record::Site form;
        form.name = "Hospital";
        form.sector = "health";
        site = laptop->add_site(form);
        assessment = laptop->start_assessment(site, "csb", "2026-11-20");
        laptop->set_store(shared.string(), {});
        laptop.reset();
        unlock();
    }
    ~Field() {
        gate.open();
        sync.close();
        worker.lock();
    }

    void unlock() {
        worker.post("unlock", [this](std::unique_ptr<session::Session>& open, const session::Progress&) {
            open = session::Session::open(folder / "laptop.fieldseal", passphrase(), session::system_environment(crypto::test_cost));
        });
        wait([this] { return worker.idle(); });
    }
    template <class T>
    T on_session(std::function<T(session::Session&)> work) {
        std::promise<T> result;
        worker.post("test", [&](std::unique_ptr<session::Session>& open, const session::Progress&) {
            result.set_value(work(*open));
        });
        return result.get_future().get();
    }
    void answer(const std::string& question) {
        on_session<int>([&](session::Session& session) {
            record::Answer given;
            given.value = record::AnswerValue::of_level(2);
            session.save_answer(assessment, question, given);
            return 0;
        });
    }
    session::Delivery delivery() {
        return on_session<session::Delivery>(
            [&](session::Session& session) { return session.assessment(assessment).delivery; });
    }
    void add_photo(std::size_t size) {
        crypto::SystemRandom random;
        const Bytes bytes = random.bytes(size);
        std::ofstream(folder / "photo.jpg", std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        on_session<int>([&](session::Session& session) {
            session.attach(assessment, "CSB-GV-01", folder / "photo.jpg", "");
            return 0;
        });
    }
    void sync_office() { office->sync(shared.string()); }

    template <class Condition>
    void wait(Condition met) {
        const auto start = std::chrono::steady_clock::now();
        while (!met()) {
            worker.collect();
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            if (std::chrono::steady_clock::now() - start > std::chrono::seconds(60)) {
                throw std::runtime_error("waited in vain");
            }
        }
    }
    void wait_for(SyncStatus::State state) {
        wait([&] { return sync.status().state == state; });
    }
    session::SyncEnd finished() {
        std::optional<session::SyncEnd> end;
        wait([&] { return (end = sync.collect()).has_value(); });
        return std::move(*end);
    }
};

}  // namespace

TEST_CASE_FIXTURE(Field, "A vault that is opened syncs by itself, and tells how it went") {
    sync.open(true);
    wait_for(SyncStatus::State::up_to_date);
    CHECK(sync.status().sent >= 1);
    CHECK(sync.status().next_ms > sync.status().last_ms);
    CHECK(delivery() == session::Delivery::sent);
    sync_office();
    sync.sync_now();
    const session::SyncEnd end = finished();
    CHECK(!end.error);
    CHECK(end.report.received.size() >= 1);
    CHECK(delivery() == session::Delivery::delivered);
    CHECK(!sync.busy());
    const auto log =
        on_session<std::vector<session::SyncLogEntry>>([](session::Session& session) { return session.sync_log(); });
    REQUIRE(log.size() == 2);
    CHECK(log[1].sent_bundles >= 1);
    CHECK(log[0].received_bundles >= 1);
    CHECK(log[0].place == shared.string());
    // What moves nothing is one line, however often.
    for (int i = 0; i < 3; ++i) {
        sync.sync_now();
        finished();
    }
    const auto later =
        on_session<std::vector<session::SyncLogEntry>>([](session::Session& session) { return session.sync_log(); });
    CHECK(later.size() <= 4);
    CHECK(later[0].times >= 2);
}

TEST_CASE_FIXTURE(Field, "An answer is saved while the store does not answer") {
    gate.close();
    sync.open(true);
    wait([this] { return gate.somebody_waits(); });
    for (const char* question : {"CSB-GV-01", "CSB-GV-02"}) {
        answer(question);  // does not return before it is on the disk
        CHECK(gate.somebody_waits());
    }
    CHECK(sync.status().state == SyncStatus::State::syncing);
    wait([this] { return worker.idle(); });
    gate.open();
    wait_for(SyncStatus::State::up_to_date);
    sync_office();
    sync.sync_now();
    CHECK(!finished().error);
    on_session<int>([&](session::Session& session) {
        CHECK(session.assessment(assessment).assessment.answers.size() == 2);
        return 0;
    });
}

TEST_CASE_FIXTURE(Field, "What is under way can be cancelled, and goes on later") {
    add_photo(6'000'000);
    gate.close_after(4);
    sync.open(false);
    sync.sync_now();
    wait([this] { return gate.somebody_waits(); });
    sync.cancel();
    const session::SyncEnd end = finished();
    CHECK(session::trouble_of(end.error) == SyncTrouble::cancelled);
    gate.open();
    sync.sync_now();
    CHECK(!finished().error);
    sync_office();
    sync.sync_now();
    CHECK(!finished().error);
    CHECK(delivery() == session::Delivery::delivered);
}

TEST_CASE_FIXTURE(Field, "Locking during a transfer is clean, and nothing runs while locked") {
    add_photo(3'000'000);
    gate.close_after(3);
    sync.open(true);
    wait([this] { return gate.somebody_waits(); });
    sync.close();
    worker.lock();
    wait([this] { return worker.idle(); });
    CHECK(worker.snapshot() == nullptr);
    CHECK(sync.status().state == SyncStatus::State::closed);
    gate.open();
    sync.sync_now();
    sync.own_change(1000);
    sync.connection_changed();
    CHECK(!sync.busy());
    CHECK(sync.status().state == SyncStatus::State::closed);
    // Nobody else holds the vault: another program could open it now.
    unlock();
    sync.open(true);
    wait_for(SyncStatus::State::up_to_date);
    sync_office();
    sync.sync_now();
    CHECK(!finished().error);
    CHECK(delivery() == session::Delivery::delivered);
}

TEST_CASE_FIXTURE(Field, "A store that is away is waited for, its return is enough") {
    gate.set_away(true);
    sync.open(true);
    wait_for(SyncStatus::State::waiting);
    CHECK(sync.status().trouble == SyncTrouble::away);
    CHECK(sync.status().message.find("is not there") != std::string::npos);
    CHECK(sync.status().next_ms > 0);
    const std::int64_t next = sync.status().next_ms;
    gate.set_away(false);
    sync.connection_changed();
    CHECK(sync.status().next_ms <= next);
    wait_for(SyncStatus::State::up_to_date);
    CHECK(sync.status().message.empty());
    CHECK(delivery() == session::Delivery::sent);
}

TEST_CASE_FIXTURE(Field, "Stay offline holds, also when somebody asks") {
    on_session<int>([](session::Session& session) {
        session.set_stay_offline(true);
        return 0;
    });
    sync.open(true);
    wait_for(SyncStatus::State::offline);
    sync.sync_now();
    CHECK(finished().error);
    sync.connection_changed();
    sync.own_change(1000);
    CHECK(sync.status().state == SyncStatus::State::offline);
    CHECK(fs::is_empty(shared));
    on_session<int>([](session::Session& session) {
        session.set_stay_offline(false);
        return 0;
    });
    sync.settings_changed();
    wait_for(SyncStatus::State::up_to_date);
    CHECK(!fs::is_empty(shared));
}

TEST_CASE_FIXTURE(Field, "Credentials are kept sealed, for their own store only") {
    on_session<int>([](session::Session& session) {
        session.set_store("webdavs://cloud.example/x", {"anna", crypto::Secret(view_of("opensesame-49"))});
        CHECK(session.credentials_for(session.store_url()).user == "anna");
        CHECK(session.credentials_for(session.store_url()).secret.equals(view_of("opensesame-49")));
        const session::KeptStore shown = session.kept_store().without_secret();
        CHECK(shown.has_credentials);
        CHECK(shown.credentials.secret.empty());
        CHECK(session.credentials_for("webdavs://cloud.example/y").secret.empty());
        session.set_store_url("webdavs://cloud.example/x");
        CHECK(session.credentials_for(session.store_url()).user == "anna");
        session.set_store_url("webdavs://other.example/x");
        CHECK(session.credentials_for(session.store_url()).secret.empty());
        session.set_store("webdavs://cloud.example/x", {"anna", crypto::Secret(view_of("opensesame-49"))});
        return 0;
    });
    worker.lock();
    wait([this] { return worker.idle(); });
    for (const auto& file : fs::directory_iterator(folder)) {
        if (file.is_regular_file()) {
            const Bytes bytes = read_file(file.path(), 64u << 20);
            CHECK(std::string(bytes.begin(), bytes.end()).find("opensesame-49") == std::string::npos);
        }
    }
}

TEST_CASE_FIXTURE(Field, "An invitation brings the address along, but no folder of another machine") {
    const auto address_of = [&](const std::string& kept) {
        office->set_store_url(kept);
        const exchange::Invited invited = office->invite(team::Role::assessor, "Marta");
        write_durably(folder / "m.fsinvite", invited.file, true);
        fs::remove(folder / "m.fieldseal");
        auto made = session::Session::create(folder / "m.fieldseal", passphrase(), session::system_environment(crypto::test_cost))
                        .first;
        made->join(folder / "m.fsinvite", invited.code);
        fs::remove(folder / "m.fsinvite");
        return made->store_url();
    };
    CHECK(address_of("webdavs://cloud.example/x") == "webdavs://cloud.example/x");
    CHECK(address_of(shared.string()).empty());
}

TEST_CASE_FIXTURE(Field, "A connection is tested without touching what is kept") {
    sync.open(false);
    sync.test(shared.string(), {});
    std::optional<session::SyncEnd> end;
    wait([&] { return (end = sync.collect_test()).has_value(); });
    CHECK(!end->error);
    for (const auto& file : fs::recursive_directory_iterator(shared)) {
        CHECK(file.is_directory());
    }
    sync.test((folder / "nowhere").string(), {});
    wait([&] { return (end = sync.collect_test()).has_value(); });
    CHECK(session::trouble_of(end->error) == SyncTrouble::away);
    CHECK(on_session<std::string>([](session::Session& session) { return session.store_url(); }) == shared.string());
}
