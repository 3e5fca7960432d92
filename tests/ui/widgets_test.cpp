// Each widget by itself, without a window: what a click, a key and a typed text do, and what a passphrase leaves
// behind.
#include <doctest/doctest.h>
#include <imgui_internal.h>

#include <cstring>
#include <map>

#include "app/desktop/text/error_texts.h"
#include "app/desktop/widgets/secret_field.h"
#include "tests/ui/driver.h"
#include "tests/ui/null_screen.h"

using namespace fieldseal;
using namespace fieldseal::desktop;

namespace {

struct Bench : test::NullScreen {
    std::function<void()> widgets;
    // The driver waits for it; nothing runs in it here.
    App app{[] {}, session::system_environment(crypto::test_cost)};
    test::Driver driver{app, [this] {
                            driver.feed();
                            ImGui::NewFrame();
                            ImGui::SetNextWindowPos({0, 0});
                            ImGui::SetNextWindowSize({800, 600});
                            ImGui::Begin("bench", nullptr, ImGuiWindowFlags_NoDecoration);
                            widgets();
                            ImGui::End();
                            ImGui::Render();
                        }};
};

template <class Character>
bool lies_in(const Character* data, int capacity, const std::string& text) {
    for (int at = 0; data != nullptr && at + static_cast<int>(text.size()) <= capacity; ++at) {
        if (std::equal(text.begin(), text.end(), data + at,
                       [](char wanted, Character there) { return static_cast<Character>(wanted) == there; })) {
            return true;
        }
    }
    return false;
}

/// Whether Dear ImGui still keeps this text anywhere in what it edits with.
bool kept_by_imgui(const std::string& text) {
    const ImGuiInputTextState& state = ImGui::GetCurrentContext()->InputTextState;
    return lies_in(state.TextW.Data, state.TextW.Capacity, text) ||
           lies_in(state.TextA.Data, state.TextA.Capacity, text) ||
           lies_in(state.InitialTextA.Data, state.InitialTextA.Capacity, text) ||
           lies_in(state.Stb.undostate.undo_char, STB_TEXTEDIT_UNDOCHARCOUNT, text);
}

}  // namespace

TEST_CASE("a button answers a click once, and none while it is disabled") {
    Bench bench;
    int clicks = 0;
    bool enabled = true;
    bench.widgets = [&] { clicks += ui::button("go", "Далі", ui::Kind::primary, icon::forward, enabled) ? 1 : 0; };
    bench.driver.click("go");
    CHECK(clicks == 1);
    CHECK(bench.driver.find("go").text == "Далі");
    enabled = false;
    CHECK_FALSE(bench.driver.find("go").enabled);
    CHECK_THROWS(bench.driver.click("go"));
    CHECK(clicks == 1);
}

TEST_CASE("check box, choice and segments change their value and say so once") {
    Bench bench;
    bool checked = false;
    std::string chosen;
    std::string segment = "a";
    int changes = 0;
    bench.widgets = [&] {
        changes += ui::check_box("check", "Unsure", checked) ? 1 : 0;
        changes +=
            ui::choice("choice", "Sector", {{"health", "Охорона здоров’я"}, {"water", "Вода"}}, chosen, "Not chosen")
                ? 1
                : 0;
        changes += ui::segments("segments", {{"a", "A"}, {"b", "B"}}, segment) ? 1 : 0;
    };
    bench.driver.click("check");
    CHECK(checked);
    CHECK(bench.driver.find("choice").text == "Not chosen");
    bench.driver.click("choice");
    bench.driver.click("choice.water");
    CHECK(chosen == "water");
    CHECK(bench.driver.find("choice").text == "Вода");
    bench.driver.click("segments.b");
    CHECK(segment == "b");
    CHECK(changes == 3);
    bench.driver.click("segments.b");
    CHECK(changes == 3);
}

TEST_CASE("a card with a width of its own leaves what follows as wide as before") {
    Bench bench;
    float before = 0;
    float inside = 0;
    float after = 0;
    bench.widgets = [&] {
        before = ImGui::GetContentRegionAvail().x;
        ui::begin_card("narrow", 200);
        inside = ImGui::GetContentRegionAvail().x;
        ui::end_card();
        after = ImGui::GetContentRegionAvail().x;
    };
    bench.driver.settle();
    CHECK(inside < 200);
    CHECK(before > 300);
    CHECK(after == before);
}

