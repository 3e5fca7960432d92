// A person at the window, drawn without a screen: reads, types, leaves a field half typed, locks. Read from outside by
// locked_memory_test.cpp.
#include <doctest/doctest.h>

#include "model/memory/memory.h"
#include "tests/memory/dialogue.h"
#include "tests/ui/driver.h"
#include "tests/ui/null_screen.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
namespace fs = std::filesystem;

namespace {

struct Person {
    App& app;
    desktop::test::Driver driver{app, [this] {
                                     driver.feed();
                                     ImGui::NewFrame();
                                     app.draw();
                                     ImGui::Render();
                                 }};

    void unlock(const fs::path& vault) {
        app.preferences.last_vault = vault.string();
        driver.click("welcome.unlock");
        app.welcome.path = vault.string();
        driver.write("welcome.passphrase", fieldseal::test::hear());
        driver.click("welcome.unlock.go");
        REQUIRE_FALSE(app.locked);
        driver.settle();
    }
    void look_at_everything() {
        for (const Screen screen :
             {Screen::sites, Screen::inbox, Screen::outbox, Screen::team, Screen::reviews, Screen::settings}) {
            app.go(screen);
            driver.settle();
        }
        const RecordId visit = app.snapshot->assessments.front()->summary.id;
        app.open_site(app.snapshot->sites.front()->summary.id);
        driver.settle();
        app.open_assessment(visit, "CSB-GV-01");
        driver.settle();
    }
    void type() {
        const std::string name = fieldseal::test::hear();
        const std::string contact = fieldseal::test::hear();
        app.go(Screen::sites);
        driver.write("sites.search", name);
        app.open_site_form({});
        driver.settle();
        driver.write("site.name", name);
        driver.write("site.contact", contact);
        // The field is still being edited when the vault is locked.
    }
};

/// Not within the caller's frame, which is not wiped: short texts lie on the stack.
[[gnu::noinline]] void sit_at(App& app, const fs::path& folder) {
    Person person{app};
    person.unlock(folder / "office.fieldseal");
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder / "stick")) {
        files.push_back(entry.path());
    }
    app.import(files);
    person.driver.settle();
    person.look_at_everything();
    person.type();
    fieldseal::test::stand_still("open");
    person.driver.press_with_control(Key::l);
    REQUIRE(app.locked);
    person.driver.settle();
}

}  // namespace

TEST_CASE("a person at the window") {
    desktop::test::NullScreen screen;
    App app([] {}, session::system_environment(crypto::test_cost));
    const fs::path folder = fieldseal::test::hear();
    sit_at(app, folder);
    // What the driver, which is no part of the window, had noted of what was drawn went with it.
    ui::listen(nullptr);
    memory::wipe_stack();
    fieldseal::test::stand_still("locked");
}
