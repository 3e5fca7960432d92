#include "app/ctl/seal_output.h"

namespace fieldseal::ctl {

namespace {

using vault::StepCheck;

std::string_view name_of(session::StepSeal::Verdict verdict) {
    using Verdict = session::StepSeal::Verdict;
    switch (verdict) {
        case Verdict::holds:
            return "holds";
        case Verdict::open:
            return "not_sealed";
        case Verdict::partly:
            return "partly";
        case Verdict::broken:
            return "broken";
    }
    return "broken";
}

std::string_view name_of(StepCheck::Content content) {
    switch (content) {
        case StepCheck::Content::whole:
            return "whole";
        case StepCheck::Content::does_not_open:
            return "does_not_open";
        case StepCheck::Content::altered:
            return "altered";
        case StepCheck::Content::not_here:
            return "not_here";
    }
    return "altered";
}

std::string_view name_of(StepCheck::Place place) {
    switch (place) {
        case StepCheck::Place::named:
            return "named";
        case StepCheck::Place::other_name:
            return "other_name";
        case StepCheck::Place::not_in_log:
            return "not_in_log";
        case StepCheck::Place::does_not_open:
            return "does_not_open";
    }
    return "not_in_log";
}

std::string_view name_of(StepCheck::Chain chain) {
    switch (chain) {
        case StepCheck::Chain::continues:
            return "continues";
        case StepCheck::Chain::broken:
            return "broken";
        case StepCheck::Chain::before_unknown:
            return "before_unknown";
        case StepCheck::Chain::not_looked_at:
            return "not_looked_at";
    }
    return "broken";
}

std::string_view name_of(StepCheck::Signature signature) {
    switch (signature) {
        case StepCheck::Signature::holds:
            return "holds";
        case StepCheck::Signature::broken:
            return "broken";
        case StepCheck::Signature::unknown_device:
            return "unknown_device";
        case StepCheck::Signature::not_signed:
            return "not_signed";
        case StepCheck::Signature::none:
            return "none";
    }
    return "none";
}

std::string broken_text(const StepCheck& check) {
    std::string text;
    const auto add = [&text](bool wrong, const char* words) {
        if (wrong) {
            text += (text.empty() ? "" : ", ") + std::string(words);
        }
    };
    add(check.content == StepCheck::Content::does_not_open, "its bytes were changed or taken out");
    add(check.content == StepCheck::Content::altered, "it is not what was written");
    add(check.place == StepCheck::Place::other_name, "the log has something else in its place");
    add(check.place == StepCheck::Place::not_in_log, "it stands in no log");
    add(check.place == StepCheck::Place::does_not_open, "the log round it was changed or taken out");
    add(check.chain == StepCheck::Chain::broken, "it does not fit its neighbours in the log");
    add(check.signature == StepCheck::Signature::broken, "the signature does not hold");
    return text;
}

std::string unchecked_text(const session::StepSeal& seal) {
    std::string text;
    const auto add = [&text](bool open, const std::string& words) {
        if (open) {
            text += (text.empty() ? "" : ", ") + words;
        }
    };
    add(seal.check.content == StepCheck::Content::not_here,
        seal.erased ? "what it said was erased on request" : "what it said is not here");
    add(seal.check.chain == StepCheck::Chain::before_unknown, "what came before it is not here");
    add(seal.check.signature == StepCheck::Signature::unknown_device, "its device is not in the list of the team");
    add(seal.parents_missing > 0,
        std::to_string(seal.parents_missing) + " of the steps that its author had seen are not here");
    return text;
}

}  // namespace

Json seal_json(const session::StepSeal& seal) {
    Json json;
    json["verdict"] = name_of(seal.verdict());
    json["content"] = name_of(seal.check.content);
    json["place"] = name_of(seal.check.place);
    json["chain"] = name_of(seal.check.chain);
    json["signature"] = name_of(seal.check.signature);
    json["signed_from"] = seal.check.first;
    json["signed_to"] = seal.check.last;
    json["fingerprint"] = seal.fingerprint;
    json["shut_out"] = seal.revoked;
    json["parents_missing"] = seal.parents_missing;
    return json;
}

std::string seal_text(const session::StepSeal& seal) {
    const std::string signature = "signed by " + (seal.person.empty() ? std::string("-") : one_line(seal.person, 40)) +
                                  ", fingerprint " + seal.fingerprint;
    switch (seal.verdict()) {
        case session::StepSeal::Verdict::holds:
            return "holds: " + signature;
        case session::StepSeal::Verdict::open:
            return "not sealed yet";
        case session::StepSeal::Verdict::partly:
            return "not all can be checked: " + unchecked_text(seal);
        case session::StepSeal::Verdict::broken:
            break;
    }
    return "DOES NOT HOLD: " + broken_text(seal.check);
}

}  // namespace fieldseal::ctl