TEST_CASE("a text that is longer than its cell is cut between characters, and whole under the mouse") {
    Bench bench;
    const std::string name = "Екстрені служби та цивільний захист, дуже довга назва сектора";
    float end = 0;
    float room = 0;
    int selected = 0;
    bench.widgets = [&] {
        ui::table("cut", {{"Where", -8}, {"All", 1}}, 1, selected, [&](int) {
            room = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
            ui::cell_text(name);
            end = ImGui::GetItemRectMax().x;
            ui::note("cut.text", name.c_str());
            ui::next_cell();
            ui::cell_text("28 %");
        });
    };
    bench.driver.settle();
    CHECK(end <= room);
    CHECK(end > room - 2 * ImGui::GetFontSize());
}

TEST_CASE("text fields take Cyrillic, the numero sign and the apostrophe, and keep what was typed on Escape") {
    Bench bench;
    std::string name;
    std::string note;
    std::string query;
    bench.widgets = [&] {
        ui::text_field("name", "Name", name);
        ui::note_field("note", "Note", note, 4, "What you saw");
        ui::search_field("search", "Find", query, 300, false);
    };
    bench.driver.write("name", "Лікарня № 5, зв’язок");
    CHECK(name == "Лікарня № 5, зв’язок");
    bench.driver.press(Key::escape);
    CHECK(name == "Лікарня № 5, зв’язок");
    bench.driver.write("note", "ґанок");
    bench.driver.press(Key::enter);
    bench.driver.type("їжа");
    bench.driver.press(Key::escape);
    CHECK(note == "ґанок\nїжа");
    bench.driver.write("search", "Є");
    CHECK(query == "Є");
}

TEST_CASE("a note that is longer than its field is wide stands there whole while nobody types in it") {
    Bench bench;
    std::string words = "коротко";
    float room = 0;
    bench.widgets = [&] {
        ImGui::BeginChild("column", {300, 0});
        room = ImGui::GetContentRegionAvail().x - 1 - 2 * ImGui::GetStyle().FramePadding.x;
        ui::note_field("words", "Note", words, 2);
        ImGui::EndChild();
    };
    const auto height = [&] {
        const ui::Drawn field = bench.driver.find("words");
        return field.most.y - field.least.y;
    };
    const float small = height();
    words =
        "Відповідального призначено, але наказ прострочено; заступника немає, а черговий не знає, кому дзвонити. "
        "Копія наказу лежить у сейфі головного інженера, ключ від нього — у чергового; обидва мають бути на зв’язку.";
    bench.driver.settle();
    const float needed = ImGui::CalcTextSize(words.c_str(), nullptr, false, room).y;
    CHECK(needed > small);
    CHECK(height() >= needed);
    // Typed into, it holds what it held.
    bench.driver.click("words");
    bench.driver.press(Key::end);
    bench.driver.type("!");
    CHECK(words.ends_with("зв’язку.!"));
    CHECK(height() >= needed);
    // It does not grow without end.
    for (int i = 0; i < 50; ++i) {
        words += "\nще рядок";
    }
    bench.driver.settle();
    CHECK(height() < ImGui::GetTextLineHeight() * 12);
}

