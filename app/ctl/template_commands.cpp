// template list, template show, template example: the questionnaires that come with the program.
#include <iostream>

#include "app/ctl/columns.h"
#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "model/interchange/record_json.h"
#include "model/questionnaire/built_in.h"

namespace fieldseal::ctl {

namespace {

using questionnaire::Template;

const Template& find_template(const std::string& id) {
    for (const auto& item : questionnaire::built_in_templates()) {
        if (item->id == id) {
            return *item;
        }
    }
    throw Error(ErrorCode::not_found, "There is no questionnaire '" + id + "'. `template list` names them.");
}

Json summary_json(const Template& item) {
    return {{"id", item.id},
            {"version", item.version},
            {"title", item.title.en},
            {"hash", questionnaire::content_hash(item).hex()},
            {"questions", item.questions_in_order().size()}};
}

int list_templates(const Context& context) {
    Json templates = Json::array();
    Columns table;
    for (const auto& item : questionnaire::built_in_templates()) {
        templates.push_back(summary_json(*item));
        if (!context.json) {
            table.add({item->id, item->version, one_line(item->title.en),
                       std::to_string(item->questions_in_order().size()) + " questions"});
        }
    }
    if (context.json) {
        print({{"templates", templates}});
    }
    table.print(std::cout);
    return exit_done;
}

void print_template(const Template& item) {
    std::cout << item.id << " " << item.version << ": " << item.title.en << "\n\nSectors:\n";
    Columns sectors;
    for (const questionnaire::Label& sector : item.sectors) {
        sectors.add({sector.id, sector.text.en});
    }
    sectors.print(std::cout, "  ");
    std::cout << "\nProfile (yes or no):\n";
    Columns profile;
    for (const questionnaire::ProfileQuestion& question : item.profile_questions) {
        profile.add({question.id, question.text.en});
    }
    profile.print(std::cout, "  ");
    for (const questionnaire::Section& section : item.sections) {
        std::cout << '\n' << section.title.en << (section.add_on ? " (add-on)" : "") << '\n';
        for (const questionnaire::Question& question : section.questions) {
            std::cout << "  " << question.id << "  " << question.text.en;
            if (question.is_numeric()) {
                std::cout << " [number, " << question.number->unit << "]";
            }
            std::cout << '\n';
        }
    }
}

int show_template(const Context& context, const std::string& id) {
    const Template& item = find_template(id);
    if (context.json) {
        // The whole file, as it is: docs/formats/template.md describes it.
        Json json = summary_json(item);
        json["template"] = parsed(std::string(text_of(item.file)));
        print(json);
    } else {
        print_template(item);
    }
    return exit_done;
}

}  // namespace

void add_template_commands(CLI::App& app, Context& context) {
    CLI::App& group = add_group(app, "template", "Look at the questionnaires");
    add_command(group, context, "list", "List the questionnaires", [&context] { return list_templates(context); });
    auto shown = std::make_shared<std::string>();
    add_command(group, context, "show", "Print a questionnaire: sectors, profile, questions",
                [&context, shown] { return show_template(context, *shown); })
        .add_option("ID", *shown, "The questionnaire's id")
        ->required()
        ->type_name("");
    auto example = std::make_shared<std::string>();
    add_command(group, context, "example", "Print complete answers, as `assess` takes them",
                [example] {
                    std::cout << interchange::example_answers_json(find_template(*example));
                    return exit_done;
                })
        .add_option("ID", *example, "The questionnaire's id")
        ->required()
        ->type_name("");
}

}  // namespace fieldseal::ctl
