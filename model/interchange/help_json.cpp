// The JSON form of findings, needs, offers, pledges and assignments.
#include <algorithm>
#include <array>

#include "model/codec/value.h"
#include "model/interchange/json_form.h"
#include "model/interchange/record_json.h"

namespace fieldseal::interchange {

namespace {

using nlohmann::ordered_json;

constexpr std::array<std::string_view, 4> urgency_names = {"", "can_wait", "this_year", "now"};
constexpr std::array<std::string_view, 4> pledge_names = {"proposed", "pledged", "delivered", "fell_through"};

/// A text that is left out where it is empty.
void put(ordered_json& json, const char* member, std::string_view text) {
    if (!text.empty()) {
        json[member] = text;
    }
}

void put(ordered_json& json, const char* member, const RecordId& id) {
    if (!id.is_zero()) {
        json[member] = id.hex();
    }
}

void put(ordered_json& json, const char* member, std::int64_t number) {
    if (number != 0) {
        json[member] = number;
    }
}

void put_ids(ordered_json& json, const char* member, const std::map<std::string, bool>& ids) {
    for (const auto& [id, chosen] : ids) {
        if (chosen) {
            json[member].push_back(id);
        }
    }
}

RecordId read_id(const Form& form, const char* member) {
    const std::string text = form.text(member, 64);
    const std::optional<RecordId> id = RecordId::parse(text);
    if (!text.empty() && !id) {
        form.complain(member, "must be the id of a record, 32 hexadecimal digits");
    }
    return id.value_or(RecordId{});
}

record::Urgency read_urgency(const Form& form) {
    const std::string name = form.text("urgency", 64);
    const auto found = std::ranges::find(urgency_names, name);
    if (found == urgency_names.end()) {
        form.complain("urgency", "must be \"can_wait\", \"this_year\" or \"now\"");
        return record::Urgency::none;
    }
    return static_cast<record::Urgency>(found - urgency_names.begin());
}

std::string read_key(const Form& form, const char* member, const char* what) {
    const std::string key = form.text(member, 128);
    if (!key.empty() && !codec::is_key(key)) {
        form.complain(member, what);
    }
    return key;
}

/// A list of ids, as a set.
std::map<std::string, bool> read_ids(const Form& form, const char* member, const auto& accept, const char* what) {
    std::map<std::string, bool> ids;
    if (!form.has(member)) {
        return ids;
    }
    const Json& list = form.at(member);
    if (!list.is_array()) {
        form.complain(member, "must be a list of texts");
        return ids;
    }
    for (const Json& item : list) {
        if (!item.is_string() || !accept(item.get<std::string>())) {
            form.complain(member, what);
            return ids;
        }
        ids[item.get<std::string>()] = true;
    }
    return ids;
}

bool is_currency(std::string_view text) {
    return text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

void require_text(const Form& form, const char* member, const std::string& text, const char* reason) {
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
        form.complain(member, reason);
    }
}

std::int64_t read_amount(const Form& form, const char* member) {
    return form.has(member) ? form.integer(member, 0, quantity_limit) : 0;
}

}  // namespace

std::string_view name_of(record::Urgency urgency) {
    return urgency_names.at(static_cast<std::size_t>(urgency));
}

std::string_view name_of(record::PledgeState state) {
    return pledge_names.at(static_cast<std::size_t>(state));
}

record::Finding finding_from_json(std::string_view json, std::string_view file) {
    record::Finding finding;
    read_form(json, file, [&finding](const Form& form) {
        form.only({"assessment", "question", "text", "category", "urgency"});
        finding.assessment = read_id(form, "assessment");
        finding.question = read_key(form, "question", "must be the id of a question, like \"CSB-GV-01\"");
        finding.text = form.text("text", note_limit);
        require_text(form, "text", finding.text, "is missing; say what is weak");
        finding.category = read_key(form, "category", "must be the id of a need category, like \"training\"");
        finding.urgency = read_urgency(form);
    });
    return finding;
}

record::Need need_from_json(std::string_view json, std::string_view file) {
    record::Need need;
    read_form(json, file, [&need](const Form& form) {
        form.only({"assessment", "site", "findings", "text", "category", "quantity", "unit", "cost", "currency",
                   "urgency"});
        need.assessment = read_id(form, "assessment");
        need.site = read_id(form, "site");
        need.findings = read_ids(
            form, "findings",
            [](const std::string& text) {
                const std::optional<RecordId> id = RecordId::parse(text);
                return id && id->hex() == text;
            },
            "must be a list of ids of findings, 32 hexadecimal digits each");
        need.text = form.text("text", note_limit);
        require_text(form, "text", need.text, "is missing; say what would help");
        need.category = read_key(form, "category", "must be the id of a need category, like \"training\"");
        need.quantity = read_amount(form, "quantity");
        need.unit = form.text("unit", line_limit);
        need.cost = read_amount(form, "cost");
        need.currency = form.text("currency", 16);
        if (need.currency.empty() ? need.cost != 0 : !is_currency(need.currency)) {
            form.complain("currency", "must be a currency's three letters, like \"EUR\", where there is a cost");
        }
        need.urgency = read_urgency(form);
    });
    return need;
}

record::Offer offer_from_json(std::string_view json, std::string_view file) {
    record::Offer offer;
    read_form(json, file, [&offer](const Form& form) {
        form.only({"partner", "text", "category", "quantity", "unit", "sectors", "regions", "conditions", "until",
                   "contact"});
        const auto key = [](const std::string& text) { return codec::is_key(text); };
        offer.partner = form.text("partner", line_limit);
        require_text(form, "partner", offer.partner, "is missing; name the state or organisation");
        offer.text = form.text("text", note_limit);
        offer.category = read_key(form, "category", "must be the id of a need category, like \"training\"");
        require_text(form, "category", offer.category, "is missing; say what kind of help it is, like \"training\"");
        offer.quantity = read_amount(form, "quantity");
        offer.unit = form.text("unit", line_limit);
        offer.sectors = read_ids(form, "sectors", key, "must be a list of ids of sectors, like \"health\"");
        offer.regions = read_ids(form, "regions", key, "must be a list of ISO 3166-2 codes, like \"UA-63\"");
        offer.conditions = form.text("conditions", note_limit);
        offer.until = form.text("until", 32);
        if (!offer.until.empty() && !record::is_day(offer.until)) {
            form.complain("until", "must be a day, like \"2026-12-31\"");
        }
        offer.contact = form.text("contact", line_limit);
    });
    return offer;
}

std::string to_json(const record::Finding& finding) {
    ordered_json json = ordered_json::object();
    put(json, "assessment", finding.assessment);
    put(json, "question", finding.question);
    put(json, "text", finding.text);
    put(json, "category", finding.category);
    put(json, "urgency", name_of(finding.urgency));
    return print(json);
}

std::string to_json(const record::Need& need) {
    ordered_json json = ordered_json::object();
    put(json, "assessment", need.assessment);
    put(json, "site", need.site);
    put_ids(json, "findings", need.findings);
    put(json, "text", need.text);
    put(json, "category", need.category);
    put(json, "quantity", need.quantity);
    put(json, "unit", need.unit);
    put(json, "cost", need.cost);
    put(json, "currency", need.currency);
    put(json, "urgency", name_of(need.urgency));
    return print(json);
}

std::string to_json(const record::Offer& offer) {
    ordered_json json = ordered_json::object();
    put(json, "partner", offer.partner);
    put(json, "text", offer.text);
    put(json, "category", offer.category);
    put(json, "quantity", offer.quantity);
    put(json, "unit", offer.unit);
    put_ids(json, "sectors", offer.sectors);
    put_ids(json, "regions", offer.regions);
    put(json, "conditions", offer.conditions);
    put(json, "until", offer.until);
    put(json, "contact", offer.contact);
    return print(json);
}

std::string to_json(const record::Pledge& pledge) {
    ordered_json json = ordered_json::object();
    put(json, "need", pledge.need);
    put(json, "offer", pledge.offer);
    put(json, "quantity", pledge.quantity);
    json["state"] = name_of(pledge.state);
    put(json, "pledged_on", pledge.pledged_on);
    put(json, "delivered_on", pledge.delivered_on);
    put(json, "note", pledge.note);
    return print(json);
}

std::string to_json(const record::Assignment& assignment) {
    ordered_json json = ordered_json::object();
    put(json, "site", assignment.site);
    json["assignee"] = assignment.assignee.hex();
    put(json, "due", assignment.due);
    put(json, "questionnaire", assignment.questionnaire);
    put(json, "why", assignment.why);
    for (const auto& [id, ask] : assignment.ask) {
        ordered_json& member = json["ask"][id];
        member["kind"] = ask.kind == static_cast<std::int64_t>(record::Kind::need) ? "need" : "finding";
        put(member, "question", ask.question);
        put(member, "text", ask.text);
        put(member, "quantity", ask.quantity);
        put(member, "on", ask.on);
    }
    if (!assignment.last.visited_on.empty()) {
        ordered_json& last = json["last"];
        put(last, "visited_on", assignment.last.visited_on);
        put(last, "template_id", assignment.last.template_id);
        put(last, "template_version", assignment.last.template_version);
        for (const auto& [question, answer] : assignment.last.answers) {
            last["answers"][question] = answer_json(answer);
        }
    }
    return print(json);
}

}  // namespace fieldseal::interchange
