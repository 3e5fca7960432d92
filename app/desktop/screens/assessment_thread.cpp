// What reviewers and the assessor write to each other, question by question, and a reviewer's verdict on the whole.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/screens.h"

namespace fieldseal::desktop {

namespace {

constexpr const char* verdict_place = "verdict";

std::string place_of(const questionnaire::Question& question) {
    return "question/" + question.id;
}

std::string author_of(const App& app, const session::ReviewView& item) {
    return item.author.empty() ? app.name_of(item.review.author) : item.author;
}

bool is_others_verdict(const App& app, const record::Review& review) {
    return review.verdict != record::Verdict::comment && review.author != app.snapshot->own_person;
}

/// Says what other reviewers decided since this was opened; false while that has not been looked at.
bool others_verdicts_seen(App& app) {
    AssessmentScreenView& view = app.assessment;
    const auto note_all = [&view] {
        view.verdicts_seen.emplace();
        for (const session::ReviewView& item : view.loaded->reviews) {
            view.verdicts_seen->insert(item.id);
        }
    };
    if (!view.verdicts_seen) {
        note_all();
    }
    bool all_seen = true;
    for (const session::ReviewView& item : view.loaded->reviews) {
        if (!is_others_verdict(app, item.review) || view.verdicts_seen->contains(item.id)) {
            continue;
        }
        const std::string name = item.author.empty() ? app.name_of(item.review.author) : item.author;
        const char* text = item.review.verdict == record::Verdict::approve
                               ? tr("{} has approved it since you opened it ({}).")
                               : tr("{} has returned it since you opened it ({}).");
        ui::gap(0.3f);
        ui::badge(ui::State::caution, icon::warning, tr("Somebody else was here"));
        ui::body(fill(text, {name, date_time_text(item.review.at_ms)}));
        ui::note("review.others", name.c_str());
        all_seen = false;
    }
    if (!all_seen && ui::button("review.others.seen", tr("I have read it, and decide myself"), ui::Kind::plain,
                                icon::check, true, -1)) {
        note_all();
    }
    return all_seen;
}

/// Who wrote what about the question, and about the whole; true where there was anything.
bool words_so_far(App& app, const questionnaire::Question& question) {
    bool any = false;
    for (const session::ReviewView& item : app.assessment.loaded->reviews) {
        if (!item.review.question.empty() && item.review.question != question.id) {
            continue;
        }
        if (!any) {
            ui::heading(tr("Review"));
            any = true;
        }
        const bool of_assessor = item.review.author == app.assessment.loaded->assessment.assessor;
        if (of_assessor && item.review.verdict == record::Verdict::comment) {
            ui::badge(ui::State::accent, icon::comment, tr("The assessor's answer"));
        } else {
            verdict_badge(item.review.verdict);
        }
        ui::small(author_of(app, item) + "  ·  " + date_time_text(item.review.at_ms) +
                  (item.review.question.empty() ? std::string("  ·  ") + tr("whole assessment") : ""));
        if (!item.review.text.empty()) {
            ui::body(item.review.text);
        }
        ui::note(("thread." + item.id.hex()).c_str(), item.review.text.c_str());
        ui::gap(0.1f);
    }
    return any;
}

bool is_blank(const std::string& text) {
    return text.find_first_not_of(" \t\n") == std::string::npos;
}

/// The words at a place go out, and are no longer being typed.
void send(App& app, record::Verdict verdict, const std::string& about, const std::string& place) {
    AssessmentScreenView& view = app.assessment;
    // What arrived after this frame was drawn counts too: the worker looks once more before it writes.
    app.load<bool>(
        "review",
        [id = view.id, own = app.snapshot->own_person, verdict, about, place, text = view.words[place],
         seen = view.verdicts_seen.value_or(std::set<RecordId>{})](session::Session& session) {
            const std::vector<session::ReviewView> now = verdict == record::Verdict::comment
                                                             ? std::vector<session::ReviewView>()
                                                             : session.assessment(id).reviews;
            for (const session::ReviewView& item : now) {
                if (item.review.verdict != record::Verdict::comment && item.review.author != own &&
                    !seen.contains(item.id)) {
                    return false;
                }
            }
            session.review(id, verdict, about, text);
            session.keep_words(id, place, "");
            return true;
        },
        [&app, id = view.id, place](bool written) {
            if (!written) {
                app.say(ui::State::bad, tr("Somebody else has given a verdict meanwhile. Read it, then decide."));
                return;
            }
            if (app.assessment.id == id) {
                app.assessment.words.erase(place);
                app.assessment.words_kept.erase(place);
            }
            app.say(ui::State::good, app.is_assessor() ? tr("Noted. It reaches the reviewers with the next sync.")
                                                       : tr("Noted. It reaches the assessor with the next sync."));
        });
}

void judge(App& app) {
    AssessmentScreenView& view = app.assessment;
    ui::gap(0.4f);
    ui::heading(tr("The whole assessment"));
    const bool others_seen = others_verdicts_seen(app);
    const bool finalised = view.loaded->assessment.state == record::AssessmentState::finalised;
    if (!finalised) {
        ui::muted(tr("It is being answered: it can be judged once it is finalised."));
        return;
    }
    std::string& reason = view.words[verdict_place];
    if (ui::note_field("review.reason", tr("Why it goes back"), reason, 3,
                       tr("What should be changed, for a return"))) {
        keep_words(app);
    }
    const bool free = others_seen && !app.running("review");
    if (ui::button("review.return", tr("Return the assessment"), ui::Kind::plain, icon::back, free && !is_blank(reason),
                   -1)) {
        send(app, record::Verdict::give_back, "", verdict_place);
    }
    // Words that were typed for a return must not go out with an approval unseen.
    if (ui::button("review.approve", tr("Approve the assessment"), ui::Kind::primary, icon::check,
                   free && is_blank(reason), -1)) {
        send(app, record::Verdict::approve, "", verdict_place);
    }
    if (!is_blank(reason)) {
        ui::small(tr("To approve, take the reason for a return out first."));
    }
}

}  // namespace

bool has_thread(const AssessmentScreenView& view, const std::string& question) {
    return std::ranges::any_of(view.loaded->reviews,
                               [&](const session::ReviewView& item) { return item.review.question == question; });
}

void keep_words(App& app) {
    AssessmentScreenView& view = app.assessment;
    if (view.words_saving) {
        return;
    }
    std::map<std::string, std::string> changed;
    for (const auto& [place, text] : view.words) {
        const auto kept = view.words_kept.find(place);
        if (text != (kept == view.words_kept.end() ? std::string() : kept->second)) {
            changed[place] = text;
        }
    }
    if (changed.empty()) {
        return;
    }
    view.words_saving = true;
    app.save(
        [id = view.id, changed](session::Session& session) {
            for (const auto& [place, text] : changed) {
                session.keep_words(id, place, text);
            }
        },
        [&app, id = view.id, changed] {
            if (app.assessment.id != id) {
                return;
            }
            app.assessment.words_saving = false;
            for (const auto& [place, text] : changed) {
                app.assessment.words_kept[place] = text;
            }
            keep_words(app);
        },
        [&app, id = view.id](const Error*) {
            // Tried again with the next word.
            app.assessment.words_saving = app.assessment.words_saving && app.assessment.id != id;
        });
}

void draw_thread(App& app, const questionnaire::Question& question) {
    AssessmentScreenView& view = app.assessment;
    const bool any = words_so_far(app, question);
    const bool own = view.loaded->assessment.assessor == app.snapshot->own_person;
    if (app.is_assessor() && (!any || !own)) {
        return;
    }
    if (!any) {
        ui::heading(tr("Review"));
    }
    // A field of its own for each question: what is half typed stays with its question.
    ImGui::PushID(question.id.c_str());
    std::string& words = view.words[place_of(question)];
    if (ui::note_field(
            "review.text",
            app.is_assessor() ? tr("Your answer to the reviewer") : tr("To the assessor, about this question"), words,
            3)) {
        keep_words(app);
    }
    ImGui::PopID();
    if (ui::button("review.comment", app.is_assessor() ? tr("Answer") : tr("Comment on this question"), ui::Kind::plain,
                   icon::comment, !is_blank(words) && !app.running("review"), -1)) {
        send(app, record::Verdict::comment, question.id, place_of(question));
    }
    if (!app.is_assessor()) {
        judge(app);
    }
}

void draw_asked(App& app) {
    AssessmentScreenView& view = app.assessment;
    const session::ReviewView* verdict = nullptr;
    for (const session::ReviewView& item : view.loaded->reviews) {
        verdict = item.review.verdict != record::Verdict::comment ? &item : verdict;
    }
    const bool returned = verdict != nullptr && verdict->review.verdict == record::Verdict::give_back;
    const std::set<std::string> asked = session::asked_questions(*view.loaded);
    if (!returned && asked.empty()) {
        return;
    }
    ui::heading(tr("What reviewers ask"));
    if (returned) {
        verdict_badge(record::Verdict::give_back);
        ui::small(author_of(app, *verdict) + "  ·  " + date_time_text(verdict->review.at_ms));
        ui::body(verdict->review.text);
        ui::note("asked.reason", verdict->review.text.c_str());
    }
    for (const questionnaire::Question* question : view.loaded->questions->questions_in_order()) {
        if (!asked.contains(question->id)) {
            continue;
        }
        if (ui::button(("asked." + question->id).c_str(), question->id + "  ·  " + tr("a reviewer asked about this"),
                       ui::Kind::plain, icon::comment, true, -1)) {
            choose_question(app, question->id);
            view.scroll_to_question = true;
            view.close.from_here = can_edit(app);
        }
    }
    ui::gap(0.4f);
}

}  // namespace fieldseal::desktop
