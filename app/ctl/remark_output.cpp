#include "app/ctl/remark_output.h"

#include <iostream>

#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

std::string text_of(const questionnaire::Template& questions, const questionnaire::Remark& remark) {
    using Kind = questionnaire::RemarkKind;
    switch (remark.kind) {
        case Kind::not_applicable_without_reason:
            return "not applicable, without a reason; needed to finalise";
        case Kind::reviewer_asks:
            return "a reviewer asks about it; see `show`, and answer with `review --comment`, or change the answer";
        case Kind::in_conflict:
            return "two edits of the answer differ; see `conflict list`";
        case Kind::above_related:
        case Kind::contradiction: {
            const questionnaire::ConsistencyRule* rule = questions.check(remark.rule);
            return (rule == nullptr ? std::string("does not go together") : rule->text.en) + " See " + remark.related +
                   ".";
        }
        case Kind::not_applicable_against_profile:
            return "not applicable, but the site's profile says yes to " + remark.related;
        case Kind::critical_unanswered:
            return "critical, and not answered";
        case Kind::top_level_without_evidence:
            return "top level, known less well than it needs: counts as level 2";
        case Kind::top_level_shown_by_nothing:
            return "top level, without a note or a file that shows it";
        case Kind::unknown_without_note:
            return "unknown, without a note";
        case Kind::without_basis:
            return "answered, but not how it is known";
        case Kind::earlier_not_followed_up:
            return "an earlier visit's finding or a delivery that this visit says nothing of; see `check list`";
        case Kind::unanswered:
            return "not answered";
        case Kind::not_signed:
            return "nobody signed for the site";
    }
    return {};
}

}  // namespace

Json remarks_json(const questionnaire::Template& questions, const std::vector<questionnaire::Remark>& remarks) {
    Json list = Json::array();
    for (const questionnaire::Remark& remark : remarks) {
        Json json;
        json["kind"] = questionnaire::name_of(remark.kind);
        json["question"] = remark.question;
        json["blocks"] = questionnaire::blocks(remark.kind);
        if (!remark.related.empty()) {
            json["related"] = remark.related;
        }
        if (const questionnaire::ConsistencyRule* rule = questions.check(remark.rule)) {
            json["rule"] = rule->id;
            json["text"] = rule->text.en;
        }
        list.push_back(std::move(json));
    }
    return list;
}

void print_remarks(const questionnaire::Template& questions, const std::vector<questionnaire::Remark>& remarks) {
    for (const questionnaire::Remark& remark : remarks) {
        std::cout << "  look at " << (remark.question.empty() ? "the whole" : remark.question) << ": "
                  << one_line(text_of(questions, remark), 400) << '\n';
    }
}

}  // namespace fieldseal::ctl
