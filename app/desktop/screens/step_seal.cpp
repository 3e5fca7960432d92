// The seal of one step in words: what was checked, by whom it is signed, or what cannot be checked and why.
#include "app/desktop/screens/site_history.h"

namespace fieldseal::desktop {

namespace {

using vault::StepCheck;
using Lines = std::vector<SealLine>;

constexpr std::size_t name_digits = 12;

SealLine content_line(const session::StepSeal& seal) {
    const std::string name = seal.revision.hex().substr(0, name_digits);
    switch (seal.check.content) {
        case StepCheck::Content::whole:
            return {ui::State::good,
                    fill(tr("What it says is what was written: hashed anew, it gives its name {}."), {name})};
        case StepCheck::Content::does_not_open:
            return {
                ui::State::bad,
                tr("What it said does not open any more: its bytes on this disk were changed, moved or taken out.")};
        case StepCheck::Content::altered:
            return {
                ui::State::bad,
                fill(tr("What it says is not what was written: hashed anew, it does not give its name {}."), {name})};
        case StepCheck::Content::not_here:
            break;
    }
    return {ui::State::neutral, seal.erased ? tr("What it said was erased on request, on every device. Only its name "
                                                 "is left, so what it said cannot be checked.")
                                            : tr("What it said is not on this device, so it cannot be checked here.")};
}

SealLine place_line(const session::StepSeal& seal) {
    const std::string number = std::to_string(seal.sequence);
    switch (seal.check.place) {
        case StepCheck::Place::named:
            return {ui::State::good, fill(tr("The log of its device has it in its place, number {}."), {number})};
        case StepCheck::Place::other_name:
            return {ui::State::bad,
                    fill(tr("The log of its device has something else in its place, number {}."), {number})};
        case StepCheck::Place::not_in_log:
            return {ui::State::bad, tr("It stands in no log that is here.")};
        case StepCheck::Place::does_not_open:
            break;
    }
    return {ui::State::bad,
            tr("The log round it does not open any more: its bytes on this disk were changed, moved or taken out.")};
}

SealLine chain_line(const session::StepSeal& seal) {
    switch (seal.check.chain) {
        case StepCheck::Chain::continues:
            return {ui::State::good,
                    seal.sequence == 1
                        ? tr("It is the first that its device wrote, and what comes after follows it.")
                        : tr("It follows what its device wrote before: nothing was put in between or taken out.")};
        case StepCheck::Chain::broken:
            return {ui::State::bad, tr("It does not fit what its device wrote just before or after: something was "
                                       "changed, put in or taken out.")};
        case StepCheck::Chain::before_unknown:
            return {ui::State::neutral,
                    tr("What its device wrote just before is not here, so whether it follows that cannot be checked.")};
        case StepCheck::Chain::not_looked_at:
            break;
    }
    return {};
}

SealLine signature_line(const session::StepSeal& seal) {
    const std::string device = seal.device.hex().substr(0, 8);
    const std::string first = std::to_string(seal.check.first);
    const std::string last = std::to_string(seal.check.last);
    switch (seal.check.signature) {
        case StepCheck::Signature::holds:
            return {ui::State::good, fill(tr("The signature over numbers {} to {} holds. It is by {}, device {}."),
                                          {first, last, seal.person.empty() ? "–" : seal.person, device})};
        case StepCheck::Signature::broken:
            return {ui::State::bad,
                    fill(tr("The signature over numbers {} to {} does not hold: device {} did not sign this."),
                         {first, last, device})};
        case StepCheck::Signature::unknown_device:
            return {ui::State::neutral, fill(tr("It is signed by device {}, which is not in the list of the team, so "
                                                "nobody here can say whose signature it is."),
                                             {device})};
        case StepCheck::Signature::not_signed:
            return {ui::State::caution, tr("It is not signed yet: this device signs what it wrote when that is "
                                           "finalised or sent. Until then only this vault vouches for it.")};
        case StepCheck::Signature::none:
            break;
    }
    return {};
}

}  // namespace

SealLine seal_verdict(const session::StepSeal& seal) {
    switch (seal.verdict()) {
        case session::StepSeal::Verdict::holds:
            return {ui::State::good, tr("Its seal holds: nothing was altered since it was written")};
        case session::StepSeal::Verdict::open:
            return {ui::State::caution, tr("Not sealed yet")};
        case session::StepSeal::Verdict::partly:
            return {ui::State::neutral, tr("Nothing speaks against it, but not all of it can be checked here")};
        case session::StepSeal::Verdict::broken:
            break;
    }
    return {ui::State::bad, tr("Its seal does NOT hold: something was altered")};
}

std::vector<SealLine> seal_lines(const session::StepSeal& seal) {
    Lines lines;
    for (SealLine& line : Lines{content_line(seal), place_line(seal), chain_line(seal), signature_line(seal)}) {
        if (!line.text.empty()) {
            lines.push_back(std::move(line));
        }
    }
    if (!seal.fingerprint.empty()) {
        lines.push_back(
            {ui::State::neutral, fill(tr("Fingerprint of the device, to compare by phone: {}"), {seal.fingerprint})});
    }
    if (seal.revoked) {
        lines.push_back(
            {ui::State::caution, tr("The device was shut out later. What it wrote up to here had been accepted.")});
    }
    if (seal.parents_missing > 0) {
        lines.push_back({ui::State::neutral, trn("%d step that its author had seen before is not here.",
                                                 "%d steps that its author had seen before are not here.",
                                                 static_cast<std::int64_t>(seal.parents_missing))});
    }
    return lines;
}

}  // namespace fieldseal::desktop
