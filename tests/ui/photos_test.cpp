// Photos in the assessment screen: shown before they are attached, blacked out by mouse and by keyboard, looked at afterwards, gone at locking.
#include <doctest/doctest.h>

#include <fstream>

#include "tests/ui/stage.h"
#include "tests/unit/picture_samples.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
namespace fs = std::filesystem;
namespace samples = picture::samples;

namespace {

struct Stage : test::Stage {
    /// Open on a new assessment of an assessor's.
    Stage() {
        auto office = create("office").first;
        office->found("Test", "Олена");
        auto field = join(*office, "field", team::Role::assessor, "Ігор");
        field->generate(1, 0, 5);
        office.reset();
        field.reset();
        unlock("field");
        app.open_site(app.snapshot->sites.front()->summary.id);
        driver.settle();
        driver.click("site.start");
    }
    fs::path photo(const std::string& name, std::uint32_t width = 640, std::uint32_t height = 480, unsigned orientation = 1) {
        const Bytes bytes = samples::with_exif(picture::encode_jpeg(samples::pattern(width, height), 90), samples::exif(orientation));
        return file(name, bytes);
    }
    fs::path file(const std::string& name, ByteView bytes) {
        std::ofstream(folder / name, std::ios::binary) << text_of(bytes);
        return folder / name;
    }
    void drop(const std::vector<fs::path>& files) {
        app.drop(files);
        driver.settle();
        driver.settle();
    }
    const std::vector<session::EvidenceView>& evidence() {
        driver.settle();
        return app.assessment.loaded->evidence;
    }
    /// From one part of the picture to another.
    void drag(float from_x, float from_y, float to_x, float to_y) {
        const ui::Drawn canvas = driver.find("photo.canvas");
        const auto at = [&](float x, float y) {
            return ImVec2{canvas.least.x + x * (canvas.most.x - canvas.least.x), canvas.least.y + y * (canvas.most.y - canvas.least.y)};
        };
        driver.drag(at(from_x, from_y), at(to_x, to_y));
    }
};

std::vector<picture::Box> boxes_of(const session::EvidenceView& item) { return picture::boxes_from(item.evidence.cleaning.boxes).value(); }

bool near(int a, int b, int most = 60) { return std::abs(a - b) <= most; }

}  // namespace

TEST_CASE("a dropped photo is shown with what will be removed, blacked out by mouse, and attached") {
    Stage stage;
    stage.drop({stage.photo("IMG_1.jpg")});
    REQUIRE(stage.app.assessment.editor.open);
    CHECK(stage.app.assessment.editor.found.location);
    stage.drag(0.25f, 0.25f, 0.75f, 0.5f);
    // A click without a movement makes no box, and one on a box only chooses it.
    stage.drag(0.9f, 0.9f, 0.9f, 0.9f);
    REQUIRE(stage.app.assessment.editor.boxes.size() == 1);
    // Moved by dragging.
    stage.drag(0.5f, 0.3f, 0.5f, 0.6f);
    REQUIRE(stage.app.assessment.editor.boxes.size() == 1);
    stage.driver.write("photo.caption", "Щит управління");
    stage.driver.click("photo.size.1200");
    stage.driver.click("photo.attach");
    CHECK_FALSE(stage.app.assessment.editor.open);
    REQUIRE(stage.evidence().size() == 1);
    const session::EvidenceView item = stage.evidence().front();
    CHECK(item.evidence.question == stage.app.assessment.question);
    CHECK(item.evidence.caption == "Щит управління");
    CHECK(item.evidence.cleaning.longest_side == 1200);
    CHECK(item.evidence.cleaning.location);
    REQUIRE(boxes_of(item).size() == 1);
    const picture::Box box = boxes_of(item).front();
    CHECK(near(box.x, 2500));
    CHECK(near(box.y, 5500));
    CHECK(near(box.width, 5000));
    CHECK(near(box.height, 2500));
    REQUIRE(stage.app.status);
    CHECK(stage.app.status->text.find("where it was taken") != std::string::npos);
    // What is kept is black there, and the place is in nothing that readers get.
    stage.driver.press_with_control(Key::l);
    const auto session = stage.open("field");
    const picture::Pixels shown = session->evidence_picture(item.id, 0);
    CHECK(*shown.at(320, 330) < 12);
    CHECK(shown.at(600, 60)[0] > 100);
}

