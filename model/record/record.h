// What people record, as plain structs. docs/formats/record.md lists every path with its meaning; the JSON form follows the same names.
// A member's default is its type's zero, since zeros are left out of revisions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <cereal/cereal.hpp>

#include "model/crypto/bytes.h"
#include "model/record/answer.h"
#include "model/record/check.h"

namespace fieldseal::record {

enum class Kind : std::uint8_t {
    site = 1,
    assessment = 2,
    evidence = 3,
    review = 4,
    member = 5,
    finding = 6,
    need = 7,
    offer = 8,
    pledge = 9,
    assignment = 10,
};

constexpr bool is_valid(Kind kind) { return kind >= Kind::site && kind <= Kind::assignment; }
/// "site", "assessment", ...: the name in JSON and on the command line.
std::string_view name_of(Kind kind);

/// A civilian site. `region` is an ISO 3166-2 code, `sector` an id of the questionnaire's sectors.
struct Site {
    std::string name;
    std::string name_latin;
    std::string sector;
    std::string region;
    std::string settlement;
    std::string address;
    /// Decimal degrees WGS 84 as text ("48.457"), empty where not given: a zero is a place.
    std::string latitude;
    std::string longitude;
    /// 1 (ordinary) to 3 (vital); 0 where not said. Scoring's k is 1, 1.25, 1.5.
    std::int64_t criticality = 0;
    std::string owner;
    std::string contact;
    std::string notes;
    std::string external_id;
    /// Profile question id to "yes" or "no"; absent where not known.
    std::map<std::string, std::string> profile;
    bool removed = false;

    bool operator==(const Site&) const = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("name", name), cereal::make_nvp("name_latin", name_latin), cereal::make_nvp("sector", sector),
           cereal::make_nvp("region", region), cereal::make_nvp("settlement", settlement), cereal::make_nvp("address", address),
           cereal::make_nvp("latitude", latitude), cereal::make_nvp("longitude", longitude),
           cereal::make_nvp("criticality", criticality), cereal::make_nvp("owner", owner), cereal::make_nvp("contact", contact),
           cereal::make_nvp("notes", notes), cereal::make_nvp("external_id", external_id), cereal::make_nvp("profile", profile),
           cereal::make_nvp("removed", removed));
    }
};

enum class AssessmentState : std::uint8_t { open = 0, finalised = 1 };
constexpr bool is_valid(AssessmentState state) { return state <= AssessmentState::finalised; }

struct SignOff {
    std::string name;
    std::string role;
    std::string remark;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("name", name), cereal::make_nvp("role", role), cereal::make_nvp("remark", remark));
    }
};

/// One visit to one site, answered with one template.
struct Assessment {
    RecordId site;
    std::string template_id;
    std::string template_version;
    /// questionnaire::content_hash of the template it is answered with; old assessments keep their wording.
    Hash template_hash;
    PersonId assessor;
    /// The day of the visit, "2026-11-23", as the assessor gives it.
    std::string visited_on;
    std::int64_t started_ms = 0;
    AssessmentState state = AssessmentState::open;
    std::int64_t finalised_ms = 0;
    std::string summary;
    /// The site's profile as it was at the visit; conditions are decided on it.
    std::map<std::string, std::string> profile;
    /// Question id to answer.
    std::map<std::string, Answer> answers;
    SignOff sign_off;
    /// Id of an earlier finding or need, 32 hexadecimal digits, to what this visit saw of it.
    std::map<std::string, Check> checks;
    bool removed = false;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("site", site), cereal::make_nvp("template_id", template_id),
           cereal::make_nvp("template_version", template_version), cereal::make_nvp("template_hash", template_hash),
           cereal::make_nvp("assessor", assessor), cereal::make_nvp("visited_on", visited_on),
           cereal::make_nvp("started_ms", started_ms), cereal::make_nvp("state", state),
           cereal::make_nvp("finalised_ms", finalised_ms), cereal::make_nvp("summary", summary),
           cereal::make_nvp("profile", profile), cereal::make_nvp("answers", answers), cereal::make_nvp("sign_off", sign_off),
           cereal::make_nvp("checks", checks), cereal::make_nvp("removed", removed));
    }
};

