// assignment, check: who goes where, and what a visit sees of what was found or delivered before.
#include <algorithm>
#include <array>
#include <iostream>

#include "app/ctl/columns.h"
#include "app/ctl/commands.h"
#include "app/ctl/help_output.h"
#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

constexpr std::array<std::string_view, 4> result_names{"", "solved", "in_part", "not_solved"};

std::string name_of(record::CheckResult result) {
    return std::string(result_names.at(static_cast<std::size_t>(result)));
}

struct AssignOptions {
    VaultOptions vault;
    std::string id;
    std::string site;
    std::string to;
    std::string due;
    std::string questionnaire;
    std::string why_file;
};

int make_assignment(const Context& context, const AssignOptions& options) {
    const std::string why = options.why_file.empty() ? std::string() : read_text_file(options.why_file);
    const auto session = options.vault.open();
    const RecordId id = session->assign(session->resolve_record(options.site), session->resolve_person(options.to),
                                        options.due, options.questionnaire, why);
    if (context.json) {
        print({{"assignment", id.hex()}});
    } else {
        std::cout << "Assigned: " << id.hex() << ". It goes out with the next exchange.\n";
    }
    return exit_done;
}

int list_assignments(const Context& context, const VaultOptions& vault) {
    const auto session = vault.open();
    const auto help = session->help();
    const auto snapshot = session->snapshot();
    Json assignments = Json::array();
    Columns table;
    for (const portfolio::AssignmentLine& line : help->assignments) {
        assignments.push_back(assignment_json(*snapshot, line));
        table.add({short_id(line.id.view()), one_line(line.site.name, 40),
                   one_line(snapshot->person_name(line.assignment.assignee), 30),
                   line.assignment.due.empty() ? "" : "by " + one_line(line.assignment.due, 10),
                   line.done_at   ? "done"
                   : line.overdue ? "overdue"
                                  : "open",
                   one_line(line.assignment.why, 60)});
    }
    if (context.json) {
        print({{"assignments", assignments}});
        return exit_done;
    }
    table.print(std::cout);
    if (assignments.empty()) {
        std::cout << "No assignments.\n";
    }
    return exit_done;
}

int take_back(const Context& context, const AssignOptions& options) {
    const auto session = options.vault.open();
    const RecordId id = session->resolve_record(options.id);
    session->take_back(id);
    context.json ? print({{"assignment", id.hex()}, {"state", "taken_back"}}) : void(std::cout << "Taken back.\n");
    return exit_done;
}

struct CheckOptions {
    VaultOptions vault;
    std::string assessment;
    std::string record;
    std::string result;
    std::int64_t seen = 0;
    std::string note_file;
};

Json follow_up_json(const session::FollowUp& item) {
    Json json;
    json["record"] = item.record.hex();
    json["kind"] = record::name_of(item.kind);
    json["question"] = item.question;
    json["text"] = item.text;
    json["quantity"] = item.quantity;
    json["on"] = item.on;
    json["result"] = name_of(item.check.result);
    json["seen"] = item.check.seen;
    json["note"] = item.check.note;
    json["suggested"] = name_of(item.suggested);
    return json;
}

int list_checks(const Context& context, const CheckOptions& options) {
    const auto session = options.vault.open();
    const session::AssessmentView view = session->assessment(session->resolve_record(options.assessment));
    Json list = Json::array();
    Columns table;
    for (const session::FollowUp& item : view.follow_ups) {
        list.push_back(follow_up_json(item));
        table.add({short_id(item.record.view()), std::string(record::name_of(item.kind)), one_line(item.on, 10),
                   item.check.result != record::CheckResult::none ? name_of(item.check.result)
                   : item.suggested != record::CheckResult::none  ? "suggested: " + name_of(item.suggested)
                                                                  : "not looked at",
                   one_line(item.text, 60)});
    }
    if (context.json) {
        print({{"follow_ups", list}});
        return exit_done;
    }
    table.print(std::cout);
    if (list.empty()) {
        std::cout << "Nothing of earlier visits to look at.\n";
    }
    return exit_done;
}

