#include "model/portfolio/summarise.h"

#include <algorithm>
#include <cmath>

#include "model/codec/flatten.h"
#include "model/codec/text.h"
#include "model/questionnaire/built_in.h"
#include "model/questionnaire/scoring.h"
#include "model/record/help.h"

namespace fieldseal::portfolio {

namespace {

constexpr std::size_t title_bytes = 120;
constexpr std::uint8_t provisional_bit = 0x80;
constexpr std::size_t template_mark_size = 12;
/// Goes up with every change of what a summary says.
constexpr int summaries_version = 1;

std::int16_t thousandths(double value) {
    return static_cast<std::int16_t>(std::lround(value * 1000));
}

/// The beginning of a text, cut between characters.
std::string beginning(const std::string& text, std::size_t most) {
    return text.size() <= most ? text : std::string(codec::whole_characters(text, most)) + "…";
}

void put_score(const questionnaire::Score& score, vault::Summary& summary) {
    summary.score = score.overall.score ? thousandths(*score.overall.score) : std::int16_t{-1};
    summary.low = thousandths(score.overall.low);
    summary.high = thousandths(score.overall.high);
    summary.coverage = thousandths(score.overall.coverage);
    summary.grade = static_cast<std::uint8_t>(score.grade ? *score.grade + 1 : 0);
    if (score.provisional) {
        summary.grade = static_cast<std::uint8_t>(summary.grade | provisional_bit);
    }
}

}  // namespace

TemplateShelf::TemplateShelf() {
    for (const questionnaire::BuiltIn& item : questionnaire::built_in_versions()) {
        items_.push_back({*Hash::parse(item.hash), std::string(item.id), std::string(item.version), nullptr});
    }
}

std::shared_ptr<const questionnaire::Template> TemplateShelf::read(const Item& item) {
    return item.questions ? item.questions : questionnaire::built_in_template(item.hash);
}

void TemplateShelf::add(std::shared_ptr<const questionnaire::Template> item) {
    const Hash hash = questionnaire::content_hash(*item);
    if (std::ranges::find(items_, hash, &Item::hash) == items_.end()) {
        items_.push_back({hash, item->id, item->version, std::move(item)});
    }
}

std::shared_ptr<const questionnaire::Template> TemplateShelf::by_hash(const Hash& hash) const {
    const auto found = std::ranges::find(items_, hash, &Item::hash);
    return found == items_.end() ? nullptr : read(*found);
}

bool TemplateShelf::goes_before(const Item& a, const Item& b) {
    const int order = questionnaire::version_order(a.version, b.version);
    if (order != 0) {
        return order > 0;
    }
    const bool received = a.questions != nullptr;
    return received != (b.questions != nullptr) ? received : b.hash < a.hash;
}

std::shared_ptr<const questionnaire::Template> TemplateShelf::by_id(std::string_view id) const {
    const Item* newest = nullptr;
    for (const Item& item : items_) {
        if (item.id == id && (newest == nullptr || goes_before(item, *newest))) {
            newest = &item;
        }
    }
    return newest == nullptr ? nullptr : read(*newest);
}

std::shared_ptr<const questionnaire::Template> TemplateShelf::by_version(std::string_view id,
                                                                         std::string_view version) const {
    const Item* found = nullptr;
    for (const Item& item : items_) {
        if (item.id == id && item.version == version && (found == nullptr || goes_before(item, *found))) {
            found = &item;
        }
    }
    return found == nullptr ? nullptr : read(*found);
}

std::vector<std::shared_ptr<const questionnaire::Template>> TemplateShelf::newest() const {
    std::vector<std::shared_ptr<const questionnaire::Template>> result;
    for (const Item& item : items_) {
        if (std::ranges::none_of(result, [&](const auto& known) { return known->id == item.id; })) {
            result.push_back(by_id(item.id));
        }
    }
    return result;
}

std::vector<std::shared_ptr<const questionnaire::Template>> TemplateShelf::all() const {
    std::vector<std::shared_ptr<const questionnaire::Template>> result;
    for (const Item& item : items_) {
        result.push_back(read(item));
    }
    return result;
}

std::shared_ptr<const questionnaire::Template> TemplateShelf::by_mark(std::string_view mark) const {
    const auto found =
        std::ranges::find_if(items_, [&](const Item& item) { return !mark.empty() && template_mark(item.hash) == mark; });
    return found == items_.end() ? nullptr : read(*found);
}

std::vector<Hash> TemplateShelf::hashes() const {
    std::vector<Hash> hashes;
    for (const Item& item : items_) {
        hashes.push_back(item.hash);
    }
    std::ranges::sort(hashes);
    return hashes;
}

std::string summaries_made_with(const TemplateShelf& templates) {
    std::string made_with = std::to_string(summaries_version);
    for (const Hash& hash : templates.hashes()) {
        made_with += " " + template_mark(hash);
    }
    return made_with;
}

std::string template_mark(const Hash& hash) {
    return hash.hex().substr(0, template_mark_size);
}

const std::string& template_mark_of(const vault::Summary& summary) {
    return summary.region;
}

const std::string& told_visit_of(const vault::Summary& summary) {
    return summary.region;
}

vault::Summarise make_summarise(const TemplateShelf& templates,
                                std::function<std::string(const RecordId& site)> sector_of,
                                std::function<std::int64_t()> now_ms) {
    return [&templates, sector_of = std::move(sector_of), now_ms = std::move(now_ms)](
               const history::MergedRecord& merged, vault::Summary& summary) {
        const codec::FieldRefs fields = merged.shown();
        switch (merged.kind) {
            case record::Kind::site: {
                const auto site = codec::unflatten<record::Site>(fields);
                summary.title = site.name;
                summary.sector = site.sector;
                summary.region = site.region;
                summary.subject = site.settlement;
                summary.state = static_cast<std::uint8_t>(std::clamp<std::int64_t>(site.criticality, 0, 3));
                summary.removed = site.removed;
                break;
            }
            case record::Kind::assessment: {
                const auto assessment = codec::unflatten<record::Assessment>(fields);
                summary.parent = assessment.site;
                summary.subject = assessment.template_id;
                summary.date = assessment.visited_on;
                summary.state = static_cast<std::uint8_t>(assessment.state);
                summary.person = assessment.assessor;
                summary.removed = assessment.removed;
                summary.region = template_mark(assessment.template_hash);
                if (const auto questions = templates.by_hash(assessment.template_hash)) {
                    put_score(questionnaire::score(*questions, assessment, sector_of(assessment.site), now_ms()),
                              summary);
                }
                break;
            }
            case record::Kind::evidence: {
                const auto evidence = codec::unflatten<record::Evidence>(fields);
                summary.parent = evidence.assessment;
                summary.title = evidence.file_name;
                summary.subject = evidence.question;
                summary.removed = evidence.removed;
                break;
            }
            case record::Kind::review: {
                const auto review = codec::unflatten<record::Review>(fields);
                summary.parent = review.assessment;
                summary.title = beginning(review.text, title_bytes);
                summary.subject = review.question;
                summary.state = static_cast<std::uint8_t>(review.verdict);
                summary.person = review.author;
                break;
            }
            case record::Kind::member: {
                const auto member = codec::unflatten<record::Member>(fields);
                summary.title = member.name;
                summary.person = member.person;
                break;
            }
            case record::Kind::finding: {
                const auto finding = codec::unflatten<record::Finding>(fields);
                summary.parent = finding.assessment;
                summary.title = beginning(finding.text, title_bytes);
                summary.subject = finding.question;
                summary.state = static_cast<std::uint8_t>(finding.state);
                summary.removed = finding.removed;
                break;
            }
            case record::Kind::need: {
                const auto need = codec::unflatten<record::Need>(fields);
                summary.parent = need.assessment.is_zero() ? need.site : need.assessment;
                summary.title = beginning(need.text, title_bytes);
                summary.subject = need.category;
                summary.state = need.withdrawn ? 1 : 0;
                summary.removed = need.removed;
                break;
            }
            case record::Kind::offer: {
                const auto offer = codec::unflatten<record::Offer>(fields);
                summary.title = offer.partner;
                summary.subject = offer.category;
                summary.date = offer.until;
                summary.removed = offer.removed;
                break;
            }
            case record::Kind::pledge: {
                const auto pledge = codec::unflatten<record::Pledge>(fields);
                summary.parent = pledge.need;
                summary.date = pledge.delivered_on;
                summary.state = static_cast<std::uint8_t>(pledge.state);
                summary.removed = pledge.removed;
                break;
            }
            case record::Kind::assignment: {
                const auto assignment = codec::unflatten<record::Assignment>(fields);
                summary.parent = assignment.site;
                summary.title = beginning(assignment.why, title_bytes);
                summary.subject = assignment.questionnaire;
                summary.region = assignment.last.visited_on;
                summary.date = assignment.due;
                summary.person = assignment.assignee;
                summary.removed = assignment.removed;
                break;
            }
        }
    };
}

}  // namespace fieldseal::portfolio
