// The JSON form of a site.
#include <cmath>
#include <cstdlib>

#include "model/codec/value.h"
#include "model/interchange/json_form.h"
#include "model/interchange/record_json.h"

namespace fieldseal::interchange {

namespace {

// The texts of a site by their names in the form, in the order they are printed.
struct TextField {
    const char* name;
    std::string record::Site::*field;
    std::size_t limit;
};
constexpr TextField text_fields[] = {
    {"name", &record::Site::name, line_limit},
    {"name_latin", &record::Site::name_latin, line_limit},
    {"sector", &record::Site::sector, 64},
    {"region", &record::Site::region, 64},
    {"settlement", &record::Site::settlement, line_limit},
    {"address", &record::Site::address, line_limit},
    {"latitude", &record::Site::latitude, 32},
    {"longitude", &record::Site::longitude, 32},
    {"owner", &record::Site::owner, line_limit},
    {"contact", &record::Site::contact, line_limit},
    {"external_id", &record::Site::external_id, line_limit},
    {"notes", &record::Site::notes, note_limit},
};

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

// ISO 3166-2: two letters, a hyphen, one to three letters or digits.
bool is_region(std::string_view text) {
    if (text.size() < 4 || text.size() > 6 || !is_upper(text[0]) || !is_upper(text[1]) || text[2] != '-') {
        return false;
    }
    for (const char c : text.substr(3)) {
        if (!is_upper(c) && (c < '0' || c > '9')) {
            return false;
        }
    }
    return true;
}

void check_degrees(const Form& form, const char* member, const std::string& value, double most) {
    if (value.empty()) {
        return;
    }
    if (!record::is_decimal(value) || std::abs(std::strtod(value.c_str(), nullptr)) > most) {
        form.complain(member, "must be decimal degrees as text, like \"48.457\", from -" +
                                  std::to_string(static_cast<int>(most)) + " to " +
                                  std::to_string(static_cast<int>(most)));
    }
}

}  // namespace

record::Site site_from_json(std::string_view json, std::string_view file) {
    record::Site site;
    read_form(json, file, [&site](const Form& form) {
        form.only({"name", "name_latin", "sector", "region", "settlement", "address", "latitude", "longitude",
                   "criticality", "owner", "contact", "external_id", "notes", "profile", "removed"});
        for (const TextField& field : text_fields) {
            site.*field.field = form.text(field.name, field.limit);
        }
        if (site.name.find_first_not_of(" \t\r\n") == std::string::npos) {
            form.complain("name", "is missing; a site needs a name");
        }
        if (!site.sector.empty() && !codec::is_key(site.sector)) {
            form.complain("sector", "must be the id of a sector, like \"health\"");
        }
        if (!site.region.empty() && !is_region(site.region)) {
            form.complain("region", "must be an ISO 3166-2 code, like \"UA-63\"");
        }
        check_degrees(form, "latitude", site.latitude, 90);
        check_degrees(form, "longitude", site.longitude, 180);
        site.criticality = form.has("criticality") ? form.integer("criticality", 0, 3) : 0;
        site.profile = read_profile(form);
        site.removed = form.boolean("removed");
    });
    return site;
}

std::string to_json(const record::Site& site) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const TextField& field : text_fields) {
        if (!(site.*field.field).empty()) {
            json[field.name] = site.*field.field;
        }
    }
    if (site.criticality != 0) {
        json["criticality"] = site.criticality;
    }
    if (!site.profile.empty()) {
        json["profile"] = site.profile;
    }
    if (site.removed) {
        json["removed"] = true;
    }
    return print(json);
}

std::string example_site_json() {
    record::Site site;
    site.name = "Міська лікарня № 2";
    site.name_latin = "City hospital No. 2";
    site.sector = "health";
    site.region = "UA-63";
    site.settlement = "Приклад";
    site.address = "вул. Прикладна, 1";
    site.latitude = "49.99";
    site.longitude = "36.23";
    site.criticality = 3;
    site.owner = "Приклад: міська рада";
    site.contact = "Head of IT, reception on weekdays 9-17";
    site.external_id = "EX-0002";
    site.notes = "Two buildings; the generator feeds building A only.";
    site.profile = {{"is_public_body", "yes"}, {"has_onprem_servers", "yes"},
                    {"has_ad", "yes"},         {"has_medical_devices", "yes"},
                    {"has_ot", "no"},          {"has_atms", "no"},
                    {"has_cctv", "yes"}};
    return to_json(site);
}

}  // namespace fieldseal::interchange
