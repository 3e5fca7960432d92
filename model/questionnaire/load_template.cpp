// From JSON to Template, with every complaint naming its place. docs/formats/template.md is the description that this
// follows.
#include <algorithm>
#include <set>

#include "model/error/error.h"
#include "model/questionnaire/json_place.h"

namespace fieldseal::questionnaire {

namespace {

constexpr std::size_t short_text = 400;
constexpr std::size_t long_text = 4000;

std::optional<record::Basis> basis_from(std::string_view name) {
    constexpr std::pair<std::string_view, record::Basis> names[] = {{"stated", record::Basis::stated},
                                                                    {"documented", record::Basis::documented},
                                                                    {"observed", record::Basis::observed},
                                                                    {"tested", record::Basis::tested}};
    const auto* found = std::ranges::find(names, name, &std::pair<std::string_view, record::Basis>::first);
    return found == std::end(names) ? std::nullopt : std::optional(found->second);
}

Condition condition(const Place& place) {
    place.only({"any", "all", "none", "answered_at_least"});
    Condition result;
    if (place.has("any")) {
        result.any = place.at("any").ids(32);
    }
    if (place.has("all")) {
        result.all = place.at("all").ids(32);
    }
    if (place.has("none")) {
        result.none = place.at("none").ids(32);
    }
    if (place.has("answered_at_least")) {
        for (const auto& [id, level] : place.at("answered_at_least").members(32)) {
            result.answered_at_least.emplace_back(id, level.integer(1, 3));
        }
    }
    return result;
}

std::vector<Label> labels(const Place& place) {
    std::vector<Label> result;
    for (const Place& item : place.items(1, 100)) {
        item.only({"id", "text"});
        result.push_back({item.at("id").id(), item.at("text").local_text(short_text)});
    }
    return result;
}

NumberScale number_scale(const Place& place) {
    place.only({"unit", "label", "thresholds", "lower_is_better"});
    NumberScale scale;
    scale.unit = place.at("unit").text(32);
    scale.label = place.at("label").local_text(short_text);
    scale.lower_is_better = place.has("lower_is_better") && place.at("lower_is_better").boolean();
    const Place list = place.at("thresholds");
    const std::vector<Place> thresholds = list.items(3, 3);
    for (std::size_t i = 0; i < thresholds.size(); ++i) {
        scale.thresholds[i] = thresholds[i].number(-1e12, 1e12);
    }
    const bool monotone = scale.lower_is_better ? std::ranges::is_sorted(scale.thresholds, std::ranges::greater{})
                                                : std::ranges::is_sorted(scale.thresholds);
    if (!monotone) {
        list.complain(scale.lower_is_better ? "thresholds must fall from level 1 to level 3"
                                            : "thresholds must rise from level 1 to level 3");
    }
    return scale;
}

Remedy remedy(const Place& place) {
    place.only({"category", "also", "text"});
    Remedy result;
    result.category = place.at("category").id();
    if (place.has("also")) {
        result.also = place.at("also").ids(8);
    }
    result.text = place.at("text").local_text(long_text);
    return result;
}

Question question(const Place& place) {
    place.only({"id",
                "meaning_version",
                "function",
                "text",
                "guidance",
                "levels",
                "evidence",
                "number",
                "weight",
                "critical",
                "cost",
                "effort",
                "min_evidence_for_full",
                "validity_days",
                "applies_if",
                "mappings",
                "remedy",
                "measures",
                "incidents",
                "ua_refs"});
    Question result;
    result.id = place.at("id").id();
    result.meaning_version = place.has("meaning_version") ? place.at("meaning_version").integer(1, 1000) : 1;
    result.function = place.at("function").id();
    result.text = place.at("text").local_text(long_text);
    result.guidance = place.at("guidance").local_text(long_text);
    const std::vector<Place> levels = place.at("levels").items(4, 4);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        result.levels[i] = levels[i].local_text(long_text);
    }
    if (place.has("evidence")) {
        for (const Place& item : place.at("evidence").items(0, 16)) {
            result.evidence.push_back(item.local_text(short_text));
        }
    }
    if (place.has("number")) {
        result.number = number_scale(place.at("number"));
    }
    result.weight = place.at("weight").integer(1, 3);
    result.critical = place.has("critical") && place.at("critical").boolean();
    result.cost = place.at("cost").integer(1, 3);
    result.effort = place.at("effort").integer(1, 3);
    const Place basis = place.at("min_evidence_for_full");
    if (const auto known = basis_from(basis.id())) {
        result.min_evidence_for_full = *known;
    } else {
        basis.complain("must be stated, documented, observed or tested");
    }
    result.validity_days = place.has("validity_days") ? place.at("validity_days").integer(1, 3650) : 365;
    if (place.has("applies_if")) {
        result.applies_if = condition(place.at("applies_if"));
    }
    if (place.has("mappings")) {
        for (const auto& [framework, list] : place.at("mappings").members(32)) {
            result.mappings[framework] = list.ids(64);
        }
    }
    result.remedy = remedy(place.at("remedy"));
    if (place.has("measures")) {
        for (const Place& item : place.at("measures").items(0, 16)) {
            item.only({"id", "unit", "label"});
            result.measures.push_back(
                {item.at("id").id(), item.at("unit").text(32), item.at("label").local_text(short_text)});
        }
    }
    if (place.has("incidents")) {
        result.incidents = place.at("incidents").ids(16);
    }
    if (place.has("ua_refs")) {
        result.ua_refs = place.at("ua_refs").ids(16);
    }
    return result;
}

Section section(const Place& place, bool add_on) {
    if (add_on) {
        place.only({"id", "title", "sectors", "applies_if", "questions"});
    } else {
        place.only({"id", "title", "questions"});
    }
    Section result;
    result.add_on = add_on;
    result.id = place.at("id").id();
    result.title = place.at("title").local_text(short_text);
    if (add_on && place.has("sectors")) {
        result.sectors = place.at("sectors").ids(100);
    }
    if (add_on && place.has("applies_if")) {
        result.applies_if = condition(place.at("applies_if"));
    }
    for (const Place& item : place.at("questions").items(1, 500)) {
        result.questions.push_back(question(item));
    }
    return result;
}

std::vector<LevelBound> level_bounds(const Place& place) {
    std::vector<LevelBound> result;
    for (const auto& [id, bound] : place.members(8)) {
        bound.only({"at_least", "at_most"});
        if (bound.has("at_least") == bound.has("at_most")) {
            bound.complain("must have one of \"at_least\" and \"at_most\"");
        } else if (bound.has("at_least")) {
            result.push_back({id, true, bound.at("at_least").integer(1, 3)});
        } else {
            result.push_back({id, false, bound.at("at_most").integer(0, 2)});
        }
    }
    if (result.empty()) {
        place.complain("must name a question");
    }
    return result;
}

std::vector<ConsistencyRule> consistency_rules(const Place& place) {
    std::vector<ConsistencyRule> result;
    for (const Place& item : place.items(0, 500)) {
        item.only({"id", "when", "expects", "text"});
        result.push_back({item.at("id").id(), level_bounds(item.at("when")), level_bounds(item.at("expects")),
                          item.at("text").local_text(short_text)});
    }
    return result;
}

/// What the parts say of each other: ids that are used exist, and are unique.
class CrossCheck {
  public:
    CrossCheck(const Template& questions, Problems& problems) : questions_(questions), problems_(problems) {}

