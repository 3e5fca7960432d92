// How a conflict came to be: what both sides had seen, and what each did since.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "app/session/session.h"
#include "model/environment/durable_file.h"

using namespace fieldseal;

namespace {

struct ConflictPair {
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("fieldseal-conflict-" + std::to_string(::getpid()));
    std::unique_ptr<session::Session> office;
    std::unique_ptr<session::Session> petro;
    RecordId site;

    ConflictPair() {
        crypto::start();
        std::filesystem::create_directories(folder / "store");
        office = create("office");
        office->found("Test", "Олена");
        const exchange::Invited invited = office->invite(team::Role::coordinator, "Петро");
        write_durably(folder / "invitation", invited.file, true);
        petro = create("petro");
        petro->join(folder / "invitation", invited.code);
        record::Site hospital;
        hospital.name = "Лікарня";
        site = office->add_site(hospital);
        meet();
    }
    ~ConflictPair() {
        office.reset();
        petro.reset();
        std::filesystem::remove_all(folder);
    }
    std::unique_ptr<session::Session> create(const std::string& name) const {
        return session::Session::create(folder / (name + ".fieldseal"),
                                        crypto::Secret(view_of("correct horse battery staple")),
                                        session::system_environment(crypto::test_cost))
            .first;
    }
    void meet() const {
        const std::string store = "folder:" + (folder / "store").string();
        for (int round = 0; round < 2; ++round) {
            petro->sync(store);
            office->sync(store);
        }
        petro->sync(store);
    }
    void write(session::Session& session, const std::string& notes, const std::string& owner = {}) const {
        record::Site changed = session.site(site).site;
        changed.notes = notes;
        changed.owner = owner.empty() ? changed.owner : owner;
        session.edit_site(site, changed, session.heads(site));
    }
    session::Conflict conflict() const {
        const std::vector<session::Conflict> all = office->site(site).conflicts;
        REQUIRE(all.size() == 1);
        REQUIRE(all[0].path == "notes");
        return all[0];
    }
};

std::string text_of_value(const std::optional<codec::Value>& value) {
    return value ? std::get<std::string>(*value) : "nothing";
}

/// "a > b by Петро", a step each.
std::vector<std::string> told(const std::vector<session::ConflictStep>& steps) {
    std::vector<std::string> lines;
    for (const session::ConflictStep& step : steps) {
        lines.push_back(text_of_value(step.before) + " > " + text_of_value(step.after) + " by " + step.person);
    }
    return lines;
}

}  // namespace

TEST_CASE("each side of a conflict is told step by step from what both had seen") {
    ConflictPair pair;
    pair.write(*pair.office, "gate");
    pair.meet();
    pair.write(*pair.petro, "north");
    pair.write(*pair.petro, "north", "the town");  // of another field: no step of this one
    pair.write(*pair.petro, "north gate");
    pair.write(*pair.office, "");
    pair.meet();
    const session::Conflict conflict = pair.conflict();
    for (session::Session* each : {pair.office.get(), pair.petro.get()}) {
        const session::ConflictHistory history = each->conflict_history(pair.site, conflict);
        CHECK(text_of_value(history.before) == "gate");
        REQUIRE(history.sides.size() == 2);
        for (std::size_t i = 0; i < 2; ++i) {
            const bool of_petro = conflict.versions[i].person == "Петро";
            CHECK(told(history.sides[i]) ==
                  (of_petro ? std::vector<std::string>{"gate > north by Петро", "north > north gate by Петро"}
                            : std::vector<std::string>{"gate > nothing by Олена"}));
            CHECK(history.sides[i].back().revision == conflict.versions[i].revision);
            CHECK(history.sides[i].back().device == conflict.versions[i].device);
            CHECK((history.sides[i].back().received_ms > 0) == (of_petro == (each == pair.office.get())));
        }
    }
}

TEST_CASE("where nothing was there before, it is said so, and a settled conflict is what both had seen next time") {
    ConflictPair pair;
    pair.write(*pair.petro, "a");
    pair.write(*pair.office, "b");
    pair.meet();
    session::Conflict conflict = pair.conflict();
    CHECK(text_of_value(pair.office->conflict_history(pair.site, conflict).before) == "nothing");
    pair.office->settle(pair.site, "notes", std::string("b"));
    pair.meet();
    pair.write(*pair.petro, "c");
    pair.write(*pair.office, "d");
    pair.meet();
    conflict = pair.conflict();
    const session::ConflictHistory history = pair.office->conflict_history(pair.site, conflict);
    CHECK(text_of_value(history.before) == "b");
    for (const std::vector<session::ConflictStep>& side : history.sides) {
        REQUIRE(side.size() == 1);
        CHECK(text_of_value(side[0].before) == "b");
    }
}
