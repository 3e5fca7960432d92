// Findings, needs, offers, pledges and assignments: writing them, and seeing what follows.
#include <algorithm>

#include "app/session/implementation.h"
#include "model/codec/flatten.h"

namespace fieldseal::session {

namespace {

void require_words(const std::string& text, const char* message) {
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
        throw Error(ErrorCode::failed, message);
    }
}

void require_day(const std::string& day) {
    if (!day.empty() && !record::is_day(day)) {
        throw Error(ErrorCode::usage, "'" + day + "' is no day. Write it like 2026-11-23.");
    }
}

void require_positive(std::int64_t quantity) {
    if (quantity < 1) {
        throw Error(ErrorCode::usage, "Give a quantity of at least 1.");
    }
}

}  // namespace

void Session::Implementation::require_coordinator() {
    if (joined().own_role() != team::Role::coordinator) {
        throw Error(ErrorCode::refused, "Offers, pledges and assignments are the coordinators'.");
    }
}

void Session::Implementation::require_visitor(const RecordId& assessment) {
    exchange::Exchange& here = joined();
    if (here.own_role() == team::Role::coordinator) {
        return;
    }
    if (here.own_role() == team::Role::reviewer) {
        throw Error(ErrorCode::refused, "Reviewers read findings and needs. Say in a comment what is missing.");
    }
    const auto subject = codec::unflatten<record::Assessment>(current(assessment, record::Kind::assessment));
    if (subject.assessor != here.deployment().own_person) {
        throw Error(ErrorCode::refused, "Assessors write findings and needs of their own visits only.");
    }
}

RecordId Session::add_finding(record::Finding finding) {
    Implementation& self = *implementation_;
    self.require_visitor(finding.assessment);
    require_words(finding.text, "A finding needs words: say what is weak.");
    const auto subject = codec::unflatten<record::Assessment>(self.current(finding.assessment, record::Kind::assessment));
    finding.site = subject.site;
    finding.found_ms = self.now();
    if (finding.category.empty()) {
        const auto questions = self.templates.by_hash(subject.template_hash);
        const questionnaire::Question* question = questions ? questions->find(finding.question) : nullptr;
        finding.category = question != nullptr ? question->remedy.category : std::string();
    }
    const auto id = self.vault->environment().random.id<RecordId>();
    self.append(id, record::Kind::finding, codec::difference({}, codec::flatten(finding)), {});
    return id;
}

RecordId Session::add_need(record::Need need) {
    Implementation& self = *implementation_;
    require_words(need.text, "A need needs words: say what would help.");
    if (need.assessment.is_zero()) {
        // Without a visit only the office may write one.
        self.require_coordinator();
    } else {
        self.require_visitor(need.assessment);
        need.site = codec::unflatten<record::Assessment>(self.current(need.assessment, record::Kind::assessment)).site;
    }
    self.current(need.site, record::Kind::site);
    for (const auto& [hex, named] : need.findings) {
        const std::optional<RecordId> id = RecordId::parse(hex);
        if (!id) {
            throw Error(ErrorCode::usage, "'" + hex + "' is no id of a finding.");
        }
        const auto finding = codec::unflatten<record::Finding>(self.current(*id, record::Kind::finding));
        if (finding.site != need.site) {
            throw Error(ErrorCode::usage, "Finding " + hex.substr(0, 8) + " is of another site.");
        }
        if (need.category.empty()) {
            need.category = finding.category;
        }
        if (need.urgency == record::Urgency::none) {
            need.urgency = finding.urgency;
        }
    }
    need.asked_ms = self.now();
    const auto id = self.vault->environment().random.id<RecordId>();
    self.append(id, record::Kind::need, codec::difference({}, codec::flatten(need)), {});
    return id;
}

void Session::save_part(const RecordId& record, const codec::Edits& edits) {
    Implementation& self = *implementation_;
    const record::Kind kind = self.vault->merged(record).kind;
    if (kind == record::Kind::finding) {
        self.require_visitor(codec::unflatten<record::Finding>(self.current(record, kind)).assessment);
    } else if (kind == record::Kind::need && self.joined().own_role() != team::Role::coordinator) {
        self.require_visitor(codec::unflatten<record::Need>(self.current(record, kind)).assessment);
    } else if (kind == record::Kind::offer || kind == record::Kind::need) {
        self.require_coordinator();
    } else {
        throw Error(ErrorCode::usage, "Only findings, needs and offers are edited in this way.");
    }
    self.vault->save_draft(record, kind, edits);
    self.touch(record);
}

