// The command line of fieldsealctl, read as a whole before anything of it runs.
#include <algorithm>
#include <iostream>

#include "app/ctl/command_line.h"
#include "app/ctl/commands.h"
#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

/// One name for each code, for scripts.
std::string_view name_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::failed:
            return "failed";
        case ErrorCode::usage:
            return "usage";
        case ErrorCode::not_found:
            return "not_found";
        case ErrorCode::refused:
            return "refused";
        case ErrorCode::too_large:
            return "too_large";
        case ErrorCode::cancelled:
            return "cancelled";
        case ErrorCode::locked:
            return "locked";
        case ErrorCode::in_use:
            return "in_use";
        case ErrorCode::damaged:
            return "damaged";
        case ErrorCode::newer_version:
            return "newer_version";
        case ErrorCode::disk:
            return "disk";
        case ErrorCode::unreachable:
            return "unreachable";
    }
    return "failed";
}

int report(ErrorCode code, const std::string& message, bool json) {
    if (json) {
        const Json error = {{"error", {{"code", name_of(code)}, {"message", message}}}};
        std::cerr << error.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    } else {
        std::cerr << "fieldsealctl: " << plain(message) << '\n';
    }
    return exit_code(code);
}

}  // namespace

int run_command_line(int count, char** words) {
    crypto::start();
    crypto::forbid_core_dumps();
    Context context;
    CLI::App app("Fieldseal without a window: records of civilian sites' cyber resilience, sealed on the device.",
                 "fieldsealctl");
    app.set_version_flag("--version", std::string("fieldsealctl " FIELDSEAL_VERSION), "Print the version and exit");
    app.require_subcommand(1);
    add_team_commands(app, context);
    add_authority_commands(app, context);
    add_unlock_commands(app, context);
    add_site_commands(app, context);
    add_template_commands(app, context);
    add_assess_command(app, context);
    add_attach_command(app, context);
    add_sync_command(app, context);
    add_exchange_commands(app, context);
    add_hub_commands(app, context);
    add_status_commands(app, context);
    add_overview_command(app, context);
    add_search_command(app, context);
    add_show_command(app, context);
    add_review_commands(app, context);
    add_conflict_commands(app, context);
    add_protect_commands(app, context);
    add_need_commands(app, context);
    add_offer_commands(app, context);
    add_assignment_commands(app, context);
    add_erase_command(app, context);
    add_upkeep_commands(app, context);
    // What could not be understood has set no flag yet.
    const bool json_asked =
        std::any_of(words, words + count, [](const char* word) { return std::string_view(word) == "--json"; });
    try {
        app.parse(count, words);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            return app.exit(error);  // --help and --version
        }
        return report(ErrorCode::usage, std::string(error.what()) + " (--help lists the commands and their options.)",
                      json_asked);
    }
    try {
        const int result = context.action();
        flush_output();
        return result;
    } catch (const Error& error) {
        return report(error.code(), error.what(), context.json);
    } catch (const std::bad_alloc&) {
        return report(ErrorCode::failed, "There is not enough memory for this.", context.json);
    } catch (const std::exception& error) {
        return report(ErrorCode::failed, error.what(), context.json);
    }
}

}  // namespace fieldseal::ctl