TEST_CASE("the same by keyboard alone: a box, its place and size, turning, attaching") {
    Stage stage;
    stage.drop({stage.photo("IMG_2.jpg")});
    REQUIRE(stage.app.assessment.editor.open);
    stage.driver.press(Key::b);
    for (int i = 0; i < 5; ++i) {
        stage.driver.press(Key::left);
        stage.driver.press(Key::up);
        stage.driver.press_with_shift(Key::right);
    }
    stage.driver.press(Key::b);
    stage.driver.press(Key::n);
    stage.driver.press(Key::n);
    stage.driver.press(Key::backspace);
    REQUIRE(stage.app.assessment.editor.boxes.size() == 1);
    stage.driver.press(Key::r);
    stage.driver.press(Key::enter);
    REQUIRE(stage.evidence().size() == 1);
    const session::EvidenceView& item = stage.evidence().front();
    CHECK(item.evidence.cleaning.quarter_turns == 1);
    CHECK(item.evidence.cleaning.width == 480);
    // 0.30, 0.35, 0.35 x 0.20 before; a turn clockwise puts what was on the left at the top.
    const picture::Box box = boxes_of(item).front();
    CHECK(near(box.x, 4500));
    CHECK(near(box.y, 3000));
    CHECK(near(box.width, 2000));
    CHECK(near(box.height, 3500));
    // Nothing of it went into the answer behind the editor.
    CHECK(stage.app.assessment.loaded->assessment.answers.empty());
}

TEST_CASE("Escape leaves it out, several files come one after the other, other files go in as they are") {
    Stage stage;
    stage.drop({stage.photo("a.jpg"), stage.file("order.pdf", view_of("%PDF-1.7")), stage.photo("b.jpg")});
    REQUIRE(stage.app.assessment.editor.open);
    CHECK(stage.app.assessment.editor.file_name == "a.jpg");
    CHECK(stage.app.assessment.waiting.size() == 2);
    stage.driver.press(Key::escape);
    stage.driver.settle();
    stage.driver.settle();
    REQUIRE(stage.app.assessment.editor.open);
    CHECK(stage.app.assessment.editor.file_name == "b.jpg");
    stage.driver.click("photo.keep");
    stage.driver.click("photo.attach");
    REQUIRE(stage.evidence().size() == 2);
    CHECK_FALSE(stage.evidence().front().evidence.was_cleaned());
    CHECK_FALSE(stage.evidence().back().evidence.was_cleaned());
    CHECK(stage.evidence().back().evidence.file_name == "b.jpg");
}

TEST_CASE("a picture that cannot be cleaned is attached only after somebody said so") {
    Stage stage;
    const fs::path phone = stage.file("phone.heic", view_of(std::string("\0\0\0\x18""ftypheic", 12) + std::string(50, 'x')));
    stage.drop({phone});
    stage.driver.click("attach.as_it_is.no");
    CHECK(stage.evidence().empty());
    stage.drop({phone});
    stage.driver.click("attach.as_it_is.yes");
    CHECK(stage.evidence().size() == 1);
    stage.drop({stage.file("cut.jpg", view_of("\xff\xd8\xff\xe0 nothing"))});
    stage.driver.click("attach.as_it_is.no");
    CHECK(stage.evidence().size() == 1);
}

TEST_CASE("a picture is pasted from the clipboard, and where there is none that is said") {
    Stage stage;
    stage.app.clipboard = []() -> Bytes { throw Error(ErrorCode::not_found, "There is no picture in the clipboard."); };
    stage.driver.press_with_control(Key::v);
    REQUIRE(stage.app.status);
    CHECK(stage.app.status->text == "There is no picture in the clipboard.");
    stage.app.clipboard = [] { return picture::encode_png(samples::pattern(300, 200)); };
    stage.driver.click("answer.paste");
    REQUIRE(stage.app.assessment.editor.open);
    stage.driver.press(Key::enter);
    REQUIRE(stage.evidence().size() == 1);
    CHECK(stage.evidence().front().evidence.media_type == "image/png");
    CHECK(stage.evidence().front().original_opens);
}