void Session::close_finding(const RecordId& finding, const std::string& why, const std::optional<RecordId>& at) {
    require_words(why, "Say what closed the finding.");
    if (at) {
        implementation_->current(*at, record::Kind::assessment);
    }
    codec::Edits edits{{"state", static_cast<std::int64_t>(record::FindingState::closed)}, {"closed_why", why}};
    if (at) {
        edits["closed_at"] = Bytes(at->bytes.begin(), at->bytes.end());
    }
    implementation_->current(finding, record::Kind::finding);
    save_part(finding, edits);
    cut(finding);
}

void Session::withdraw_need(const RecordId& need, const std::string& why) {
    require_words(why, "Say why the need is withdrawn.");
    implementation_->current(need, record::Kind::need);
    save_part(need, {{"withdrawn", true}, {"withdrawn_why", why}});
    cut(need);
}

void Session::save_check(const RecordId& assessment, const RecordId& record, const record::Check& check) {
    record::Assessment before;
    record::Assessment after;
    const auto subject = codec::unflatten<record::Assessment>(implementation_->current(assessment, record::Kind::assessment));
    if (const auto was = subject.checks.find(record.hex()); was != subject.checks.end()) {
        before.checks.insert(*was);
    }
    after.checks[record.hex()] = check;
    const codec::Edits edits = codec::difference(codec::flatten(before), codec::flatten(after));
    if (!edits.empty()) {
        save(assessment, edits);
    }
}

RecordId Session::add_offer(record::Offer offer) {
    Implementation& self = *implementation_;
    self.require_coordinator();
    require_words(offer.partner, "An offer needs a partner: the state or organisation that makes it.");
    require_day(offer.until);
    offer.offered_ms = self.now();
    const auto id = self.vault->environment().random.id<RecordId>();
    self.append(id, record::Kind::offer, codec::difference({}, codec::flatten(offer)), {});
    return id;
}

RecordId Session::pledge(const RecordId& need, const RecordId& offer, std::int64_t quantity, bool agreed, const std::string& on,
                         const std::string& note) {
    Implementation& self = *implementation_;
    self.require_coordinator();
    require_positive(quantity);
    require_day(on);
    const std::shared_ptr<const portfolio::Help> help = this->help();
    const portfolio::NeedLine* asked = help->need(need);
    const portfolio::OfferLine* offered = help->offer(offer);
    if (asked == nullptr || offered == nullptr) {
        throw Error(ErrorCode::not_found, "There is no such need or no such offer here.");
    }
    if (asked->state == portfolio::NeedState::withdrawn) {
        throw Error(ErrorCode::refused, "This need is withdrawn.");
    }
    if (asked->is_over()) {
        throw Error(ErrorCode::refused, "This need is met already.");
    }
    if (quantity > asked->open()) {
        throw Error(ErrorCode::refused, "Only " + std::to_string(asked->open()) + " of this need are not promised yet.");
    }
    if (offered->left && quantity > *offered->left) {
        throw Error(ErrorCode::refused, "Only " + std::to_string(*offered->left) + " are left of this offer.");
    }
    record::Pledge pledge;
    pledge.need = need;
    pledge.offer = offer;
    pledge.site = asked->need.site;
    pledge.assessment = asked->need.assessment;
    pledge.quantity = quantity;
    pledge.note = note;
    if (agreed) {
        pledge.state = record::PledgeState::pledged;
        pledge.pledged_on = on.empty() ? record::day_of(self.now()) : on;
    }
    const auto id = self.vault->environment().random.id<RecordId>();
    self.append(id, record::Kind::pledge, codec::difference({}, codec::flatten(pledge)), {});
    return id;
}

