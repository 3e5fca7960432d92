// The power goes while bundles are taken in or sent: the process is killed at a random moment, with a real vault on a
// real disk. FIELDSEAL_KILLS says how often.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "tests/unit/exchange_world.h"

using namespace fieldseal;
using namespace fieldseal::test;
namespace fs = std::filesystem;

namespace {

std::uint64_t kills() {
    const char* text = std::getenv("FIELDSEAL_KILLS");
    return text == nullptr ? 40 : std::strtoull(text, nullptr, 10);
}

/// A vault opened again, as after a start of the program.
class Opened {
  public:
    explicit Opened(const fs::path& file) : clock_(start_ms), environment_{clock_, random_} {
        vault_ = vault::Vault::open(file, view_of("passphrase"), environment_);
        exchange_ = std::make_unique<exchange::Exchange>(*vault_);
    }
    exchange::Exchange& exchange() { return *exchange_; }
    vault::Vault& vault() { return *vault_; }
    std::map<RecordId, Bytes> states() {
        std::map<RecordId, Bytes> states;
        for (const vault::Summary& summary : vault_->summaries()) {
            states.emplace(summary.id, history::deterministic_form(vault_->merged(summary.id)));
        }
        return states;
    }
    void check_whole() {
        const vault::VerifyReport report = vault_->verify(
            exchange_->deployment().id, [this](const DeviceId& device) { return exchange_->key_of(device); });
        for (const vault::Finding& finding : report.findings) {
            FAIL_CHECK(finding.place << ": " << finding.reason);
        }
    }

  private:
    ManualClock clock_;
    crypto::SystemRandom random_;
    Environment environment_;
    std::unique_ptr<vault::Vault> vault_;
    std::unique_ptr<exchange::Exchange> exchange_;
};

/// Runs `work` in a child that is killed after so many microseconds, or ends by itself. Returns whether it was killed.
template <class Work>
bool run_and_kill(std::int64_t after_us, Work work) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int code = 0;
        try {
            work();
        } catch (...) {
            code = 1;
        }
        ::_exit(code);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(after_us));
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (WIFEXITED(status)) {
        CHECK(WEXITSTATUS(status) == 0);
    }
    return WIFSIGNALED(status);
}

void copy_vault(const fs::path& from, const fs::path& to) {
    for (const char* ending : {"", "-wal", "-shm"}) {
        fs::remove(to.string() + ending);
        if (fs::exists(from.string() + ending)) {
            fs::copy_file(from.string() + ending, to.string() + ending);
        }
    }
}

template <class Work>
std::int64_t duration_us(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count();
}

/// Vault files, closed: a coordinator's, and an assessor's with something to send.
struct Scene {
    TestFolder folder{TestFolder::On::disk};
    fs::path coordinator;
    fs::path assessor;
    std::vector<Bytes> bundles;

    explicit Scene(bool with_bundles) {
        World world(77);
        Machine& office = world.found();
        Machine& field = world.join(office, team::Role::assessor, "Andriy");
        const RecordId site = field.add_site("A");
        for (int visit = 0; visit < 3; ++visit) {
            const RecordId assessment = field.add_assessment(site);
            for (int question = 0; question < 30; ++question) {
                field.answer(assessment, "q" + std::to_string(question), std::to_string(question % 4));
            }
            field.add_evidence(assessment, field.random().bytes(700'000), world.folder());
            if (with_bundles) {
                for (bundle::Sealed& sealed : field.exchange().outgoing(team_lane)) {
                    bundles.push_back(std::move(sealed.bytes));
                }
            }
        }
        office.exchange();
        coordinator = folder.path() / "coordinator.fieldseal";
        assessor = folder.path() / "assessor.fieldseal";
        // Copied while open: what SQLite has committed lies in the file and its log.
        copy_vault(office.file(), coordinator);
        copy_vault(field.file(), assessor);
    }
};

}  // namespace

TEST_CASE(
    "Killed while importing: each bundle is in wholly or not at all, and the next import ends where it would have") {
    const Scene scene(true);
    REQUIRE(scene.bundles.size() >= 3);
    const fs::path file = scene.folder.path() / "work.fieldseal";
    const auto import_all = [&](exchange::Exchange& exchange) {
        for (const Bytes& sealed : scene.bundles) {
            exchange.import_bundle(sealed, "bundle");
        }
    };
    // What the vault may hold: the state before, and after each of the bundles.
    std::vector<std::map<RecordId, Bytes>> stages;
    copy_vault(scene.coordinator, file);
    {
        Opened reference(file);
        stages.push_back(reference.states());
        for (const Bytes& sealed : scene.bundles) {
            reference.exchange().import_bundle(sealed, "bundle");
            stages.push_back(reference.states());
        }
    }
    copy_vault(scene.coordinator, file);
    const std::int64_t whole_us = duration_us([&] {
        Opened once(file);
        import_all(once.exchange());
    });
    std::mt19937_64 dice(4);
    std::set<std::size_t> reached;
    std::uint64_t killed = 0;
    for (std::uint64_t i = 0; i < kills(); ++i) {
        copy_vault(scene.coordinator, file);
        // Twice in a row: the second start finds what the first left.
        for (int start = 0; start < 2; ++start) {
            const auto after = static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(whole_us + whole_us / 4));
            if (run_and_kill(after, [&] {
                    Opened child(file);
                    import_all(child.exchange());
                })) {
                ++killed;
            }
        }
        Opened again(file);
        const auto stage = std::find(stages.begin(), stages.end(), again.states());
        CHECK(stage != stages.end());
        reached.insert(static_cast<std::size_t>(stage - stages.begin()));
        again.check_whole();
        import_all(again.exchange());
        CHECK(again.states() == stages.back());
        CHECK(again.exchange().quarantine().empty());
        CHECK(again.exchange().missing().empty());
        for (const vault::BlobInfo& blob : again.vault().blobs()) {
            CHECK(blob.complete());
        }
        CHECK(again.vault().blobs().size() == 3);
    }
    MESSAGE(killed, " of ", 2 * kills(), " killed, at ", reached.size(), " different stages of ", stages.size());
    CHECK(killed > 0);
    CHECK(reached.size() > 1);
}

