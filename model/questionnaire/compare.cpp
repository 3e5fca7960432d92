#include "model/questionnaire/compare.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace fieldseal::questionnaire {

namespace {

constexpr std::array<std::string_view, 27> part_names{
    "section",   "meaning",    "text",           "guidance", "level",     "number",   "evidence", "weight",  "critical",
    "cost",      "effort",     "least_evidence", "validity", "condition", "function", "mappings", "remedy",  "measures",
    "incidents", "references", "sectors",        "when",     "expects",   "order",    "version",  "licence", "lesson"};

LocalText plain(const std::string& text) {
    return {text, text};
}

std::string short_number(double value) {
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() ? std::string(digits.data(), end) : std::string();
}

std::string joined(const std::vector<std::string>& texts, const char* between = ", ") {
    std::string all;
    for (const std::string& text : texts) {
        all += (all.empty() ? "" : between) + text;
    }
    return all;
}

void append(LocalText& to, const LocalText& text, const char* between) {
    to.en += (to.en.empty() ? "" : between) + text.en;
    to.uk += (to.uk.empty() ? "" : between) + text.uk;
}

LocalText lines(const std::vector<LocalText>& texts) {
    LocalText all;
    for (const LocalText& text : texts) {
        append(all, text, "\n");
    }
    return all;
}

LocalText basis_words(record::Basis basis) {
    constexpr std::array<std::pair<const char*, const char*>, 5> words{{{"–", "–"},
                                                                        {"stated", "зі слів"},
                                                                        {"document seen", "документ"},
                                                                        {"observed", "побачено"},
                                                                        {"tested", "випробувано"}}};
    const auto& [en, uk] = words[static_cast<std::size_t>(basis)];
    return {en, uk};
}

LocalText yes_or_no(bool yes) {
    return yes ? LocalText{"yes", "так"} : LocalText{"no", "ні"};
}

LocalText scale_text(const std::optional<NumberScale>& scale) {
    if (!scale) {
        return {};
    }
    LocalText text = scale->label;
    const std::string thresholds = thresholds_text(*scale) + " ";
    const std::string& unit = scale->unit;
    append(text, {thresholds + unit, thresholds + (unit == "h" ? "год" : unit == "d" ? "дн." : unit)}, ": ");
    return text;
}

LocalText mapping_text(const Question& question) {
    std::string text;
    for (const auto& [framework, ids] : question.mappings) {
        if (!ids.empty()) {
            text += (text.empty() ? "" : "\n") + framework + ": " + joined(ids);
        }
    }
    return plain(text);
}

LocalText remedy_text(const Template& questions, const Remedy& remedy) {
    LocalText text;
    std::vector<std::string> categories{remedy.category};
    categories.insert(categories.end(), remedy.also.begin(), remedy.also.end());
    for (const std::string& id : categories) {
        const auto label = std::ranges::find(questions.need_categories, id, &Label::id);
        append(text, label == questions.need_categories.end() ? plain(id) : label->text, ", ");
    }
    append(text, remedy.text, ": ");
    return text;
}

LocalText measures_text(const Question& question) {
    LocalText text;
    for (const Measure& measure : question.measures) {
        append(text, {measure.label.en + ", " + measure.unit, measure.label.uk + ", " + measure.unit}, "\n");
    }
    return text;
}

LocalText bounds_text(const std::vector<LevelBound>& bounds) {
    std::string text;
    for (const LevelBound& bound : bounds) {
        text += (text.empty() ? "" : ", ") + bound.question + (bound.is_least ? " ≥ " : " ≤ ") +
                std::to_string(bound.level);
    }
    return plain(text);
}

/// Collects the parts that differ.
class Parts {
  public:
    void text(Part part, const LocalText& before, const LocalText& after, int level = 0) {
        if (before.en != after.en || before.uk != after.uk) {
            found.push_back({part, level, before, after});
        }
    }
    void number(Part part, int before, int after) {
        text(part, plain(std::to_string(before)), plain(std::to_string(after)));
    }