int set_check(const Context& context, const CheckOptions& options) {
    record::Check check;
    const auto found = std::ranges::find(result_names, options.result);
    check.result = static_cast<record::CheckResult>(found - result_names.begin());
    check.seen = options.seen;
    check.note = options.note_file.empty() ? std::string() : read_text_file(options.note_file);
    const auto session = options.vault.open();
    const RecordId assessment = session->resolve_record(options.assessment);
    const session::AssessmentView view = session->assessment(assessment);
    const auto asked = std::ranges::find_if(view.follow_ups, [&](const session::FollowUp& item) {
        return options.record.size() >= 4 && item.record.hex().starts_with(options.record);
    });
    if (asked == view.follow_ups.end()) {
        throw Error(ErrorCode::not_found,
                    "There is nothing " + options.record + " to look at. `check list` says what there is.");
    }
    session->save_check(assessment, asked->record, check);
    session->cut(assessment);
    if (context.json) {
        print({{"assessment", assessment.hex()}, {"record", asked->record.hex()}, {"result", options.result}});
    } else {
        std::cout << "Noted.\n";
    }
    return exit_done;
}

}  // namespace

void add_assignment_commands(CLI::App& app, Context& context) {
    CLI::App& assignment = add_group(app, "assignment", "Who visits which site");
    auto made = std::make_shared<AssignOptions>();
    CLI::App& make = add_command(assignment, context, "make", "Send somebody to a site; they learn what is open there and what was answered last",
                                 [&context, made] { return make_assignment(context, *made); });
    made->vault.add_to(make);
    make.add_option("--site", made->site, "The site's id, or its first digits")->required()->type_name("ID");
    make.add_option("--to", made->to, "A person, by name or id")->required()->type_name("PERSON");
    make.add_option("--due", made->due, "By which day, like 2026-11-23")->type_name("DAY");
    make.add_option("--template", made->questionnaire, "The questionnaire to use")->type_name("ID");
    make.add_option("--why-file", made->why_file, "What it is about, from FILE; - for standard input")
        ->type_name("FILE");
    auto listed = std::make_shared<VaultOptions>();
    listed->add_to(add_command(assignment, context, "list", "List assignments, what is due first",
                               [&context, listed] { return list_assignments(context, *listed); }));
    auto taken = std::make_shared<AssignOptions>();
    CLI::App& back = add_command(assignment, context, "take-back", "Take an assignment back",
                                 [&context, taken] { return take_back(context, *taken); });
    taken->vault.add_to(back);
    back.add_option("ID", taken->id, "The assignment's id, or its first digits")->required()->type_name("");

    CLI::App& check =
        add_group(app, "check", "What to look at again in a visit, and what it sees of what was found before");
    add_check_answers(check, context);
    auto shown = std::make_shared<CheckOptions>();
    CLI::App& list = add_command(check, context, "list", "What there is to look at",
                                 [&context, shown] { return list_checks(context, *shown); });
    shown->vault.add_to(list);
    list.add_option("ASSESSMENT", shown->assessment, "This visit, by id or its first digits")
        ->required()
        ->type_name("");
    auto noted = std::make_shared<CheckOptions>();
    CLI::App& set = add_command(check, context, "set", "Note what this visit sees of it",
                                [&context, noted] { return set_check(context, *noted); });
    noted->vault.add_to(set);
    set.add_option("ASSESSMENT", noted->assessment, "This visit, by id or its first digits")->required()->type_name("");
    set.add_option("RECORD", noted->record, "The finding or need, as `check list` names it")->required()->type_name("");
    set.add_option("--result", noted->result, "solved (a need: in place and working), in_part or not_solved")
        ->required()
        ->type_name("RESULT")
        ->check(CLI::IsMember({"solved", "in_part", "not_solved"}));
    set.add_option("--seen", noted->seen, "Of a need: how many are in place and working")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
    set.add_option("--note-file", noted->note_file, "What to note, from FILE; - for standard input")->type_name("FILE");
}

}  // namespace fieldseal::ctl
