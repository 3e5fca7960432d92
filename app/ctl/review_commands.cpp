// history, diff, review.
#include <iostream>

#include "app/ctl/columns.h"
#include "app/ctl/commands.h"
#include "app/ctl/exchange_output.h"
#include "app/ctl/output.h"
#include "app/ctl/seal_output.h"

namespace fieldseal::ctl {

namespace {

struct HistoryOptions {
    VaultOptions vault;
    std::string id;
    bool alone = false;
    bool check = false;
};

std::string_view body_name(session::HistoryStep::Body body) {
    switch (body) {
        case session::HistoryStep::Body::here:
            return "here";
        case session::HistoryStep::Body::damaged:
            return "damaged";
        case session::HistoryStep::Body::erased:
            return "erased";
    }
    return "here";
}

/// What stands where the number of edits would, for want of them.
std::string edits_text(const session::HistoryStep& step) {
    switch (step.body) {
        case session::HistoryStep::Body::damaged:
            return "cannot be read";
        case session::HistoryStep::Body::erased:
            return "erased on request";
        case session::HistoryStep::Body::here:
            break;
    }
    return std::to_string(step.edits) + (step.edits == 1 ? " edit" : " edits");
}

Json step_json(const session::HistoryStep& step) {
    Json json;
    json["revision"] = step.revision.hex();
    json["record"] = step.record.hex();
    json["kind"] = record::name_of(step.kind);
    json["device"] = step.device.hex();
    json["sequence"] = step.sequence;
    json["person"] = step.person;
    json["at"] = step.body == session::HistoryStep::Body::erased ? Json(nullptr) : Json(iso_time(step.time.wall_ms));
    json["received_at"] = step.received_ms == 0 ? Json(nullptr) : Json(iso_time(step.received_ms));
    json["edits"] = step.edits;
    json["paths"] = step.paths;
    json["signed"] = step.sealed;
    json["visited_on"] = step.visited_on.empty() ? Json(nullptr) : Json(step.visited_on);
    json["body"] = body_name(step.body);
    json["parents"] = Json::array();
    for (const Hash& parent : step.parents) {
        json["parents"].push_back(parent.hex());
    }
    return json;
}

int show_history(const Context& context, const HistoryOptions& options) {
    const auto session = options.vault.open();
    const RecordId record = session->resolve_record(options.id);
    Json erased = Json::array();
    std::string erased_lines;
    for (const exchange::Erased& each : session->erased_everywhere()) {
        if (each.record == record) {
            erased.push_back(erased_json(each));
            erased_lines += erased_line(each);
        }
    }
    std::vector<session::HistoryStep> steps;
    // Of what was erased as a whole nothing is left but that.
    if (erased.empty() || session->snapshot()->find(record)) {
        steps = session->history(record, !options.alone);
    }
    std::vector<session::StepSeal> seals;
    bool broken = false;
    for (std::size_t i = 0; options.check && i < steps.size(); ++i) {
        seals.push_back(session->check_step(steps[i]));
        broken = broken || seals.back().verdict() == session::StepSeal::Verdict::broken;
    }
    const int outcome = broken ? exit_damaged : exit_done;
    if (context.json) {
        Json list = Json::array();
        for (std::size_t i = 0; i < steps.size(); ++i) {
            list.push_back(step_json(steps[i]));
            if (options.check) {
                list.back()["seal"] = seal_json(seals[i]);
            }
        }
        print({{"steps", list}, {"erased", erased}});
        return outcome;
    }
    Columns table;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const session::HistoryStep& step = steps[i];
        const bool timeless = step.body == session::HistoryStep::Body::erased;
        table.add({timeless ? "-" : iso_time(step.time.wall_ms), short_id(step.revision.view()),
                   std::string(record::name_of(step.kind)), short_id(step.record.view()), one_line(step.person, 40),
                   "device " + short_id(step.device.view()) + " #" + std::to_string(step.sequence), edits_text(step),
                   options.check  ? seal_text(seals[i])
                   : step.sealed ? ""
                                 : "not signed yet"});
    }
    table.print(std::cout);
    std::cout << erased_lines;
    return outcome;
}

struct DiffOptions {
    VaultOptions vault;
    std::string before;
    std::string after;
};

/// Of a number that answers a question, in the version that was answered; empty for everything else.
std::string unit_at(const session::DiffView& view, std::string_view path) {
    constexpr std::string_view start = "answers/";
    constexpr std::string_view end = "/value";
    if (!view.questions || !path.starts_with(start) || !path.ends_with(end)) {
        return {};
    }
    const questionnaire::Question* question =
        view.questions->find(path.substr(start.size(), path.size() - start.size() - end.size()));
    return question != nullptr && question->number ? question->number->unit : std::string();
}

/// Whose it is, and when.
std::string side_text(const session::DiffSide& side) {
    const session::HistoryStep& step = side.step;
    return std::string(record::name_of(step.kind)) +
           (step.visited_on.empty() ? "" : " of the visit of " + one_line(step.visited_on, 10)) + ", " +
           one_line(step.person, 40) + ", device " + short_id(step.device.view()) + ", " + iso_time(step.time.wall_ms);
}

int show_diff(const Context& context, const DiffOptions& options) {
    const auto session = options.vault.open();
    const session::DiffView view =
        session->diff(session->resolve_revision(options.before), session->resolve_revision(options.after));
    if (context.json) {
        Json changes = Json::array();
        for (const history::FieldChange& change : view.changes) {
            changes.push_back(
                {{"path", change.path}, {"before", value_json(change.before)}, {"after", value_json(change.after)}});
            if (const std::string unit = unit_at(view, change.path); !unit.empty()) {
                changes.back()["unit"] = unit;
            }
        }
        Json evidence = Json::array();
        for (const session::EvidenceChange& piece : view.evidence) {
            evidence.push_back({{"question", piece.question},
                                {"before", piece.before ? Json(piece.before->file_name) : Json(nullptr)},
                                {"after", piece.after ? Json(piece.after->file_name) : Json(nullptr)}});
        }
        print({{"before", view.before.hex()},
               {"after", view.after.hex()},
               {"then", step_json(view.then.step)},
               {"now", step_json(view.now.step)},
               {"record", view.record.hex()},
               {"kind", record::name_of(view.kind)},
               {"changes", changes},
               {"evidence", evidence}});
        return exit_done;
    }
    std::cout << "- " << side_text(view.then) << "\n+ " << side_text(view.now) << '\n';
    for (const history::FieldChange& change : view.changes) {
        const std::string unit = unit_at(view, change.path);
        std::cout << change.path << (unit.empty() ? "" : ", " + unit) << "\n  - " << value_text(change.before)
                  << "\n  + " << value_text(change.after) << '\n';
    }
    bool evidence_differs = false;
    for (const session::EvidenceChange& piece : view.evidence) {
        evidence_differs = evidence_differs || !piece.stayed();
        std::cout << "evidence " << one_line(piece.question, 30) << "\n  "
                  << (piece.stayed() ? "  "
                      : piece.before ? "- "
                                     : "+ ")
                  << one_line((piece.after ? piece.after : piece.before)->file_name, 60) << '\n';
    }
    if (view.changes.empty() && !evidence_differs) {
        std::cout << "No differences.\n";
    }
    return exit_done;
}

struct ReviewOptions {
    VaultOptions vault;
    std::string id;
    bool approve = false;
    bool give_back = false;
    std::optional<std::string> comment;
    std::string comment_file;
    std::string question;
};

int review(const Context& context, const ReviewOptions& options) {
    const bool commented = options.comment || !options.comment_file.empty();
    if (!options.approve && !options.give_back && !commented) {
        throw Error(ErrorCode::usage, "Say what to do: --approve, --return or --comment TEXT.");
    }
    using record::Verdict;
    const Verdict verdict = options.approve     ? Verdict::approve
                            : options.give_back ? Verdict::give_back
                                                : Verdict::comment;
    const std::string text =
        options.comment_file.empty() ? options.comment.value_or("") : read_text_file(options.comment_file);
    const auto session = options.vault.open();
    const RecordId assessment = session->resolve_record(options.id);
    const session::AssessmentView view = session->assessment(assessment);
    if (!options.question.empty() && view.questions && view.questions->find(options.question) == nullptr) {
        throw Error(ErrorCode::failed,
                    "--question " + options.question + ": " + view.questions->id + " has no such question.");
    }
    const RecordId id = session->review(assessment, verdict, options.question, text);
    if (context.json) {
        print({{"review", id.hex()}, {"assessment", assessment.hex()}, {"verdict", verdict_name(verdict)}});
    } else {
        std::cout << "Noted: " << verdict_name(verdict) << ". It goes out with the next exchange.\n";
    }
    return exit_done;
}

}  // namespace

