// check answers: what to look at again before a visit's assessment is finalised.
#include <algorithm>
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "app/ctl/remark_output.h"

namespace fieldseal::ctl {

namespace {

struct AnswersOptions {
    VaultOptions vault;
    std::string assessment;
};

int check_answers(const Context& context, const AnswersOptions& options) {
    const auto session = options.vault.open();
    const session::AssessmentView view = session->assessment(session->resolve_record(options.assessment));
    if (!view.questions) {
        throw Error(ErrorCode::not_found,
                    "The questionnaire of this assessment is not here yet; it comes with a coordinator's bundle.");
    }
    const std::vector<questionnaire::Remark> remarks = session::check(view);
    const auto blocking = std::ranges::count_if(remarks, questionnaire::blocks, &questionnaire::Remark::kind);
    if (context.json) {
        print({{"assessment", view.id.hex()},
               {"state", state_name(view.assessment.state)},
               {"can_finalise", blocking == 0},
               {"look_at", remarks_json(*view.questions, remarks)}});
        return exit_done;
    }
    std::cout << "Assessment " << view.id.hex() << ": "
              << (remarks.empty() ? "complete and consistent" : std::to_string(remarks.size()) + " to look at")
              << (blocking > 0 ? ", " + std::to_string(blocking) + " before it can be finalised" : "") << '\n';
    print_remarks(*view.questions, remarks);
    return exit_done;
}

}  // namespace

void add_check_answers(CLI::App& group, Context& context) {
    auto options = std::make_shared<AnswersOptions>();
    CLI::App& command =
        add_command(group, context, "answers", "What is open or contradicts itself in a visit's answers",
                    [&context, options] { return check_answers(context, *options); });
    options->vault.add_to(command);
    command.add_option("ASSESSMENT", options->assessment, "The visit, by id or its first digits")
        ->required()
        ->type_name("");
}

}  // namespace fieldseal::ctl
