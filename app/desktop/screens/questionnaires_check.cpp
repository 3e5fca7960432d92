// A questionnaire's file: what is wrong with it; and, for whoever may, handing it out to the team.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/questionnaires.h"
#include "app/desktop/text/error_texts.h"
#include "model/environment/durable_file.h"

namespace fieldseal::desktop {

namespace {

void check_file(App& app) {
    struct Checked {
        std::vector<questionnaire::TemplateProblem> problems;
        std::optional<session::Publication> publication;
    };
    app.load<Checked>(
        "questionnaire.check",
        [file = app.questionnaires.file](session::Session& session) {
            const Bytes bytes = read_file(file, questionnaire::template_size_limit);
            Checked checked{questionnaire::check_template(bytes), std::nullopt};
            if (checked.problems.empty()) {
                checked.publication = session.would_publish(bytes);
            }
            return checked;
        },
        [&app, file = app.questionnaires.file](Checked checked) {
            QuestionnairesView& view = app.questionnaires;
            view.problems = std::move(checked.problems);
            view.checked = file;
            view.problem = 0;
            view.publication_differences.clear();
            view.publication = std::move(checked.publication);
            view.publication_difference = 0;
            if (view.publication) {
                view.publication_differences = rows_of_changes(view.publication->changes);
            }
        });
}

void hand_out(App& app) {
    app.run(
        "questionnaire.publish",
        [questions = app.questionnaires.publication->questions](session::Session& session, const session::Progress&) {
            session.publish(questions->file);
        },
        [&app] {
            QuestionnairesView& view = app.questionnaires;
            view.problems.reset();
            view.publication_differences.clear();
            view.publication.reset();
            view.tab = "versions";
            app.say(ui::State::good, tr("Published. It reaches everybody with the next sync."));
        });
}

/// What follows from publishing, before it is done.
std::string consequences(const session::Publication& publication) {
    std::string text = tr("It reaches everybody of the team with the next sync, and new assessments take it.");
    if (publication.before) {
        text += " " + trn("%d assessment here keeps the version it was begun with.",
                          "%d assessments here keep the version they were begun with.",
                          static_cast<std::int64_t>(publication.keep_theirs));
    }
    return text + " " + tr("It cannot be taken back: only a higher version can follow.");
}

void publishing(App& app) {
    const session::Publication& publication = *app.questionnaires.publication;
    if (!publication.problem.empty()) {
        ui::badge(ui::State::caution, icon::warning, tr("It cannot be published so"));
        const std::string reason = message_text(publication.problem);
        ui::body(reason);
        ui::note("questionnaire.refused", reason.c_str());
        return;
    }
    ui::begin_card("questionnaire.publishing");
    if (publication.before) {
        ui::bold(fill(tr("The newest version here is {}."), {publication.before->version}));
        ui::small(trn("%d assessment here uses it.", "%d assessments here use it.",
                      static_cast<std::int64_t>(publication.use_before)));
    } else {
        ui::bold(tr("A new questionnaire: no version of it is here yet."));
    }
    const std::string follows = consequences(publication);
    ui::body(follows);
    ui::note("questionnaire.follows", follows.c_str());
    if (ui::button("questionnaire.publish", tr("Publish to the team"), ui::Kind::primary, icon::outbox,
                   !app.running("questionnaire.publish"))) {
        ui::open_confirm("questionnaire.confirm");
    }
    if (ui::confirm("questionnaire.confirm", fill(tr("Publish version {}?"), {publication.questions->version}), follows,
                    tr("Publish"), tr("Cancel"), false)) {
        hand_out(app);
    }
    ui::end_card();
}

void problems_of_file(App& app) {
    QuestionnairesView& view = app.questionnaires;
    ui::badge(ui::State::bad, icon::warning,
              trn("%d problem", "%d problems", static_cast<std::int64_t>(view.problems->size())));
    ui::table("questionnaire.problems", {{tr("Place"), 1}, {tr("Reason"), 1.2f}},
              static_cast<int>(view.problems->size()), view.problem, [&](int i) {
                  const questionnaire::TemplateProblem& problem = (*view.problems)[static_cast<std::size_t>(i)];
                  ui::cell_text(problem.place.empty() ? tr("the whole file") : problem.place.c_str());
                  ui::next_cell();
                  const std::string reason = message_text(problem.reason);
                  ui::cell_text(reason.c_str());
                  ui::note(("questionnaire.problem." + std::to_string(i)).c_str(), reason.c_str());
              });
}

}  // namespace

void draw_questionnaire_check(App& app) {
    QuestionnairesView& view = app.questionnaires;
    ui::begin_card("questionnaire.file.card");
    ui::text_field("questionnaire.file", tr("A questionnaire's file (JSON)"), view.file);
    if (ui::button("questionnaire.browse", tr("Browse"), ui::Kind::plain, icon::search)) {
        view.browser.open(ui::FileBrowser::Wanted::file, {}, {".json"});
        view.browsing = true;
    }
    ImGui::SameLine();
    if (ui::button("questionnaire.check", tr("Check"), ui::Kind::primary, icon::check,
                   !view.file.empty() && !app.running("questionnaire.check"))) {
        check_file(app);
    }
    ui::small(app.is_coordinator() ? tr("Only looked at: nothing is given out before you publish it.")
                                   : tr("Only looked at: nothing is taken into the vault."));
    ui::end_card();
    if (view.browsing && view.browser.draw("questionnaire.browser", tr("Choose a file"))) {
        view.browsing = false;
        view.file = view.browser.chosen().string();
        check_file(app);
    }
    ui::gap(0.3f);
    if (!view.problems) {
        ui::empty_state(icon::file, tr("No file checked yet"),
                        tr("Choose a questionnaire's file; each problem is shown with its place and its reason."));
        return;
    }
    if (view.checked != view.file) {
        ui::small(view.checked);
    }
    if (!view.problems->empty()) {
        problems_of_file(app);
        return;
    }
    const session::Publication& publication = *view.publication;
    ui::badge(ui::State::good, icon::check, tr("Nothing to complain about"));
    ui::note("questionnaire.good", "");
    ImGui::SameLine();
    ui::bold(version_name(*publication.questions));
    ImGui::SameLine();
    ui::small(trn("%d question", "%d questions",
                  static_cast<std::int64_t>(publication.questions->questions_in_order().size())));
    ui::gap(0.3f);
    if (app.is_coordinator()) {
        publishing(app);
    }
    if (publication.before && !view.publication_differences.empty()) {
        ui::gap(0.3f);
        ui::heading(fill(tr("What changed since {}"), {publication.before->version}));
        draw_differences("publication", view.publication_differences, view.publication_difference, *publication.before,
                         *publication.questions);
    }
}

}  // namespace fieldseal::desktop
