// template publish: a coordinator hands a questionnaire's next version to the whole team.
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "app/ctl/template_output.h"
#include "model/environment/durable_file.h"

namespace fieldseal::ctl {

namespace {

struct PublishOptions {
    VaultOptions vault;
    std::string file;
    bool yes = false;
};

std::string what_follows(const session::Publication& publication) {
    const questionnaire::Template& questions = *publication.questions;
    std::string text =
        questions.id + " " + questions.version +
        " would reach everybody of the team with the next sync or export, and new assessments would take it. ";
    if (publication.before) {
        text += std::to_string(publication.keep_theirs) +
                " assessments here keep the version that they were begun with (" +
                std::to_string(publication.use_before) + " of them " + publication.before->version + "). ";
    }
    return text + "It cannot be taken back: only a higher version can follow. ";
}

int publish(const Context& context, const PublishOptions& options) {
    const Bytes file = read_file(options.file, questionnaire::template_size_limit);
    const std::vector<questionnaire::TemplateProblem> problems = questionnaire::check_template(file);
    if (!problems.empty()) {
        return print_template_problems(context, options.file, problems);
    }
    const auto session = options.vault.open();
    const session::Publication publication = session->would_publish(file);
    if (!publication.problem.empty()) {
        throw Error(ErrorCode::refused, publication.problem);
    }
    if (!context.json) {
        const questionnaire::Template& questions = *publication.questions;
        if (publication.before) {
            std::cout << questions.id << ' ' << publication.before->version << " -> " << questions.version << '\n';
            print_template_changes(publication.changes);
        } else {
            std::cout << questions.id << ' ' << questions.version << ": a new questionnaire, "
                      << questions.questions_in_order().size() << " questions\n";
        }
        std::cout << '\n' << std::flush;
    }
    if (!options.yes) {
        throw Error(ErrorCode::usage, what_follows(publication) + "Add --yes to publish it.");
    }
    session->publish(file);
    if (context.json) {
        Json json{{"published", template_json(*publication.questions)},
                  {"before", publication.before ? template_json(*publication.before) : Json()},
                  {"assessments_that_keep_theirs", publication.keep_theirs}};
        json["changes"] = publication.before ? template_changes_json(publication.changes) : Json();
        print(json);
    } else {
        std::cout << "Published. The next sync or export carries it to everybody; " << publication.keep_theirs
                  << " assessments here keep the version that they were begun with.\n";
    }
    return exit_done;
}

}  // namespace

void add_template_publish(CLI::App& group, Context& context) {
    auto options = std::make_shared<PublishOptions>();
    CLI::App& command = add_command(group, context, "publish",
                                    "Hand a questionnaire's next version to the whole team, for good; coordinators",
                                    [&context, options] { return publish(context, *options); });
    options->vault.add_to(command);
    command.add_option("FILE", options->file, "The questionnaire, with a version higher than those that are here")
        ->required()
        ->type_name("");
    command.add_flag("--yes", options->yes,
                     "You have seen what changed: without it nothing is published, and what would be is told");
}

}  // namespace fieldseal::ctl
