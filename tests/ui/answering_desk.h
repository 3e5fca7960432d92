// An assessor on a new assessment, with a clock that a test moves.
#pragma once

#include <functional>
#include <string>

#include "tests/ui/visits.h"

namespace fieldseal::desktop::test {

struct Hands {
    /// Runs ahead by itself, so that nobody waits for a page; or stands until it is moved.
    struct Time final : Clock {
        SystemClock outside;
        std::int64_t uptime = 0;
        bool runs = true;
        std::int64_t wall_ms() override { return outside.wall_ms(); }
        std::int64_t uptime_ms() override { return uptime += runs ? 50 : 0; }
    };
    Time time;
    crypto::SystemRandom random;
};

/// On a new assessment's first question, counting what is pressed.
struct Answering : Hands, Stage {
    int presses = 0;

    explicit Answering(const std::function<void(session::Session&)>& prepare =
                           [](session::Session& field) { field.generate(1, 0, 5); })
        : Stage(Environment{time, random, crypto::test_cost}) {
        set_language(Language::english);
        app.preferences.lock_minutes = 0;
        found(*this, prepare);
        unlock("field");
    }
    void begin() {
        app.open_site(app.snapshot->sites.front()->summary.id);
        driver.settle();
        driver.click("site.start");
    }
    void press(Key key) {
        ++presses;
        driver.press(key);
    }
    void type(const std::string& text) {
        presses += static_cast<int>(text.size());
        driver.type(text);
    }
    /// By keyboard, as a person would.
    void jump(const std::string& words) {
        driver.press_with_control(Key::j);
        driver.type(words);
        driver.press(Key::enter);
    }
    /// A question that is answered with hours.
    std::string number_in_hours() const {
        for (const questionnaire::Question* each : visit().questions->questions_in_order()) {
            if (each->is_numeric() && each->number->unit == "h" && app.assessment.applicability->applies(each->id)) {
                return each->id;
            }
        }
        throw std::runtime_error("no question is answered with hours");
    }
    std::string here() const { return app.assessment.question; }
    const questionnaire::Question& asked() const { return *app.assessment.loaded->questions->find(here()); }
    record::Answer answer(const std::string& question) const {
        const auto& answers = app.assessment.loaded->assessment.answers;
        return answers.contains(question) ? answers.at(question) : record::Answer{};
    }
    std::string status() const { return app.status ? app.status->text : std::string(); }
    const session::AssessmentView& visit() const { return *app.assessment.loaded; }
    /// As the vault has it, which is locked for that.
    record::Assessment kept() {
        const RecordId id = app.assessment.id;
        driver.press_with_control(Key::l);
        return open("field")->assessment(id).assessment;
    }
};

}  // namespace fieldseal::desktop::test
