#include <nlohmann/json.hpp>

#include "model/error/error.h"
#include "model/questionnaire/built_in.h"
#include "targets.h"

namespace fieldseal::fuzz {

using namespace questionnaire;

void run_questionnaire(ByteView input) {
    try {
        load_template(input, "file");
    } catch (const Error& error) {
        insist(std::string_view(error.what()).find("file") != std::string_view::npos, "a complaint names the file");
    }
}

std::vector<Bytes> questionnaire_seeds() {
    // The built-in one is far too long to change at random: its first section with two questions will do.
    auto json = nlohmann::ordered_json::parse(text_of(built_in_templates().front()->file));
    auto& sections = json.at("sections");
    sections.erase(sections.begin() + 1, sections.end());
    auto& questions = sections.at(0).at("questions");
    questions.erase(questions.begin() + 2, questions.end());
    for (const char* list : {"add_ons", "incidents"}) {
        json.at(list) = nlohmann::ordered_json::array();
    }
    // A check between the two that are left.
    auto check = json.at("checks").at(0);
    check.at("when") = {{questions.at(1).at("id"), {{"at_least", 2}}}};
    check.at("expects") = {{questions.at(0).at("id"), {{"at_most", 1}}}};
    json.at("checks") = nlohmann::ordered_json::array({check});
    const std::string text = json.dump();
    return {Bytes(text.begin(), text.end())};
}

}  // namespace fieldseal::fuzz
