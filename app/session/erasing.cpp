// Erasing on this device, and what is still shown of it.
#include <algorithm>

#include "app/session/implementation.h"

namespace fieldseal::session {

namespace {

constexpr std::string_view seal_setting = "seal_on_finalise";

}  // namespace

void Session::Implementation::show_erased(Snapshot& snapshot) {
    if (shown && !exchange_changed && !deliveries_changed) {
        snapshot.erased = shown->erased;
    } else {
        for (exchange::Stub& stub : exchange->stubs()) {
            snapshot.erased.push_back({std::move(stub), std::nullopt});
        }
    }
    if (snapshot.erased.empty()) {
        return;
    }
    // Something of an erased record may still come, for example a coordinator's correction; its stub says more than
    // that.
    for (auto* list : {&snapshot.sites, &snapshot.assessments}) {
        std::erase_if(*list,
                      [&](const std::shared_ptr<const Row>& row) { return exchange->is_erased(row->summary.id); });
    }
    for (ErasedRow& erased : snapshot.erased) {
        // Newest first.
        const auto review = std::ranges::find_if(snapshot.reviews, [&](const std::shared_ptr<const Row>& row) {
            return row->summary.parent == erased.stub.record &&
                   row->summary.state != static_cast<std::uint8_t>(record::Verdict::comment);
        });
        erased.verdict.reset();
        if (review != snapshot.reviews.end()) {
            erased.verdict = static_cast<record::Verdict>((*review)->summary.state);
        }
    }
}

std::vector<RecordId> Session::erasable() {
    return implementation_->joined().erasable();
}

exchange::EraseReport Session::erase_delivered(const std::vector<RecordId>& records) {
    exchange::EraseReport report = implementation_->joined().erase_delivered(records);
    implementation_->touch_everything();
    return report;
}

std::vector<exchange::EraseChoice> Session::erase_choices() {
    return implementation_->joined().erase_choices();
}

std::vector<exchange::EraseChoice> Session::travel_choices() {
    cut_all();
    return implementation_->joined().travel_choices();
}

bool Session::travel_mode() {
    return implementation_->joined().travel_mode();
}

exchange::EraseReport Session::set_travel_mode(bool on) {
    exchange::Exchange& exchange = implementation_->joined();
    cut_all();
    exchange.set_travel_mode(on);
    exchange::EraseReport report = exchange.erase_for_travel();
    implementation_->touch_everything();
    return report;
}

exchange::EraseReport Session::seal(const RecordId& assessment, const Progress& progress) {
    exchange::Exchange& exchange = implementation_->joined();
    cut(assessment);
    exchange::EraseReport report = exchange.seal_finalised(assessment, progress);
    implementation_->touch_everything();
    return report;
}

bool Session::seal_on_finalise() {
    return implementation_->joined().own_role() == team::Role::assessor && setting(seal_setting) == "on";
}

void Session::set_seal_on_finalise(bool on) {
    if (on && implementation_->joined().own_role() != team::Role::assessor) {
        throw Error(ErrorCode::refused,
                    "Only an assessor's device seals what it finalised: coordinators and reviewers can open whatever "
                    "is sealed to the team, so nothing would be gained.");
    }
    set_setting(seal_setting, on ? "on" : "");
    ++implementation_->generation;
}

RecordId Session::record_of_name(const PersonId& person) {
    return exchange::member_record(person);
}

exchange::EraseReport Session::would_erase(const RecordId& record, const std::optional<Hash>& revision) {
    cut_all();
    return implementation_->joined().would_erase(record, revision);
}

exchange::EraseReport Session::erase_everywhere(const RecordId& record, const std::string& reason,
                                                const std::optional<Hash>& revision) {
    cut_all();
    exchange::EraseReport report = implementation_->joined().erase_everywhere(record, reason, revision);
    implementation_->touch_everything();
    return report;
}

std::vector<exchange::Erased> Session::erased_everywhere() {
    return implementation_->joined().erased_everywhere();
}

}  // namespace fieldseal::session
