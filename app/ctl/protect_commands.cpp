// finalise, settings: what this device keeps readable.
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "app/ctl/remark_output.h"

namespace fieldseal::ctl {

namespace {

struct FinaliseOptions {
    VaultOptions vault;
    std::string id;
    bool seal = false;
};

int finalise(const Context& context, const FinaliseOptions& options) {
    const auto session = options.vault.open();
    const RecordId id = session->resolve_record(options.id);
    const session::AssessmentView view = session->assessment(id);
    // Taken before it may be sealed.
    const std::vector<questionnaire::Remark> remarks = session::check(view);
    if (view.assessment.state != record::AssessmentState::finalised) {
        session->finalise(id);
    } else if (!options.seal) {
        throw Error(ErrorCode::refused, "This assessment is finalised already. With --seal it is sealed as well.");
    }
    const bool sealed = options.seal || session->seal_on_finalise();
    if (options.seal && !session->seal_on_finalise()) {
        const Cancellable cancellable;
        session->seal(id, cancellable.progress("sealing"));
    }
    if (context.json) {
        print({{"assessment", id.hex()},
               {"state", "finalised"},
               {"sealed", sealed},
               {"look_at", view.questions ? remarks_json(*view.questions, remarks) : Json::array()}});
    } else {
        std::cout << "Assessment " << id.hex()
                  << (sealed ? " is finalised and sealed to the team: nobody can read it on this device any more.\n"
                             : " is finalised.\n");
        if (view.questions) {
            print_remarks(*view.questions, remarks);
        }
    }
    return exit_done;
}

struct SettingsOptions {
    VaultOptions vault;
    std::string seal;
    std::string travel;
    bool yes = false;
};

std::string named(const session::Snapshot& snapshot, const exchange::EraseChoice& choice) {
    const std::string what = std::string(record::name_of(choice.kind)) + " " + choice.record.hex().substr(0, 8);
    const auto row = snapshot.find(choice.record);
    return row && !row->summary.title.empty() ? what + " " + one_line(row->summary.title, 60) : what;
}

/// Switches it on, or says what that would cost.
exchange::EraseReport switch_travel(session::Session& session, const SettingsOptions& options) {
    const bool on = options.travel == "on";
    if (on && !options.yes && session.snapshot()->role != team::Role::coordinator) {
        const auto snapshot = session.snapshot();
        std::string going;
        std::string staying;
        for (const exchange::EraseChoice& choice : session.travel_choices()) {
            (choice.reason.empty() ? going : staying) +=
                "\n  " + named(*snapshot, choice) + (choice.reason.empty() ? "" : ": " + choice.reason);
        }
        throw Error(ErrorCode::usage,
                    "In travel mode whatever a coordinator's receipt covers is erased from this device, now and after "
                    "each import and sync; it does not come back by itself. Erased now:" +
                        (going.empty() ? "\n  nothing" : going) +
                        "\nKept:" + (staying.empty() ? "\n  nothing" : staying) + "\nAdd --yes to switch it on.");
    }
    return session.set_travel_mode(on);
}

int settings(const Context& context, const SettingsOptions& options) {
    const auto session = options.vault.open();
    if (!options.seal.empty()) {
        session->set_seal_on_finalise(options.seal == "on");
    }
    exchange::EraseReport report;
    if (!options.travel.empty()) {
        report = switch_travel(*session, options);
    }
    if (context.json) {
        Json erased = Json::array();
        for (const RecordId& record : report.records) {
            erased.push_back(record.hex());
        }
        print({{"seal_on_finalise", session->seal_on_finalise()},
               {"travel_mode", session->travel_mode()},
               {"erased", erased}});
    } else {
        std::cout << "Seal what is finalised: " << (session->seal_on_finalise() ? "on" : "off")
                  << "\nTravel mode: " << (session->travel_mode() ? "on" : "off") << '\n';
        if (!report.records.empty()) {
            std::cout << report.records.size() << " records, " << report.revisions << " revisions and " << report.blobs
                      << " files (" << size_text(report.bytes)
                      << ") are gone from this device. Coordinators have them.\n";
        }
    }
    return exit_done;
}

}  // namespace

void add_protect_commands(CLI::App& app, Context& context) {
    auto finalised = std::make_shared<FinaliseOptions>();
    CLI::App& finalising = add_command(app, context, "finalise", "Finalise an assessment, and seal it from this device",
                                       [&context, finalised] { return finalise(context, *finalised); });
    finalised->vault.add_to(finalising);
    finalising.add_option("ID", finalised->id, "The assessment's id, or its first digits")->required()->type_name("");
    finalising.add_flag("--seal", finalised->seal,
                        "Seal it to the team: this device can read it no more, until a reviewer returns it");

    auto changed = std::make_shared<SettingsOptions>();
    CLI::App& command = add_command(app, context, "settings", "What stays readable on this device",
                                    [&context, changed] { return settings(context, *changed); });
    changed->vault.add_to(command);
    command.add_option("--seal-on-finalise", changed->seal, "on: seal every assessment when it is finalised; off")
        ->type_name("WHEN")
        ->check(CLI::IsMember({"on", "off"}));
    command
        .add_option("--travel", changed->travel,
                    "on: erase here whatever is delivered, at once and after each import and sync; off")
        ->type_name("WHEN")
        ->check(CLI::IsMember({"on", "off"}));
    command.add_flag("--yes", changed->yes, "You know what is erased: without it --travel on only says so");
}

}  // namespace fieldseal::ctl