    std::vector<PartChange> found;
};

std::vector<PartChange> parts_of(const Template& a, const Question& before, const Template& b, const Question& after) {
    Parts parts;
    if (a.sections[before.section].id != b.sections[after.section].id) {
        parts.text(Part::section, a.sections[before.section].title, b.sections[after.section].title);
    }
    parts.number(Part::meaning, before.meaning_version, after.meaning_version);
    parts.text(Part::text, before.text, after.text);
    parts.text(Part::guidance, before.guidance, after.guidance);
    for (std::size_t i = 0; i < before.levels.size(); ++i) {
        parts.text(Part::level, before.levels[i], after.levels[i], static_cast<int>(i));
    }
    parts.text(Part::number, scale_text(before.number), scale_text(after.number));
    parts.text(Part::evidence, lines(before.evidence), lines(after.evidence));
    parts.number(Part::weight, before.weight, after.weight);
    parts.text(Part::critical, yes_or_no(before.critical), yes_or_no(after.critical));
    parts.number(Part::cost, before.cost, after.cost);
    parts.number(Part::effort, before.effort, after.effort);
    parts.text(Part::least_evidence, basis_words(before.min_evidence_for_full),
               basis_words(after.min_evidence_for_full));
    parts.number(Part::validity, before.validity_days, after.validity_days);
    parts.text(Part::condition, condition_text(a, before.applies_if), condition_text(b, after.applies_if));
    parts.text(Part::function, plain(before.function), plain(after.function));
    parts.text(Part::mappings, mapping_text(before), mapping_text(after));
    // A kind of help that got another name is told once, in its own list.
    const Remedy& was = before.remedy;
    const Remedy& is = after.remedy;
    if (was.category != is.category || was.also != is.also || was.text.en != is.text.en || was.text.uk != is.text.uk) {
        parts.text(Part::remedy, remedy_text(a, was), remedy_text(b, is));
    }
    parts.text(Part::measures, measures_text(before), measures_text(after));
    parts.text(Part::incidents, plain(joined(before.incidents)), plain(joined(after.incidents)));
    parts.text(Part::references, plain(joined(before.ua_refs)), plain(joined(after.ua_refs)));
    return parts.found;
}

/// Of two lists of pointers: what only one has, and what differs by `differ`.
template <class Item, class Id, class Text, class Where, class Differ>
std::vector<ItemChange> changes_of(const std::vector<const Item*>& before, const std::vector<const Item*>& after, Id id,
                                   Text text, Where where, Differ differ) {
    std::map<std::string_view, const Item*> old;
    for (const Item* item : before) {
        old[id(*item)] = item;
    }
    std::vector<ItemChange> result;
    for (const Item* item : after) {
        const auto found = old.find(id(*item));
        if (found == old.end()) {
            result.push_back({id(*item), ChangeKind::added, text(*item), where(*item, true), {}});
            continue;
        }
        if (std::vector<PartChange> parts = differ(*found->second, *item); !parts.empty()) {
            result.push_back({id(*item), ChangeKind::changed, text(*item), where(*item, true), std::move(parts)});
        }
        old.erase(found);
    }
    for (const Item* item : before) {
        if (old.contains(id(*item))) {
            result.push_back({id(*item), ChangeKind::removed, text(*item), where(*item, false), {}});
        }
    }
    return result;
}

template <class Item>
std::vector<const Item*> pointers(const std::vector<Item>& items) {
    std::vector<const Item*> result;
    for (const Item& item : items) {
        result.push_back(&item);
    }
    return result;
}

LocalText sectors_text(const Template& questions, const Section& section) {
    LocalText text;
    for (const std::string& id : section.sectors) {
        const Label* label = questions.sector(id);
        append(text, label == nullptr ? plain(id) : label->text, ", ");
    }
    return text;
}

/// Functions and grades as lines of one kind: what the overall score is made of.
std::vector<Label> scoring_lines(const Template& questions) {
    std::vector<Label> result;
    for (const auto& [id, weight] : questions.function_weights) {
        LocalText text = questions.function_names.at(id);
        append(text, plain(short_number(weight)), ": ");
        result.push_back({id, text});
    }
    for (const Grade& grade : questions.grades) {
        LocalText text = grade.name;
        append(text, plain("≥ " + short_number(grade.from)), ": ");
        result.push_back({grade.id, text});
    }
    return result;
}

/// Ids of the items that both have, in the order of each: what came or went does not make an order another one.
template <class Item>
std::pair<std::string, std::string> orders_of(const std::vector<Item>& before, const std::vector<Item>& after) {
    const auto kept = [](const std::vector<Item>& items, const std::vector<Item>& others) {
        std::vector<std::string> ids;
        for (const Item& item : items) {
            if (std::ranges::find(others, item.id, &Item::id) != others.end()) {
                ids.push_back(item.id);
            }
        }
        return joined(ids);
    };
    return {kept(before, after), kept(after, before)};
}

/// What concerns the whole questionnaire.
std::vector<ItemChange> changes_of_whole(const Template& before, const Template& after) {
    std::vector<ItemChange> changes;
    const auto add = [&changes](const char* id, const LocalText& text, Part part, const LocalText& was,
                                const LocalText& is) {
        Parts parts;
        parts.text(part, was, is);
        if (!parts.found.empty()) {
            changes.push_back({id, ChangeKind::changed, text, {}, std::move(parts.found)});
        }
    };
    add("title", after.title, Part::text, before.title, after.title);
    add("description", after.title, Part::text, before.description, after.description);
    const auto [was, is] = orders_of(before.sections, after.sections);
    add("sections", after.title, Part::order, plain(was), plain(is));
    return changes;
}

LocalText nowhere(const auto&, bool) {
    return {};
}

std::vector<PartChange> text_only(const auto& before, const auto& after) {
    Parts parts;
    parts.text(Part::text, before.text, after.text);
    return parts.found;
}

}  // namespace

std::string_view name_of(Part part) {
    return part_names.at(static_cast<std::size_t>(part));
}

