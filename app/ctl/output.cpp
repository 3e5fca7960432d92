#include "app/ctl/output.h"

#include <cmath>
#include <ctime>
#include <iostream>

namespace fieldseal::ctl {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

/// Length of the UTF-8 sequence that starts with `lead`; 1 for what starts none.
std::size_t sequence_length(unsigned char lead) {
    return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
}

bool is_control(std::string_view character) {
    const auto lead = static_cast<unsigned char>(character[0]);
    if (character.size() == 1) {
        return (lead < 0x20 && lead != '\n' && lead != '\t') || lead >= 0x7f;
    }
    const auto second = static_cast<unsigned char>(character[1]);
    if (lead == 0xc2) {
        return second < 0xa0;
    }
    if (lead == 0xe2 && character.size() == 3) {
        const auto third = static_cast<unsigned char>(character[2]);
        // U+202A..U+202E and U+2066..U+2069: embeddings, overrides, isolates.
        return (second == 0x80 && third >= 0xaa && third <= 0xae) || (second == 0x81 && third >= 0xa6 && third <= 0xa9);
    }
    return false;
}

std::string percent(double share) {
    return std::to_string(std::lround(share * 100));
}

double thousandths(double share) {
    return std::round(share * 1000) / 1000;
}

}  // namespace

std::string plain(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::string_view character = text.substr(i, sequence_length(static_cast<unsigned char>(text[i])));
        result += is_control(character) ? replacement : character;
        i += character.size();
    }
    return result;
}

std::string one_line(std::string_view text, std::size_t most) {
    const std::string safe = plain(text);
    std::string result;
    std::size_t count = 0;
    for (std::size_t i = 0; i < safe.size();) {
        const std::size_t length = sequence_length(static_cast<unsigned char>(safe[i]));
        if (count++ == most) {
            return result + "…";
        }
        const bool space = safe[i] == '\n' || safe[i] == '\t';
        result += space ? std::string_view(" ") : std::string_view(safe).substr(i, length);
        i += length;
    }
    return result;
}

std::string iso_time(std::int64_t ms) {
    if (ms == 0) {
        return {};
    }
    // Rounded down, so that times before 1970 (a clock set wrong) come out right too.
    const std::time_t seconds = static_cast<std::time_t>(ms / 1000 - (ms % 1000 < 0 ? 1 : 0));
    std::tm parts{};
    if (gmtime_r(&seconds, &parts) == nullptr) {
        return std::to_string(ms) + " ms";
    }
    char text[64];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

std::string short_id(ByteView id) {
    return to_hex(id.first(6));
}

std::string size_text(std::uint64_t bytes) {
    constexpr std::string_view units[] = {"B", "KB", "MB", "GB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1000 && unit + 1 < std::size(units)) {
        value /= 1000;
        ++unit;
    }
    char text[32];
    std::snprintf(text, sizeof text, unit == 0 ? "%.0f" : "%.1f", value);
    return std::string(text) + " " + std::string(units[unit]);
}

std::string_view verdict_name(record::Verdict verdict) {
    switch (verdict) {
        case record::Verdict::comment:
            return "comment";
        case record::Verdict::approve:
            return "approved";
        case record::Verdict::give_back:
            return "returned";
    }
    return "comment";
}

std::string_view state_name(record::AssessmentState state) {
    return state == record::AssessmentState::finalised ? "finalised" : "open";
}

Json value_json(const std::optional<codec::Value>& value) {
    if (!value) {
        return nullptr;
    }
    if (const auto* bytes = std::get_if<Bytes>(&*value)) {
        return to_hex(*bytes);
    }
    return std::visit(
        [](const auto& held) -> Json {
            if constexpr (std::is_same_v<std::decay_t<decltype(held)>, Bytes>) {
                return nullptr;
            } else {
                return held;
            }
        },
        *value);
}

std::string value_text(const std::optional<codec::Value>& value) {
    return value ? one_line(codec::to_display(*value), 200) : "(empty)";
}

Json parsed(const std::string& json) {
    return Json::parse(json);
}

Json score_json(const questionnaire::Template* questions, const std::optional<questionnaire::Score>& score) {
    if (questions == nullptr || !score || !score->overall.score) {
        return nullptr;
    }
    const questionnaire::Figures& overall = score->overall;
    Json json;
    json["score"] = thousandths(*overall.score);
    json["low"] = thousandths(overall.low);
    json["high"] = thousandths(overall.high);
    json["coverage"] = thousandths(overall.coverage);
    json["grade"] = score->grade ? Json(questions->grades.at(*score->grade).id) : Json(nullptr);
    json["provisional"] = score->provisional;
    json["answered"] = overall.answered;
    json["unknown"] = overall.unknown;
    json["open"] = overall.open;
    json["not_applicable"] = overall.not_applicable;
    return json;
}

std::string score_text(const questionnaire::Template* questions, const std::optional<questionnaire::Score>& score) {
    if (questions == nullptr) {
        return "no score: its questionnaire is not here yet";
    }
    if (!score || !score->overall.score) {
        return "no score yet";
    }
    const questionnaire::Figures& overall = score->overall;
    std::string text = percent(*overall.score) + " % (" + percent(overall.low) + "-" + percent(overall.high) + " %)";
    if (score->grade) {
        text += ", grade " + questions->grades.at(*score->grade).id;
    }
    return text + (score->provisional ? ", provisional" : "");
}

void print(const Json& json) {
    std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

void flush_output() {
    std::cout.flush();
    if (!std::cout) {
        throw Error(ErrorCode::disk, "The output could not be written. Is the disk full, or was the pipe closed?");
    }
}

}  // namespace fieldseal::ctl
