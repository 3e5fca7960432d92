#include "app/ctl/template_output.h"

#include <array>
#include <iostream>

#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

using questionnaire::ChangeKind;
using questionnaire::ItemChange;

constexpr std::array<const char*, 3> kind_names{"added", "removed", "changed"};

Json local_json(const questionnaire::LocalText& text) {
    return {{"en", text.en}, {"uk", text.uk}};
}

Json items_json(const std::vector<ItemChange>& items) {
    Json list = Json::array();
    for (const ItemChange& item : items) {
        Json json{{"id", item.id},
                  {"change", kind_names[static_cast<std::size_t>(item.kind)]},
                  {"text", local_json(item.text)}};
        if (!item.where.empty()) {
            json["section"] = local_json(item.where);
        }
        json["parts"] = Json::array();
        for (const questionnaire::PartChange& part : item.parts) {
            Json one{{"part", questionnaire::name_of(part.part)},
                     {"before", local_json(part.before)},
                     {"after", local_json(part.after)}};
            if (part.part == questionnaire::Part::level) {
                one["level"] = part.level;
            }
            json["parts"].push_back(std::move(one));
        }
        list.push_back(std::move(json));
    }
    return list;
}

void print_items(const char* heading, const std::vector<ItemChange>& items) {
    if (items.empty()) {
        return;
    }
    std::cout << '\n' << heading << '\n';
    for (const ItemChange& item : items) {
        std::cout << "  " << kind_names[static_cast<std::size_t>(item.kind)] << "  " << item.id << "  "
                  << one_line(item.text.en) << '\n';
        for (const questionnaire::PartChange& part : item.parts) {
            std::cout << "    " << questionnaire::name_of(part.part)
                      << (part.part == questionnaire::Part::level ? " " + std::to_string(part.level) : "") << '\n'
                      << "      - " << one_line(part.before.en) << "\n      + " << one_line(part.after.en) << '\n';
        }
    }
}

using Lists = std::vector<std::tuple<const char*, const char*, const std::vector<ItemChange>*>>;

/// Each with its member's name and its heading.
Lists lists_of(const questionnaire::TemplateChanges& changes) {
    return {{"questions", "Questions", &changes.questions},
            {"sections", "Sections", &changes.sections},
            {"checks", "Checks", &changes.checks},
            {"profile_questions", "Profile", &changes.profile_questions},
            {"scoring", "Scoring", &changes.scoring},
            {"sectors", "Sectors", &changes.sectors},
            {"need_categories", "Kinds of help", &changes.need_categories},
            {"frameworks", "Frameworks", &changes.frameworks},
            {"incidents", "Incidents", &changes.incidents},
            {"about", "The whole", &changes.about}};
}

}  // namespace

Json template_json(const questionnaire::Template& item) {
    return {{"id", item.id},
            {"version", item.version},
            {"title", item.title.en},
            {"hash", questionnaire::content_hash(item).hex()},
            {"questions", item.questions_in_order().size()}};
}

Json template_changes_json(const questionnaire::TemplateChanges& changes) {
    Json json = Json::object();
    for (const auto& [name, heading, items] : lists_of(changes)) {
        json[name] = items_json(*items);
    }
    return json;
}

void print_template_changes(const questionnaire::TemplateChanges& changes) {
    if (changes.empty()) {
        std::cout << "Nothing differs.\n";
    }
    for (const auto& [name, heading, items] : lists_of(changes)) {
        print_items(heading, *items);
    }
}

int print_template_problems(const Context& context, const std::string& file,
                            const std::vector<questionnaire::TemplateProblem>& problems) {
    Json json{{"file", file}, {"valid", false}, {"problems", Json::array()}};
    for (const questionnaire::TemplateProblem& problem : problems) {
        json["problems"].push_back({{"place", problem.place}, {"reason", problem.reason}});
        if (!context.json) {
            std::cout << plain(problem.place.empty() ? problem.reason : problem.place + ": " + problem.reason) << '\n';
        }
    }
    if (context.json) {
        print(json);
    }
    return exit_failed;
}

}  // namespace fieldseal::ctl
