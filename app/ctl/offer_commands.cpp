// offer, pledge: what partners would give, and what became of it.
#include <iostream>

#include "app/ctl/columns.h"
#include "app/ctl/commands.h"
#include "app/ctl/help_output.h"
#include "app/ctl/output.h"
#include "model/interchange/record_json.h"

namespace fieldseal::ctl {

namespace {

struct OfferOptions {
    VaultOptions vault;
    std::string from;
};

int add_offer(const Context& context, const OfferOptions& options) {
    const record::Offer offer = interchange::offer_from_json(read_text_file(options.from), options.from);
    const auto session = options.vault.open();
    const RecordId id = session->add_offer(offer);
    if (context.json) {
        print({{"offer", id.hex()}});
    } else {
        std::cout << "Added offer " << id.hex() << '\n';
    }
    return exit_done;
}

int list_offers(const Context& context, const VaultOptions& vault) {
    const auto session = vault.open();
    const auto help = session->help();
    Json offers = Json::array();
    Columns table;
    for (const portfolio::OfferLine& line : help->offers) {
        offers.push_back(offer_json(line));
        table.add({short_id(line.id.view()), one_line(line.offer.partner, 40), one_line(line.offer.category, 20),
                   line.left ? std::to_string(*line.left) + " of " + std::to_string(line.offer.quantity) + " left"
                             : "no limit",
                   line.over ? "over" : line.offer.until.empty() ? "" : "until " + line.offer.until,
                   one_line(line.offer.text, 60)});
    }
    if (context.json) {
        print({{"offers", offers}});
        return exit_done;
    }
    table.print(std::cout);
    if (offers.empty()) {
        std::cout << "No offers.\n";
    }
    return exit_done;
}

struct PledgeOptions {
    VaultOptions vault;
    std::string id;
    std::string need;
    std::string offer;
    std::int64_t quantity = 1;
    bool proposed = false;
    std::string on;
    std::string note_file;
};

int match_offer(const Context& context, const PledgeOptions& options) {
    const auto session = options.vault.open();
    const RecordId id = session->resolve_record(options.id);
    const auto help = session->help();
    const portfolio::OfferLine* offer = help->offer(id);
    if (offer == nullptr) {
        throw Error(ErrorCode::not_found, "There is no offer " + options.id + " here.");
    }
    Json needs = Json::array();
    Columns table;
    for (const std::size_t place : portfolio::needs_for(*help, *offer)) {
        const portfolio::NeedLine& line = help->needs[place];
        needs.push_back(need_json(*help, line));
        table.add({short_id(line.id.view()), one_line(line.site.name, 40), amount_text(line), one_line(line.need.text, 60)});
    }
    if (context.json) {
        print({{"offer", id.hex()}, {"needs", needs}});
        return exit_done;
    }
    table.print(std::cout);
    if (needs.empty()) {
        std::cout << "No need fits.\n";
    }
    return exit_done;
}

std::string note_of(const PledgeOptions& options) {
    return options.note_file.empty() ? std::string() : read_text_file(options.note_file);
}

void report(const Context& context, session::Session& session, const RecordId& id) {
    const auto help = session.help();
    const portfolio::PledgeLine& line = *help->pledge(id);
    if (context.json) {
        const portfolio::NeedLine* need = help->need(line.pledge.need);
        Json json = pledge_json(line);
        json["need_state"] = need == nullptr ? Json(nullptr) : Json(portfolio::name_of(need->state));
        print(json);
    } else {
        std::cout << "Pledge " << id.hex() << ": " << interchange::name_of(line.pledge.state) << '\n';
    }
}

int make_pledge(const Context& context, const PledgeOptions& options) {
    const std::string note = note_of(options);
    const auto session = options.vault.open();
    const RecordId id =
        session->pledge(session->resolve_record(options.need), session->resolve_record(options.offer), options.quantity,
                        !options.proposed, options.on, note);
    report(context, *session, id);
    return exit_done;
}

enum class Step { agree, deliver, drop };

int take_step(const Context& context, const PledgeOptions& options, Step step) {
    const std::string note = note_of(options);
    const auto session = options.vault.open();
    const RecordId id = session->resolve_record(options.id);
    switch (step) {
        case Step::agree:
            session->agree(id, options.on);
            break;
        case Step::deliver:
            session->deliver(id, options.on, note);
            break;
        case Step::drop:
            session->drop_pledge(id, note);
            break;
    }
    report(context, *session, id);
    return exit_done;
}

int list_pledges(const Context& context, const VaultOptions& vault) {
    const auto session = vault.open();
    const auto help = session->help();
    Json pledges = Json::array();
    Columns table;
    for (const portfolio::PledgeLine& line : help->pledges) {
        const portfolio::NeedLine* need = help->need(line.pledge.need);
        pledges.push_back(pledge_json(line));
        table.add({short_id(line.id.view()), one_line(line.partner, 40), std::to_string(line.pledge.quantity),
                   line.verified_at ? "verified " + line.verified_on
                                    : std::string(interchange::name_of(line.pledge.state)),
                   line.pledge.delivered_on.empty() ? one_line(line.pledge.pledged_on, 10)
                                                    : one_line(line.pledge.delivered_on, 10),
                   need == nullptr ? "" : one_line(need->site.name, 40)});
    }
    if (context.json) {
        print({{"pledges", pledges}});
        return exit_done;
    }
    table.print(std::cout);
    if (pledges.empty()) {
        std::cout << "No pledges.\n";
    }
    return exit_done;
}

void add_on(CLI::App& command, PledgeOptions& options) {
    command.add_option("--on", options.on, "The day, like 2026-11-23 (today otherwise)")->type_name("DAY");
}

void add_note(CLI::App& command, PledgeOptions& options) {
    command.add_option("--note-file", options.note_file, "What to note, from FILE; - for standard input")
        ->type_name("FILE");
}

void add_step(CLI::App& group, Context& context, const char* name, const char* description, Step step) {
    auto options = std::make_shared<PledgeOptions>();
    CLI::App& command = add_command(group, context, name, description,
                                    [&context, options, step] { return take_step(context, *options, step); });
    options->vault.add_to(command);
    command.add_option("ID", options->id, "The pledge's id, or its first digits")->required()->type_name("");
    if (step != Step::drop) {
        add_on(command, *options);
    }
    if (step != Step::agree) {
        add_note(command, *options);
    }
}

}  // namespace

void add_offer_commands(CLI::App& app, Context& context) {
    CLI::App& offer = add_group(app, "offer", "What partner states and organisations would give");
    auto added = std::make_shared<OfferOptions>();
    CLI::App& add = add_command(offer, context, "add", "Add an offer",
                                [&context, added] { return add_offer(context, *added); });
    added->vault.add_to(add);
    add.add_option("--from", added->from, "The form as JSON (docs/cli.md); - for standard input")
        ->required()
        ->type_name("FILE");
    auto listed = std::make_shared<VaultOptions>();
    listed->add_to(add_command(offer, context, "list", "List offers with what is left of them",
                               [&context, listed] { return list_offers(context, *listed); }));
    auto matched = std::make_shared<PledgeOptions>();
    CLI::App& match = add_command(offer, context, "match", "Needs that an offer fits, most valuable first",
                                  [&context, matched] { return match_offer(context, *matched); });
    matched->vault.add_to(match);
    match.add_option("ID", matched->id, "The offer's id, or its first digits")->required()->type_name("");

    CLI::App& pledge = add_group(app, "pledge", "Parts of offers, for needs");
    auto made = std::make_shared<PledgeOptions>();
    CLI::App& make = add_command(pledge, context, "make", "Match a need with an offer",
                                 [&context, made] { return make_pledge(context, *made); });
    made->vault.add_to(make);
    make.add_option("--need", made->need, "The need's id, or its first digits")->required()->type_name("ID");
    make.add_option("--offer", made->offer, "The offer's id, or its first digits")->required()->type_name("ID");
    make.add_option("--quantity", made->quantity, "How many (1 otherwise)")->type_name("N");
    make.add_flag("--proposed", made->proposed, "The partner has not agreed yet");
    add_on(make, *made);
    add_note(make, *made);
    add_step(pledge, context, "agree", "The partner has agreed to what was proposed", Step::agree);
    add_step(pledge, context, "deliver", "It was handed over at the site", Step::deliver);
    add_step(pledge, context, "drop", "It fell through", Step::drop);
    auto pledges = std::make_shared<VaultOptions>();
    pledges->add_to(add_command(pledge, context, "list", "List pledges, newest first",
                                [&context, pledges] { return list_pledges(context, *pledges); }));
}

}  // namespace fieldseal::ctl
