// Photos as evidence through app/session: what is stored, who can open it, what goes when it is erased.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/session/session.h"
#include "model/crypto/hash.h"
#include "model/environment/durable_file.h"
#include "tests/unit/picture_samples.h"

using namespace fieldseal;
namespace fs = std::filesystem;
namespace samples = picture::samples;

namespace {

struct Team {
    fs::path path;
    crypto::Secret passphrase{view_of("correct horse battery staple")};
    std::unique_ptr<session::Session> office;
    std::unique_ptr<session::Session> field;
    RecordId visit;
    std::string question;
    Bytes photo = samples::with_exif(picture::encode_jpeg(samples::pattern(160, 120), 90), samples::exif(1));

    Team() {
        crypto::start();
        static int count = 0;
        path = fs::temp_directory_path() / ("fieldseal-evidence-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        fs::create_directories(path / "stick");
        office = create("office");
        office->found("Trial", "Olena");
        field = join(*office, "field", team::Role::assessor);
        record::Site site;
        site.name = "Лікарня";
        const auto questions = field->templates().all().front();
        question = questions->questions_in_order().front()->id;
        visit = field->start_assessment(field->add_site(site), questions->id, "2026-11-20");
        write("photo.jpg", photo);
    }
    ~Team() { fs::remove_all(path); }
    std::unique_ptr<session::Session> create(const std::string& name) {
        return session::Session::create(path / (name + ".fieldseal"), passphrase, session::system_environment(crypto::test_cost)).first;
    }
    std::unique_ptr<session::Session> join(session::Session& owner, const std::string& name, team::Role role) {
        const exchange::Invited invited = owner.invite(role, name);
        write(name + ".fsinvite", invited.file);
        auto made = create(name);
        made->join(path / (name + ".fsinvite"), invited.code);
        return made;
    }
    fs::path write(const std::string& name, ByteView bytes) {
        std::ofstream(path / name, std::ios::binary) << text_of(bytes);
        return path / name;
    }
    void sync(session::Session& one) { one.sync((path / "stick").string()); }
    const session::EvidenceView seen(session::Session& by, const RecordId& id) {
        const session::AssessmentView view = by.assessment(visit);
        const auto found = std::ranges::find(view.evidence, id, &session::EvidenceView::id);
        REQUIRE(found != view.evidence.end());
        return *found;
    }
    Bytes saved(session::Session& by, const RecordId& id, bool original) {
        const fs::path file = path / "saved";
        fs::remove(file);
        by.save_evidence(id, file, {}, original);
        return read_file(file, 64u << 20);
    }
};

ErrorCode failure(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.code();
    }
    FAIL("nothing was refused");
    return ErrorCode::failed;
}

}  // namespace

TEST_CASE_FIXTURE(Team, "a photo is told about before it is read, and kept twice") {
    const session::FileLook look = field->look_at_file(path / "photo.jpg");
    CHECK(look.is_photo);
    CHECK(look.problem.empty());
    CHECK(look.size == photo.size());
    CHECK_FALSE(field->look_at_file(path / "photo.jpg", true).is_photo);
    const RecordId id = field->attach(visit, question, path / "photo.jpg", "Стійка", {}, {false, {1, {{0, 0, 2500, 2500}}, 100}});
    const session::EvidenceView item = seen(*field, id);
    CHECK(item.evidence.cleaning.width == 75);
    CHECK(item.evidence.cleaning.height == 100);
    CHECK(item.evidence.cleaning.boxes == "0 0 2500 2500");
    CHECK(item.evidence.cleaning.location);
    CHECK(item.original_opens);
    CHECK(item.coordinators == 1);
    CHECK(item.original_for == 1);
    const Bytes copy = saved(*field, id, false);
    CHECK(crypto::plain_hash(copy) == item.evidence.content);
    CHECK_FALSE(samples::holds(copy, samples::place_name));
    CHECK(saved(*field, id, true) == photo);
    // To be done again: the record says how.
    const picture::Cleaning again{static_cast<int>(item.evidence.cleaning.quarter_turns), picture::boxes_from(item.evidence.cleaning.boxes).value(),
                                  static_cast<std::uint32_t>(item.evidence.cleaning.longest_side)};
    CHECK(picture::clean(photo, again).file == copy);
    const picture::Pixels shown = field->evidence_picture(id, 50);
    CHECK(shown.height == 50);
    CHECK(field->evidence_picture(id, 0, true).width == 160);
    // The original's own hash is nowhere in the record: readers could try what is under the boxes.
    for (const auto& [path_of, value] : field->state_at(field->heads(id).front())) {
        const Bytes* bytes = std::get_if<Bytes>(&value);
        CHECK_FALSE((bytes != nullptr && std::ranges::equal(*bytes, crypto::plain_hash(photo).view())));
    }
}

