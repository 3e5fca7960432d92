// history, diff, review.
#include <iostream>

#include "app/ctl/columns.h"
#include "app/ctl/commands.h"
#include "app/ctl/exchange_output.h"
#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

struct HistoryOptions {
    VaultOptions vault;
    std::string id;
    bool alone = false;
};

Json step_json(const session::HistoryStep& step) {
    Json json;
    json["revision"] = step.revision.hex();
    json["record"] = step.record.hex();
    json["kind"] = record::name_of(step.kind);
    json["device"] = step.device.hex();
    json["sequence"] = step.sequence;
    json["person"] = step.person;
    json["at"] = iso_time(step.time.wall_ms);
    json["received_at"] = step.received_ms == 0 ? Json(nullptr) : Json(iso_time(step.received_ms));
    json["edits"] = step.edits;
    json["paths"] = step.paths;
    json["signed"] = step.sealed;
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
    if (context.json) {
        Json list = Json::array();
        for (const session::HistoryStep& step : steps) {
            list.push_back(step_json(step));
        }
        print({{"steps", list}, {"erased", erased}});
        return exit_done;
    }
    Columns table;
    for (const session::HistoryStep& step : steps) {
        table.add({iso_time(step.time.wall_ms), short_id(step.revision.view()), std::string(record::name_of(step.kind)),
                   short_id(step.record.view()), one_line(step.person, 40),
                   "device " + short_id(step.device.view()) + " #" + std::to_string(step.sequence),
                   std::to_string(step.edits) + (step.edits == 1 ? " edit" : " edits"),
                   step.sealed ? "" : "not signed yet"});
    }
    table.print(std::cout);
    std::cout << erased_lines;
    return exit_done;
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
        print({{"before", view.before.hex()},
               {"after", view.after.hex()},
               {"record", view.record.hex()},
               {"kind", record::name_of(view.kind)},
               {"changes", changes}});
        return exit_done;
    }
    for (const history::FieldChange& change : view.changes) {
        const std::string unit = unit_at(view, change.path);
        std::cout << change.path << (unit.empty() ? "" : ", " + unit) << "\n  - " << value_text(change.before)
                  << "\n  + " << value_text(change.after) << '\n';
    }
    if (view.changes.empty()) {
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

    auto compared = std::make_shared<DiffOptions>();
    CLI::App& diff = add_command(app, context, "diff", "What differs between two revisions",
                                 [&context, compared] { return show_diff(context, *compared); });
    compared->vault.add_to(diff);
    diff.add_option("BEFORE", compared->before, "A revision, or its first digits")->required()->type_name("");
    diff.add_option("AFTER", compared->after, "Another revision")->required()->type_name("");

    auto judged = std::make_shared<ReviewOptions>();
    CLI::App& command = add_command(app, context, "review", "Approve, return or comment an assessment",
                                    [&context, judged] { return review(context, *judged); });
    judged->vault.add_to(command);
    command.add_option("ID", judged->id, "The assessment's id, or its first digits")->required()->type_name("");
    CLI::Option* approve = command.add_flag("--approve", judged->approve, "Approve it");
    command.add_flag("--return", judged->give_back, "Return it to the assessor; needs a comment")->excludes(approve);
    CLI::Option* comment =
        command.add_option("--comment", judged->comment, "What to tell the assessor")->type_name("TEXT");
    command
        .add_option("--comment-file", judged->comment_file,
                    "The same from FILE, so that others on this machine cannot read it; - for standard input")
        ->type_name("FILE")
        ->excludes(comment);
    command.add_option("--question", judged->question, "The question it is about (the whole assessment otherwise)")
        ->type_name("ID");
}

}  // namespace fieldseal::ctl