void add_review_commands(CLI::App& app, Context& context) {
    auto shown = std::make_shared<HistoryOptions>();
    CLI::App& history =
        add_command(app, context, "history", "Who changed what, when, on which device; of a site with its assessments",
                    [&context, shown] { return show_history(context, *shown); });
    shown->vault.add_to(history);
    history.add_option("ID", shown->id, "The record's id, or its first digits")->required()->type_name("");
    history.add_flag("--alone", shown->alone, "Only this record, without those that belong to it");
    history.add_flag("--check", shown->check,
                     "Check the seal of each step: hash, place in its device's log, signature; fails where one does "
                     "not hold");

    auto compared = std::make_shared<DiffOptions>();
    CLI::App& diff = add_command(app, context, "diff", "What differs between two revisions",
                                 [&context, compared] { return show_diff(context, *compared); });
    compared->vault.add_to(diff);
    diff.add_option("BEFORE", compared->before, "A revision, or its first digits")->required()->type_name("");
    diff.add_option("AFTER", compared->after, "Another revision")->required()->type_name("");

    auto judged = std::make_shared<ReviewOptions>();
    CLI::App& command = add_command(app, context, "review", "Approve, return or comment an assessment; assessors answer with comments",
                                    [&context, judged] { return review(context, *judged); });
    judged->vault.add_to(command);
    command.add_option("ID", judged->id, "The assessment's id, or its first digits")->required()->type_name("");
    CLI::Option* approve = command.add_flag("--approve", judged->approve, "Approve it");
    command.add_flag("--return", judged->give_back, "Return it to the assessor; needs a comment")->excludes(approve);
    CLI::Option* comment =
        command.add_option("--comment", judged->comment, "What to tell the assessor, or the reviewer")->type_name("TEXT");
    command
        .add_option("--comment-file", judged->comment_file,
                    "The same from FILE, so that others on this machine cannot read it; - for standard input")
        ->type_name("FILE")
        ->excludes(comment);
    command.add_option("--question", judged->question, "The question it is about (the whole assessment otherwise)")
        ->type_name("ID");
}

}  // namespace fieldseal::ctl
