// deployment create, invite, join: how devices come together.
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/new_vault.h"
#include "app/ctl/output.h"
#include "model/environment/durable_file.h"
#include "sync/team/invitation_text.h"

namespace fieldseal::ctl {

namespace {

struct CreateOptions {
    NewVaultOptions vault;
    std::string name;
    std::string person;
};

int create_deployment(const Context& context, const CreateOptions& options) {
    NewVault made = options.vault.make();
    made.session->found(options.name, options.person);
    made.keep();
    const auto snapshot = made.session->snapshot();
    Json json = options.vault.describe(*snapshot);
    options.vault.hand_over(made.recovery_code, json);
    if (context.json) {
        print(json);
    } else {
        std::cout << "Created the deployment in " << options.vault.path << ". This device's fingerprint:\n  "
                  << snapshot->own_fingerprint << '\n';
        options.vault.tell(made.recovery_code);
    }
    return exit_done;
}

struct InviteOptions {
    VaultOptions vault;
    std::string role;
    std::string person;
    std::string device_of;
    std::string out;
    std::string history;
    std::string store;
};

/// What a reviewer is given cannot be taken back, so it has to be said.
team::History history_of(const InviteOptions& options) {
    if (options.role == "assessor" && !options.history.empty()) {
        throw Error(ErrorCode::usage, "An assessor is never given others' work. Leave out --history.");
    }
    if (options.role == "reviewer" && options.history.empty()) {
        throw Error(ErrorCode::usage,
                    "Say what the reviewer is given of what is there already: --history all, which cannot be taken "
                    "back, or --history none, which can be given later.");
    }
    return options.history == "none" ? team::History::none : team::History::all;
}

/// Writes the file and says its code. `history` where it was said or given.
int hand_over_invitation(const Context& context, const InviteOptions& options, const exchange::Invited& invited,
                         std::optional<team::History> history) {
    write_durably(options.out, invited.file, false);
    if (context.json) {
        Json json;
        json["invitation"] = options.out;
        json["invite"] = invited.invite.hex();
        if (!options.role.empty()) {
            json["role"] = options.role;
        }
        if (history) {
            json["history"] = *history == team::History::none ? "none" : "all";
        }
        json["code"] = text_of(invited.code.view());
        print(json);
    } else {
        std::cout << "Wrote the invitation to " << options.out
                  << ". Give the file to the person, and this code over another channel:\n  "
                  << crypto::DigitCode::grouped(invited.code) << '\n';
        if (!options.device_of.empty()) {
            std::cout << "It is for another device of the same person, with the same role.\n";
        } else if (options.role == "reviewer") {
            std::cout << (*history == team::History::all
                              ? "The reviewer is given the whole history.\n"
                              : "The reviewer is given what begins from now on; team history --give gives the rest.\n");
        }
    }
    return exit_done;
}

int invite(const Context& context, const InviteOptions& options) {
    namespace fs = std::filesystem;
    // Before the invitation is made: one that could not be handed out would stay open in the roster.
    if (fs::exists(options.out)) {
        throw Error(ErrorCode::refused, options.out + " exists already. Name another file.");
    }
    const fs::path folder = fs::path(options.out).parent_path();
    if (!folder.empty() && !fs::is_directory(folder)) {
        throw Error(ErrorCode::not_found, "There is no folder " + folder.string() + " to write the invitation into.");
    }
    const bool said = !options.role.empty() && !options.person.empty();
    const bool half_said = !options.role.empty() || !options.person.empty() || !options.history.empty();
    if (options.device_of.empty() ? !said : half_said) {
        throw Error(ErrorCode::usage, "Say whom to invite: --role and --person, or --device-of alone.");
    }
    const team::History history = history_of(options);
    const auto session = options.vault.open();
    if (!options.store.empty()) {
        store::open_store(options.store);  // an address that makes no sense is said now
        session->set_store_url(options.store);
    }
    if (!options.device_of.empty()) {
        return hand_over_invitation(context, options,
                                    session->invite_device(session->resolve_person(options.device_of)), std::nullopt);
    }
    return hand_over_invitation(context, options,
                                session->invite(*team::role_from(options.role), options.person, history),
                                options.role == "assessor" ? std::nullopt : std::optional(history));
}

struct JoinOptions {
    NewVaultOptions vault;
    std::string invitation;
    std::string code_file;
};

crypto::Secret read_code(const std::string& file) {
    const crypto::Secret typed = file.empty() ? prompt_secret("The invitation's code: ") : read_secret_file(file);
    std::optional<crypto::Secret> code = crypto::DigitCode::parse(typed.view(), 20);
    if (!code) {
        throw Error(ErrorCode::locked,
                    "An invitation's code has 20 digits; this is none. Copy it again from where it was told to you.");
    }
    return std::move(*code);
}

int join(const Context& context, const JoinOptions& options) {
    const crypto::Secret code = read_code(options.code_file);
    // Opened before a vault is made, so that a wrong code costs nothing.
    const Bytes invitation = team::invitation_in(read_file(options.invitation, team::invitation_limit));
    team::open_invitation(invitation, code);
    NewVault made = options.vault.make();
    made.session->join(invitation, code);
    made.keep();
    const auto snapshot = made.session->snapshot();
    Json json = options.vault.describe(*snapshot);
    json["person"] = snapshot->own_name;
    json["role"] = team::name_of(snapshot->role);
    options.vault.hand_over(made.recovery_code, json);
    if (context.json) {
        print(json);
    } else {
        std::cout << "Joined \"" << plain(snapshot->deployment_name) << "\" as " << team::name_of(snapshot->role) << " "
                  << one_line(snapshot->own_name) << ". This device's fingerprint:\n  " << snapshot->own_fingerprint
                  << '\n';
        options.vault.tell(made.recovery_code);
    }
    return exit_done;
}

}  // namespace

void add_team_commands(CLI::App& app, Context& context) {
    CLI::App& deployment = add_group(app, "deployment", "Found a deployment");
    auto create = std::make_shared<CreateOptions>();
    CLI::App& create_command = add_command(deployment, context, "create",
                                           "Make a vault and found a deployment in it, as its owner and coordinator",
                                           [&context, create] { return create_deployment(context, *create); });
    create->vault.add_to(create_command);
    create_command.add_option("--name", create->name, "The deployment's name")->required()->type_name("NAME");
    create_command.add_option("--person", create->person, "Your name, as others will see it")
        ->required()
        ->type_name("NAME");

    auto invited = std::make_shared<InviteOptions>();
    CLI::App& invite_command =
        add_command(app, context, "invite", "Write an invitation file and print the code that opens it",
                    [&context, invited] { return invite(context, *invited); });
    invited->vault.add_to(invite_command);
    invite_command.add_option("--role", invited->role, "assessor, reviewer or coordinator")
        ->type_name("ROLE")
        ->check(CLI::IsMember({"assessor", "reviewer", "coordinator"}).description(""));
    invite_command.add_option("--person", invited->person, "The person's name")->type_name("NAME");
    invite_command
        .add_option("--history", invited->history,
                    "For a reviewer, required: what is given of what is there already, all or none; a coordinator is "
                    "given all")
        ->type_name("all|none")
        ->check(CLI::IsMember({"all", "none"}).description(""));
    invite_command
        .add_option("--device-of", invited->device_of,
                    "Instead of --role and --person: another device of somebody who is in the team, by name or id")
        ->type_name("PERSON");
    invite_command
        .add_option("--store", invited->store,
                    "The store that all sync with, for the invitation: webdavs://... or hub://...; else the last one")
        ->type_name("URL");
    invite_command.add_option("--out", invited->out, "The invitation file to write")->required()->type_name("FILE");

    auto joined = std::make_shared<JoinOptions>();
    CLI::App& join_command = add_command(app, context, "join", "Make a vault and join a deployment with an invitation",
                                         [&context, joined] { return join(context, *joined); });
    joined->vault.add_to(join_command);
    join_command.add_option("--invite", joined->invitation, "The invitation file, or a file with the text of its QR code")->required()->type_name("FILE");
    join_command
        .add_option("--code-file", joined->code_file, "Read the invitation's code from F (asked for otherwise)")
        ->type_name("F");
}

}  // namespace fieldseal::ctl
