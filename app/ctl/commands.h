// The groups of commands; each adds its own to the command line. docs/cli.md describes them all.
#pragma once

#include "app/ctl/context.h"

namespace fieldseal::ctl {

/// deployment create, invite, join.
void add_team_commands(CLI::App& app, Context& context);
/// team list, revoke, cancel, deputy, hand-over, renew-key; kit make, restore.
void add_authority_commands(CLI::App& app, Context& context);
/// quarantine accept and drop, in the group of that name.
void add_quarantine_changes(CLI::App& group, Context& context);
/// quarantine show, in the group of that name.
void add_quarantine_show(CLI::App& group, Context& context);
/// passphrase change, recovery new.
void add_unlock_commands(CLI::App& app, Context& context);
/// site example, add, edit, list; template list, show, example.
void add_site_commands(CLI::App& app, Context& context);
void add_template_commands(CLI::App& app, Context& context);
/// template publish, in the group of that name.
void add_template_publish(CLI::App& group, Context& context);
/// site import, in the group of that name.
void add_site_import_command(CLI::App& site, Context& context);
/// assess.
void add_assess_command(CLI::App& app, Context& context);
/// attach.
void add_attach_command(CLI::App& app, Context& context);
/// sync.
void add_sync_command(CLI::App& app, Context& context);
/// bundle export, bundle import, log.
void add_exchange_commands(CLI::App& app, Context& context);
/// hub, hub access, hub token.
void add_hub_commands(CLI::App& app, Context& context);
/// status, quarantine list, accept, drop.
void add_status_commands(CLI::App& app, Context& context);
/// overview.
void add_overview_command(CLI::App& app, Context& context);
/// search.
void add_search_command(CLI::App& app, Context& context);
/// show.
void add_show_command(CLI::App& app, Context& context);
/// history, diff, review.
void add_review_commands(CLI::App& app, Context& context);
/// conflict list, conflict settle.
void add_conflict_commands(CLI::App& app, Context& context);
/// finding add, list, propose, close; need add, list, rank, group, match, withdraw, export; gap list.
void add_need_commands(CLI::App& app, Context& context);
/// offer add, list, match; pledge make, agree, deliver, drop, list.
void add_offer_commands(CLI::App& app, Context& context);
/// check answers, in the group of that name.
void add_check_answers(CLI::App& group, Context& context);
/// assignment make, list, take-back; check answers, list, set.
void add_assignment_commands(CLI::App& app, Context& context);
/// erase.
void add_erase_command(CLI::App& app, Context& context);
void add_protect_commands(CLI::App& app, Context& context);
/// evidence save and share-originals, verify, generate.
void add_upkeep_commands(CLI::App& app, Context& context);

}  // namespace fieldseal::ctl
