// assess: one visit, from a file of answers, with evidence, to a finalised assessment.
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "app/ctl/photo_output.h"
#include "app/ctl/remark_output.h"
#include "model/codec/flatten.h"
#include "model/environment/durable_file.h"
#include "model/interchange/record_json.h"

namespace fieldseal::ctl {

namespace {

struct Attachment {
    std::string file;
    std::string question;
    bool keep_metadata = false;
};

struct AssessOptions {
    VaultOptions vault;
    std::string site;
    std::string template_id;
    std::string assessment;
    std::string answers;
    std::vector<std::string> files;
    std::vector<std::string> questions;
    bool keep_metadata = false;
    bool finalise = false;
    bool seal = false;
    CLI::App* command = nullptr;

    std::vector<Attachment> attachments() const;
};

/// --question and --keep-metadata belong to the --attach before them, so the order of the options on the command line
/// counts.
std::vector<Attachment> AssessOptions::attachments() const {
    std::vector<Attachment> result;
    std::size_t file = 0;
    std::size_t question = 0;
    for (const CLI::Option* option : command->parse_order()) {
        if (option->get_name() == "--attach") {
            result.push_back({files.at(file++), {}, false});
        } else if (option->get_name() == "--keep-metadata") {
            if (result.empty()) {
                throw Error(ErrorCode::usage, "--keep-metadata belongs to the --attach FILE before it.");
            }
            result.back().keep_metadata = true;
        } else if (option->get_name() == "--question") {
            if (result.empty() || !result.back().question.empty()) {
                throw Error(ErrorCode::usage, "--question names the question of the --attach FILE before it.");
            }
            result.back().question = questions.at(question++);
        }
    }
    return result;
}

void check_attachments(session::Session& session, const std::vector<Attachment>& attachments,
                       const questionnaire::Template& questions) {
    for (const Attachment& attachment : attachments) {
        const session::FileLook look = session.look_at_file(attachment.file, attachment.keep_metadata);
        if (!look.problem.empty()) {
            throw Error(ErrorCode::refused, look.problem);
        }
        if (!attachment.question.empty() && questions.find(attachment.question) == nullptr) {
            throw Error(ErrorCode::failed,
                        "--question " + attachment.question + ": " + questions.id + " has no such question.");
        }
    }
}

record::Assessment with_answers(const AssessOptions& options, const questionnaire::Template& questions,
                                record::Assessment assessment) {
    const std::map<std::string, record::Answer> before = assessment.answers;
    interchange::answers_from_json(read_text_file(options.answers), options.answers, questions, assessment);
    const std::int64_t now = environment().clock.wall_ms();
    for (auto& [id, answer] : assessment.answers) {
        const auto found = before.find(id);
        const bool same = found != before.end() && found->second.value == answer.value;
        if (answer.answered_ms == 0 && answer.value.state != record::AnswerValue::State::open) {
            answer.answered_ms = same ? found->second.answered_ms : now;
        }
    }
    return assessment;
}

struct Begun {
    RecordId id;
    record::Assessment before;
    record::Assessment after;
};

/// All that can be wrong with the files is found before anything is written.
Begun begin_new(session::Session& session, const AssessOptions& options, const std::vector<Attachment>& attachments) {
    const RecordId site_id = session.resolve_record(options.site);
    const session::SiteView site = session.site(site_id);
    const auto questions = session.templates().by_id(options.template_id);
    if (!questions) {
        throw Error(ErrorCode::not_found,
                    "There is no questionnaire '" + options.template_id + "'. `template list` names them.");
    }
    check_attachments(session, attachments, *questions);
    record::Assessment planned;
    planned.profile = site.site.profile;
    planned = with_answers(options, *questions, std::move(planned));
    const RecordId id = session.start_assessment(site_id, options.template_id, planned.visited_on);
    Begun begun{id, session.assessment(id).assessment, {}};
    begun.after = begun.before;
    begun.after.profile = planned.profile;
    begun.after.answers = planned.answers;
    begun.after.summary = planned.summary;
    begun.after.sign_off = planned.sign_off;
    return begun;
}

Begun go_on(session::Session& session, const AssessOptions& options, const std::vector<Attachment>& attachments) {
    const RecordId id = session.resolve_record(options.assessment);
    const session::AssessmentView view = session.assessment(id);
    if (!view.questions) {
        throw Error(ErrorCode::not_found,
                    "The questionnaire of this assessment is not here yet; it comes with a coordinator's bundle.");
    }
    check_attachments(session, attachments, *view.questions);
    Begun begun{id, view.assessment, with_answers(options, *view.questions, view.assessment)};
    if (view.assessment.state == record::AssessmentState::finalised) {
        session.reopen(id);
    }
    return begun;
}

void attach(session::Session& session, const std::vector<Attachment>& attachments, const Begun& begun,
            std::vector<RecordId>& evidence) {
    const codec::Edits edits = codec::difference(codec::flatten(begun.before), codec::flatten(begun.after));
    if (!edits.empty()) {
        session.save(begun.id, edits);
    }
    const Cancellable cancellable;
    for (const Attachment& attachment : attachments) {
        evidence.push_back(session.attach(begun.id, attachment.question, attachment.file, "",
                                          cancellable.progress("attaching"), {attachment.keep_metadata, {}}));
    }
}

/// At the very end: what is sealed cannot be looked at any more.
void finalise(session::Session& session, const AssessOptions& options, const Begun& begun) {
    session.finalise(begun.id);
    if (options.seal && !session.seal_on_finalise()) {
        const Cancellable cancellable;
        session.seal(begun.id, cancellable.progress("sealing"));
    }
}

/// What is told at the end: taken before it may be sealed.
struct Result {
    session::AssessmentView view;
    std::vector<questionnaire::Remark> remarks;
};

void print_result(const Context& context, const Result& result, bool sealed, const std::vector<RecordId>& evidence) {
    const auto& [view, remarks] = result;
    const RecordId& id = view.id;
    if (context.json) {
        Json json;
        json["assessment"] = id.hex();
        json["site"] = view.assessment.site.hex();
        json["state"] = state_name(view.assessment.state);
        json["sealed"] = sealed;
        json["score"] = score_json(view.questions.get(), view.score);
        json["evidence"] = Json::array();
        for (const RecordId& item : evidence) {
            json["evidence"].push_back(item.hex());
        }
        json["look_at"] = remarks_json(*view.questions, remarks);
        print(json);
        return;
    }
    std::cout << "Assessment " << id.hex() << " is " << state_name(view.assessment.state) << ": "
              << score_text(view.questions.get(), view.score) << '\n';
    if (sealed) {
        std::cout << "  sealed to the team: nobody can read it on this device any more\n";
    }
    for (std::size_t i = 0; i < evidence.size(); ++i) {
        std::cout << "  attached " << evidence[i].hex() << '\n';
        const auto item = std::ranges::find(view.evidence, evidence[i], &session::EvidenceView::id);
        if (item != view.evidence.end()) {
            print_photo(*item);
        }
    }
    print_remarks(*view.questions, remarks);
}

int assess(const Context& context, const AssessOptions& options) {
    const std::vector<Attachment> attachments = options.attachments();
    const bool fresh = options.assessment.empty();
    if (fresh == (options.site.empty() || options.template_id.empty()) ||
        (!fresh && !(options.site + options.template_id).empty())) {
        throw Error(ErrorCode::usage,
                    "Give --site and --template for a new assessment, or --assessment to go on with one.");
    }
    const auto session = options.vault.open();
    const Begun begun = fresh ? begin_new(*session, options, attachments) : go_on(*session, options, attachments);
    std::vector<RecordId> evidence;
    const bool sealed = options.finalise && (options.seal || session->seal_on_finalise());
    Result result;
    try {
        attach(*session, attachments, begun, evidence);
        result.view = session->assessment(begun.id);
        result.remarks = session::check(result.view);
        if (options.finalise) {
            finalise(*session, options, begun);
            result.view.assessment.state = record::AssessmentState::finalised;
        }
    } catch (const Error& error) {
        throw Error(error.code(), std::string(error.what()) +
                                      " What was done so far is kept: go on with --assessment " + begun.id.hex() + ".");
    }
    print_result(context, result, sealed, evidence);
    return exit_done;
}

}  // namespace

void add_assess_command(CLI::App& app, Context& context) {
    auto options = std::make_shared<AssessOptions>();
    CLI::App& command = add_command(app, context, "assess", "Record an assessment from a file of answers",
                                    [&context, options] { return assess(context, *options); });
    options->command = &command;
    options->vault.add_to(command);
    command.add_option("--site", options->site, "The site's id, or its first digits")->type_name("ID");
    command.add_option("--template", options->template_id, "The questionnaire's id")->type_name("ID");
    command
        .add_option("--assessment", options->assessment,
                    "Go on with this assessment, also one that was returned, instead of a new one")
        ->type_name("ID");
    command
        .add_option("--answers", options->answers, "The answers as JSON (see `template example`); - for standard input")
        ->required()
        ->type_name("FILE");
    command.add_option("--attach", options->files, "Attach a file as evidence; may be given again")
        ->type_name("FILE")
        ->expected(1)
        ->take_all();
    command.add_option("--question", options->questions, "The question that the --attach before it is about")
        ->type_name("ID")
        ->expected(1)
        ->take_all();
    command
        .add_flag(
            "--keep-metadata", options->keep_metadata,
            "The photo of the --attach before it as it is: readers see where it was taken, with which camera and when")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    CLI::Option* finalised =
        command.add_flag("--finalise", options->finalise, "Finalise: no more changes until a reviewer returns it");
    command
        .add_flag("--seal", options->seal,
                  "With --finalise: seal it to the team; this device can read it no more, until a reviewer returns it")
        ->needs(finalised);
}

}  // namespace fieldseal::ctl
