// finding, need, gap: what is weak, what would help, and what comes first.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>

#include "app/ctl/columns.h"
#include "app/ctl/commands.h"
#include "app/ctl/help_output.h"
#include "app/ctl/output.h"
#include "model/environment/durable_file.h"
#include "model/interchange/csv.h"
#include "model/interchange/record_json.h"

namespace fieldseal::ctl {

namespace {

struct FormOptions {
    VaultOptions vault;
    std::string from;
};

struct ListOptions {
    VaultOptions vault;
    std::string site;
    bool open = false;
};

struct EndOptions {
    VaultOptions vault;
    std::string id;
    std::string why;
    std::string why_file;
    std::string at;
};

std::optional<RecordId> site_asked(session::Session& session, const ListOptions& options) {
    return options.site.empty() ? std::nullopt : std::optional(session.resolve_record(options.site));
}

int add_finding(const Context& context, const FormOptions& options) {
    const record::Finding finding = interchange::finding_from_json(read_text_file(options.from), options.from);
    const auto session = options.vault.open();
    const session::AssessmentView view = session->assessment(finding.assessment);
    if (view.questions && !finding.question.empty() && view.questions->find(finding.question) == nullptr) {
        throw Error(ErrorCode::failed, options.from + ": /question: is not a question of " + view.questions->id);
    }
    const RecordId id = session->add_finding(finding);
    if (context.json) {
        print({{"finding", id.hex()}});
    } else {
        std::cout << "Added finding " << id.hex() << '\n';
    }
    return exit_done;
}

int list_findings(const Context& context, const ListOptions& options) {
    const auto session = options.vault.open();
    const auto site = site_asked(*session, options);
    const auto help = session->help();
    const auto snapshot = session->snapshot();
    Json findings = Json::array();
    Columns table;
    for (const portfolio::FindingLine& line : help->findings) {
        if ((site && line.finding.site != *site) || (options.open && line.closed)) {
            continue;
        }
        findings.push_back(finding_json(*snapshot, line));
        table.add({short_id(line.id.view()), one_line(name_of_site(*snapshot, line.finding.site), 40),
                   one_line(line.finding.question, 20), line.closed ? "closed" : "open",
                   std::string(interchange::name_of(line.finding.urgency)), one_line(line.finding.text, 60)});
    }
    if (context.json) {
        print({{"findings", findings}});
        return exit_done;
    }
    table.print(std::cout);
    if (findings.empty()) {
        std::cout << "No findings.\n";
    }
    return exit_done;
}

int propose(const Context& context, const EndOptions& options) {
    const auto session = options.vault.open();
    const session::AssessmentView view = session->assessment(session->resolve_record(options.id));
    constexpr std::array<std::string_view, 5> classes{"find_out", "do_now", "quick_win", "project", "planned"};
    Json proposals = Json::array();
    Columns table;
    for (const session::Proposal& item : view.proposals) {
        const questionnaire::Question* question = view.questions->find(item.question);
        const std::string kind(classes.at(static_cast<std::size_t>(item.kind)));
        proposals.push_back({{"question", item.question},
                             {"class", kind},
                             {"priority", std::round(item.priority * 1000) / 1000},
                             {"category", item.category},
                             {"remedy", {{"en", question->remedy.text.en}, {"uk", question->remedy.text.uk}}}});
        table.add({item.question, kind, item.category, one_line(question->remedy.text.en, 80)});
    }
    if (context.json) {
        print({{"proposals", proposals}});
    } else {
        table.print(std::cout);
        if (proposals.empty()) {
            std::cout << "No weak answer is without a finding.\n";
        }
    }
    return exit_done;
}

int close_finding(const Context& context, const EndOptions& options) {
    const auto session = options.vault.open();
    const RecordId id = session->resolve_record(options.id);
    std::optional<RecordId> at;
    if (!options.at.empty()) {
        at = session->resolve_record(options.at);
    }
    session->close_finding(id, words_of(options.why, options.why_file), at);
    context.json ? print({{"finding", id.hex()}, {"state", "closed"}}) : void(std::cout << "Closed.\n");
    return exit_done;
}

int add_need(const Context& context, const FormOptions& options) {
    const record::Need need = interchange::need_from_json(read_text_file(options.from), options.from);
    const auto session = options.vault.open();
    const RecordId id = session->add_need(need);
    if (context.json) {
        print({{"need", id.hex()}});
    } else {
        std::cout << "Added need " << id.hex() << '\n';
    }
    return exit_done;
}

void add_row(Columns& table, const portfolio::NeedLine& line) {
    char value[32];
    std::snprintf(value, sizeof value, "%.1f", line.value);
    table.add({short_id(line.id.view()), value, std::string(portfolio::name_of(line.state)),
               one_line(line.site.name, 40), one_line(line.need.category, 20), amount_text(line),
               line.need.cost > 0 ? std::to_string(line.need.cost) + " " + one_line(line.need.currency, 3) : "",
               std::string(interchange::name_of(line.need.urgency)), one_line(line.need.text, 60)});
}

int list_needs(const Context& context, const ListOptions& options) {
    const auto session = options.vault.open();
    const auto site = site_asked(*session, options);
    const auto help = session->help();
    Json needs = Json::array();
    Columns table;
    for (const portfolio::NeedLine& line : help->needs) {
        if ((site && line.need.site != *site) || (options.open && line.open() == 0)) {
            continue;
        }
        needs.push_back(need_json(*help, line));
        add_row(table, line);
    }
    if (context.json) {
        print({{"needs", needs}});
        return exit_done;
    }
    table.print(std::cout);
    if (needs.empty()) {
        std::cout << "No needs.\n";
    }
    return exit_done;
}

struct GroupOptions {
    VaultOptions vault;
    std::string by = "question";
};

int group_needs(const Context& context, const GroupOptions& options) {
    const auto session = options.vault.open();
    const std::vector<portfolio::NeedGroup> groups =
        portfolio::group_needs(*session->help(), portfolio::group_by_of(options.by));
    if (context.json) {
        Json list = Json::array();
        for (const portfolio::NeedGroup& group : groups) {
            list.push_back(group_json(group));
        }
        print({{"by", options.by}, {"groups", list}});
        return exit_done;
    }
    Columns table;
    for (const portfolio::NeedGroup& group : groups) {
        std::string cost;
        for (const auto& [currency, sum] : group.cost) {
            cost += (cost.empty() ? "" : ", ") + std::to_string(sum) + " " + one_line(currency, 3);
        }
        table.add({group.key.empty() ? "-" : one_line(group.key, 40), std::to_string(group.sites) + " sites",
                   std::to_string(group.needs) + " needs", std::to_string(group.promised) + " promised",
                   std::to_string(group.delivered) + " delivered", std::to_string(group.verified) + " verified", cost});
    }
    table.print(std::cout);
    if (groups.empty()) {
        std::cout << "No needs.\n";
    }
    return exit_done;
}

int match_need(const Context& context, const EndOptions& options) {
    const auto session = options.vault.open();
    const RecordId id = session->resolve_record(options.id);
    const auto help = session->help();
    const portfolio::NeedLine* need = help->need(id);
    if (need == nullptr) {
        throw Error(ErrorCode::not_found, "There is no need " + options.id + " here.");
    }
    Json offers = Json::array();
    Columns table;
    for (const std::size_t place : portfolio::offers_for(*help, *need)) {
        const portfolio::OfferLine& line = help->offers[place];
        offers.push_back(offer_json(line));
        table.add({short_id(line.id.view()), one_line(line.offer.partner, 40),
                   line.left ? std::to_string(*line.left) + " left" : "no limit", one_line(line.offer.text, 60)});
    }
    if (context.json) {
        print({{"need", id.hex()}, {"offers", offers}});
        return exit_done;
    }
    table.print(std::cout);
    if (offers.empty()) {
        std::cout << "No offer fits.\n";
    }
    return exit_done;
}

int withdraw_need(const Context& context, const EndOptions& options) {
    const auto session = options.vault.open();
    const RecordId id = session->resolve_record(options.id);
    session->withdraw_need(id, words_of(options.why, options.why_file));
    context.json ? print({{"need", id.hex()}, {"state", "withdrawn"}}) : void(std::cout << "Withdrawn.\n");
    return exit_done;
}

struct ExportOptions {
    VaultOptions vault;
    std::string out;
};

int export_needs(const Context& context, const ExportOptions& options) {
    const auto session = options.vault.open();
    const auto help = session->help();
    std::string text = "\xef\xbb\xbf" + interchange::csv_line({"need", "site", "site_name", "sector", "region", "question", "category",
                                              "text", "state", "quantity", "unit", "promised", "delivered", "verified",
                                              "cost", "currency", "urgency", "risk", "value", "partners"});
    const auto decimal = [](double value) {
        char digits[32];
        std::snprintf(digits, sizeof digits, "%.1f", value);
        return std::string(digits);
    };
    for (const portfolio::NeedLine& line : help->needs) {
        std::string partners;
        for (const std::size_t place : line.pledges) {
            const portfolio::PledgeLine& pledge = help->pledges[place];
            if (pledge.pledge.state != record::PledgeState::fell_through && partners.find(pledge.partner) == std::string::npos) {
                partners += (partners.empty() ? "" : "; ") + pledge.partner;
            }
        }
        const record::Need& need = line.need;
        text += interchange::csv_line(
            {line.id.hex(), need.site.hex(), line.site.name, line.site.sector, line.site.region, line.question,
             need.category, need.text, std::string(portfolio::name_of(line.state)), std::to_string(line.quantity),
             need.unit, std::to_string(line.promised), std::to_string(line.delivered), std::to_string(line.verified),
             need.cost > 0 ? std::to_string(need.cost) : "", need.currency,
             std::string(interchange::name_of(need.urgency)), decimal(line.risk), decimal(line.value), partners});
    }
    write_durably(options.out, view_of(text), false, FileAccess::by_umask);
    if (context.json) {
        print({{"file", options.out}, {"needs", help->needs.size()}});
    } else {
        std::cout << "Wrote " << help->needs.size() << " needs. The file lies there unsealed.\n";
    }
    return exit_done;
}

int list_gaps(const Context& context, const VaultOptions& vault) {
    const auto session = vault.open();
    const Cancellable cancellable;
    const portfolio::GapCount count = session->frequent_gaps(cancellable.progress("Looking at sites"));
    Json gaps = Json::array();
    Columns table;
    for (const portfolio::FrequentGap& gap : count.result()) {
        gaps.push_back({{"question", gap.question},
                        {"sites", gap.sites},
                        {"critical", gap.critical},
                        {"risk", std::round(gap.risk * 1000) / 1000}});
        table.add({gap.question, std::to_string(gap.sites) + " of " + std::to_string(count.sites()) + " sites",
                   gap.critical > 0 ? std::to_string(gap.critical) + " to do now" : ""});
    }
    if (context.json) {
        print({{"sites", count.sites()}, {"gaps", gaps}});
        return exit_done;
    }
    table.print(std::cout);
    if (gaps.empty()) {
        std::cout << "No serious gaps in " << count.sites() << " sites.\n";
    }
    return exit_done;
}

void add_list_options(CLI::App& command, ListOptions& options, const char* open) {
    options.vault.add_to(command);
    command.add_option("--site", options.site, "Only of this site, by id or its first digits")->type_name("ID");
    command.add_flag("--open", options.open, open);
}

void add_why(CLI::App& command, EndOptions& options) {
    CLI::Option* why = command.add_option("--why", options.why, "In a few words")->type_name("TEXT");
    command
        .add_option("--why-file", options.why_file,
                    "The same from FILE, so that others on this machine cannot read it; - for standard input")
        ->type_name("FILE")
        ->excludes(why);
}

void add_from(CLI::App& command, FormOptions& options) {
    options.vault.add_to(command);
    command.add_option("--from", options.from, "The form as JSON (docs/cli.md); - for standard input")
        ->required()
        ->type_name("FILE");
}

}  // namespace

void add_need_commands(CLI::App& app, Context& context) {
    CLI::App& finding = add_group(app, "finding", "What is weak at a site");
    auto found = std::make_shared<FormOptions>();
    add_from(add_command(finding, context, "add", "Add a finding of a visit",
                         [&context, found] { return add_finding(context, *found); }),
             *found);
    auto findings = std::make_shared<ListOptions>();
    add_list_options(add_command(finding, context, "list", "List findings, newest first",
                                 [&context, findings] { return list_findings(context, *findings); }),
                     *findings, "Only what is not closed");
    auto proposed = std::make_shared<EndOptions>();
    CLI::App& proposals = add_command(finding, context, "propose", "Weak answers of a visit that have no finding yet",
                                      [&context, proposed] { return propose(context, *proposed); });
    proposed->vault.add_to(proposals);
    proposals.add_option("ASSESSMENT", proposed->id, "The assessment's id, or its first digits")->required()->type_name("");
    auto closed = std::make_shared<EndOptions>();
    CLI::App& close = add_command(finding, context, "close", "Close a finding",
                                  [&context, closed] { return close_finding(context, *closed); });
    closed->vault.add_to(close);
    close.add_option("ID", closed->id, "The finding's id, or its first digits")->required()->type_name("");
    add_why(close, *closed);
    close.add_option("--at", closed->at, "The visit that showed it")->type_name("ASSESSMENT");

    CLI::App& need = add_group(app, "need", "What would help, and what comes first");
    auto needed = std::make_shared<FormOptions>();
    add_from(add_command(need, context, "add", "Add a need", [&context, needed] { return add_need(context, *needed); }),
             *needed);
    auto needs = std::make_shared<ListOptions>();
    add_list_options(add_command(need, context, "list", "List needs, most valuable first",
                                 [&context, needs] { return list_needs(context, *needs); }),
                     *needs, "Only those of which something is not promised yet");
    auto ranked = std::make_shared<ListOptions>();
    ranked->open = true;
    CLI::App& rank = add_command(need, context, "rank", "What to find help for first, with the figures behind it",
                                 [&context, ranked] { return list_needs(context, *ranked); });
    ranked->vault.add_to(rank);
    auto grouped = std::make_shared<GroupOptions>();
    CLI::App& group = add_command(need, context, "group", "Needs over all sites, with totals",
                                  [&context, grouped] { return group_needs(context, *grouped); });
    grouped->vault.add_to(group);
    group.add_option("--by", grouped->by, "question, category, sector, region or partner")
        ->type_name("WHAT")
        ->check(CLI::IsMember({"question", "category", "sector", "region", "partner"}));
    auto matched = std::make_shared<EndOptions>();
    CLI::App& match = add_command(need, context, "match", "Offers that fit a need, best first",
                                  [&context, matched] { return match_need(context, *matched); });
    matched->vault.add_to(match);
    match.add_option("ID", matched->id, "The need's id, or its first digits")->required()->type_name("");
    auto withdrawn = std::make_shared<EndOptions>();
    CLI::App& withdraw = add_command(need, context, "withdraw", "Say that something is no longer wanted",
                                     [&context, withdrawn] { return withdraw_need(context, *withdrawn); });
    withdrawn->vault.add_to(withdraw);
    withdraw.add_option("ID", withdrawn->id, "The need's id, or its first digits")->required()->type_name("");
    add_why(withdraw, *withdrawn);
    auto exported = std::make_shared<ExportOptions>();
    CLI::App& write = add_command(need, context, "export", "Write all needs as a table (CSV, UTF-8)",
                                  [&context, exported] { return export_needs(context, *exported); });
    exported->vault.add_to(write);
    write.add_option("--out", exported->out, "The file to write")->required()->type_name("FILE");

    CLI::App& gap = add_group(app, "gap", "What sites lack");
    auto counted = std::make_shared<VaultOptions>();
    counted->add_to(add_command(gap, context, "list", "The most frequent serious gaps of all sites' latest visits",
                                [&context, counted] { return list_gaps(context, *counted); }));
}

}  // namespace fieldseal::ctl