TEST_CASE("Killed while sending: nobody sees half a bundle, and the next sync sends what is left") {
    const Scene scene(false);
    const fs::path field = scene.folder.path() / "field.fieldseal";
    const fs::path office = scene.folder.path() / "office.fieldseal";
    const fs::path stick = scene.folder.path() / "stick";
    const auto send = [&] {
        Opened machine(field);
        machine.exchange().sync(*store::open_store(stick.string()));
    };
    fs::create_directory(stick);
    copy_vault(scene.assessor, field);
    const std::int64_t whole_us = duration_us(send);
    std::map<RecordId, Bytes> expected;
    {
        copy_vault(scene.coordinator, office);
        Opened reader(office);
        reader.exchange().sync(*store::open_store(stick.string()));
        expected = reader.states();
    }
    std::mt19937_64 dice(5);
    std::uint64_t killed = 0;
    for (std::uint64_t i = 0; i < kills() / 2; ++i) {
        fs::remove_all(stick);
        fs::create_directory(stick);
        copy_vault(scene.assessor, field);
        copy_vault(scene.coordinator, office);
        if (run_and_kill(static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(whole_us)), send)) {
            ++killed;
        }
        {
            Opened reader(office);
            for (const exchange::ImportReport& report :
                 reader.exchange().sync(*store::open_store(stick.string())).received) {
                CHECK(report.outcome == exchange::ImportReport::Outcome::imported);
            }
        }
        send();
        Opened reader(office);
        reader.exchange().sync(*store::open_store(stick.string()));
        CHECK(reader.states() == expected);
        reader.check_whole();
    }
    CHECK(killed > 0);
}

TEST_CASE("Killed while erasing: all of it is gone or all of it is here, and the next time ends where it would have") {
    const Scene scene(false);
    const fs::path field = scene.folder.path() / "field.fieldseal";
    const fs::path office = scene.folder.path() / "office.fieldseal";
    const fs::path work = scene.folder.path() / "work.fieldseal";
    copy_vault(scene.assessor, field);
    copy_vault(scene.coordinator, office);
    std::vector<RecordId> assessments;
    std::map<RecordId, Bytes> before;
    const auto erase = [&](const fs::path& file) {
        Opened machine(file);
        return machine.exchange().erase_delivered(assessments).records.size();
    };
    {
        Opened assessor(field);
        Opened coordinator(office);
        for (const bundle::Sealed& sealed : assessor.exchange().outgoing({true, {}})) {
            coordinator.exchange().import_bundle(sealed.bytes, "out");
        }
        const bundle::Lane back{false, assessor.exchange().own_device()};
        for (const bundle::Sealed& sealed : coordinator.exchange().outgoing(back)) {
            assessor.exchange().import_bundle(sealed.bytes, "back");
        }
        before = assessor.states();
        for (const vault::Summary& summary : assessor.vault().summaries()) {
            if (summary.kind == record::Kind::assessment) {
                assessments.push_back(summary.id);
            }
        }
    }
    REQUIRE(assessments.size() == 3);
    copy_vault(field, work);
    const std::int64_t whole_us = duration_us([&] { REQUIRE(erase(work) == 3); });
    const std::map<RecordId, Bytes> after = Opened(work).states();
    REQUIRE(after.size() + 6 == before.size());
    std::mt19937_64 dice(6);
    std::uint64_t killed = 0;
    std::uint64_t done = 0;
    for (std::uint64_t i = 0; i < kills(); ++i) {
        copy_vault(field, work);
        const auto when = static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(whole_us + whole_us / 4));
        killed += run_and_kill(when, [&] { erase(work); }) ? 1u : 0u;
        bool erased = false;
        {
            Opened again(work);
            erased = again.states() == after;
            CHECK((erased || again.states() == before));
            CHECK(again.vault().blobs().size() == (erased ? 0u : 3u));
            CHECK(again.exchange().stubs().size() == (erased ? 3u : 0u));
            again.check_whole();
            done += erased ? 1u : 0u;
        }
        if (!erased) {
            CHECK(erase(work) == 3);
        }
        Opened last(work);
        CHECK(last.states() == after);
        last.check_whole();
    }
    MESSAGE(killed, " of ", kills(), " killed; ", done, " times it was done by then");
    CHECK(killed > 0);
    CHECK(done < kills());
}

