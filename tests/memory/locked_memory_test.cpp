// After locking, nothing that the vault guards is anywhere in the memory of the process: read from outside, whole.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/memory/office.h"

using namespace fieldseal;
using namespace fieldseal::test;

namespace {

/// Names as one text, which a failure prints.
std::string told(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

std::vector<std::string> names_of(const std::vector<Needle>& needles) {
    std::vector<std::string> names;
    for (const Needle& needle : needles) {
        names.push_back(needle.what);
    }
    std::ranges::sort(names);
    return names;
}

/// The same texts in the two bytes a letter that Dear ImGui edits in.
[[maybe_unused]] std::vector<Needle> wide(const std::vector<Needle>& needles) {
    std::vector<Needle> result;
    for (const Needle& needle : needles) {
        Bytes letters;
        for (const std::uint8_t letter : needle.bytes) {
            letters.push_back(letter);
            letters.push_back(0);
        }
        result.push_back({needle.what + ", wide", std::move(letters)});
    }
    return result;
}

/// What is typed into the program, and the program.
struct Watched : Office {
    std::vector<Needle> typed;
    OtherProcess program;

    explicit Watched(const char* path) : program({path, folder.string()}) {
        picture("typed", 1'000'000, pictures);
        picture("second", 1'000'000, pictures);
        program.tell(passphrase.view());
        program.tell(recovery.view());
        program.tell(text("typed: name of a site", 13, typed));
        program.tell(text("typed: whom to ask", 15, typed));
        program.tell(text("typed: notes", 500, typed));
        program.tell(text("typed: note of an answer", 80, typed));
        program.tell(text("typed: caption", 14, typed));
        program.tell(text("typed: comment", 100, typed));
        program.wait_for("told");
    }
    void go_on_to(const std::string& word) {
        program.tell("go");
        program.wait_for(word);
    }
    std::vector<Needle> all() const {
        std::vector<Needle> needles = everything();
        needles.insert(needles.end(), typed.begin(), typed.end());
        return needles;
    }
    bool finds_a_picture() const { return !program.holds(pictures).empty(); }
    /// Reads the stick, types, and locks.
    void use_and_lock() {
        go_on_to("attaching");
        go_on_to("open");
        go_on_to("locked");
    }
};

}  // namespace

TEST_CASE(
    "a locked program holds neither keys nor answers, notes, names and pictures, wherever one looks in its memory") {
    Watched office(FIELDSEAL_LOCKED_WORKER);
    // The search finds what is there, wherever it is.
    CHECK(told(office.program.holds(office.typed)) == told(names_of(office.typed)));
    CHECK(office.program.holds(office.codes).size() == 2);  // passphrase, and the code as bare digits
    CHECK(told(office.program.holds(office.keys)) == "");
    CHECK(told(office.program.holds(office.contents)) == "");

    office.go_on_to("attaching");
    CHECK(office.finds_a_picture());
    office.go_on_to("open");
    CHECK(told(office.program.holds(office.keys)) == told(names_of(office.keys)));
    CHECK(told(office.program.holds(office.names)) == told(names_of(office.names)));
    // What the second stick brings was never here.
    CHECK(office.program.holds(office.contents).size() == office.contents.size() / 2);
    CHECK(told(office.program.holds(office.typed)) == told(names_of(office.typed)));

    office.go_on_to("locked");
    CHECK(told(office.program.holds(office.all())) == "");

    office.program.tell("go");
    office.program.tell(office.recovery.view());
    office.program.wait_for("attaching again");
    CHECK(told(office.program.holds(office.keys)) == told(names_of(office.keys)));
    CHECK(office.finds_a_picture());
    office.go_on_to("locked again");
    CHECK(told(office.program.holds(office.all())) == "");
    office.program.tell("go");
    CHECK(office.program.end() == 0);
}

TEST_CASE("without wiping what is freed, the same program would keep what it read: the search would find it") {
    Watched office(FIELDSEAL_UNWIPED_WORKER);
    office.use_and_lock();
    CHECK_FALSE(office.program.holds(office.all()).empty());
}

#ifdef FIELDSEAL_LOCKED_WINDOW
TEST_CASE(
    "a locked window holds nothing of what it showed and what was typed, as letters or as Dear ImGui keeps them") {
    Office office;
    std::vector<Needle> typed;
    OtherProcess window({FIELDSEAL_LOCKED_WINDOW});
    window.tell(office.folder.string());
    window.tell(office.passphrase.view());
    window.tell(office.text("typed: name of a site", 13, typed));
    window.tell(office.text("typed: whom to ask", 30, typed));
    window.wait_for("open");
    CHECK(told(window.holds(office.keys)) == told(names_of(office.keys)));
    CHECK(told(window.holds(office.names)) == told(names_of(office.names)));
    CHECK_FALSE(window.holds(office.contents).empty());
    CHECK(told(window.holds(typed)) == told(names_of(typed)));
    CHECK_FALSE(window.holds(wide(typed)).empty());

    window.tell("go");
    window.wait_for("locked");
    std::vector<Needle> all = office.everything();
    all.insert(all.end(), typed.begin(), typed.end());
    CHECK(told(window.holds(all)) == "");
    CHECK(told(window.holds(wide(all))) == "");
    window.tell("go");
    CHECK(window.end() == 0);
}
#endif
