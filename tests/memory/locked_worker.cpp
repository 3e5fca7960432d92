// What a program does with a vault between unlocking and locking, on the thread that the window uses. Read from outside
// by locked_memory_test.cpp: so, unlike the programs, it does not forbid that.
#include <chrono>
#include <cstdio>
#include <thread>

#include "app/session/worker.h"
#include "model/memory/memory.h"
#include "tests/memory/dialogue.h"

using namespace fieldseal;
using namespace fieldseal::test;
namespace fs = std::filesystem;

namespace {

using Work = session::Worker::Work;

struct Typed {
    std::string name;
    std::string contact;
    std::string notes;
    std::string note;
    std::string caption;
    std::string comment;
    static Typed hear_it() { return {hear(), hear(), hear(), hear(), hear(), hear()}; }
};

void rest(session::Worker& worker) {
    while (!worker.idle()) {
        worker.collect();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

void run(session::Worker& worker, Work work) {
    std::exception_ptr failed;
    worker.post("work", std::move(work), [&](std::exception_ptr error) { failed = std::move(error); });
    rest(worker);
    if (failed) {
        std::rethrow_exception(failed);
    }
}

std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        files.push_back(entry.path());
    }
    return files;
}

/// Reads what came, writes what was typed; what is shown of it is kept by the caller's thread, as the window does.
void use(session::Worker& worker, const fs::path& folder, const Typed& typed) {
    std::vector<session::AssessmentView> shown;
    std::shared_ptr<const session::Snapshot> snapshot;
    run(worker, [&](std::unique_ptr<session::Session>& open, const session::Progress&) {
        session::Session& session = *open;
        session.import_files(files_in(folder / "stick"));
        record::Site site;
        site.name = typed.name;
        site.contact = typed.contact;
        site.notes = typed.notes;
        const RecordId place = session.add_site(site);
        const RecordId visit = session.start_assessment(place, "csb", "2026-11-21");
        record::Answer answer;
        answer.value = record::AnswerValue::of_level(2);
        answer.note = typed.note;
        session.save_answer(visit, "CSB-GV-01", answer);
        session.attach(visit, "CSB-GV-01", folder / "typed.jpg", typed.caption, [](std::uint64_t, std::uint64_t) {
            static bool first = true;
            if (std::exchange(first, false)) {
                stand_still("attaching");
            }
            return true;
        });
        session.cut_all();
        fs::create_directories(folder / "out");
        session.export_bundles(folder / "out");
        fs::create_directories(folder / "store");
        session.sync("folder:" + (folder / "store").string());
        const std::shared_ptr<const session::Snapshot> before = session.snapshot();
        for (const auto& row : before->assessments) {
            session.review(row->summary.id, record::Verdict::comment, "", typed.comment);
            shown.push_back(session.assessment(row->summary.id));
            session.history(row->summary.id, true);
        }
        session.verify();
    });
    snapshot = worker.snapshot();
    stand_still("open");
}

/// Locked in the middle of taking a file in.
void lock_while_attaching(session::Worker& worker, const fs::path& folder) {
    std::atomic<bool> attaching = false;
    std::atomic<bool> locked = false;
    worker.post("attach", [&](std::unique_ptr<session::Session>& open, const session::Progress& progress) {
        const RecordId visit = open->snapshot()->assessments.front()->summary.id;
        open->attach(visit, "CSB-GV-01", folder / "second.jpg", "", [&](std::uint64_t done, std::uint64_t total) {
            if (!attaching) {
                stand_still("attaching again");
                attaching = true;
                attaching.notify_all();
                locked.wait(false);
            }
            return progress(done, total);
        });
    });
    attaching.wait(false);
    worker.lock();
    locked = true;
    locked.notify_all();
    rest(worker);
}

void lock(session::Worker& worker) {
    worker.lock();
    rest(worker);
}

/// Not within the caller's frame, which is not wiped: short texts lie on the stack.
[[gnu::noinline]] void work(session::Worker& worker, const fs::path& folder, const fs::path& vault) {
    const crypto::Secret passphrase = hear_secret();
    const crypto::Secret recovery = hear_secret();
    const Typed typed = Typed::hear_it();
    stand_still("told");
    run(worker, [&](std::unique_ptr<session::Session>& open, const session::Progress&) {
        open = session::Session::open(vault, passphrase, session::system_environment());
    });
    use(worker, folder, typed);
}

int live(const fs::path& folder) {
    const fs::path vault = folder / "office.fieldseal";
    session::Worker worker([] {});
    work(worker, folder, vault);
    lock(worker);
    memory::wipe_stack();
    stand_still("locked");
    {
        const crypto::Secret recovery = hear_secret();
        run(worker, [&](std::unique_ptr<session::Session>& open, const session::Progress&) {
            open = session::Session::open_with_recovery(vault, recovery, session::system_environment());
        });
    }
    lock_while_attaching(worker, folder);
    memory::wipe_stack();
    stand_still("locked again");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        return 2;
    }
    try {
        crypto::start();
        return live(argv[1]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