TEST_CASE("Killed while sealing: an assessment is wholly sealed or wholly open, and nothing of it is lost") {
    const Scene scene(false);
    const fs::path field = scene.folder.path() / "field.fieldseal";
    const fs::path office = scene.folder.path() / "office.fieldseal";
    const fs::path work = scene.folder.path() / "work.fieldseal";
    copy_vault(scene.assessor, field);
    std::vector<RecordId> assessments;
    std::map<RecordId, Bytes> before;
    {
        Opened assessor(field);
        for (const vault::Summary& summary : assessor.vault().summaries()) {
            if (summary.kind == record::Kind::assessment) {
                assessments.push_back(summary.id);
                assessor.vault().append(
                    summary.id, summary.kind,
                    {{"state", codec::Value(static_cast<std::int64_t>(record::AssessmentState::finalised))}},
                    assessor.vault().merged(summary.id).heads);
            }
        }
        before = assessor.states();
    }
    REQUIRE(assessments.size() == 3);
    const auto seal = [&](const fs::path& file) {
        Opened machine(file);
        for (const RecordId& assessment : assessments) {
            if (!machine.exchange().is_erased(assessment)) {
                machine.exchange().seal_finalised(assessment);
            }
        }
    };
    copy_vault(field, work);
    const std::int64_t whole_us = duration_us([&] { seal(work); });
    const auto sealed_of = [](Opened& machine) { return machine.exchange().stubs().size(); };
    REQUIRE(Opened(work).states().size() + 6 == before.size());
    std::mt19937_64 dice(7);
    std::uint64_t killed = 0;
    std::set<std::size_t> reached;
    for (std::uint64_t i = 0; i < kills(); ++i) {
        copy_vault(field, work);
        const auto when = static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(whole_us + whole_us / 4));
        killed += run_and_kill(when, [&] { seal(work); }) ? 1u : 0u;
        {
            Opened again(work);
            reached.insert(sealed_of(again));
            const auto states = again.states();
            for (const RecordId& assessment : assessments) {
                const bool sealed = again.exchange().is_erased(assessment);
                CHECK(states.contains(assessment) == !sealed);
                CHECK((sealed || states.at(assessment) == before.at(assessment)));
            }
            // One bundle with the bodies, one with the photo, of each that is sealed; none of the others.
            CHECK(again.vault().shelf("exchange-sealed").size() == 2 * sealed_of(again));
            CHECK(again.vault().shelf("exchange-sealed-bytes").size() == 2 * sealed_of(again));
            CHECK(again.vault().blobs().size() == 3 - sealed_of(again));
            again.check_whole();
        }
        seal(work);
        copy_vault(scene.coordinator, office);
        Opened sender(work);
        Opened reader(office);
        for (const bundle::Sealed& sealed : sender.exchange().outgoing({true, {}})) {
            reader.exchange().import_bundle(sealed.bytes, "out");
        }
        const auto arrived = reader.states();
        for (const auto& [record, state] : before) {
            // The coordinator may have written more about people.
            const bool of_people = reader.vault().merged(record).kind == record::Kind::member;
            CHECK((of_people || (arrived.contains(record) && arrived.at(record) == state)));
        }
        CHECK(reader.vault().blobs().size() == 3);
        reader.check_whole();
    }
    MESSAGE(killed, " of ", kills(), " killed, with ", reached.size(), " different numbers sealed by then");
    CHECK(killed > 0);
    CHECK(reached.size() > 1);
}