/// A file's key in a sealed box.
using KeyBox = FixedBytes<struct KeyBoxTag, 80>;

/// A photo as the camera wrote it, sealed to coordinators' devices: docs/formats/original.md.
struct SealedOriginal {
    std::string media_type;
    /// Of the sealed file, as `sealed` is: it lies in the vault's blobs under that.
    std::int64_t size = 0;
    Hash sealed;
    Hash commitment;
    /// "device.writer" to the file key in a sealed box.
    std::map<std::string, KeyBox> keys;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("media_type", media_type), cereal::make_nvp("size", size), cereal::make_nvp("sealed", sealed),
           cereal::make_nvp("commitment", commitment), cereal::make_nvp("keys", keys));
    }
};

/// How a photo's copy was made from its original, so that it can be done again: docs/formats/record.md, "Evidence".
struct CleaningNote {
    std::int64_t quarter_turns = 0;
    /// As picture::boxes_text.
    std::string boxes;
    std::int64_t longest_side = 0;
    std::int64_t width = 0;
    std::int64_t height = 0;
    /// What the original says and the copy does not.
    bool location = false;
    bool camera = false;
    bool other = false;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("quarter_turns", quarter_turns), cereal::make_nvp("boxes", boxes),
           cereal::make_nvp("longest_side", longest_side), cereal::make_nvp("width", width),
           cereal::make_nvp("height", height), cereal::make_nvp("location", location), cereal::make_nvp("camera", camera),
           cereal::make_nvp("other", other));
    }
};

/// A file that backs an answer. Its content lies in the vault's blobs under `content`.
struct Evidence {
    RecordId assessment;
    std::string question;
    std::string file_name;
    std::string media_type;
    std::int64_t size = 0;
    /// crypto::plain_hash of the file's bytes.
    Hash content;
    std::string caption;
    std::int64_t added_ms = 0;
    /// Of a photo that was cleaned; empty otherwise.
    SealedOriginal original;
    CleaningNote cleaning;
    bool removed = false;

    bool was_cleaned() const { return !original.sealed.is_zero(); }
    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("assessment", assessment), cereal::make_nvp("question", question),
           cereal::make_nvp("file_name", file_name), cereal::make_nvp("media_type", media_type), cereal::make_nvp("size", size),
           cereal::make_nvp("content", content), cereal::make_nvp("caption", caption), cereal::make_nvp("added_ms", added_ms),
           cereal::make_nvp("original", original), cereal::make_nvp("cleaning", cleaning),
           cereal::make_nvp("removed", removed));
    }
};

enum class Verdict : std::uint8_t { comment = 0, approve = 1, give_back = 2 };
constexpr bool is_valid(Verdict verdict) { return verdict <= Verdict::give_back; }

/// One act of a reviewer on an assessment; a thread is all reviews of it in time order. Never edited, so two reviewers cannot overwrite each other.
struct Review {
    RecordId assessment;
    /// The revision that the reviewer had before their eyes: one head of the assessment's history.
    Hash seen;
    Verdict verdict = Verdict::comment;
    /// The question it is about; empty for the whole assessment.
    std::string question;
    std::string text;
    PersonId author;
    std::int64_t at_ms = 0;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("assessment", assessment), cereal::make_nvp("seen", seen), cereal::make_nvp("verdict", verdict),
           cereal::make_nvp("question", question), cereal::make_nvp("text", text), cereal::make_nvp("author", author),
           cereal::make_nvp("at_ms", at_ms));
    }
};

/// A person's name. The roster holds keys and roles only, so that a lost laptop of one assessor does not name the others.
struct Member {
    PersonId person;
    std::string name;
    std::string note;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("person", person), cereal::make_nvp("name", name), cereal::make_nvp("note", note));
    }
};

}  // namespace fieldseal::record