namespace {

/// What a step makes of a pledge; Error(refused) where it is not at the step before.
void require_state(const record::Pledge& pledge, std::initializer_list<record::PledgeState> from, const char* message) {
    if (std::ranges::find(from, pledge.state) == from.end()) {
        throw Error(ErrorCode::refused, message);
    }
}

}  // namespace

void Session::agree(const RecordId& pledge, const std::string& on) {
    Implementation& self = *implementation_;
    self.require_coordinator();
    require_day(on);
    history::MergedRecord merged;
    const codec::FieldMap before = self.current(pledge, record::Kind::pledge, &merged);
    auto changed = codec::unflatten<record::Pledge>(before);
    require_state(changed, {record::PledgeState::proposed}, "Only what is proposed can be agreed to.");
    changed.state = record::PledgeState::pledged;
    changed.pledged_on = on.empty() ? record::day_of(self.now()) : on;
    self.append(pledge, record::Kind::pledge, codec::difference(before, codec::flatten(changed)), merged.heads);
}

void Session::deliver(const RecordId& pledge, const std::string& on, const std::string& note) {
    Implementation& self = *implementation_;
    self.require_coordinator();
    require_day(on);
    history::MergedRecord merged;
    const codec::FieldMap before = self.current(pledge, record::Kind::pledge, &merged);
    auto changed = codec::unflatten<record::Pledge>(before);
    require_state(changed, {record::PledgeState::proposed, record::PledgeState::pledged},
                  "This pledge was delivered already, or fell through.");
    changed.state = record::PledgeState::delivered;
    changed.delivered_on = on.empty() ? record::day_of(self.now()) : on;
    changed.note = note.empty() ? changed.note : note;
    self.append(pledge, record::Kind::pledge, codec::difference(before, codec::flatten(changed)), merged.heads);
}

void Session::drop_pledge(const RecordId& pledge, const std::string& note) {
    Implementation& self = *implementation_;
    self.require_coordinator();
    history::MergedRecord merged;
    const codec::FieldMap before = self.current(pledge, record::Kind::pledge, &merged);
    auto changed = codec::unflatten<record::Pledge>(before);
    require_state(changed, {record::PledgeState::proposed, record::PledgeState::pledged},
                  "This pledge was delivered already, or fell through.");
    changed.state = record::PledgeState::fell_through;
    changed.note = note.empty() ? changed.note : note;
    self.append(pledge, record::Kind::pledge, codec::difference(before, codec::flatten(changed)), merged.heads);
}

namespace {

/// What whoever goes next is told of a visit.
record::LastVisit told_of(const record::Assessment& visit) {
    record::LastVisit last{visit.visited_on, visit.template_id, visit.template_version, visit.template_hash, {}};
    for (const auto& [question, answer] : visit.answers) {
        if (answer.value.state != record::AnswerValue::State::open) {
            record::Answer& told = last.answers[question];
            told.value = answer.value;
            told.basis = answer.basis;
            told.measures = answer.measures;
        }
    }
    return last;
}

}  // namespace

RecordId Session::assign(const RecordId& site, const PersonId& assignee, const std::string& due, const std::string& questionnaire,
                         const std::string& why) {
    Implementation& self = *implementation_;
    self.require_coordinator();
    require_day(due);
    self.current(site, record::Kind::site);
    if (self.joined().roster().person(assignee) == nullptr) {
        throw Error(ErrorCode::not_found, "This person is not in the deployment.");
    }
    record::Assignment assignment;
    assignment.site = site;
    assignment.assignee = assignee;
    assignment.due = due;
    assignment.why = why;
    assignment.assigned_ms = self.now();
    if (!questionnaire.empty() && !self.templates.by_id(questionnaire)) {
        throw Error(ErrorCode::not_found, "There is no questionnaire '" + questionnaire + "' here.");
    }
    assignment.questionnaire = questionnaire;
    snapshot();
    if (const std::shared_ptr<const Row> last = self.last_visit(site, record::day_of(self.now()), {})) {
        assignment.last = told_of(codec::unflatten<record::Assessment>(self.current(last->summary.id, record::Kind::assessment)));
    }
    const std::shared_ptr<const portfolio::Help> help = this->help();
    for (const portfolio::FindingLine& line : help->findings) {
        if (line.finding.site == site && !line.closed) {
            assignment.ask[line.id.hex()] = {static_cast<std::int64_t>(record::Kind::finding), line.finding.question, line.finding.text, 0,
                                             record::day_of(line.finding.found_ms)};
        }
    }
    for (const portfolio::NeedLine& line : help->needs) {
        if (line.need.site != site || line.is_over() || line.delivered == 0) {
            continue;
        }
        std::string on;
        for (const std::size_t place : line.pledges) {
            on = std::max(on, help->pledges[place].pledge.delivered_on);
        }
        assignment.ask[line.id.hex()] = {static_cast<std::int64_t>(record::Kind::need), line.question, line.need.text, line.delivered, on};
    }
    const auto id = self.vault->environment().random.id<RecordId>();
    self.append(id, record::Kind::assignment, codec::difference({}, codec::flatten(assignment)), {});
    return id;
}