TEST_CASE("a photo is looked at, with its original, taken out, and gone at locking") {
    Stage stage;
    stage.drop({stage.photo("IMG_3.jpg", 640, 480, 6)});
    stage.driver.press(Key::enter);
    REQUIRE(stage.evidence().size() == 1);
    const RecordId id = stage.evidence().front().id;
    stage.driver.settle();
    REQUIRE(stage.app.assessment.thumbnails.contains(id));
    // Upright: it lay on its side in the file.
    CHECK(stage.app.assessment.thumbnails.at(id).texture.height() > stage.app.assessment.thumbnails.at(id).texture.width());
    stage.driver.click("evidence." + id.hex() + ".look");
    CHECK(stage.driver.shows("viewer.picture"));
    CHECK(stage.app.assessment.large.texture.height() == 640);
    stage.driver.click("viewer.original");
    CHECK(stage.app.assessment.photo_original);
    CHECK(stage.app.assessment.large.texture.height() == 640);
    stage.driver.press(Key::escape);
    CHECK_FALSE(stage.driver.shows("viewer.picture"));
    CHECK_FALSE(stage.app.assessment.large.texture);
    stage.driver.click("evidence." + id.hex() + ".look");
    stage.driver.press_with_control(Key::l);
    CHECK(stage.app.locked);
    CHECK(stage.app.assessment.thumbnails.empty());
    CHECK_FALSE(stage.app.assessment.large.texture);
    stage.unlock("field");
    stage.driver.click("evidence." + id.hex() + ".look");
    stage.driver.click("viewer.remove");
    CHECK(stage.evidence().empty());
    CHECK_FALSE(stage.driver.shows("viewer.picture"));
}

TEST_CASE("undo takes an attached file out again, redo brings it back, and what was taken out comes back by undo") {
    Stage stage;
    const std::string question = stage.app.assessment.question;
    const auto said = [&stage] { return stage.app.status ? stage.app.status->text : std::string(); };
    stage.drop({stage.photo("IMG_4.jpg")});
    stage.driver.press(Key::enter);
    stage.drop({stage.file("order.pdf", view_of("%PDF-1.7"))});
    REQUIRE(stage.evidence().size() == 2);
    const RecordId photo = stage.evidence().front().id;
    const RecordId order = stage.evidence().back().id;

    stage.driver.press_with_control(Key::z);
    CHECK(said() == "Undone: " + question + ": order.pdf attached");
    REQUIRE(stage.evidence().size() == 1);
    // Another question is on the screen by then: undo leads back to where it happened.
    stage.driver.press(Key::enter);
    stage.driver.click("assessment.undo");
    CHECK(stage.app.assessment.question == question);
    CHECK(said() == "Undone: " + question + ": IMG_4.jpg attached");
    CHECK(stage.evidence().empty());
    CHECK_FALSE(stage.driver.find("assessment.undo").enabled);
    stage.driver.click("assessment.redo");
    CHECK(said() == "Done again: " + question + ": IMG_4.jpg attached");
    REQUIRE(stage.evidence().size() == 1);
    CHECK(stage.evidence().front().id == photo);
    CHECK(stage.evidence().front().original_opens);
    stage.driver.press_with_control(Key::y);
    REQUIRE(stage.evidence().size() == 2);

    // Taken out by hand, the file beside the answer and the photo where it is looked at.
    stage.driver.click("evidence." + order.hex() + ".remove");
    REQUIRE(stage.evidence().size() == 1);
    CHECK(said().find("undo brings it back") != std::string::npos);
    stage.driver.click("evidence." + photo.hex() + ".look");
    stage.driver.click("viewer.remove");
    CHECK(stage.evidence().empty());
    stage.driver.press_with_control(Key::z);
    CHECK(said() == "Undone: " + question + ": IMG_4.jpg taken out");
    REQUIRE(stage.evidence().size() == 1);
    CHECK(stage.evidence().front().id == photo);

    // Nothing of the log was rewritten, and what the screen shows is what is on the disk.
    const RecordId visit = stage.app.assessment.id;
    stage.driver.press_with_control(Key::l);
    const auto session = stage.open("field");
    const auto kept = session->assessment(visit).evidence;
    REQUIRE(kept.size() == 1);
    CHECK(kept.front().id == photo);
    // Attached, undone, done again, taken out, undone.
    CHECK(session->history(photo, false).size() == 5);
    CHECK(session->history(order, false).size() == 4);
    CHECK(session->verify().findings.empty());
    session->put_back_evidence(order);
    session->put_back_evidence(order);
    CHECK(session->assessment(visit).evidence.size() == 2);
    CHECK(session->history(order, false).size() == 5);
    session->finalise(visit);
    CHECK_THROWS_AS(session->put_back_evidence(order), Error);
}

TEST_CASE("textures are dropped with what shows them") {
    struct Counting final : Textures {
        int made = 0;
        int dropped = 0;
        ImTextureID make(const picture::Pixels&) override { return reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(++made)); }
        void drop(ImTextureID) override { ++dropped; }
    };
    Counting counting;
    const picture::Pixels pixels(4, 4);
    {
        Texture one(&counting, pixels);
        Texture two = std::move(one);
        CHECK_FALSE(one);
        CHECK(two);
        two = Texture(&counting, pixels);
        CHECK(counting.made == 2);
        CHECK(counting.dropped == 1);
    }
    CHECK(counting.dropped == 2);
}
