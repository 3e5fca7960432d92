// site example, site add, site edit, site list.
#include <algorithm>
#include <iostream>

#include "app/ctl/columns.h"
#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "model/interchange/record_json.h"

namespace fieldseal::ctl {

namespace {

/// Sector and profile decide which questions are asked, so a slip there must not pass in silence: each id has to stand
/// in some questionnaire that is here.
void check_ids(const record::Site& site, const portfolio::TemplateShelf& templates, const std::string& file) {
    const auto known = [&templates](auto holds) {
        return std::ranges::any_of(templates.all(), [&](const auto& item) { return holds(*item); });
    };
    std::string problems;
    const auto add = [&](const std::string& place, const std::string& reason) {
        problems += (problems.empty() ? "" : "\n") + file + ": " + place + ": " + reason;
    };
    if (!site.sector.empty() && !known([&site](const auto& item) { return item.sector(site.sector) != nullptr; })) {
        add("/sector", "is not a sector of any questionnaire here; `template show` lists them");
    }
    for (const auto& [id, answer] : site.profile) {
        const bool asked = known([&id = id](const auto& item) {
            return std::ranges::any_of(item.profile_questions,
                                       [&id](const auto& question) { return question.id == id; });
        });
        if (!asked) {
            add("/profile/" + id, "is not a profile question of any questionnaire here");
        }
    }
    if (!problems.empty()) {
        throw Error(ErrorCode::failed, problems);
    }
}

struct AddOptions {
    VaultOptions vault;
    std::string from;
};

int add_site(const Context& context, const AddOptions& options) {
    const record::Site site = interchange::site_from_json(read_text_file(options.from), options.from);
    const auto session = options.vault.open();
    check_ids(site, session->templates(), options.from);
    const RecordId id = session->add_site(site);
    if (context.json) {
        print({{"site", id.hex()}});
    } else {
        std::cout << "Added site " << id.hex() << '\n';
    }
    return exit_done;
}

struct EditOptions {
    VaultOptions vault;
    std::string id;
    std::string from;
};

int edit_site(const Context& context, const EditOptions& options) {
    const record::Site site = interchange::site_from_json(read_text_file(options.from), options.from);
    const auto session = options.vault.open();
    check_ids(site, session->templates(), options.from);
    const RecordId id = session->resolve_record(options.id);
    session->edit_site(id, site, session->heads(id));
    if (context.json) {
        print({{"site", id.hex()}});
    } else {
        std::cout << "Site " << id.hex() << " is as the form says.\n";
    }
    return exit_done;
}

Json share(std::int16_t thousandths) {
    return thousandths < 0 ? Json(nullptr) : Json(thousandths / 1000.0);
}

Json site_json(const session::Snapshot& snapshot, const session::Row& row) {
    Json json;
    json["site"] = row.summary.id.hex();
    json["name"] = row.summary.title;
    json["sector"] = row.summary.sector;
    json["region"] = row.summary.region;
    json["criticality"] = row.summary.state;
    json["delivery"] = exchange::name_of(row.delivery);
    json["assessments"] = row.children;
    json["conflicts"] = row.summary.conflicts;
    json["latest"] = nullptr;
    if (const auto latest = row.latest ? snapshot.find(*row.latest) : nullptr) {
        json["latest"] = {{"assessment", latest->summary.id.hex()},
                          {"visited_on", latest->summary.date},
                          {"state", state_name(static_cast<record::AssessmentState>(latest->summary.state))},
                          {"score", share(latest->summary.score)},
                          {"verdict", latest->verdict ? Json(verdict_name(*latest->verdict)) : Json(nullptr)},
                          {"delivery", exchange::name_of(latest->delivery)}};
    }
    return json;
}

void add_row(Columns& table, const session::Snapshot& snapshot, const session::Row& row) {
    std::vector<std::string> cells = {short_id(row.summary.id.view()), one_line(row.summary.title, 60),
                                      one_line(row.summary.sector, 24), one_line(row.summary.region, 24),
                                      std::string(exchange::name_of(row.delivery))};
    if (const auto latest = row.latest ? snapshot.find(*row.latest) : nullptr) {
        const std::int16_t score = latest->summary.score;
        cells.push_back("visited " + one_line(latest->summary.date, 10));
        cells.push_back(score < 0 ? "" : std::to_string((score + 5) / 10) + " %");
        cells.emplace_back(latest->verdict ? verdict_name(*latest->verdict) : "");
    }
    table.add(std::move(cells));
}

int list_sites(const Context& context, const VaultOptions& vault) {
    const auto session = vault.open();
    const auto snapshot = session->snapshot();
    if (context.json) {
        Json sites = Json::array();
        for (const auto& row : snapshot->sites) {
            sites.push_back(site_json(*snapshot, *row));
        }
        print({{"sites", sites}});
        return exit_done;
    }
    Columns table;
    for (const auto& row : snapshot->sites) {
        add_row(table, *snapshot, *row);
    }
    table.print(std::cout);
    if (snapshot->sites.empty()) {
        std::cout << "No sites yet.\n";
    }
    return exit_done;
}

int print_example(const Context&) {
    std::cout << interchange::example_site_json();
    return exit_done;
}

}  // namespace

void add_site_commands(CLI::App& app, Context& context) {
    CLI::App& site = add_group(app, "site", "Add, edit and list sites");
    add_command(site, context, "example", "Print a filled-in site, as `site add` takes it",
                [&context] { return print_example(context); });
    auto added = std::make_shared<AddOptions>();
    CLI::App& add =
        add_command(site, context, "add", "Add a site", [&context, added] { return add_site(context, *added); });
    added->vault.add_to(add);
    add.add_option("--from", added->from, "The site as JSON (see `site example`); - for standard input")
        ->required()
        ->type_name("FILE");
    auto edited = std::make_shared<EditOptions>();
    CLI::App& edit =
        add_command(site, context, "edit", "Make a site as a form says; what the form leaves out is emptied",
                    [&context, edited] { return edit_site(context, *edited); });
    edited->vault.add_to(edit);
    edit.add_option("ID", edited->id, "The site's id, or its first digits")->required()->type_name("");
    edit.add_option("--from", edited->from, "The whole site as JSON (`record` of `show --json`); - for standard input")
        ->required()
        ->type_name("FILE");
    auto listed = std::make_shared<VaultOptions>();
    listed->add_to(add_command(site, context, "list", "List the sites with their latest visit",
                               [&context, listed] { return list_sites(context, *listed); }));
    add_site_import_command(site, context);
}

}  // namespace fieldseal::ctl