TEST_CASE("a table of 100,000 rows draws only those in sight and is walked by keyboard") {
    Bench bench;
    int drawn = 0;
    int selected = 0;
    int activated = -1;
    bench.widgets = [&] {
        drawn = 0;
        const int row = ui::table("rows", {{"Name", 1}, {"Score", -6}}, 100'000, selected, [&](int i) {
            ++drawn;
            ImGui::TextUnformatted(std::to_string(i).c_str());
            ui::next_cell();
        });
        activated = row >= 0 ? row : activated;
    };
    bench.driver.click("rows.3");
    CHECK(selected == 3);
    CHECK(activated == 3);
    CHECK(drawn > 5);
    CHECK(drawn < 60);
    bench.driver.press(Key::end);
    CHECK(selected == 99'999);
    CHECK(bench.driver.shows("rows.99999"));
    bench.driver.press(Key::up);
    bench.driver.press(Key::enter);
    CHECK(activated == 99'998);
    bench.driver.press(Key::home);
    CHECK(selected == 0);
    CHECK(bench.driver.shows("rows.0"));
}

TEST_CASE("what cannot be undone is asked for: yes once, and Escape means no") {
    Bench bench;
    int agreed = 0;
    bench.widgets = [&] {
        if (ui::button("erase", "Erase", ui::Kind::danger)) {
            ui::open_confirm("sure");
        }
        agreed += ui::confirm("sure", "Erase?", "It cannot be brought back.", "Erase", "Keep", true) ? 1 : 0;
    };
    CHECK_FALSE(bench.driver.shows("sure.yes"));
    bench.driver.click("erase");
    bench.driver.press(Key::escape);
    CHECK(agreed == 0);
    CHECK_FALSE(bench.driver.shows("sure.yes"));
    bench.driver.click("erase");
    bench.driver.click("sure.no");
    CHECK(agreed == 0);
    bench.driver.click("erase");
    bench.driver.click("sure.yes");
    CHECK(agreed == 1);
    CHECK_FALSE(bench.driver.shows("sure.yes"));
}

TEST_CASE("a passphrase is nowhere in Dear ImGui's memory once its field is left, taken or cleared") {
    Bench bench;
    const std::string secret = "correct horse battery";
    ui::SecretField field;
    std::string above = "above";
    std::string below = "below";
    bench.widgets = [&] {
        ui::text_field("above", "Above", above);
        field.draw("secret", "Passphrase");
        ui::text_field("below", "Below", below);
    };
    bench.driver.write("secret", secret);
    CHECK_FALSE(field.empty());
    CHECK(bench.driver.find("secret").text == std::string(secret.size(), '*'));
    REQUIRE(kept_by_imgui(secret));
    SUBCASE("left for the field above") {
        bench.driver.click("above");
        bench.driver.type("!");
        CHECK(above.size() == 6);
        CHECK(field.take().size() == secret.size());
    }
    SUBCASE("left for the field below") {
        bench.driver.click("below");
        bench.driver.type("!");
        CHECK(below.size() == 6);
        CHECK(field.take().size() == secret.size());
    }
    SUBCASE("left with Escape") {
        bench.driver.press(Key::escape);
    }
    SUBCASE("taken") {
        const crypto::Secret taken = field.take();
        CHECK(taken.size() == secret.size());
        CHECK(std::memcmp(taken.view().data(), secret.data(), secret.size()) == 0);
        CHECK(field.empty());
    }
    SUBCASE("cleared") {
        field.clear();
        CHECK(field.empty());
    }
    bench.driver.frame(2);
    CHECK_FALSE(kept_by_imgui(secret));
}

TEST_CASE("messages from below are shown in the window's language, with what differs from case to case") {
    const test::NullScreen screen;
    const std::string wrong = "Wrong passphrase. Check the keyboard layout and Caps Lock, and try again.";
    const std::string full =
        "Cannot write /media/stick/a.fsbundle: the disk is full. Free some space and try again; nothing saved is lost.";
    const std::string nested = "This cannot be accepted. Ask a coordinator to send it.";
    set_language(Language::english);
    for (const std::string& message : {wrong, full, nested, std::string("words that nobody wrote")}) {
        CHECK(message_text(message) == message);
    }
    set_language(Language::ukrainian);
    CHECK(message_text(wrong).starts_with("Хибна парольна фраза."));
    CHECK(message_text(full).starts_with("Не вдається записати /media/stick/a.fsbundle: диск заповнено."));
    CHECK(message_text(nested) == "Це неможливо прийняти. Попросіть координатора надіслати це.");
    CHECK(message_text("words that nobody wrote") == "words that nobody wrote");
    set_language(Language::english);
}

TEST_CASE("a day of a visit is written as the language writes it") {
    set_language(Language::ukrainian);
    CHECK(day_text("2026-11-23") == "23.11.2026");
    CHECK(day_text("") == "");
    CHECK(day_text("someday") == "someday");
    set_language(Language::english);
    CHECK(day_text("2026-11-23") == "2026-11-23");
}

TEST_CASE("rows with badges are as high as the table says, so that the last one can be reached whole") {
    Bench bench;
    constexpr int count = 40;
    int selected = 0;
    float table_end = 0;
    ImVec2 last{0, 0};
    float declared = 0;
    std::map<int, float> tops;
    bench.widgets = [&] {
        declared = ui::table_row_height();
        ui::table(
            "badges", {{"Name", 1}, {"State", -8}}, count, selected,
            [&](int i) {
                tops[i] = ImGui::GetCursorScreenPos().y;
                ImGui::TextUnformatted("Лікарня");
                ui::next_cell();
                ui::badge(ui::State::good, icon::check, "Delivered");
                if (i == count - 1) {
                    last = ImGui::GetItemRectMax();
                }
            },
            300);
        table_end = ImGui::GetItemRectMax().y;
    };
    bench.driver.settle();
    CHECK(tops.at(3) - tops.at(2) == doctest::Approx(declared));
    bench.driver.click("badges.2");
    bench.driver.press(Key::end);
    bench.driver.settle();
    REQUIRE(selected == count - 1);
    CHECK(last.y + ImGui::GetStyle().CellPadding.y <= table_end + 1);
    CHECK(last.y > table_end - 2 * declared);
    // A table of the height that it asks for shows all of its rows and does not scroll.
    bool whole = false;
    bench.widgets = [&] {
        ui::table(
            "small", {{"State", 1}}, 4, selected,
            [&](int i) {
                ui::badge(ui::State::good, icon::check, "Delivered");
                whole = i == 3 ? ImGui::GetScrollMaxY() == 0 : whole;
            },
            ui::table_height(4));
    };
    selected = 0;
    bench.driver.settle();
    CHECK(whole);
}

TEST_CASE("a badge moves no words of its row: they stand as high as in the rows beside it, at every size") {
    Bench bench;
    for (const float scale : {1.0f, 1.5f, 2.0f}) {
        load_fonts(share_folder().c_str(), scale);
        apply_theme(ThemeName::light, scale);
        int selected = 0;
        std::map<int, std::pair<float, float>> words;
        bench.widgets = [&] {
            ui::table("badges", {{"Name", 1}, {"State", -8}, {"When", -8}}, 2, selected, [&](int i) {
                const float top = ImGui::GetCursorScreenPos().y;
                ImGui::TextUnformatted("Лікарня");
                const float before = ImGui::GetItemRectMin().y - top;
                ui::next_cell();
                if (i == 0) {
                    ui::badge(ui::State::good, icon::check, "Delivered");
                    // Neither above its row nor below it.
                    CHECK(ImGui::GetItemRectMin().y >= top);
                    CHECK(ImGui::GetItemRectMax().y <=
                          top + ui::table_row_height() - 2 * ImGui::GetStyle().CellPadding.y);
                } else {
                    ImGui::TextUnformatted("–");
                }
                ui::next_cell();
                ImGui::TextUnformatted("2026-11-23");
                words[i] = {before, ImGui::GetItemRectMin().y - top};
            });
        };
        bench.driver.settle();
        REQUIRE(words.size() == 2);
        CHECK(words[0] == words[1]);
        CHECK(words[0].first == words[0].second);
    }
}

TEST_CASE("a code above a column says what it stands for under the mouse") {
    Bench bench;
    int selected = 0;
    bench.widgets = [&] {
        ui::table("codes", {{"Where", 1}, {"GV", -3, "Governance"}}, 1, selected, [&](int) {
            ui::cell_text("Health");
            ui::next_cell();
            ui::cell_text("41 %");
        });
    };
    CHECK(bench.driver.find("codes.head.1").text == "Governance");
    CHECK_FALSE(bench.driver.shows("codes.head.0"));
}

TEST_CASE("a quarter is written as the language writes it") {
    set_language(Language::ukrainian);
    CHECK(quarter_text("2025-Q3") == "III кв. 2025");
    CHECK(quarter_text("2025-Q4") == "IV кв. 2025");
    CHECK(quarter_text("2025-Q5") == "2025-Q5");
    set_language(Language::english);
    CHECK(quarter_text("2025-Q1") == "Q1 2025");
    CHECK(quarter_text("") == "");
}
