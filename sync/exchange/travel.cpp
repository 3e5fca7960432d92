// Travel mode: what coordinators' receipts cover does not stay on this device. docs/formats/exchange.md, "Travel mode".
#include <algorithm>

#include "model/codec/flatten.h"
#include "model/record/help.h"
#include "sync/exchange/erasing.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

constexpr std::string_view travel_mark = "travel";

}  // namespace

/// What need not be here, chosen in `erasing`.
class Travel {
  public:
    Travel(Exchange::Implementation& exchange, Erasing& erasing) : self_(exchange), erasing_(erasing) {}

    std::vector<EraseChoice> choose() {
        for (const RecordId& assessment : erasing_.assessments()) {
            choose(assessment, record::Kind::assessment, reason_to_go_on(assessment));
        }
        // Sites after assessments: what stays of these needs its site.
        std::set<RecordId> visited;
        for (const RecordId& assessment : erasing_.assessments()) {
            visited.insert(erasing_.site_of(assessment));
        }
        for (const auto& [id, stub] : self_.erased) {
            visited.insert(stub.site);
        }
        for (const RecordId& site : erasing_.sites()) {
            const bool planned = erasing_.is_own(site) && !visited.contains(site);
            choose(site, record::Kind::site,
                   planned            ? "You recorded it and have not visited it yet."
                   : is_awaited(site) ? "You are to visit it."
                                      : "");
        }
        for (const RecordId& member : erasing_.members()) {
            if (member != member_record(self_.deployment.own_person)) {
                choose(member, record::Kind::member, "");
            }
        }
        return std::move(choices_);
    }

  private:
    /// Why an assessment that is delivered is needed all the same; empty where it is not.
    std::string reason_to_go_on(const RecordId& assessment) {
        if (self_.erased_parts.contains(assessment)) {
            return {};
        }
        if (self_.deployment.own_role == team::Role::reviewer) {
            const std::optional<record::Review> verdict = erasing_.verdict_on(assessment);
            return verdict && verdict->author == self_.deployment.own_person ? "" : "You have not judged it yet.";
        }
        if (erasing_.is_returned(assessment)) {
            return "A reviewer returned it: it waits for your changes.";
        }
        return erasing_.is_finished(assessment) ? "" : "It is not finalised.";
    }

    /// Whether this person is assigned to the site and has finalised no visit of it since.
    bool is_awaited(const RecordId& site) {
        const PersonId& self = self_.deployment.own_person;
        for (const RecordId& part : erasing_.all_of(site)) {
            const history::MergedRecord merged = self_.vault.merged(part);
            if (merged.kind != record::Kind::assignment) {
                continue;
            }
            const auto assignment = codec::unflatten<record::Assignment>(merged.values());
            const std::string from = record::day_of(assignment.assigned_ms);
            const bool gone = std::ranges::any_of(self_.erased, [&](const auto& erased) {
                return erased.second.site == site && erased.second.visited_on >= from;
            });
            const bool done = std::ranges::any_of(erasing_.assessments(), [&](const RecordId& id) {
                const auto visit = codec::unflatten<record::Assessment>(self_.vault.merged(id).values());
                return visit.site == site && visit.assessor == self && visit.visited_on >= from &&
                       visit.state == record::AssessmentState::finalised;
            });
            if (!assignment.removed && assignment.assignee == self && !gone && !done) {
                return true;
            }
        }
        return false;
    }

    void choose(const RecordId& record, record::Kind kind, std::string needed) {
        EraseChoice choice{record, kind, std::move(needed)};
        if (choice.reason.empty()) {
            choice.reason = erasing_.short_reason(record);
        }
        if (choice.reason.empty()) {
            erasing_.choose(record, Erasing::Again::yes);
        }
        choices_.push_back(std::move(choice));
    }

    Exchange::Implementation& self_;
    Erasing& erasing_;
    std::vector<EraseChoice> choices_;
};

bool Exchange::travel_mode() const {
    return implementation_->vault.shelf(shelves::deployment).get(travel_mark).has_value();
}

void Exchange::set_travel_mode(bool on) {
    if (own_role() == team::Role::coordinator) {
        throw Error(ErrorCode::refused,
                    "A coordinator's machine keeps everything: others erase because of its receipts. Travel with "
                    "another device.");
    }
    vault::Shelf shelf = implementation_->vault.shelf(shelves::deployment);
    if (on) {
        shelf.put(travel_mark, {});
    } else {
        shelf.remove(travel_mark);
    }
}

std::vector<EraseChoice> Exchange::travel_choices() {
    if (own_role() == team::Role::coordinator) {
        return {};
    }
    Erasing erasing(*implementation_);
    return Travel(*implementation_, erasing).choose();
}

EraseReport Exchange::erase_for_travel() {
    EraseReport report;
    if (!travel_mode() || own_role() == team::Role::coordinator) {
        return report;
    }
    Implementation& self = *implementation_;
    self.atomically([&] {
        self.close_segment();
        Erasing erasing(self);
        const std::vector<EraseChoice> choices = Travel(self, erasing).choose();
        const bool any = std::ranges::any_of(choices, [](const EraseChoice& choice) { return choice.reason.empty(); });
        if (any) {
            report = erasing.run();
            // Until the inviter's record came, the invitation said who it is; that record has gone now.
            self.vault.shelf(shelves::deployment).remove("inviter");
        }
        self.clear_import_log();
        if (self.deployment.own_role == team::Role::assessor) {
            // At a reviewer's it counts as held.
            self.drop_hopeless();
        }
    });
    return report;
}

}  // namespace fieldseal::exchange