TEST_CASE_FIXTURE(Team, "the same photo cleaned the same way is stored once, and both its contents go when it is erased") {
    const RecordId first = field->attach(visit, question, path / "photo.jpg", "");
    const RecordId second = field->attach(visit, "", write("copy.jpg", photo), "");
    CHECK(seen(*field, first).evidence.content == seen(*field, second).evidence.content);
    CHECK(seen(*field, first).evidence.original.sealed == seen(*field, second).evidence.original.sealed);
    const RecordId other = field->attach(visit, question, path / "photo.jpg", "", {}, {false, {0, {{0, 0, 100, 100}}, 0}});
    CHECK(seen(*field, first).evidence.content != seen(*field, other).evidence.content);
    field->finalise(visit);
    sync(*field);
    CHECK(field->assessment(visit).delivery == session::Delivery::sent);
    CHECK_THROWS_AS(field->erase_delivered({visit}), Error);
    sync(*office);
    sync(*field);
    CHECK(field->assessment(visit).delivery == session::Delivery::delivered);
    CHECK(saved(*office, second, true) == photo);
    // Two copies and two sealed originals.
    CHECK(field->erase_delivered({visit}).blobs == 4);
    CHECK(office->would_erase(visit).blobs == 4);
    CHECK(office->erase_everywhere(visit, "asked").blobs == 4);
    CHECK(office->verify().findings.empty());
}

TEST_CASE_FIXTURE(Team, "reviewers cannot open originals, coordinators who join later are given the keys") {
    const RecordId id = field->attach(visit, question, path / "photo.jpg", "");
    sync(*field);
    sync(*office);
    auto desk = join(*office, "desk", team::Role::reviewer);
    auto second = join(*office, "second", team::Role::coordinator);
    for (int round = 0; round < 2; ++round) {
        sync(*desk);
        sync(*second);
        sync(*office);
    }
    sync(*desk);
    sync(*second);
    CHECK(crypto::plain_hash(saved(*desk, id, false)) == seen(*desk, id).evidence.content);
    CHECK_FALSE(seen(*desk, id).original_opens);
    CHECK(failure([&] { desk->save_evidence(id, path / "no", {}, true); }) == ErrorCode::refused);
    CHECK(failure([&] { desk->share_originals(); }) == ErrorCode::refused);
    CHECK(failure([&] { second->save_evidence(id, path / "no", {}, true); }) == ErrorCode::refused);
    CHECK(second->share_originals() == 0);
    CHECK(office->share_originals() == 1);
    CHECK(office->share_originals() == 0);
    sync(*office);
    sync(*second);
    CHECK(saved(*second, id, true) == photo);
    CHECK(seen(*second, id).original_for == 2);
    CHECK_FALSE(fs::exists(path / "no"));
}

TEST_CASE_FIXTURE(Team, "what cannot be cleaned is attached only as it is, and nothing stays of what failed") {
    const fs::path cut = write("cut.jpg", ByteView(photo).first(photo.size() / 2));
    CHECK(failure([&] { field->attach(visit, question, cut, ""); }) == ErrorCode::damaged);
    const fs::path phone = write("phone.heic", view_of(std::string("\0\0\0\x18""ftypheic", 12) + std::string(50, 'x')));
    CHECK_FALSE(field->look_at_file(phone).problem.empty());
    CHECK(failure([&] { field->attach(visit, question, phone, ""); }) == ErrorCode::refused);
    CHECK(failure([&] { field->attach(visit, question, write("order.pdf", view_of("%PDF-1.7")), "", {}, {false, {1, {}, 0}}); }) == ErrorCode::usage);
    CHECK(failure([&] { field->attach_photo(visit, question, "pasted.png", view_of("no picture"), ""); }) == ErrorCode::refused);
    CHECK(field->verify().blobs == 0);
    const RecordId kept = field->attach(visit, question, phone, "", {}, {true, {}});
    CHECK_FALSE(seen(*field, kept).evidence.was_cleaned());
    CHECK(failure([&] { field->save_evidence(kept, path / "no", {}, true); }) == ErrorCode::refused);
    CHECK(failure([&] { field->evidence_picture(kept, 100); }) == ErrorCode::damaged);
    const RecordId pasted = field->attach_photo(visit, question, "pasted.png", picture::encode_png(samples::pattern(20, 10)), "Екран");
    CHECK(seen(*field, pasted).evidence.media_type == "image/png");
    CHECK(seen(*field, pasted).evidence.caption == "Екран");
    field->remove_evidence(pasted);
    CHECK(field->assessment(visit).evidence.size() == 1);
    field->finalise(visit);
    CHECK(failure([&] { field->remove_evidence(kept); }) == ErrorCode::refused);
}

TEST_CASE_FIXTURE(Team, "what was taken out is put back as it was, until the assessment is finalised") {
    const Bytes png = picture::encode_png(samples::pattern(20, 10));
    const RecordId pasted = field->attach_photo(visit, question, "pasted.png", png, "Екран");
    const std::int64_t size = seen(*field, pasted).evidence.size;
    field->remove_evidence(pasted);
    REQUIRE(field->assessment(visit).evidence.empty());
    field->put_back_evidence(pasted);
    // Twice is once: nothing is written that changes nothing.
    field->put_back_evidence(pasted);
    CHECK(seen(*field, pasted).evidence.caption == "Екран");
    CHECK(seen(*field, pasted).evidence.size == size);
    CHECK(field->history(pasted, false).size() == 3);
    CHECK(field->evidence_picture(pasted, 100).width == 20);
    field->remove_evidence(pasted);
    field->finalise(visit);
    CHECK(failure([&] { field->put_back_evidence(pasted); }) == ErrorCode::refused);
}
