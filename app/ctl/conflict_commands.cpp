// conflict list, conflict settle: edits that were made apart and differ.
#include <algorithm>
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/conflict_output.h"
#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

Json steps_json(const std::vector<session::ConflictStep>& steps) {
    Json list = Json::array();
    for (const session::ConflictStep& step : steps) {
        list.push_back({{"person", step.person},
                        {"device", step.device.hex()},
                        {"at", iso_time(step.time.wall_ms)},
                        {"revision", step.revision.hex()},
                        {"before", value_json(step.before)},
                        {"after", value_json(step.after)}});
    }
    return list;
}

}  // namespace

Json conflicts_json(const RecordId& record, const std::vector<session::Conflict>& conflicts,
                    session::Session* session) {
    Json list = Json::array();
    for (const session::Conflict& conflict : conflicts) {
        std::optional<session::ConflictHistory> history;
        if (session != nullptr) {
            history = session->conflict_history(record, conflict);
        }
        Json versions = Json::array();
        for (std::size_t i = 0; i < conflict.versions.size(); ++i) {
            const session::ConflictVersion& version = conflict.versions[i];
            versions.push_back({{"value", value_json(version.value)},
                                {"person", version.person},
                                {"device", version.device.hex()},
                                {"at", iso_time(version.time.wall_ms)},
                                {"revision", version.revision.hex()}});
            if (history) {
                versions.back()["steps"] = steps_json(history->sides[i]);
            }
        }
        Json one{{"path", conflict.path}};
        if (history) {
            one["before"] = value_json(history->before);
        }
        one["versions"] = std::move(versions);
        list.push_back(std::move(one));
    }
    return list;
}

void print_conflicts(const RecordId& record, const std::vector<session::Conflict>& conflicts,
                     session::Session* session) {
    for (const session::Conflict& conflict : conflicts) {
        std::cout << "Conflict in " << short_id(record.view()) << " " << conflict.path << '\n';
        std::optional<session::ConflictHistory> history;
        if (session != nullptr) {
            history = session->conflict_history(record, conflict);
            std::cout << "  before: " << value_text(history->before) << '\n';
        }
        for (std::size_t i = 0; i < conflict.versions.size(); ++i) {
            const session::ConflictVersion& version = conflict.versions[i];
            std::cout << "  revision " << short_id(version.revision.view()) << " by " << one_line(version.person, 40)
                      << " at " << iso_time(version.time.wall_ms) << ": " << value_text(version.value) << '\n';
            for (const session::ConflictStep& step :
                 history ? history->sides[i] : std::vector<session::ConflictStep>()) {
                std::cout << "    " << short_id(step.revision.view()) << " by " << one_line(step.person, 40) << " at "
                          << iso_time(step.time.wall_ms) << ": " << value_text(step.before) << " -> "
                          << value_text(step.after) << '\n';
            }
        }
    }
}

namespace {

int list_conflicts(const Context& context, const VaultOptions& vault) {
    const auto session = vault.open();
    const auto snapshot = session->snapshot();
    Json records = Json::array();
    bool any = false;
    for (const auto& row : snapshot->by_id) {
        if (row->summary.conflicts == 0) {
            continue;
        }
        const std::vector<session::Conflict> conflicts = session->conflicts(row->summary.id);
        any = any || !conflicts.empty();
        if (!context.json) {
            print_conflicts(row->summary.id, conflicts, session.get());
        } else if (!conflicts.empty()) {
            records.push_back({{"record", row->summary.id.hex()},
                               {"kind", record::name_of(row->summary.kind)},
                               {"conflicts", conflicts_json(row->summary.id, conflicts, session.get())}});
        }
    }
    if (context.json) {
        print({{"records", records}});
    } else if (!any) {
        std::cout << "There are no conflicts.\n";
    }
    return exit_done;
}

struct SettleOptions {
    VaultOptions vault;
    std::string id;
    std::string path;
    std::string take;
};

int settle(const Context& context, const SettleOptions& options) {
    const auto session = options.vault.open();
    const RecordId id = session->resolve_record(options.id);
    const Hash revision = session->resolve_revision(options.take);
    const auto row = session->snapshot()->find(id);
    if (!row) {
        throw Error(ErrorCode::not_found, "There is no record " + options.id + " in this vault.");
    }
    const std::vector<session::Conflict> conflicts = session->conflicts(row->summary.id);
    const auto conflict = std::ranges::find(conflicts, options.path, &session::Conflict::path);
    if (conflict == conflicts.end()) {
        throw Error(
            ErrorCode::not_found,
            "The field " + options.path + " of this record is not in conflict; `conflict list` names those that are.");
    }
    const auto version = std::ranges::find(conflict->versions, revision, &session::ConflictVersion::revision);
    if (version == conflict->versions.end()) {
        throw Error(ErrorCode::not_found,
                    "Revision " + options.take + " is none of the versions in conflict; `conflict list` names them.");
    }
    session->settle(id, options.path, version->value);
    if (context.json) {
        print({{"record", id.hex()}, {"path", options.path}, {"value", value_json(version->value)}});
    } else {
        std::cout << "Settled. Everybody sees this value after the next exchange.\n";
    }
    return exit_done;
}

}  // namespace

void add_conflict_commands(CLI::App& app, Context& context) {
    CLI::App& group = add_group(app, "conflict", "List and settle edits that differ");
    auto listed = std::make_shared<VaultOptions>();
    listed->add_to(add_command(group, context, "list", "List fields that were edited apart and differ",
                               [&context, listed] { return list_conflicts(context, *listed); }));
    auto settled = std::make_shared<SettleOptions>();
    CLI::App& command = add_command(group, context, "settle", "Take one of the versions of a field",
                                    [&context, settled] { return settle(context, *settled); });
    settled->vault.add_to(command);
    command.add_option("ID", settled->id, "The record's id, or its first digits")->required()->type_name("");
    command.add_option("PATH", settled->path, "The field, as `conflict list` names it")->required()->type_name("");
    command.add_option("--take", settled->take, "The revision whose value is to stay")
        ->required()
        ->type_name("REVISION");
}

}  // namespace fieldseal::ctl