    void run() {
        collect(questions_.profile_questions, profile_, "/profile_questions", &ProfileQuestion::id);
        collect(questions_.sectors, sectors_, "/sectors", &Label::id);
        collect(questions_.need_categories, categories_, "/need_categories", &Label::id);
        collect(questions_.frameworks, frameworks_, "/frameworks", &Framework::id);
        collect(questions_.incidents, incidents_, "/incidents", &Incident::id);
        double sum = 0;
        for (const auto& [function, weight] : questions_.function_weights) {
            functions_.insert(function);
            sum += weight;
        }
        if (sum < 0.999 || sum > 1.001) {
            problems_.add("/functions", "the weights must add up to 1");
        }
        if (!std::ranges::is_sorted(questions_.grades, {}, &Grade::from) || questions_.grades.front().from != 0) {
            problems_.add("/grades", "must start at 0 and rise");
        }
        std::set<std::string> sections;
        std::size_t plain = 0;
        std::size_t add_ons = 0;
        for (const Section& section : questions_.sections) {
            const std::string place =
                section.add_on ? "/add_ons/" + std::to_string(add_ons++) : "/sections/" + std::to_string(plain++);
            if (!sections.insert(section.id).second) {
                problems_.add(place, "this id stands twice");
            }
            for (const std::string& sector : section.sectors) {
                known(sectors_, sector, place, "sector");
            }
            check(section.applies_if, place);
            for (std::size_t i = 0; i < section.questions.size(); ++i) {
                check(section.questions[i],
                      place + "/questions/" + std::to_string(i) + " (" + section.questions[i].id + ")");
                // Conditions look back only, so that they cannot run in a circle.
                seen_.insert(section.questions[i].id);
            }
        }
        check_rules();
    }

  private:
    template <class List, class Member>
    void collect(const List& list, std::set<std::string>& into, const std::string& place, Member id) {
        for (const auto& item : list) {
            if (!into.insert(item.*id).second) {
                problems_.add(place, "the id \"" + item.*id + "\" stands twice");
            }
        }
    }

    void known(const std::set<std::string>& ids, const std::string& id, const std::string& place, const char* what) {
        if (!ids.contains(id)) {
            problems_.add(place, "there is no " + std::string(what) + " \"" + id + "\"");
        }
    }

    void check_rules() {
        std::set<std::string> ids;
        for (std::size_t i = 0; i < questions_.checks.size(); ++i) {
            const ConsistencyRule& rule = questions_.checks[i];
            const std::string place = "/checks/" + std::to_string(i) + " (" + rule.id + ")";
            if (!ids.insert(rule.id).second) {
                problems_.add(place, "this id stands twice");
            }
            std::set<std::string> once;
            for (const auto* bounds : {&rule.when, &rule.expects}) {
                for (const LevelBound& bound : *bounds) {
                    known(seen_, bound.question, place, "question");
                    if (!once.insert(bound.question).second) {
                        problems_.add(place, "the question \"" + bound.question + "\" stands on both sides");
                    }
                }
            }
        }
    }

