// From a gap to help: what is weak at a site, what would help, who offers it, what became of it, and who goes to look.
// docs/formats/record.md lists every path. Ids that are keys are written as 32 hexadecimal digits.
#pragma once

#include "model/record/record.h"

namespace fieldseal::record {

enum class Urgency : std::uint8_t { none = 0, can_wait = 1, this_year = 2, now = 3 };
constexpr bool is_valid(Urgency urgency) { return urgency <= Urgency::now; }

enum class FindingState : std::uint8_t { open = 0, closed = 1 };
constexpr bool is_valid(FindingState state) { return state <= FindingState::closed; }

/// What is weak, in the assessor's words.
struct Finding {
    RecordId site;
    RecordId assessment;
    std::string question;
    std::string text;
    /// Id of one of the template's need categories.
    std::string category;
    Urgency urgency = Urgency::none;
    FindingState state = FindingState::open;
    std::string closed_why;
    /// The visit that showed it; zero where none did.
    RecordId closed_at;
    std::int64_t found_ms = 0;
    bool removed = false;

    bool operator==(const Finding&) const = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("site", site), cereal::make_nvp("assessment", assessment),
           cereal::make_nvp("question", question), cereal::make_nvp("text", text),
           cereal::make_nvp("category", category), cereal::make_nvp("urgency", urgency),
           cereal::make_nvp("state", state), cereal::make_nvp("closed_why", closed_why),
           cereal::make_nvp("closed_at", closed_at), cereal::make_nvp("found_ms", found_ms),
           cereal::make_nvp("removed", removed));
    }
};

/// What would help a site. Its state follows from pledges and checks: portfolio::progress_of.
struct Need {
    RecordId site;
    /// The visit at which it was asked for; zero where the office wrote it.
    RecordId assessment;
    /// Ids of findings that it would solve.
    std::map<std::string, bool> findings;
    std::string text;
    std::string category;
    /// 0 counts as 1.
    std::int64_t quantity = 0;
    std::string unit;
    /// Of all of it, roughly, in whole units of `currency`; 0 where not known.
    std::int64_t cost = 0;
    std::string currency;
    Urgency urgency = Urgency::none;
    bool withdrawn = false;
    std::string withdrawn_why;
    std::int64_t asked_ms = 0;
    bool removed = false;

    bool operator==(const Need&) const = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("site", site), cereal::make_nvp("assessment", assessment),
           cereal::make_nvp("findings", findings), cereal::make_nvp("text", text),
           cereal::make_nvp("category", category), cereal::make_nvp("quantity", quantity),
           cereal::make_nvp("unit", unit), cereal::make_nvp("cost", cost), cereal::make_nvp("currency", currency),
           cereal::make_nvp("urgency", urgency), cereal::make_nvp("withdrawn", withdrawn),
           cereal::make_nvp("withdrawn_why", withdrawn_why), cereal::make_nvp("asked_ms", asked_ms),
           cereal::make_nvp("removed", removed));
    }
};

/// What a partner state or an organisation would give.
struct Offer {
    std::string partner;
    std::string text;
    std::string category;
    /// 0 where no limit was given.
    std::int64_t quantity = 0;
    std::string unit;
    /// None for all.
    std::map<std::string, bool> sectors;
    std::map<std::string, bool> regions;
    std::string conditions;
    /// Last day on which it can be taken up, "2026-12-31"; empty for no end.
    std::string until;
    std::string contact;
    std::int64_t offered_ms = 0;
    bool removed = false;

    bool operator==(const Offer&) const = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("partner", partner), cereal::make_nvp("text", text),
           cereal::make_nvp("category", category), cereal::make_nvp("quantity", quantity),
           cereal::make_nvp("unit", unit), cereal::make_nvp("sectors", sectors), cereal::make_nvp("regions", regions),
           cereal::make_nvp("conditions", conditions), cereal::make_nvp("until", until),
           cereal::make_nvp("contact", contact), cereal::make_nvp("offered_ms", offered_ms),
           cereal::make_nvp("removed", removed));
    }
};

enum class PledgeState : std::uint8_t { proposed = 0, pledged = 1, delivered = 2, fell_through = 3 };
constexpr bool is_valid(PledgeState state) { return state <= PledgeState::fell_through; }

/// A part of an offer, for one need.
struct Pledge {
    RecordId need;
    RecordId offer;
    /// As the need says: what travels and is erased together is found without it.
    RecordId site;
    RecordId assessment;
    /// 0 counts as 1.
    std::int64_t quantity = 0;
    PledgeState state = PledgeState::proposed;
    std::string pledged_on;
    std::string delivered_on;
    std::string note;
    bool removed = false;

    bool operator==(const Pledge&) const = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("need", need), cereal::make_nvp("offer", offer), cereal::make_nvp("site", site),
           cereal::make_nvp("assessment", assessment), cereal::make_nvp("quantity", quantity),
           cereal::make_nvp("state", state), cereal::make_nvp("pledged_on", pledged_on),
           cereal::make_nvp("delivered_on", delivered_on), cereal::make_nvp("note", note),
           cereal::make_nvp("removed", removed));
    }
};

/// What a visitor should look at: what they must know of what others found, whose records do not travel to them.
struct Ask {
    /// Kind::finding or Kind::need; 0 where another program wrote something else.
    std::int64_t kind = 0;
    std::string question;
    std::string text;
    /// Of a need: how many were delivered.
    std::int64_t quantity = 0;
    /// Day of the delivery, or of the visit that found it.
    std::string on;

    bool operator==(const Ask&) const = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("kind", kind), cereal::make_nvp("question", question), cereal::make_nvp("text", text),
           cereal::make_nvp("quantity", quantity), cereal::make_nvp("on", on));
    }
};

/// What the last visit to a site answered, for whoever goes next and does not have it: no note or reason, which may speak
/// of people.
struct LastVisit {
    std::string visited_on;
    std::string template_id;
    std::string template_version;
    Hash template_hash;
    /// Question id to value, basis and measures.
    std::map<std::string, Answer> answers;

    bool operator==(const LastVisit&) const = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("visited_on", visited_on), cereal::make_nvp("template_id", template_id),
           cereal::make_nvp("template_version", template_version), cereal::make_nvp("template_hash", template_hash),
           cereal::make_nvp("answers", answers));
    }
};

/// One site that one person is to visit.
struct Assignment {
    RecordId site;
    PersonId assignee;
    std::string due;
    /// Id of the template.
    std::string questionnaire;
    std::string why;
    /// Id of a finding or need to what is asked of it.
    std::map<std::string, Ask> ask;
    /// Without a day where nobody was there before.
    LastVisit last;
    std::int64_t assigned_ms = 0;
    bool removed = false;

    bool operator==(const Assignment&) const = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("site", site), cereal::make_nvp("assignee", assignee), cereal::make_nvp("due", due),
           cereal::make_nvp("questionnaire", questionnaire), cereal::make_nvp("why", why),
           cereal::make_nvp("ask", ask), cereal::make_nvp("last", last),
           cereal::make_nvp("assigned_ms", assigned_ms), cereal::make_nvp("removed", removed));
    }
};

}  // namespace fieldseal::record
