// team, kit, quarantine accept and drop: running a deployment over its life.
#include <iostream>

#include "app/ctl/columns.h"
#include "app/ctl/commands.h"
#include "app/ctl/exchange_output.h"
#include "app/ctl/new_vault.h"
#include "app/ctl/output.h"
#include "model/environment/durable_file.h"

namespace fieldseal::ctl {

namespace {

/// What it works on, and whether the consequences were agreed to.
struct ChangeOptions {
    VaultOptions vault;
    std::string subject;
    bool person = false;
    bool out_of_use = false;
    bool on = false;
    bool give = false;
    bool yes = false;
};

/// Says what follows and that --yes is needed; Error(usage).
void require_yes(const ChangeOptions& options, const std::string& consequence) {
    if (!options.yes) {
        throw Error(ErrorCode::usage, consequence + " Add --yes to do it.");
    }
}

void tell(const Context& context, const session::Session& session, Json json, const std::string& words) {
    json["vault"] = session.path().string();
    if (context.json) {
        print(json);
    } else {
        std::cout << words << " The next sync or export carries it.\n";
    }
}

std::string standing(const exchange::Peer& peer) {
    return peer.revoked ? "revoked" : peer.kit ? "recovery kit" : peer.own ? "this device" : "active";
}

int list_team(const Context& context, const VaultOptions& vault) {
    const auto session = vault.open();
    const auto snapshot = session->snapshot();
    Json devices = Json::array();
    Columns columns;
    for (const exchange::Peer& peer : snapshot->peers) {
        devices.push_back(
            {{"device", peer.device.hex()},
             {"person", peer.person.hex()},
             {"name", peer.name},
             {"name_erased", peer.name_erased},
             {"role", team::name_of(peer.role)},
             {"owner", peer.owner},
             {"deputy", peer.deputy},
             {"standing", standing(peer)},
             {"history", team::in_team(peer.role) ? Json(peer.without_history ? "none" : "all") : Json(nullptr)},
             {"fingerprint", peer.fingerprint},
             {"old_copy_seen", peer.rolled_back},
             {"last_contact", peer.last_contact_ms == 0 ? Json(nullptr) : Json(iso_time(peer.last_contact_ms))}});
        columns.add({short_id(peer.device.view()), short_id(peer.person.view()),
                     peer.name_erased ? "(name erased)" : one_line(peer.name, 40),
                     std::string(team::name_of(peer.role)) + (peer.owner    ? ", owner"
                                                              : peer.deputy ? ", deputy"
                                                                            : ""),
                     standing(peer) + (peer.without_history ? ", without history" : "") +
                         (peer.rolled_back ? ", an old copy of its vault was seen" : ""),
                     peer.fingerprint});
    }
    if (context.json) {
        print({{"devices", devices}, {"invitations", invitations_json(snapshot->invitations)}});
        return exit_done;
    }
    std::cout << "Device, person, name, role, standing, fingerprint:\n";
    columns.print(std::cout, "  ");
    print_invitations(snapshot->invitations);
    return exit_done;
}

int revoke(const Context& context, const ChangeOptions& options) {
    const auto session = options.vault.open();
    const std::string what = options.person ? "All devices of this person are" : "This device is";
    const std::string its = options.out_of_use ? "everything it wrote stays welcome"
                                               : "what it wrote and nobody has received yet goes to quarantine";
    require_yes(options, what + " shut out for good: it can read nothing new, " + its +
                             ", and its person needs a new invitation to go on.");
    Json json;
    if (options.person) {
        const PersonId person = session->resolve_person(options.subject);
        session->revoke_person(person, options.out_of_use);
        json["person"] = person.hex();
    } else {
        const DeviceId device = session->resolve_device(options.subject);
        session->revoke_device(device, options.out_of_use);
        json["device"] = device.hex();
    }
    json["revoked"] = true;
    tell(context, *session, std::move(json), "Revoked, and the team has a new key.");
    return exit_done;
}

int cancel(const Context& context, const ChangeOptions& options) {
    const auto session = options.vault.open();
    const InviteId invite = session->resolve_invitation(options.subject);
    session->cancel_invitation(invite);
    tell(context, *session, {{"invite", invite.hex()}, {"cancelled", true}}, "Cancelled: nobody can join with it.");
    return exit_done;
}

int set_deputy(const Context& context, const ChangeOptions& options) {
    const auto session = options.vault.open();
    const PersonId person = session->resolve_person(options.subject);
    session->set_deputy(person, options.on);
    tell(context, *session, {{"person", person.hex()}, {"deputy", options.on}},
         options.on ? "A deputy now: may invite, take in and revoke." : "No deputy any more.");
    return exit_done;
}

int hand_over(const Context& context, const ChangeOptions& options) {
    const auto session = options.vault.open();
    require_yes(options,
                "The person owns the deployment from then on and alone says who runs it; you become a deputy, and "
                "recovery kits made before stop working.");
    const PersonId person = session->resolve_person(options.subject);
    session->hand_over(person);
    tell(context, *session, {{"owner", person.hex()}}, "Handed over.");
    return exit_done;
}

int history(const Context& context, const ChangeOptions& options) {
    const auto session = options.vault.open();
    const PersonId person = session->resolve_person(options.subject);
    if (!options.give) {
        throw Error(ErrorCode::usage,
                    "All that was written before they were invited is given to the person. It cannot be taken back. "
                    "Add --give to do it.");
    }
    session->give_history(person);
    tell(context, *session, {{"person", person.hex()}, {"history", "all"}}, "Given: the history is theirs to read.");
    return exit_done;
}

int renew_key(const Context& context, const VaultOptions& vault) {
    const auto session = vault.open();
    session->renew_team_key();
    tell(context, *session, {{"renewed", true}}, "The team has a new key.");
    return exit_done;
}

struct KitOptions {
    VaultOptions vault;
    std::string out;
};

int make_kit(const Context& context, const KitOptions& options) {
    namespace fs = std::filesystem;
    require_absent(options.out);
    const fs::path folder = fs::path(options.out).parent_path();
    if (!folder.empty() && !fs::is_directory(folder)) {
        throw Error(ErrorCode::not_found, "There is no folder " + folder.string() + " to write the kit into.");
    }
    const auto session = options.vault.open();
    const exchange::MadeKit made = session->make_kit();
    write_durably(options.out, made.file, false);
    if (context.json) {
        print({{"kit", options.out}, {"device", made.device.hex()}, {"code", text_of(made.code.view())}});
    } else {
        std::cout << "Wrote the recovery kit to " << options.out
                  << ". Write this code on paper and keep it in another place than the file:\n  "
                  << crypto::DigitCode::grouped(made.code)
                  << "\nSync once, so that everybody knows the kit. After a revocation make a new one.\n";
    }
    return exit_done;
}

struct RestoreOptions {
    NewVaultOptions vault;
    std::string kit;
    std::string code_file;
};

int restore(const Context& context, const RestoreOptions& options) {
    const crypto::Secret typed =
        options.code_file.empty() ? prompt_secret("The kit's code: ") : read_secret_file(options.code_file);
    const std::optional<crypto::Secret> code = crypto::DigitCode::parse(typed.view(), team::kit_code_digits);
    if (!code) {
        throw Error(ErrorCode::locked, "A kit's code has 40 digits; this is none. Copy it again from the paper.");
    }
    team::open_kit(read_file(options.kit, team::sealed_file_limit), *code);
    NewVault made = options.vault.make();
    made.session->restore(options.kit, *code);
    made.keep();
    const auto snapshot = made.session->snapshot();
    Json json = options.vault.describe(*snapshot);
    options.vault.hand_over(made.recovery_code, json);
    if (context.json) {
        print(json);
    } else {
        std::cout
            << "This device owns \"" << plain(snapshot->deployment_name)
            << "\" now. Next: sync, revoke the lost machine (with --out-of-use unless it may be in wrong hands), sync "
               "again, and make a new kit: this one is used up.\n";
        options.vault.tell(made.recovery_code);
    }
    return exit_done;
}

int accept(const Context& context, const ChangeOptions& options) {
    const auto session = options.vault.open();
    const Hash entry = session->resolve_quarantine(options.subject);
    session->accept_quarantine(entry);
    tell(context, *session, {{"id", entry.hex()}, {"accepted", true}}, "Accepted and taken in.");
    return exit_done;
}

int drop(const Context& context, const ChangeOptions& options) {
    const auto session = options.vault.open();
    require_yes(options, "It is thrown away here and cannot be brought back, unless its sender still has it.");
    const Hash entry = session->resolve_quarantine(options.subject);
    session->drop_quarantine(entry);
    tell(context, *session, {{"id", entry.hex()}, {"dropped", true}}, "Dropped.");
    return exit_done;
}

using Run = int (*)(const Context&, const ChangeOptions&);

/// A command on one subject; returns what further options are added to.
std::pair<CLI::App*, std::shared_ptr<ChangeOptions>> add_change(CLI::App& group, Context& context, const char* name,
                                                                const char* description, const char* subject,
                                                                const char* about, Run run) {
    auto options = std::make_shared<ChangeOptions>();
    CLI::App& command =
        add_command(group, context, name, description, [&context, options, run] { return run(context, *options); });
    options->vault.add_to(command);
    command.add_option(subject, options->subject, about)->required()->type_name("");
    return {&command, options};
}

void add_yes(CLI::App& command, ChangeOptions& options) {
    command.add_flag("--yes", options.yes, "You know what follows: without it the command only says so");
}

}  // namespace

void add_authority_commands(CLI::App& app, Context& context) {
    CLI::App& team = add_group(app, "team", "People, devices and who runs the deployment");
    auto listed = std::make_shared<VaultOptions>();
    listed->add_to(add_command(team, context, "list", "People, their devices and fingerprints, open invitations",
                               [&context, listed] { return list_team(context, *listed); }));
    auto [revoke_command, revoked] =
        add_change(team, context, "revoke", "Shut out a lost or stolen device, or a person", "WHO",
                   "The device's id; with --person the person's id or name", revoke);
    revoke_command->add_flag("--person", revoked->person, "All devices and open invitations of a person");
    revoke_command->add_flag("--out-of-use", revoked->out_of_use,
                             "Not in wrong hands, only out of use: all that it wrote stays welcome");
    add_yes(*revoke_command, *revoked);
    add_change(team, context, "cancel", "Cancel an invitation that was not used", "INVITATION", "Its id", cancel);
    auto [deputy_command, deputy] =
        add_change(team, context, "deputy", "Let a coordinator run the team beside the owner, or no more", "PERSON",
                   "A coordinator's id or name", set_deputy);
    deputy->on = true;
    deputy_command->add_flag_callback(
        "--off", [options = deputy] { options->on = false; }, "No deputy any more");
    auto [owner_command, owner] = add_change(team, context, "hand-over", "Make another coordinator the owner", "PERSON",
                                             "Their id or name", hand_over);
    add_yes(*owner_command, *owner);
    auto [history_command, given] =
        add_change(team, context, "history", "Give a reviewer who joined without history all of it", "PERSON",
                   "Their id or name", history);
    history_command->add_flag("--give", given->give, "You know that it cannot be taken back");
    auto renewed = std::make_shared<VaultOptions>();
    renewed->add_to(add_command(team, context, "renew-key", "Give the team a new key, for example after a suspicion",
                                [&context, renewed] { return renew_key(context, *renewed); }));

    CLI::App& kit = add_group(app, "kit", "The owner's recovery kit: replace a lost machine");
    auto made = std::make_shared<KitOptions>();
    CLI::App& make_command = add_command(kit, context, "make", "Write a recovery kit and print the code that opens it",
                                         [&context, made] { return make_kit(context, *made); });
    made->vault.add_to(make_command);
    make_command.add_option("--out", made->out, "The kit file to write")->required()->type_name("FILE");
    auto restored = std::make_shared<RestoreOptions>();
    CLI::App& restore_command =
        add_command(kit, context, "restore", "Make a vault that goes on where the lost machine stopped",
                    [&context, restored] { return restore(context, *restored); });
    restored->vault.add_to(restore_command);
    restore_command.add_option("--kit", restored->kit, "The kit file")->required()->type_name("FILE");
    restore_command.add_option("--code-file", restored->code_file, "Read the kit's code from F (asked for otherwise)")
        ->type_name("F");
}

void add_quarantine_changes(CLI::App& group, Context& context) {
    add_change(group, context, "accept", "Take in what was refused, for everybody", "ID", "Of the entry", accept);
    auto [drop_command, dropped] =
        add_change(group, context, "drop", "Throw away what was refused", "ID", "Of the entry", drop);
    add_yes(*drop_command, *dropped);
}

}  // namespace fieldseal::ctl
