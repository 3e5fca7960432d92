// What one step of a device's log proves, looked at anew in the file. No words: whoever shows it has them.
#pragma once

#include <cstdint>

#include "model/history/revision.h"

namespace fieldseal::vault {

/// Where a revision stands, and under which name it is known.
struct StepPlace {
    DeviceId device;
    std::uint64_t sequence = 0;
    Hash name;
};

struct StepCheck {
    /// What was written.
    enum class Content : std::uint8_t {
        whole,          // head and body give the name
        does_not_open,  // the row was changed, moved or taken out
        altered,        // it opens, and is not what the name stands for
        not_here,       // withheld or erased: the name alone is here
    };
    /// The place in the device's log.
    enum class Place : std::uint8_t {
        named,
        other_name,  // the log names another revision there
        not_in_log,
        does_not_open,  // the row of the log was changed, moved or taken out
    };
    /// The links to what the device wrote just before and just after.
    enum class Chain : std::uint8_t {
        continues,
        broken,
        before_unknown,  // nothing of what comes before is here
        not_looked_at,   // without a place there is none
    };
    /// Over the run that holds the step.
    enum class Signature : std::uint8_t {
        holds,
        broken,
        unknown_device,  // nobody says whose key it would be
        not_signed,      // this device's own latest, until it is sealed
        none,            // not in a log, so under no signature
    };
    Content content = Content::not_here;
    Place place = Place::not_in_log;
    Chain chain = Chain::not_looked_at;
    Signature signature = Signature::none;
    /// The run under one signature.
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    bool is_broken() const {
        return content == Content::does_not_open || content == Content::altered || place != Place::named ||
               chain == Chain::broken || signature == Signature::broken;
    }
    /// All of it was checked, and holds.
    bool holds() const {
        return content == Content::whole && place == Place::named && chain == Chain::continues &&
               signature == Signature::holds;
    }
};

}  // namespace fieldseal::vault
