#include "app/ctl/help_output.h"

#include <array>
#include <cmath>

#include "app/ctl/output.h"
#include "model/interchange/record_json.h"

namespace fieldseal::ctl {

namespace {

/// To three decimals, so that results are the same on every machine.
double rounded(double value) {
    return std::round(value * 1000) / 1000;
}

Json seen_json(const std::optional<portfolio::Seen>& seen) {
    if (!seen) {
        return nullptr;
    }
    constexpr std::array<std::string_view, 4> names{"", "solved", "in_part", "not_solved"};
    return {{"assessment", seen->assessment.hex()},
            {"visited_on", seen->visited_on},
            {"result", names.at(static_cast<std::size_t>(seen->check.result))},
            {"seen", seen->check.seen},
            {"note", seen->check.note}};
}

}  // namespace

std::string name_of_site(const session::Snapshot& snapshot, const RecordId& site) {
    const auto row = snapshot.find(site);
    return row ? row->summary.title : std::string();
}

std::string words_of(const std::string& text, const std::string& file) {
    return file.empty() ? text : read_text_file(file);
}

Json finding_json(const session::Snapshot& snapshot, const portfolio::FindingLine& line) {
    Json json;
    json["finding"] = line.id.hex();
    json["site"] = line.finding.site.hex();
    json["site_name"] = name_of_site(snapshot, line.finding.site);
    json["state"] = line.closed ? "closed" : "open";
    json["risk"] = rounded(line.risk);
    json["critical"] = line.critical;
    json["found_at"] = iso_time(line.finding.found_ms);
    json["closed_why"] = line.finding.closed_why;
    json["closed_at"] = line.finding.closed_at.is_zero() ? Json(nullptr) : Json(line.finding.closed_at.hex());
    json["last_check"] = seen_json(line.seen);
    json["record"] = parsed(interchange::to_json(line.finding));
    return json;
}

Json need_json(const portfolio::Help& help, const portfolio::NeedLine& line) {
    Json json;
    json["need"] = line.id.hex();
    json["site"] = line.need.site.hex();
    json["site_name"] = line.site.name;
    json["sector"] = line.site.sector;
    json["region"] = line.site.region;
    json["question"] = line.question;
    json["state"] = portfolio::name_of(line.state);
    json["quantity"] = line.quantity;
    json["promised"] = line.promised;
    json["delivered"] = line.delivered;
    json["verified"] = line.verified;
    json["open"] = line.open();
    json["risk"] = rounded(line.risk);
    json["urgency_factor"] = portfolio::urgency_factor(line.need.urgency);
    json["cost_factor"] = rounded(line.cost_factor);
    json["value"] = rounded(line.value);
    json["last_check"] = seen_json(line.seen);
    json["withdrawn_why"] = line.need.withdrawn_why;
    json["pledges"] = Json::array();
    for (const std::size_t place : line.pledges) {
        json["pledges"].push_back(pledge_json(help.pledges[place]));
    }
    json["record"] = parsed(interchange::to_json(line.need));
    return json;
}

Json offer_json(const portfolio::OfferLine& line) {
    Json json;
    json["offer"] = line.id.hex();
    json["taken"] = line.taken;
    json["left"] = line.left ? Json(*line.left) : Json(nullptr);
    json["over"] = line.over;
    json["record"] = parsed(interchange::to_json(line.offer));
    return json;
}

Json pledge_json(const portfolio::PledgeLine& line) {
    Json json;
    json["pledge"] = line.id.hex();
    json["partner"] = line.partner;
    json["verified_at"] = line.verified_at ? Json(line.verified_at->hex()) : Json(nullptr);
    json["verified_on"] = line.verified_on;
    json["record"] = parsed(interchange::to_json(line.pledge));
    return json;
}

Json assignment_json(const session::Snapshot& snapshot, const portfolio::AssignmentLine& line) {
    Json json;
    json["assignment"] = line.id.hex();
    json["site_name"] = line.site.name;
    json["assignee_name"] = snapshot.person_name(line.assignment.assignee);
    json["assigned_at"] = iso_time(line.assignment.assigned_ms);
    json["done_at"] = line.done_at ? Json(line.done_at->hex()) : Json(nullptr);
    json["overdue"] = line.overdue;
    json["last_visit"] = line.last_visit;
    json["record"] = parsed(interchange::to_json(line.assignment));
    return json;
}

Json group_json(const portfolio::NeedGroup& group) {
    Json json;
    json["key"] = group.key;
    json["sites"] = group.sites;
    json["needs"] = group.needs;
    json["states"] = Json::object();
    for (std::size_t state = 0; state < group.by_state.size(); ++state) {
        json["states"][std::string(portfolio::name_of(static_cast<portfolio::NeedState>(state)))] =
            group.by_state[state];
    }
    json["quantity"] = group.quantity;
    json["promised"] = group.promised;
    json["delivered"] = group.delivered;
    json["verified"] = group.verified;
    json["cost"] = Json::object();
    for (const auto& [currency, sum] : group.cost) {
        json["cost"][currency] = sum;
    }
    json["risk"] = rounded(group.risk);
    return json;
}

std::string amount_text(const portfolio::NeedLine& line) {
    std::string text = std::to_string(line.quantity) + (line.need.unit.empty() ? "" : " " + one_line(line.need.unit, 20));
    if (line.promised > 0) {
        text += ", " + std::to_string(line.promised) + " promised";
    }
    if (line.delivered > 0) {
        text += ", " + std::to_string(line.delivered) + " delivered";
    }
    if (line.verified > 0) {
        text += ", " + std::to_string(line.verified) + " verified";
    }
    return text;
}

}  // namespace fieldseal::ctl
