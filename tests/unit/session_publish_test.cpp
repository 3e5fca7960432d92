// Handing out a questionnaire: who may, which version may, what is said before, and which assessments keep to which.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "app/session/session.h"
#include "model/crypto/hash.h"
#include "model/environment/durable_file.h"
#include "model/vault/vault.h"
#include "sync/exchange/shelves.h"
#include "tests/unit/next_questionnaire.h"

using namespace fieldseal;

namespace {

struct PublishTeam {
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("fieldseal-publish-" + std::to_string(::getpid()));
    std::unique_ptr<session::Session> office;
    RecordId site;

    PublishTeam() {
        crypto::start();
        std::filesystem::create_directories(folder / "store");
        office = create("office");
        office->found("Test", "Олена");
        record::Site hospital;
        hospital.name = "Лікарня";
        hospital.sector = "health";
        site = office->add_site(hospital);
    }
    ~PublishTeam() {
        office.reset();
        std::filesystem::remove_all(folder);
    }
    static crypto::Secret secret() { return crypto::Secret(view_of("correct horse battery staple")); }
    std::filesystem::path file(const std::string& name) const { return folder / (name + ".fieldseal"); }
    std::unique_ptr<session::Session> create(const std::string& name) const {
        return session::Session::create(file(name), secret(), session::system_environment(crypto::test_cost)).first;
    }
    std::unique_ptr<session::Session> open(const std::string& name) const {
        return session::Session::open(file(name), secret(), session::system_environment(crypto::test_cost));
    }
    std::unique_ptr<session::Session> join(const std::string& name, team::Role role) const {
        const exchange::Invited invited = office->invite(role, name);
        write_durably(folder / "invitation", invited.file, true);
        auto joined = create(name);
        joined->join(folder / "invitation", invited.code);
        return joined;
    }
    void meet(session::Session& other) const {
        const std::string store = "folder:" + (folder / "store").string();
        for (int round = 0; round < 2; ++round) {
            other.sync(store);
            office->sync(store);
        }
        other.sync(store);
    }
};

std::string refusal_of(session::Session& session, const Bytes& file) {
    try {
        session.publish(file);
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::refused);
        CHECK(session.would_publish(file).problem == error.what());
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("a version is published once, upwards, and never with other contents") {
    PublishTeam team;
    const Bytes first = samples::next_questionnaire("9.0.0", "1");
    const RecordId begun = team.office->start_assessment(team.site, "csb", "2026-11-20");
    const session::Publication before = team.office->would_publish(first);
    CHECK(before.problem.empty());
    CHECK(before.before == team.office->templates().by_id("csb"));
    CHECK(before.keep_theirs == 1);
    CHECK(before.use_before == 1);
    REQUIRE(before.changes.questions.size() == 1);
    CHECK(before.changes.questions[0].parts.at(0).part == questionnaire::Part::weight);
    // Looking changes nothing.
    CHECK(team.office->templates().by_version("csb", "9.0.0") == nullptr);

    team.office->publish(first);
    CHECK(team.office->templates().by_id("csb")->version == "9.0.0");
    CHECK(team.office->snapshot()->newest_templates.front()->version == "9.0.0");
    CHECK(refusal_of(*team.office, first).find("same contents") != std::string::npos);
    CHECK(refusal_of(*team.office, samples::next_questionnaire("9.0.0", "2")).find("other contents") !=
          std::string::npos);
    CHECK(refusal_of(*team.office, samples::next_questionnaire("8.9")).find("9.0.0") != std::string::npos);
    // Another way to write the version that is there.
    CHECK(refusal_of(*team.office, samples::next_questionnaire("9.0")).find("is not higher") != std::string::npos);
    CHECK_THROWS_AS(team.office->publish(Bytes{'{', '}'}), const Error&);
    CHECK(team.office->templates().size() == questionnaire::built_in_versions().size() + 1);

    // What was begun keeps its own; what begins takes the new one; both hold when it is opened again.
    const RecordId next = team.office->start_assessment(team.site, "csb", "2026-11-21");
    team.office.reset();
    team.office = team.open("office");
    CHECK(team.office->assessment(begun).questions->version == questionnaire::built_in_versions().front().version);
    CHECK(team.office->assessment(next).questions->version == "9.0.0");
    CHECK(team.office->would_publish(samples::next_questionnaire("9.1.0")).keep_theirs == 2);
    CHECK(team.office->would_publish(samples::next_questionnaire("9.1.0")).use_before == 1);
}

TEST_CASE("only coordinators hand out a questionnaire, and it reaches everybody") {
    PublishTeam team;
    auto ivan = team.join("ivan", team::Role::assessor);
    auto marta = team.join("marta", team::Role::reviewer);
    auto petro = team.join("petro", team::Role::coordinator);
    for (session::Session* each : {ivan.get(), marta.get(), petro.get()}) {
        team.meet(*each);
    }
    const Bytes file = samples::next_questionnaire("9.0.0", "1");
    CHECK(refusal_of(*ivan, file).find("coordinator") != std::string::npos);
    CHECK(refusal_of(*marta, file).find("coordinator") != std::string::npos);
    // Not the owner alone.
    petro->publish(file);
    for (session::Session* each : {petro.get(), marta.get(), ivan.get()}) {
        team.meet(*each);
        CHECK(each->templates().by_id("csb")->version == "9.0.0");
    }
    // Answered with it in the field, read with it in the office.
    const RecordId site = ivan->add_site([] {
        record::Site post;
        post.name = "Пошта";
        post.sector = "health";
        return post;
    }());
    const RecordId visit = ivan->start_assessment(site, "csb", "2026-11-22");
    record::Answer answer;
    answer.value = record::AnswerValue::of_level(2);
    answer.basis = record::Basis::observed;
    ivan->save_answer(visit, "CSB-GV-01", answer);
    ivan->cut_all();
    ivan->finalise(visit);
    team.meet(*ivan);
    const session::AssessmentView read = team.office->assessment(visit);
    REQUIRE(read.questions);
    CHECK(read.questions->version == "9.0.0");
    CHECK(read.questions->find("CSB-GV-01")->weight == 1);
    CHECK(team.office->snapshot()->find(visit)->summary.score >= 0);
    CHECK(team.office->snapshot()->quarantine.empty());
}

TEST_CASE("two coordinators who published one version apart agree on which one is taken") {
    PublishTeam team;
    auto petro = team.join("petro", team::Role::coordinator);
    team.meet(*petro);
    team.office->publish(samples::next_questionnaire("9.0.0", "1"));
    petro->publish(samples::next_questionnaire("9.0.0", "2"));
    team.meet(*petro);
    const auto of = [](session::Session& session) {
        return questionnaire::content_hash(*session.templates().by_id("csb"));
    };
    CHECK(of(*team.office) == of(*petro));
    CHECK(team.office->templates().size() == questionnaire::built_in_versions().size() + 2);
    const Hash taken = of(*petro);
    petro.reset();
    petro = team.open("petro");
    CHECK(of(*petro) == taken);
}

TEST_CASE("a vault that holds a questionnaire nobody can read opens all the same") {
    PublishTeam team;
    const RecordId begun = team.office->start_assessment(team.site, "csb", "2026-11-20");
    team.office.reset();
    {
        // As a program kept it that took in whatever a coordinator sent.
        const auto vault = vault::Vault::open(team.file("office"), PublishTeam::secret().view(),
                                              session::system_environment(crypto::test_cost));
        const Bytes junk{'{', '}'};
        vault->shelf(exchange::shelves::questionnaires).put(crypto::plain_hash(junk).view(), junk);
    }
    team.office = team.open("office");
    CHECK(team.office->templates().size() == questionnaire::built_in_versions().size());
    CHECK(team.office->assessment(begun).questions);
    team.office->publish(samples::next_questionnaire("9.0.0"));
    CHECK(team.office->templates().by_id("csb")->version == "9.0.0");
}

TEST_CASE("uses are counted over summaries, those of an older program too") {
    PublishTeam team;
    team.office->start_assessment(team.site, "csb", "2026-11-20");
    team.office->publish(samples::next_questionnaire("9.0.0", "1"));
    team.office->start_assessment(team.site, "csb", "2026-11-21");
    const RecordId third = team.office->start_assessment(team.site, "csb", "2026-11-22");
    const auto uses = [&](const std::string& version) {
        const auto counted = team.office->template_uses();
        const auto questions = team.office->templates().by_version("csb", version);
        const auto found = counted.find(questionnaire::content_hash(*questions));
        return found == counted.end() ? 0 : found->second;
    };
    const std::string built_in(questionnaire::built_in_versions().front().version);
    CHECK(uses(built_in) == 1);
    CHECK(uses("9.0.0") == 2);
    CHECK(uses("1.0.0") == 0);
    team.office->erase_everywhere(third, "test");
    CHECK(uses("9.0.0") == 1);
    team.office.reset();
    {
        // Summaries as an older program made them: without the version.
        const auto vault = vault::Vault::open(team.file("office"), PublishTeam::secret().view(),
                                              session::system_environment(crypto::test_cost));
        vault->refresh_summaries();
        vault->shelf("setting").remove("summaries");
        for (const vault::Summary& summary : vault->summaries()) {
            CHECK(summary.region.empty());
        }
    }
    team.office = team.open("office");
    CHECK(uses(built_in) == 1);
    CHECK(uses("9.0.0") == 1);
}

TEST_CASE("a score that was missing for want of the questionnaire is there though the program ended in between") {
    PublishTeam team;
    const Bytes file = samples::next_questionnaire("9.0.0");
    team.office->publish(file);
    const RecordId visit = team.office->start_assessment(team.site, "csb", "2026-11-20");
    record::Answer answer;
    answer.value = record::AnswerValue::of_level(2);
    answer.basis = record::Basis::observed;
    team.office->save_answer(visit, "CSB-GV-01", answer);
    team.office->cut(visit);
    const int score = team.office->snapshot()->find(visit)->summary.score;
    REQUIRE(score >= 0);
    team.office.reset();
    {
        // The assessment was merged before its questionnaire came, and the battery died after that.
        const auto vault = vault::Vault::open(team.file("office"), PublishTeam::secret().view(),
                                              session::system_environment(crypto::test_cost));
        const portfolio::TemplateShelf built_in;
        vault->use_summarise(portfolio::make_summarise(
            built_in, [](const RecordId&) { return std::string(); }, [] { return std::int64_t{0}; }));
        vault->refresh_summaries();
        vault->shelf("setting").put("summaries", view_of(portfolio::summaries_made_with(built_in)));
        REQUIRE(vault->summary(visit)->score == -1);
    }
    team.office = team.open("office");
    CHECK(team.office->snapshot()->find(visit)->summary.score == score);
}
