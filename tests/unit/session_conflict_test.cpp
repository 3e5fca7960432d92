// How a conflict came to be: what both sides had seen, and what each did since.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
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

TEST_CASE("conflicts of findings, needs and offers, and of a visit's summary, are told and settled like others") {
    ConflictPair pair;
    const RecordId visit = pair.office->start_assessment(pair.site, "csb", "2026-11-20");
    pair.office->save(visit, {{"summary", std::string("first")}});
    pair.office->cut(visit);
    record::Finding finding;
    finding.assessment = visit;
    finding.question = "CSB-RC-01";
    finding.text = "Copies lie on the server";
    const RecordId found = pair.office->add_finding(finding);
    record::Need need;
    need.assessment = visit;
    need.findings[found.hex()] = true;
    need.text = "Disks";
    const RecordId needed = pair.office->add_need(need);
    record::Offer offer;
    offer.partner = "Естонія";
    const RecordId offered = pair.office->add_offer(offer);
    pair.meet();
    const std::vector<std::pair<RecordId, std::string>> fields{{found, "text"}, {needed, "unit"}, {offered, "text"}};
    for (session::Session* each : {pair.office.get(), pair.petro.get()}) {
        const std::string words = each == pair.office.get() ? "office" : "petro";
        for (const auto& [record, path] : fields) {
            each->save_part(record, {{path, words}});
            each->cut(record);
        }
        each->save(visit, {{"summary", words}});
        each->cut(visit);
    }
    pair.meet();
    std::vector<std::pair<RecordId, std::string>> all = fields;
    all.emplace_back(visit, "summary");
    for (const auto& [record, path] : all) {
        const std::vector<session::Conflict> conflicts = pair.petro->conflicts(record);
        REQUIRE(conflicts.size() == 1);
        CHECK(conflicts[0].path == path);
        pair.petro->settle(record, path, std::string("petro"));
        CHECK(pair.petro->conflicts(record).empty());
    }
    CHECK(pair.petro->conflicts(RecordId()).empty());
    pair.meet();
    CHECK(pair.office->conflicts(needed).empty());
    CHECK(pair.office->assessment(visit).assessment.summary == "petro");
    CHECK(pair.office->help()->offers.at(0).offer.text == "petro");
}

TEST_CASE("whose word others would not take settles nothing") {
    ConflictPair pair;
    const auto join = [&](team::Role role, const char* name) {
        const exchange::Invited invited = pair.office->invite(role, name);
        write_durably(pair.folder / name, invited.file, true);
        auto session = pair.create(std::string(name) + "-vault");
        session->join(pair.folder / name, invited.code);
        return session;
    };
    auto reviewer = join(team::Role::reviewer, "ruth");
    auto assessor = join(team::Role::assessor, "ivan");
    const std::string store = "folder:" + (pair.folder / "store").string();
    const auto meet = [&] {
        pair.meet();
        for (int round = 0; round < 2; ++round) {
            reviewer->sync(store);
            assessor->sync(store);
            pair.office->sync(store);
        }
        pair.meet();
        reviewer->sync(store);
        assessor->sync(store);
    };
    meet();
    pair.write(*pair.office, "a");
    pair.write(*pair.petro, "b");
    meet();
    REQUIRE(reviewer->conflicts(pair.site).size() == 1);
    try {
        reviewer->settle(pair.site, "notes", std::string("a"));
        FAIL("a reviewer settled a conflict");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::refused);
    }
    CHECK(reviewer->conflicts(pair.site).size() == 1);
    // A site is everybody's who records.
    REQUIRE(assessor->conflicts(pair.site).size() == 1);
    assessor->settle(pair.site, "notes", std::string("a"));
    CHECK(assessor->conflicts(pair.site).empty());
    meet();
    CHECK(pair.office->conflicts(pair.site).empty());
    CHECK(pair.office->snapshot()->quarantine.empty());
}

TEST_CASE("what an import brought to each record is told field by field") {
    ConflictPair pair;
    const RecordId visit = pair.petro->start_assessment(pair.site, "csb", "2026-11-20");
    pair.meet();
    pair.petro->save(visit, {{"answers/CSB-GV-01/value", std::string("2")}, {"answers/CSB-GV-01/note", std::string("seen")}});
    pair.petro->cut(visit);
    pair.write(*pair.petro, "north");
    pair.meet();
    const auto& imports = pair.office->snapshot()->imports;
    const auto latest = std::ranges::find_if(imports, [&](const exchange::ImportLogEntry& entry) {
        return std::ranges::find(entry.report.records, visit) != entry.report.records.end();
    });
    REQUIRE(latest != imports.end());
    const std::vector<session::ArrivedRecord> arrived = pair.office->arrived(latest->report, 100);
    REQUIRE(arrived.size() == latest->report.records.size());
    for (const session::ArrivedRecord& record : arrived) {
        CHECK(record.revisions == 1);
        CHECK(record.paths == (record.record == visit ? std::vector<std::string>{"answers/CSB-GV-01/note", "answers/CSB-GV-01/value"}
                                                      : std::vector<std::string>{"notes"}));
    }
    CHECK(latest->report.new_records.empty());
    CHECK(pair.office->arrived(latest->report, 1).size() == 1);
}