    void check(const Condition& condition, const std::string& place) {
        for (const auto* list : {&condition.any, &condition.all, &condition.none}) {
            for (const std::string& id : *list) {
                known(profile_, id, place, "profile question");
            }
        }
        for (const auto& [id, level] : condition.answered_at_least) {
            known(seen_, id, place, "earlier question");
        }
    }

    void check(const Question& question, const std::string& place) {
        if (seen_.contains(question.id)) {
            problems_.add(place, "this id stands twice");
        }
        known(functions_, question.function, place, "function");
        known(categories_, question.remedy.category, place, "remedy category");
        for (const std::string& id : question.remedy.also) {
            known(categories_, id, place, "remedy category");
        }
        for (const auto& [framework, ids] : question.mappings) {
            known(frameworks_, framework, place, "framework");
        }
        for (const std::string& id : question.incidents) {
            known(incidents_, id, place, "incident");
        }
        std::set<std::string> measures;
        for (const Measure& measure : question.measures) {
            if (!measures.insert(measure.id).second) {
                problems_.add(place, "the measure \"" + measure.id + "\" stands twice");
            }
        }
        check(question.applies_if, place);
    }

    const Template& questions_;
    Problems& problems_;
    std::set<std::string> profile_, sectors_, categories_, frameworks_, incidents_, functions_, seen_;
};

void lists(const Place& root, Template& result) {
    for (const Place& item : root.at("frameworks").items(0, 32)) {
        item.only({"id", "name", "version", "licence"});
        result.frameworks.push_back({item.at("id").id(), item.at("name").text(short_text), item.at("version").text(64),
                                     item.at("licence").text(short_text)});
    }
    result.sectors = labels(root.at("sectors"));
    result.need_categories = labels(root.at("need_categories"));
    for (const Label& label : labels(root.at("profile_questions"))) {
        result.profile_questions.push_back({label.id, label.text});
    }
    for (const Place& item : root.at("incidents").items(0, 200)) {
        item.only({"id", "date", "title", "lesson"});
        result.incidents.push_back({item.at("id").id(), item.at("date").text(32), item.at("title").text(short_text),
                                    item.at("lesson").local_text(long_text)});
    }
    for (const Place& item : root.at("functions").items(1, 16)) {
        item.only({"id", "weight", "name"});
        const std::string id = item.at("id").id();
        result.function_weights.emplace_back(id, item.at("weight").number(0, 1));
        result.function_names[id] = item.at("name").local_text(short_text);
    }
    for (const Place& item : root.at("grades").items(2, 10)) {
        item.only({"id", "name", "from"});
        result.grades.push_back(
            {item.at("id").id(), item.at("name").local_text(short_text), item.at("from").number(0, 1)});
    }
}

}  // namespace

Template load_template(ByteView json, std::string_view file_name) {
    if (json.size() > template_size_limit) {
        throw Error(ErrorCode::too_large, std::string(file_name) + ": a questionnaire has at most " +
                                              std::to_string(template_size_limit) + " bytes.");
    }
    const Json parsed = parse_json(text_of(json), file_name);
    Problems problems(file_name);
    const Place root(parsed, "", problems);
    if (!parsed.is_object() || !root.has("format") || parsed["format"] != "fieldseal-questionnaire") {
        throw Error(ErrorCode::failed, std::string(file_name) + ": /format: this is no Fieldseal questionnaire.");
    }
    if (parsed.value("format_version", Json()) != Json(1)) {
        throw Error(
            ErrorCode::newer_version,
            std::string(file_name) + ": /format_version: only version 1 is known here; install a newer Fieldseal.");
    }
    root.only({"format",
               "format_version",
               "id",
               "version",
               "status",
               "title",
               "description",
               "languages",
               "frameworks",
               "mapping_basis",
               "sectors",
               "need_categories",
               "profile_questions",
               "ua_refs",
               "incidents",
               "functions",
               "grades",
               "sections",
               "add_ons",
               "checks"});
    Template result;
    result.id = root.at("id").id();
    result.version = root.at("version").id();
    result.title = root.at("title").local_text(short_text);
    result.description = root.at("description").local_text(long_text);
    lists(root, result);
    for (const Place& item : root.at("sections").items(1, 64)) {
        result.sections.push_back(section(item, false));
    }
    if (root.has("add_ons")) {
        for (const Place& item : root.at("add_ons").items(0, 64)) {
            result.sections.push_back(section(item, true));
        }
    }
    if (root.has("checks")) {
        result.checks = consistency_rules(root.at("checks"));
    }
    problems.throw_if_any();
    CrossCheck(result, problems).run();
    problems.throw_if_any();
    result.index();
    result.file.assign(json.begin(), json.end());
    return result;
}

}  // namespace fieldseal::questionnaire