void Session::take_back(const RecordId& assignment) {
    Implementation& self = *implementation_;
    self.require_coordinator();
    history::MergedRecord merged;
    self.current(assignment, record::Kind::assignment, &merged);
    self.append(assignment, record::Kind::assignment, {{"removed", true}}, merged.heads);
}

portfolio::HelpSource Session::Implementation::help_source() {
    portfolio::HelpSource source;
    source.today = record::day_of(now());
    std::unordered_set<RecordId> sites;
    const auto load = [&](const auto& list, record::Kind kind, auto& into) {
        for (const std::shared_ptr<const Row>& row : list) {
            if (exchange && exchange->is_erased(row->summary.id)) {
                continue;
            }
            using Record = typename std::remove_reference_t<decltype(into)>::value_type::second_type;
            into.emplace_back(row->summary.id, codec::unflatten<Record>(current(row->summary.id, kind)));
            // Taken back in a draft, which the list does not know of.
            if (into.back().second.removed) {
                into.pop_back();
                continue;
            }
            if constexpr (requires(const Record& record) { record.site; }) {
                sites.insert(into.back().second.site);
            }
        }
    };
    load(shown->findings, record::Kind::finding, source.findings);
    load(shown->needs, record::Kind::need, source.needs);
    load(shown->offers, record::Kind::offer, source.offers);
    load(shown->pledges, record::Kind::pledge, source.pledges);
    load(shown->assignments, record::Kind::assignment, source.assignments);
    for (const RecordId& site : sites) {
        const std::shared_ptr<const Row> row = shown->find(site);
        if (!row) {
            continue;
        }
        source.sites[site] = {row->summary.title, row->summary.sector, row->summary.region, row->summary.state};
        for (const RecordId& child : rows.children(site)) {
            const std::shared_ptr<const Row> visit = shown->find(child);
            if (visit && visit->summary.kind == record::Kind::assessment && !visit->summary.removed &&
                !(exchange && exchange->is_erased(child))) {
                source.assessments.emplace_back(
                    child, codec::unflatten<record::Assessment>(current(child, record::Kind::assessment)));
            }
        }
    }
    return source;
}

std::shared_ptr<const portfolio::Help> Session::help() {
    Implementation& self = *implementation_;
    const std::shared_ptr<const Snapshot> now = snapshot();
    if (!self.help_shown || self.help_generation != now->generation) {
        self.help_shown = std::make_shared<const portfolio::Help>(portfolio::make_help(self.help_source(), self.templates));
        self.help_generation = now->generation;
    }
    return self.help_shown;
}

portfolio::GapCount Session::frequent_gaps(const Progress& progress) {
    Implementation& self = *implementation_;
    portfolio::GapCount count;
    const std::shared_ptr<const Snapshot> now = snapshot();
    Implementation::each_site(*now, progress, [&](const Row& site) {
        const vault::Summary* latest = self.latest_finalised(*now, site.summary.id);
        if (latest == nullptr) {
            return;
        }
        const auto assessment = codec::unflatten<record::Assessment>(self.vault->merged(latest->id).values());
        if (const auto questions = self.templates.by_hash(assessment.template_hash)) {
            count.add(site.summary.id, *questions, assessment,
                      {site.summary.title, site.summary.sector, site.summary.region, site.summary.state});
        }
    });
    return count;
}

}  // namespace fieldseal::session
