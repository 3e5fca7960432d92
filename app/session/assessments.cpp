// Assessments: starting, answering with autosave, finalising.
#include <algorithm>

#include "app/session/implementation.h"
#include "model/codec/flatten.h"

namespace fieldseal::session {

void Session::Implementation::require_editable(const RecordId& assessment) {
    if (open_for_editing.contains(assessment)) {
        return;
    }
    const auto subject = codec::unflatten<record::Assessment>(current(assessment, record::Kind::assessment));
    if (subject.state == record::AssessmentState::finalised) {
        throw Error(ErrorCode::refused,
                    "This assessment is finalised and sealed. It can be edited again after a reviewer returns it.");
    }
    open_for_editing.insert(assessment);
}

RecordId Session::start_assessment(const RecordId& site, std::string_view template_id, const std::string& visited_on) {
    exchange::Exchange& exchange = implementation_->joined();
    const auto subject = codec::unflatten<record::Site>(implementation_->current(site, record::Kind::site));
    const auto questions = implementation_->templates.by_id(template_id);
    if (!questions) {
        throw Error(ErrorCode::not_found, "There is no questionnaire '" + std::string(template_id) + "' here.");
    }
    record::Assessment assessment;
    assessment.site = site;
    assessment.template_id = questions->id;
    assessment.template_version = questions->version;
    assessment.template_hash = questionnaire::content_hash(*questions);
    assessment.assessor = exchange.deployment().own_person;
    assessment.started_ms = implementation_->now();
    assessment.visited_on = visited_on.empty() ? record::day_of(assessment.started_ms) : visited_on;
    assessment.profile = subject.profile;
    const auto id = implementation_->vault->environment().random.id<RecordId>();
    implementation_->append(id, record::Kind::assessment, codec::difference({}, codec::flatten(assessment)), {});
    implementation_->open_for_editing.insert(id);
    return id;
}

void Session::save(const RecordId& assessment, const codec::Edits& edits) {
    implementation_->joined();
    implementation_->require_editable(assessment);
    implementation_->vault->save_draft(assessment, record::Kind::assessment, edits);
    implementation_->touch(assessment);
}

void Session::save_answer(const RecordId& assessment, const std::string& question, const record::Answer& answer) {
    const codec::FieldMap current = implementation_->current(assessment, record::Kind::assessment);
    const std::string prefix = "answers/" + question + "/";
    codec::FieldMap was;
    for (auto it = current.lower_bound(prefix); it != current.end() && it->first.starts_with(prefix); ++it) {
        was.insert(*it);
    }
    record::Assessment after;
    after.answers[question] = answer;
    const codec::Edits edits = codec::difference(was, codec::flatten(after));
    if (!edits.empty()) {
        save(assessment, edits);
    }
}

std::shared_ptr<const Row> Session::Implementation::last_visit(const RecordId& site, const std::string& day,
                                                               const RecordId& except) {
    std::shared_ptr<const Row> last;
    for (const RecordId& child : rows.children(site)) {
        const std::shared_ptr<const Row> row = shown->find(child);
        if (!row || child == except || row->summary.kind != record::Kind::assessment ||
            row->summary.state != static_cast<std::uint8_t>(record::AssessmentState::finalised) ||
            row->summary.date > day) {
            continue;
        }
        if (!last || std::pair(last->summary.date, last->summary.id) < std::pair(row->summary.date, child)) {
            last = row;
        }
    }
    return last;
}

void Session::Implementation::find_previous(AssessmentView& view) {
    record::LastVisit previous;
    if (const std::shared_ptr<const Row> last = last_visit(view.assessment.site, view.assessment.visited_on, view.id)) {
        const RecordId id = last->summary.id;
        auto visit = codec::unflatten<record::Assessment>(current(id, record::Kind::assessment));
        previous = {visit.visited_on, visit.template_id, visit.template_version, visit.template_hash,
                    std::move(visit.answers)};
    }
    // Somebody else's, which does not travel here, is told with the assignment.
    for (const std::shared_ptr<const Row>& row : shown->assignments) {
        if (row->summary.parent == view.assessment.site && row->summary.person == view.assessment.assessor &&
            portfolio::told_visit_of(row->summary) > previous.visited_on &&
            portfolio::told_visit_of(row->summary) <= view.assessment.visited_on) {
            const RecordId id = row->summary.id;
            auto told = codec::unflatten<record::Assignment>(current(id, record::Kind::assignment)).last;
            // What cannot be read here must not stand before what can.
            if (record::is_day(told.visited_on) && templates.by_hash(told.template_hash)) {
                previous = std::move(told);
            }
        }
    }
    PreviousVisit visit{std::move(previous), nullptr};
    visit.questions = templates.by_hash(visit.then.template_hash);
    if (visit.questions) {
        view.previous = std::move(visit);
    }
}

const record::Answer* previous_answer(const AssessmentView& view, std::string_view question) {
    if (!view.previous || !view.questions) {
        return nullptr;
    }
    const questionnaire::Question* now = view.questions->find(question);
    const questionnaire::Question* then = view.previous->questions->find(question);
    const auto& answers = view.previous->then.answers;
    const auto answer = answers.find(std::string(question));
    const bool same = now != nullptr && then != nullptr && now->meaning_version == then->meaning_version &&
                      now->is_numeric() == then->is_numeric();
    return same && answer != answers.end() && answer->second.value.state != record::AnswerValue::State::open
               ? &answer->second
               : nullptr;
}

AssessmentView Session::assessment(const RecordId& id) {
    Implementation& self = *implementation_;
    AssessmentView view;
    view.id = id;
    history::MergedRecord merged;
    view.assessment = codec::unflatten<record::Assessment>(self.current(id, record::Kind::assessment, &merged));
    view.heads = merged.heads;
    view.conflicts = self.conflicts(merged);
    view.drafted = self.vault->draft(id).has_value();
    view.delivery = self.exchange ? self.exchange->delivery(id) : Delivery::none;
    const history::MergedRecord site = self.vault->merged(view.assessment.site);
    view.site = codec::unflatten<record::Site>(site.values());
    view.questions = self.templates.by_hash(view.assessment.template_hash);
    if (view.questions) {
        view.score = questionnaire::score(*view.questions, view.assessment, view.site.sector, self.now());
    }
    snapshot();
    for (const RecordId& child : self.rows.children(id)) {
        const history::MergedRecord state = self.vault->merged(child);
        if (state.kind == record::Kind::evidence) {
            EvidenceView item{child, codec::unflatten<record::Evidence>(state.values())};
            if (item.evidence.removed) {
                continue;
            }
            self.fill_held(item);
            item.delivery = self.exchange ? self.exchange->delivery(child) : Delivery::none;
            view.evidence.push_back(std::move(item));
        } else if (state.kind == record::Kind::review) {
            ReviewView item{child, codec::unflatten<record::Review>(state.values()), {}, Delivery::none};
            item.author = self.exchange ? self.exchange->name_of_person(item.review.author) : std::string();
            item.delivery = self.exchange ? self.exchange->delivery(child) : Delivery::none;
            view.reviews.push_back(std::move(item));
        }
    }
    self.look_at_help(view);
    if (view.assessment.state == record::AssessmentState::open) {
        self.find_previous(view);
    }
    std::ranges::sort(view.evidence, {},
                      [](const EvidenceView& item) { return std::tuple(item.evidence.added_ms, item.id); });
    std::ranges::sort(view.reviews, {}, [](const ReviewView& item) { return std::tuple(item.review.at_ms, item.id); });
    return view;
}

void Session::cut(const RecordId& record) {
    if (implementation_->vault->cut_draft(record)) {
        implementation_->touch(record);
    }
}

void Session::cut_all() {
    for (const RecordId& record : implementation_->vault->drafted_records()) {
        cut(record);
    }
}

std::set<std::string> asked_questions(const AssessmentView& view) {
    std::map<std::string, const record::Review*> last;
    for (const ReviewView& item : view.reviews) {
        if (!item.review.question.empty()) {
            last[item.review.question] = &item.review;
        }
    }
    std::set<std::string> asked;
    for (const auto& [question, review] : last) {
        const auto answer = view.assessment.answers.find(question);
        const bool answered =
            answer != view.assessment.answers.end() && answer->second.answered_ms > review->at_ms;
        if (review->author != view.assessment.assessor && !answered) {
            asked.insert(question);
        }
    }
    return asked;
}

std::vector<questionnaire::Remark> check(const AssessmentView& view) {
    if (!view.questions) {
        return {};
    }
    questionnaire::Surroundings around;
    for (const EvidenceView& item : view.evidence) {
        around.with_evidence.insert(item.evidence.question);
    }
    for (const Conflict& conflict : view.conflicts) {
        constexpr std::string_view answers = "answers/";
        if (conflict.path.starts_with(answers)) {
            around.in_conflict.insert(
                conflict.path.substr(answers.size(), conflict.path.find('/', answers.size()) - answers.size()));
        }
    }
    for (const FollowUp& item : view.follow_ups) {
        if (item.check.result == record::CheckResult::none) {
            around.not_followed_up.insert(item.question);
        }
    }
    around.asked = asked_questions(view);
    return questionnaire::check_consistency(*view.questions, view.assessment, view.site.sector, around);
}

std::vector<questionnaire::Remark> Session::check(const RecordId& assessment) {
    return session::check(this->assessment(assessment));
}

void Session::finalise(const RecordId& assessment) {
    Implementation& self = *implementation_;
    self.joined();
    self.require_editable(assessment);
    for (const questionnaire::Remark& remark : check(assessment)) {
        if (questionnaire::blocks(remark.kind)) {
            throw Error(ErrorCode::refused,
                        "Question " + remark.question +
                            " is marked 'not applicable' without a reason. Give the reason, then finalise.");
        }
    }
    codec::Edits edits;
    edits["state"] = static_cast<std::int64_t>(record::AssessmentState::finalised);
    edits["finalised_ms"] = self.now();
    vault::Transaction transaction(*self.vault);
    self.vault->save_draft(assessment, record::Kind::assessment, edits);
    self.vault->cut_draft(assessment);
    transaction.commit();
    self.open_for_editing.erase(assessment);
    self.touch(assessment);
    // What was written of its findings and needs goes with it.
    snapshot();
    for (const RecordId& part : std::vector<RecordId>(self.rows.children(assessment))) {
        cut(part);
    }
    if (seal_on_finalise()) {
        seal(assessment);
    }
}

void Session::reopen(const RecordId& assessment) {
    Implementation& self = *implementation_;
    self.joined();
    const auto subject = codec::unflatten<record::Assessment>(self.current(assessment, record::Kind::assessment));
    if (subject.state != record::AssessmentState::finalised) {
        throw Error(ErrorCode::refused, "This assessment is open already.");
    }
    const std::shared_ptr<const Row> row = snapshot()->find(assessment);
    if (!row || row->verdict != record::Verdict::give_back) {
        throw Error(ErrorCode::refused, "Only an assessment that a reviewer returned can be opened again.");
    }
    codec::Edits edits;
    edits["state"] = std::nullopt;
    edits["finalised_ms"] = std::nullopt;
    self.append(assessment, record::Kind::assessment, edits, self.vault->merged(assessment).heads);
}

void Session::settle(const RecordId& record, const std::string& path, const std::optional<codec::Value>& value) {
    Implementation& self = *implementation_;
    self.joined();
    self.vault->cut_draft(record);
    const history::MergedRecord merged = self.vault->merged(record);
    const auto field = merged.fields.find(path);
    if (field == merged.fields.end() || !field->second.in_conflict()) {
        throw Error(ErrorCode::refused, "This field is not in conflict any more.");
    }
    const bool offered = std::ranges::any_of(
        field->second.versions, [&](const history::FieldVersion& version) { return version.value == value; });
    if (!offered) {
        throw Error(ErrorCode::usage, "This is none of the values in conflict.");
    }
    self.require_may_settle(record, merged);
    self.append(record, merged.kind, {{path, value}}, merged.heads);
}

void Session::Implementation::require_may_settle(const RecordId& record, const history::MergedRecord& merged) {
    using record::Kind;
    const team::Role role = joined().own_role();
    if (role == team::Role::reviewer) {
        throw Error(ErrorCode::refused, "Reviewers settle no conflict. A coordinator or the assessor does.");
    }
    if (role == team::Role::coordinator || merged.kind == Kind::site) {
        return;
    }
    const codec::FieldMap fields = merged.values();
    switch (merged.kind) {
        case Kind::assessment:
            require_visitor(record);
            return;
        case Kind::finding:
            require_visitor(codec::unflatten<record::Finding>(fields).assessment);
            return;
        case Kind::need:
            require_visitor(codec::unflatten<record::Need>(fields).assessment);
            return;
        case Kind::evidence:
            require_visitor(codec::unflatten<record::Evidence>(fields).assessment);
            return;
        default:
            throw Error(ErrorCode::refused, "Only a coordinator settles this conflict.");
    }
}

}  // namespace fieldseal::session
