// The main job through app/session: what the window and the command line both do.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/session/session.h"
#include "app/session/step_order.h"
#include "app/session/worker.h"
#include "model/crypto/hash.h"
#include "model/environment/durable_file.h"
#include "tests/unit/picture_samples.h"

using namespace fieldseal;
namespace fs = std::filesystem;

namespace {

struct Folder {
    fs::path path;
    Folder() {
        static int count = 0;
        path = fs::temp_directory_path() / ("fieldseal-session-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        fs::create_directories(path);
    }
    ~Folder() { fs::remove_all(path); }
};

crypto::Secret passphrase() {
    return crypto::Secret(view_of("correct horse battery staple"));
}

std::unique_ptr<session::Session> coordinator(const Folder& folder) {
    crypto::start();
    auto made = session::Session::create(folder.path / "coordinator.fieldseal", passphrase(), session::system_environment(crypto::test_cost));
    CHECK(made.second.size() == 40);
    made.first->found("Полтавщина 2026", "Олена Коваль");
    return std::move(made.first);
}

std::unique_ptr<session::Session> member(const Folder& folder, session::Session& inviter, team::Role role, const std::string& name) {
    const exchange::Invited invited = inviter.invite(role, name);
    const fs::path file = folder.path / (name + ".fsinvite");
    write_durably(file, invited.file, false);
    auto made = session::Session::create(folder.path / (name + ".fieldseal"), passphrase(), session::system_environment(crypto::test_cost));
    made.first->join(file, invited.code);
    return std::move(made.first);
}

record::Site hospital() {
    record::Site site;
    site.name = "Міська лікарня № 5";
    site.sector = "health";
    site.region = "UA-53";
    site.criticality = 3;
    return site;
}

void write_file(const fs::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

TEST_CASE("from an empty machine to a reviewed assessment") {
    const Folder folder;
    const fs::path store = folder.path / "stick";
    fs::create_directories(store);
    auto office = coordinator(folder);
    auto field = member(folder, *office, team::Role::assessor, "Ihor");
    auto desk = member(folder, *office, team::Role::reviewer, "Marta");

    const RecordId site = field->add_site(hospital());
    const auto questions = field->templates().all().front();
    const RecordId visit = field->start_assessment(site, questions->id, "2026-11-20");
    const std::string question = questions->questions_in_order().front()->id;
    record::Answer answer;
    answer.value = record::AnswerValue::of_level(2);
    answer.basis = record::Basis::observed;
    answer.note = "Журнал показали.";
    field->save_answer(visit, question, answer);
    CHECK(field->snapshot()->find(visit)->drafted);
    CHECK(field->assessment(visit).assessment.answers.at(question).note == answer.note);
    CHECK(field->assessment(visit).score->overall.score.has_value());

    const Bytes photo = picture::samples::with_exif(picture::encode_jpeg(picture::samples::pattern(800, 600), 95), picture::samples::exif(1));
    write_file(folder.path / "photo.jpg", std::string(text_of(photo)));
    const RecordId evidence = field->attach(visit, question, folder.path / "photo.jpg", "Стійка");
    CHECK(field->assessment(visit).evidence.front().evidence.media_type == "image/jpeg");
    field->finalise(visit);
    CHECK_THROWS_AS(field->save_answer(visit, question, record::Answer{}), Error);
    CHECK(field->assessment(visit).delivery == session::Delivery::sealed);

    const exchange::SyncReport out = field->sync(store.string());
    CHECK(out.sent.bundles >= 1);
    CHECK(field->assessment(visit).delivery == session::Delivery::sent);

    const exchange::SyncReport in = office->sync(store.string());
    REQUIRE(!in.received.empty());
    CHECK(in.received.front().outcome == exchange::ImportReport::Outcome::imported);
    CHECK(office->assessment(visit).assessment.answers.at(question).note == answer.note);
    CHECK(office->snapshot()->sites.size() == 1);

    field->sync(store.string());
    CHECK(field->assessment(visit).delivery == session::Delivery::delivered);
    CHECK(field->status().delivered >= 2);

    // The reviewer joins by its first sync, and gets the history with the coordinator's next one.
    desk->sync(store.string());
    office->sync(store.string());
    desk->sync(store.string());
    const session::AssessmentView seen = desk->assessment(visit);
    CHECK(seen.assessment.answers.at(question).note == answer.note);
    CHECK(seen.evidence.front().held == static_cast<std::uint64_t>(seen.evidence.front().evidence.size));
    desk->save_evidence(evidence, folder.path / "copy.jpg");
    const Bytes copy = read_file(folder.path / "copy.jpg", 10 << 20);
    CHECK(crypto::plain_hash(copy) == seen.evidence.front().evidence.content);
    CHECK_FALSE(picture::samples::holds(copy, picture::samples::place_name));
    CHECK(seen.evidence.front().evidence.cleaning.location);
    CHECK_FALSE(seen.evidence.front().original_opens);
    CHECK_THROWS_AS(desk->save_evidence(evidence, folder.path / "original.jpg", {}, true), Error);
    office->save_evidence(evidence, folder.path / "original.jpg", {}, true);
    CHECK(read_file(folder.path / "original.jpg", 10 << 20) == photo);
    CHECK_THROWS_AS(field->review(visit, record::Verdict::approve, "", ""), Error);
    desk->review(visit, record::Verdict::give_back, question, "Яка дата журналу?");

    desk->sync(store.string());
    office->sync(store.string());
    field->sync(store.string());
    const session::AssessmentView returned = field->assessment(visit);
    REQUIRE(returned.reviews.size() == 1);
    CHECK(returned.reviews.front().review.text == "Яка дата журналу?");
    CHECK(returned.reviews.front().author == "Marta");
    CHECK(field->snapshot()->find(visit)->verdict == record::Verdict::give_back);

    // A second round: what changed is what the diff shows.
    field->reopen(visit);
    answer.note = "Журнал показали, листопад 2026.";
    field->save_answer(visit, question, answer);
    field->finalise(visit);
    field->sync(store.string());
    office->sync(store.string());
    desk->sync(store.string());
    const auto steps = desk->history(visit, false);
    REQUIRE(steps.size() >= 4);
    const session::DiffView diff = desk->diff(steps[1].revision, steps.back().revision);
    const bool note_changed = std::ranges::any_of(diff.changes, [&](const auto& change) { return change.path == "answers/" + question + "/note"; });
    CHECK(note_changed);
    for (const auto& step : steps) {
        CHECK(step.person == "Ihor");
    }
    desk->review(visit, record::Verdict::approve, "", "");

    for (session::Session* each : {office.get(), field.get(), desk.get()}) {
        const vault::VerifyReport report = each->verify();
        for (const vault::Finding& finding : report.findings) {
            MESSAGE(finding.place << ": " << finding.reason);
        }
        CHECK(report.findings.empty());
        CHECK(report.revisions > 0);
    }
}

TEST_CASE("a time line shows causes before effects, and a clock that was years ahead as such") {
    const std::int64_t day = 24ll * 3600 * 1000;
    const auto step = [](std::uint8_t name, std::uint8_t device, std::uint64_t sequence, std::int64_t logical, std::int64_t received, std::vector<std::uint8_t> parents) {
        session::HistoryStep made;
        made.revision = Hash::from(Bytes(32, name));
        made.device = DeviceId::from(Bytes(16, device));
        made.sequence = sequence;
        made.time.logical_ms = logical;
        made.received_ms = received;
        for (const std::uint8_t parent : parents) {
            made.parents.push_back(Hash::from(Bytes(32, parent)));
        }
        return made;
    };
    // 1 by a device years ahead; 2 answers it; 3 stands by itself between the two receipts; 4 follows 1 in its log.
    std::vector<session::HistoryStep> steps{step(2, 20, 1, 10 * day, 0, {1}), step(4, 10, 2, 2001 * day, 12 * day, {}), step(3, 30, 1, 9 * day, 10 * day, {}),
                                            step(1, 10, 1, 2000 * day, 8 * day, {})};
    session::order_steps(steps);
    std::string order;
    for (const session::HistoryStep& shown : steps) {
        order += static_cast<char>('0' + shown.revision.bytes[0]);
        CHECK(shown.clock_ahead == (shown.device == DeviceId::from(Bytes(16, 10))));
    }
    CHECK(order == "1324");
}

TEST_CASE("an assessment is scored by its site's sector, also when the site's change comes later") {
    const Folder folder;
    auto office = coordinator(folder);
    record::Site site = hospital();
    site.sector = "";
    const RecordId id = office->add_site(site);
    const RecordId visit = office->start_assessment(id, "csb", "2026-11-20");
    record::Answer answer;
    answer.value = record::AnswerValue::of_level(3);
    for (const auto& section : office->assessment(visit).questions->sections) {
        for (const auto& question : section.questions) {
            if (section.sectors.empty()) {
                office->save_answer(visit, question.id, answer);
            }
        }
    }
    office->cut_all();
    const std::int16_t before = office->snapshot()->find(visit)->summary.coverage;
    // With a sector more questions apply, of which none is answered.
    const std::vector<Hash> base = office->heads(id);
    site.sector = "health";
    office->edit_site(id, site, base);
    const std::int16_t after = office->snapshot()->find(visit)->summary.coverage;
    CHECK(after < before);
}

TEST_CASE("a stick that is lost loses nothing") {
    const Folder folder;
    auto office = coordinator(folder);
    auto field = member(folder, *office, team::Role::assessor, "Ihor");
    const RecordId site = field->add_site(hospital());
    fs::create_directories(folder.path / "lost");
    fs::create_directories(folder.path / "second");
    CHECK(!field->export_bundles(folder.path / "lost").files.empty());
    const auto again = field->export_bundles(folder.path / "second");
    REQUIRE(!again.files.empty());
    const auto reports = office->import_files(again.files);
    CHECK(reports.front().outcome == exchange::ImportReport::Outcome::imported);
    CHECK(office->site(site).site.name == hospital().name);
    const auto replayed = office->import_files(again.files);
    CHECK(replayed.front().outcome == exchange::ImportReport::Outcome::already_imported);
}

TEST_CASE("what could not be written to a stick does not count as sent") {
    const Folder folder;
    auto office = coordinator(folder);
    auto field = member(folder, *office, team::Role::assessor, "Ihor");
    const RecordId site = field->add_site(hospital());
    CHECK_THROWS_AS(field->export_bundles(folder.path / "unplugged"), Error);
    CHECK(field->site(site).delivery == session::Delivery::sealed);
    fs::create_directories(folder.path / "stick");
    CHECK(field->export_bundles(folder.path / "stick").files.size() == 1);
    CHECK(field->site(site).delivery == session::Delivery::sent);
}

TEST_CASE("a reviewer who joins late gets the whole history from one stick, whatever lies first on it") {
    const Folder folder;
    auto office = coordinator(folder);
    auto desk = member(folder, *office, team::Role::reviewer, "Marta");
    const RecordId site = office->add_site(hospital());
    for (const char* stick : {"there", "back"}) {
        fs::create_directories(folder.path / stick);
    }
    REQUIRE(office->import_files(desk->export_bundles(folder.path / "there").files).front().outcome == exchange::ImportReport::Outcome::imported);
    std::vector<fs::path> files = office->export_bundles(folder.path / "back").files;
    std::ranges::sort(files);
    for (const exchange::ImportReport& report : desk->import_files(files)) {
        CHECK(report.outcome == exchange::ImportReport::Outcome::imported);
    }
    CHECK(desk->site(site).site.name == hospital().name);
}

TEST_CASE("edits of one field by two people are shown as a conflict until one settles it") {
    const Folder folder;
    const fs::path store = folder.path / "store";
    fs::create_directories(store);
    auto office = coordinator(folder);
    auto field = member(folder, *office, team::Role::assessor, "Ihor");
    const RecordId site = office->add_site(hospital());
    field->sync(store.string());
    office->sync(store.string());
    field->sync(store.string());
    REQUIRE(field->snapshot()->find(site) != nullptr);
    record::Site at_field = field->site(site).site;
    record::Site at_office = office->site(site).site;
    at_field.contact = "Головний лікар";
    at_office.contact = "Заступник";
    field->edit_site(site, at_field, field->heads(site));
    office->edit_site(site, at_office, office->heads(site));
    field->sync(store.string());
    office->sync(store.string());
    const auto conflicts = office->site(site).conflicts;
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts.front().versions.size() == 2);
    office->settle(site, "contact", std::string("Головний лікар"));
    CHECK(office->site(site).conflicts.empty());
    office->sync(store.string());
    field->sync(store.string());
    CHECK(field->site(site).conflicts.empty());
    CHECK(field->site(site).site.contact == "Головний лікар");
}

TEST_CASE("a form that was open while an edit came in overrules nothing unseen") {
    const Folder folder;
    auto office = coordinator(folder);
    const RecordId site = office->add_site(hospital());
    const std::vector<Hash> base = office->heads(site);
    record::Site form = office->site(site).site;
    record::Site other = form;
    other.owner = "Громада";
    office->edit_site(site, other, base);
    form.notes = "Вхід з двору";
    office->edit_site(site, form, base);
    CHECK(office->site(site).site.owner == "Громада");
    CHECK(office->site(site).site.notes == "Вхід з двору");
    CHECK(office->site(site).conflicts.empty());
}

TEST_CASE("generated data is the same for the same seed and passes verify") {
    const Folder folder;
    auto office = coordinator(folder);
    office->generate(20, 12, 7);
    const auto snapshot = office->snapshot();
    CHECK(snapshot->sites.size() == 20);
    CHECK(snapshot->assessments.size() == 12);
    for (const auto& row : snapshot->assessments) {
        CHECK(row->summary.score >= 0);
    }
    CHECK(office->verify().findings.empty());
}

TEST_CASE("the worker runs jobs on its thread and drops results of a locked vault") {
    const Folder folder;
    coordinator(folder).reset();
    std::atomic<int> wakes = 0;
    session::Worker worker([&] { ++wakes; });
    const auto settle = [&] {
        while (!worker.idle()) {
            worker.collect();
            std::this_thread::yield();
        }
    };
    bool opened = false;
    worker.post(
        "unlock",
        [&](std::unique_ptr<session::Session>& session, const session::Progress&) {
            session = session::Session::open(folder.path / "coordinator.fieldseal", passphrase(), session::system_environment(crypto::test_cost));
        },
        [&](std::exception_ptr error) { opened = error == nullptr; });
    settle();
    CHECK(opened);
    REQUIRE(worker.snapshot() != nullptr);
    CHECK(worker.snapshot()->own_name == "Олена Коваль");
    bool failed = false;
    worker.post(
        "site", [](std::unique_ptr<session::Session>& session, const session::Progress&) { session->add_site(record::Site{}); },
        [&](std::exception_ptr error) { failed = error != nullptr; });
    settle();
    CHECK(failed);
    bool seen = false;
    worker.post(
        "site", [](std::unique_ptr<session::Session>& session, const session::Progress&) { session->add_site(hospital()); },
        [&](std::exception_ptr) { seen = true; });
    worker.lock();
    settle();
    CHECK_FALSE(seen);
    CHECK(worker.snapshot() == nullptr);
    CHECK(wakes > 0);
}

TEST_CASE("what a person typed is saved before the vault is locked or the program ends, whatever it waits behind") {
    for (const bool ends : {false, true}) {
        const Folder folder;
        coordinator(folder).reset();
        const fs::path path = folder.path / "coordinator.fieldseal";
        std::atomic<bool> released = false;
        bool told = false;
        {
            // Goes away after the worker, whose destructor waits for it.
            std::jthread release;
            session::Worker worker([] {});
            std::atomic<bool> busy = false;
            worker.post("import", [&](std::unique_ptr<session::Session>& session, const session::Progress&) {
                session = session::Session::open(path, passphrase(), session::system_environment(crypto::test_cost));
                busy = true;
                while (!released) {
                    std::this_thread::yield();
                }
            });
            while (!busy) {
                std::this_thread::yield();
            }
            worker.post("look", [](std::unique_ptr<session::Session>& session, const session::Progress&) { session->add_site(hospital()); });
            worker.post(
                "save", [](std::unique_ptr<session::Session>& session, const session::Progress&) { session->add_site(hospital()); },
                [&](std::exception_ptr) { told = true; }, session::Worker::OnLock::finish);
            if (!ends) {
                worker.lock();
            }
            release = std::jthread([&released] {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                released = true;
            });
            while (!ends && !worker.idle()) {
                worker.collect();
                std::this_thread::yield();
            }
            if (!ends) {
                CHECK(worker.snapshot() == nullptr);
                CHECK_FALSE(told);
            }
        }
        // Only the one: what was merely asked for is dropped.
        CHECK(session::Session::open(path, passphrase(), session::system_environment(crypto::test_cost))->snapshot()->sites.size() == 1);
    }
}

TEST_CASE("a site's form that is being filled in is kept until it is given up, and is no record") {
    const Folder folder;
    auto office = coordinator(folder);
    CHECK_FALSE(office->kept_site_form().has_value());
    const RecordId id = office->add_site(hospital());
    for (const std::optional<RecordId>& of : {std::optional<RecordId>(), std::optional(id)}) {
        session::SiteForm form{of, hospital(), of ? office->heads(id) : std::vector<Hash>()};
        form.site.notes = "half a sen";
        form.site.profile["has_ot"] = "yes";
        office->keep_site_form(form);
        office.reset();
        office = session::Session::open(folder.path / "coordinator.fieldseal", passphrase(), session::system_environment(crypto::test_cost));
        const std::optional<session::SiteForm> kept = office->kept_site_form();
        REQUIRE(kept.has_value());
        CHECK(kept->id == form.id);
        CHECK(kept->base == form.base);
        CHECK(kept->site == form.site);
    }
    CHECK(office->snapshot()->sites.size() == 1);
    CHECK(office->site(id).site.notes.empty());
    office->drop_site_form();
    CHECK_FALSE(office->kept_site_form().has_value());
}
