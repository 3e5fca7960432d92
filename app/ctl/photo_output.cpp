#include "app/ctl/photo_output.h"

#include <iostream>

#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

double fraction(std::uint16_t value) { return static_cast<double>(value) / picture::box_unit; }

Json boxes_json(const std::string& text) {
    Json boxes = Json::array();
    for (const picture::Box& box : picture::boxes_from(text).value_or(std::vector<picture::Box>())) {
        boxes.push_back(
            {{"x", fraction(box.x)}, {"y", fraction(box.y)}, {"width", fraction(box.width)}, {"height", fraction(box.height)}});
    }
    return boxes;
}

}  // namespace

std::string removed_text(const record::CleaningNote& cleaning) {
    std::string text;
    const auto add = [&text](bool there, const char* what) {
        if (there) {
            text += (text.empty() ? "" : ", ") + std::string(what);
        }
    };
    add(cleaning.location, "where it was taken");
    add(cleaning.camera, "camera and time");
    add(cleaning.other, "texts and other data beside the picture");
    return text;
}

void add_photo_json(const session::EvidenceView& item, Json& json) {
    const record::Evidence& evidence = item.evidence;
    json["cleaned"] = nullptr;
    json["original"] = nullptr;
    if (!evidence.was_cleaned()) {
        return;
    }
    const record::CleaningNote& cleaning = evidence.cleaning;
    json["cleaned"] = {{"removed_location", cleaning.location},
                       {"removed_camera", cleaning.camera},
                       {"removed_other", cleaning.other},
                       {"quarter_turns", cleaning.quarter_turns},
                       {"redacted", boxes_json(cleaning.boxes)},
                       {"longest_side", cleaning.longest_side == 0 ? Json(nullptr) : Json(cleaning.longest_side)},
                       {"width", cleaning.width},
                       {"height", cleaning.height}};
    json["original"] = {{"media_type", evidence.original.media_type},
                        {"sealed_bytes", evidence.original.size},
                        {"sealed_blake2b_256", evidence.original.sealed.hex()},
                        {"commitment", evidence.original.commitment.hex()},
                        {"opens_here", item.original_opens},
                        {"coordinators_devices", item.coordinators},
                        {"of_which_have_the_key", item.original_for}};
}

void print_photo(const session::EvidenceView& item) {
    const record::Evidence& evidence = item.evidence;
    if (!evidence.was_cleaned()) {
        return;
    }
    const record::CleaningNote& cleaning = evidence.cleaning;
    const std::string removed = removed_text(cleaning);
    std::cout << "  copy for readers: " << cleaning.width << " x " << cleaning.height << " pixels, BLAKE2b-256 "
              << evidence.content.hex() << '\n'
              << "  "
              << (removed.empty() ? "the original said nothing besides the picture" : "removed from it: " + removed);
    const std::size_t boxes = picture::boxes_from(cleaning.boxes).value_or(std::vector<picture::Box>()).size();
    if (boxes > 0) {
        std::cout << "; blacked out: " << boxes;
    }
    if (cleaning.quarter_turns != 0) {
        std::cout << "; turned by " << cleaning.quarter_turns * 90 << " degrees";
    }
    std::cout << "\n  original: sealed to " << item.original_for << " of " << item.coordinators << " coordinators' devices"
              << (item.original_opens ? ", opens on this one" : "") << ", sealed BLAKE2b-256 "
              << evidence.original.sealed.hex() << '\n';
}

}  // namespace fieldseal::ctl