bool TemplateChanges::empty() const {
    return questions.empty() && sections.empty() && checks.empty() && profile_questions.empty() && scoring.empty() &&
           sectors.empty() && need_categories.empty() && frameworks.empty() && incidents.empty() && about.empty();
}

LocalText condition_text(const Template& questions, const Condition& condition) {
    LocalText all;
    const auto named = [&](const std::vector<std::string>& ids, const char* en, const char* uk) {
        LocalText list;
        for (const std::string& id : ids) {
            const auto found = std::ranges::find(questions.profile_questions, id, &ProfileQuestion::id);
            append(list, found == questions.profile_questions.end() ? plain(id) : found->text, " / ");
        }
        if (!list.empty()) {
            append(all, {std::string(en) + list.en, std::string(uk) + list.uk}, "\n");
        }
    };
    named(condition.any, "any of: ", "хоча б одне: ");
    named(condition.all, "all of: ", "усе: ");
    named(condition.none, "none of: ", "нічого з: ");
    for (const auto& [id, level] : condition.answered_at_least) {
        append(all, plain(id + " ≥ " + std::to_string(level)), "\n");
    }
    return all;
}

std::string thresholds_text(const NumberScale& scale) {
    std::string text = scale.lower_is_better ? "≤ " : "≥ ";
    for (std::size_t i = 0; i < scale.thresholds.size(); ++i) {
        text += (i == 0 ? "" : " / ") + short_number(scale.thresholds[i]);
    }
    return text;
}

TemplateChanges compare_templates(const Template& before, const Template& after) {
    TemplateChanges changes;
    const auto id = [](const auto& item) -> const std::string& { return item.id; };
    const auto text = [](const auto& item) { return item.text; };
    changes.questions = changes_of<Question>(
        before.questions_in_order(), after.questions_in_order(), id, text,
        [&](const Question& question, bool newer) { return (newer ? after : before).sections[question.section].title; },
        [&](const Question& a, const Question& b) { return parts_of(before, a, after, b); });
    changes.sections = changes_of<Section>(
        pointers(before.sections), pointers(after.sections), id, [](const Section& section) { return section.title; },
        [](const Section&, bool) { return LocalText(); },
        [&](const Section& a, const Section& b) {
            Parts parts;
            parts.text(Part::text, a.title, b.title);
            parts.text(Part::sectors, sectors_text(before, a), sectors_text(after, b));
            parts.text(Part::condition, condition_text(before, a.applies_if), condition_text(after, b.applies_if));
            const auto [was, is] = orders_of(a.questions, b.questions);
            parts.text(Part::order, plain(was), plain(is));
            return parts.found;
        });
    changes.checks =
        changes_of<ConsistencyRule>(pointers(before.checks), pointers(after.checks), id, text, nowhere<ConsistencyRule>,
                                    [](const ConsistencyRule& a, const ConsistencyRule& b) {
                                        Parts parts;
                                        parts.text(Part::text, a.text, b.text);
                                        parts.text(Part::when, bounds_text(a.when), bounds_text(b.when));
                                        parts.text(Part::expects, bounds_text(a.expects), bounds_text(b.expects));
                                        return parts.found;
                                    });
    changes.profile_questions =
        changes_of<ProfileQuestion>(pointers(before.profile_questions), pointers(after.profile_questions), id, text,
                                    nowhere<ProfileQuestion>, text_only<ProfileQuestion, ProfileQuestion>);
    const std::vector<Label> scoring_before = scoring_lines(before);
    const std::vector<Label> scoring_after = scoring_lines(after);
    const auto labels = [&](const std::vector<Label>& was, const std::vector<Label>& is) {
        return changes_of<Label>(pointers(was), pointers(is), id, text, nowhere<Label>, text_only<Label, Label>);
    };
    changes.scoring = labels(scoring_before, scoring_after);
    changes.sectors = labels(before.sectors, after.sectors);
    changes.need_categories = labels(before.need_categories, after.need_categories);
    changes.frameworks = changes_of<Framework>(
        pointers(before.frameworks), pointers(after.frameworks), id,
        [](const Framework& framework) { return plain(framework.name); }, nowhere<Framework>,
        [](const Framework& a, const Framework& b) {
            Parts parts;
            parts.text(Part::text, plain(a.name), plain(b.name));
            parts.text(Part::version, plain(a.version), plain(b.version));
            parts.text(Part::licence, plain(a.licence), plain(b.licence));
            return parts.found;
        });
    changes.incidents = changes_of<Incident>(
        pointers(before.incidents), pointers(after.incidents), id,
        [](const Incident& incident) { return plain(incident.title); }, nowhere<Incident>,
        [](const Incident& a, const Incident& b) {
            Parts parts;
            parts.text(Part::text, plain(a.date + " " + a.title), plain(b.date + " " + b.title));
            parts.text(Part::lesson, a.lesson, b.lesson);
            return parts.found;
        });
    changes.about = changes_of_whole(before, after);
    return changes;
}

}  // namespace fieldseal::questionnaire
