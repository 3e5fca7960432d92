// What a visit shows of findings and needs: its own, those that its weak answers propose, and what earlier visits left.
#include <algorithm>

#include "app/session/implementation.h"
#include "model/codec/flatten.h"

namespace fieldseal::session {

namespace {

/// Of an answer that is weak: level 0 or 1.
bool is_weak(const questionnaire::Question& question, const record::Assessment& assessment) {
    const auto answer = assessment.answers.find(question.id);
    const std::optional<int> level = answer == assessment.answers.end() ? std::nullopt : questionnaire::level_of(question, answer->second);
    return level && *level <= 1;
}

/// Level 2 and better solve a finding, 0 leaves it as it was.
record::CheckResult suggestion(const questionnaire::Template* questions, const std::string& id, const record::Assessment& assessment) {
    const questionnaire::Question* question = questions == nullptr ? nullptr : questions->find(id);
    const auto answer = assessment.answers.find(id);
    if (question == nullptr || answer == assessment.answers.end()) {
        return record::CheckResult::none;
    }
    const std::optional<int> level = questionnaire::level_of(*question, answer->second);
    return !level        ? record::CheckResult::none
           : *level >= 2 ? record::CheckResult::solved
           : *level == 1 ? record::CheckResult::in_part
                         : record::CheckResult::not_solved;
}

}  // namespace

void propose(AssessmentView& view) {
    view.proposals.clear();
    if (view.questions) {
        const auto criticality = static_cast<int>(std::clamp<std::int64_t>(view.site.criticality, 0, 3));
        for (const questionnaire::Gap& gap : questionnaire::rank_gaps(*view.questions, view.assessment, view.site.sector, criticality)) {
            const questionnaire::Question* question = view.questions->find(gap.question);
            const bool found = std::ranges::any_of(view.findings, [&](const FindingView& item) { return item.finding.question == gap.question; });
            if (!gap.unknown && !found && is_weak(*question, view.assessment)) {
                view.proposals.push_back({gap.question, gap.kind, gap.priority, question->remedy.category});
            }
        }
    }
    for (FollowUp& item : view.follow_ups) {
        item.suggested = item.kind == record::Kind::finding ? suggestion(view.questions.get(), item.question, view.assessment) : record::CheckResult::none;
    }
}

void Session::Implementation::look_at_help(AssessmentView& view) {
    for (const RecordId& child : rows.children(view.id)) {
        const std::shared_ptr<const Row> row = shown->find(child);
        if (!row || (exchange && exchange->is_erased(child))) {
            continue;
        }
        // Not by the summary, which knows no draft: what was taken back a moment ago is gone, and what was brought again is here.
        if (row->summary.kind == record::Kind::finding) {
            auto finding = codec::unflatten<record::Finding>(current(child, record::Kind::finding));
            if (!finding.removed) {
                view.findings.push_back({child, std::move(finding), row->delivery});
            }
        } else if (row->summary.kind == record::Kind::need) {
            auto need = codec::unflatten<record::Need>(current(child, record::Kind::need));
            if (!need.removed) {
                view.needs.push_back({child, std::move(need), row->delivery});
            }
        }
    }
    std::ranges::sort(view.findings, {}, [](const FindingView& item) { return std::pair(item.finding.found_ms, item.id); });
    std::ranges::sort(view.needs, {}, [](const NeedView& item) { return std::pair(item.need.asked_ms, item.id); });
    // What is known here of earlier visits; and what the coordinator asked to look at, of visits that are not here.
    std::map<RecordId, FollowUp> follow_ups;
    const auto add = [&](const RecordId& record, const record::Ask& ask) {
        const auto kind = static_cast<record::Kind>(ask.kind);
        FollowUp item{record, kind, ask.question, ask.text, ask.quantity, ask.on, {}, record::CheckResult::none};
        if (const auto check = view.assessment.checks.find(record.hex()); check != view.assessment.checks.end()) {
            item.check = check->second;
        }
        follow_ups.insert_or_assign(record, std::move(item));
    };
    for (const std::shared_ptr<const Row>& row : shown->assignments) {
        if (row->summary.parent != view.assessment.site || row->summary.person != view.assessment.assessor) {
            continue;
        }
        for (const auto& [hex, ask] : codec::unflatten<record::Assignment>(current(row->summary.id, record::Kind::assignment)).ask) {
            const bool known = ask.kind == static_cast<std::int64_t>(record::Kind::finding) || ask.kind == static_cast<std::int64_t>(record::Kind::need);
            if (const std::optional<RecordId> record = RecordId::parse(hex); known && record) {
                add(*record, ask);
            }
        }
    }
    const auto delivered = [&](const RecordId& need) {
        std::pair<std::int64_t, std::string> sum;
        for (const RecordId& child : rows.children(need)) {
            const auto pledge = codec::unflatten<record::Pledge>(current(child, record::Kind::pledge));
            if (pledge.state == record::PledgeState::delivered && !pledge.removed) {
                sum.first = portfolio::plus(sum.first, std::max<std::int64_t>(1, pledge.quantity));
                sum.second = std::max(sum.second, pledge.delivered_on);
            }
        }
        return sum;
    };
    for (const RecordId& visit : rows.children(view.assessment.site)) {
        const std::shared_ptr<const Row> row = shown->find(visit);
        if (!row || row->summary.kind != record::Kind::assessment || visit == view.id || row->summary.date > view.assessment.visited_on) {
            continue;
        }
        for (const RecordId& child : rows.children(visit)) {
            const std::shared_ptr<const Row> part = shown->find(child);
            if (!part || part->summary.removed) {
                continue;
            }
            if (part->summary.kind == record::Kind::finding) {
                const auto finding = codec::unflatten<record::Finding>(current(child, record::Kind::finding));
                if (finding.state == record::FindingState::open) {
                    add(child, {static_cast<std::int64_t>(record::Kind::finding), finding.question, finding.text, 0, row->summary.date});
                }
            } else if (part->summary.kind == record::Kind::need) {
                const auto need = codec::unflatten<record::Need>(current(child, record::Kind::need));
                if (const auto [quantity, on] = delivered(child); quantity > 0 && !need.withdrawn) {
                    add(child, {static_cast<std::int64_t>(record::Kind::need), {}, need.text, quantity, on});
                }
            }
        }
    }
    for (auto& [record, item] : follow_ups) {
        view.follow_ups.push_back(std::move(item));
    }
    std::ranges::stable_sort(view.follow_ups, {}, &FollowUp::on);
    propose(view);
}

}  // namespace fieldseal::session
