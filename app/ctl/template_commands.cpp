// template list, show, example, check, compare: the questionnaires that come with the program, and files of others.
#include <iostream>

#include "app/ctl/columns.h"
#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "app/ctl/template_output.h"
#include "model/environment/durable_file.h"
#include "model/interchange/record_json.h"
#include "model/portfolio/summarise.h"
#include "model/questionnaire/built_in.h"
#include "model/questionnaire/compare.h"

namespace fieldseal::ctl {

namespace {

using questionnaire::Template;

/// ID, or ID@VERSION; without a version the newest.
std::shared_ptr<const Template> find_template(const std::string& named) {
    const std::size_t sign = named.find('@');
    const std::string id = named.substr(0, sign);
    const portfolio::TemplateShelf shelf;
    const auto found = sign == std::string::npos ? shelf.by_id(id) : shelf.by_version(id, named.substr(sign + 1));
    if (!found) {
        throw Error(ErrorCode::not_found, "There is no questionnaire '" + named + "'. `template list` names them.");
    }
    return found;
}

/// As find_template, or from a file.
std::shared_ptr<const Template> find_or_read(const std::string& named) {
    if (named.find('/') == std::string::npos && !named.ends_with(".json")) {
        return find_template(named);
    }
    return std::make_shared<const Template>(
        questionnaire::load_template(read_file(named, questionnaire::template_size_limit), named));
}

int list_templates(const Context& context) {
    Json templates = Json::array();
    Columns table;
    for (const auto& item : questionnaire::built_in_templates()) {
        templates.push_back(template_json(*item));
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
                std::cout << " [number, " << questionnaire::thresholds_text(*question.number) << " " << question.number->unit << "]";
            }
            std::cout << '\n';
        }
    }
}

int show_template(const Context& context, const std::string& id) {
    const std::shared_ptr<const Template> found = find_template(id);
    const Template& item = *found;
    if (context.json) {
        // The whole file, as it is: docs/formats/template.md describes it.
        Json json = template_json(item);
        json["template"] = parsed(std::string(text_of(item.file)));
        print(json);
    } else {
        print_template(item);
    }
    return exit_done;
}

int check_template(const Context& context, const std::string& file) {
    const Bytes bytes = read_file(file, questionnaire::template_size_limit);
    const std::vector<questionnaire::TemplateProblem> problems = questionnaire::check_template(bytes);
    if (!problems.empty()) {
        return print_template_problems(context, file, problems);
    }
    const Template good = questionnaire::load_template(bytes, file);
    if (context.json) {
        print({{"file", file}, {"valid", true}, {"problems", Json::array()}, {"questionnaire", template_json(good)}});
    } else {
        std::cout << one_line(file) << ": " << good.id << " " << good.version << ", "
                  << good.questions_in_order().size() << " questions, nothing to complain about.\n";
    }
    return exit_done;
}

int compare_templates(const Context& context, const std::string& first, const std::string& second) {
    const auto before = find_or_read(first);
    const auto after = find_or_read(second);
    const questionnaire::TemplateChanges changes = questionnaire::compare_templates(*before, *after);
    if (context.json) {
        Json json{{"before", template_json(*before)}, {"after", template_json(*after)}, {"same", changes.empty()}};
        json.update(template_changes_json(changes));
        print(json);
        return exit_done;
    }
    std::cout << before->id << " " << before->version << " -> " << after->id << " " << after->version << '\n';
    print_template_changes(changes);
    return exit_done;
}

}  // namespace

void add_template_commands(CLI::App& app, Context& context) {
    CLI::App& group = add_group(app, "template", "Look at the questionnaires");
    add_command(group, context, "list", "List the questionnaires, each in all its versions, the newest first",
                [&context] { return list_templates(context); });
    auto shown = std::make_shared<std::string>();
    add_command(group, context, "show", "Print a questionnaire: sectors, profile, questions",
                [&context, shown] { return show_template(context, *shown); })
        .add_option("ID", *shown, "The questionnaire's id, or ID@VERSION for an older one")
        ->required()
        ->type_name("");
    auto example = std::make_shared<std::string>();
    add_command(group, context, "example", "Print complete answers, as `assess` takes them",
                [example] {
                    std::cout << interchange::example_answers_json(*find_template(*example));
                    return exit_done;
                })
        .add_option("ID", *example, "The questionnaire's id")
        ->required()
        ->type_name("");
    auto file = std::make_shared<std::string>();
    add_command(group, context, "check", "Check a questionnaire's file: each problem with its place",
                [&context, file] { return check_template(context, *file); })
        .add_option("FILE", *file, "The questionnaire")
        ->required()
        ->type_name("");
    auto sides = std::make_shared<std::pair<std::string, std::string>>();
    CLI::App& compared =
        add_command(group, context, "compare", "What changed between two versions, or files, of a questionnaire",
                    [&context, sides] { return compare_templates(context, sides->first, sides->second); });
    compared.add_option("BEFORE", sides->first, "ID@VERSION, ID, or a file (with a / or .json)")
        ->required()
        ->type_name("");
    compared.add_option("AFTER", sides->second, "The same of the newer one")->required()->type_name("");
    add_template_publish(group, context);
}

}  // namespace fieldseal::ctl
