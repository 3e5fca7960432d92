#include "app/desktop/text/translate.h"

#include <cmath>
#include <ctime>
#include <fstream>
#include <unordered_map>

namespace fieldseal::desktop {

namespace {

constexpr std::size_t catalogue_limit = 8u << 20;

struct Catalogue {
    std::string bytes;
    std::unordered_map<std::string_view, const char*> texts;
};

Catalogue& catalogue() {
    static Catalogue loaded;
    return loaded;
}

Language& current() {
    static Language chosen = Language::english;
    return chosen;
}

std::uint32_t word(const std::string& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) {
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    }
    return value;
}

/// Ukrainian: 1 сайт, 2 сайти, 5 сайтів (CLDR plural rules one, few, many).
std::size_t ukrainian_form(std::int64_t number) {
    const std::int64_t n = std::abs(number);
    if (n % 10 == 1 && n % 100 != 11) {
        return 0;
    }
    return n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 10 || n % 100 >= 20) ? 1 : 2;
}

std::string time_text(std::int64_t wall_ms, const char* english, const char* ukrainian) {
    if (wall_ms <= 0) {
        return "–";
    }
    const auto seconds = static_cast<std::time_t>(wall_ms / 1000);
    std::tm parts{};
    localtime_r(&seconds, &parts);
    char text[40];
    const std::size_t size = std::strftime(text, sizeof text, language() == Language::ukrainian ? ukrainian : english, &parts);
    return {text, size};
}

}  // namespace

bool load_translations(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    Catalogue loaded;
    loaded.bytes.assign(std::istreambuf_iterator<char>(file), {});
    const std::string& bytes = loaded.bytes;
    if (bytes.size() < 28 || bytes.size() > catalogue_limit || word(bytes, 0) != 0x950412de) {
        return false;
    }
    const std::size_t count = word(bytes, 8);
    const std::size_t originals = word(bytes, 12);
    const std::size_t translated = word(bytes, 16);
    if (count > bytes.size() / 16 || originals > bytes.size() - 8 * count || translated > bytes.size() - 8 * count) {
        return false;
    }
    catalogue().texts.clear();
    catalogue().bytes = std::move(loaded.bytes);
    const std::string& kept = catalogue().bytes;
    const auto text_at = [&kept](std::size_t entry) -> const char* {
        const std::size_t length = word(kept, entry);
        const std::size_t start = word(kept, entry + 4);
        return start < kept.size() && length < kept.size() - start ? kept.data() + start : nullptr;
    };
    for (std::size_t i = 0; i < count; ++i) {
        const char* from = text_at(originals + 8 * i);
        const char* to = text_at(translated + 8 * i);
        if (from != nullptr && to != nullptr) {
            catalogue().texts.emplace(from, to);
        }
    }
    return true;
}

void set_language(Language chosen) {
    current() = chosen;
}

Language language() {
    return current();
}

const char* tr(const char* english) {
    if (current() == Language::english) {
        return english;
    }
    const auto found = catalogue().texts.find(english);
    return found == catalogue().texts.end() || *found->second == '\0' ? english : found->second;
}

std::string trn(const char* singular, const char* plural, std::int64_t number) {
    const char* text = number == 1 ? singular : plural;
    if (current() == Language::ukrainian) {
        // The catalogue keeps the forms one after the other, each ended by NUL.
        const auto found = catalogue().texts.find(singular);
        if (found != catalogue().texts.end()) {
            text = found->second;
            for (std::size_t skip = ukrainian_form(number); skip > 0; --skip) {
                text += std::char_traits<char>::length(text) + 1;
            }
        }
    }
    std::string result = text;
    const std::size_t at = result.find("%d");
    return at == std::string::npos ? result : result.replace(at, 2, std::to_string(number));
}

std::string fill(std::string_view text, std::span<const std::string_view> arguments) {
    std::string result;
    auto argument = arguments.begin();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i, 2) == "{}" && argument != arguments.end()) {
            result += *argument++;
            ++i;
        } else {
            result += text[i];
        }
    }
    return result;
}

std::string date_text(std::int64_t wall_ms) {
    return time_text(wall_ms, "%Y-%m-%d", "%d.%m.%Y");
}

std::string day_text(const std::string& iso) {
    const bool is_day = iso.size() == 10 && iso[4] == '-' && iso[7] == '-';
    if (language() != Language::ukrainian || !is_day) {
        return iso;
    }
    return iso.substr(8, 2) + "." + iso.substr(5, 2) + "." + iso.substr(0, 4);
}

std::string quarter_text(const std::string& iso) {
    const bool is_quarter = iso.size() == 7 && iso[4] == '-' && iso[5] == 'Q' && iso[6] >= '1' && iso[6] <= '4';
    if (!is_quarter) {
        return iso;
    }
    constexpr const char* roman[] = {"I", "II", "III", "IV"};
    const std::string year = iso.substr(0, 4);
    return language() == Language::ukrainian ? std::string(roman[iso[6] - '1']) + " кв. " + year : iso.substr(5) + " " + year;
}

std::string iso_day(std::int64_t wall_ms) {
    return time_text(wall_ms, "%Y-%m-%d", "%Y-%m-%d");
}

std::string date_time_text(std::int64_t wall_ms) {
    return time_text(wall_ms, "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M");
}

std::string clock_text(std::int64_t wall_ms) {
    return time_text(wall_ms, "%H:%M", "%H:%M");
}

std::string percent_text(int thousandths) {
    return thousandths < 0 ? "–" : std::to_string((thousandths + 5) / 10) + " %";
}

std::string size_text(std::uint64_t bytes) {
    const bool ukrainian = language() == Language::ukrainian;
    if (bytes < 1000) {
        return std::to_string(bytes) + (ukrainian ? " Б" : " B");
    }
    double value = static_cast<double>(bytes);
    const char* unit = "";
    for (const char* next : {ukrainian ? " кБ" : " kB", ukrainian ? " МБ" : " MB", ukrainian ? " ГБ" : " GB"}) {
        value /= 1000;
        unit = next;
        if (value < 999.5) {
            break;
        }
    }
    char text[32];
    std::snprintf(text, sizeof text, value < 10 ? "%.1f" : "%.0f", value);
    std::string result = text;
    if (ukrainian && result.find('.') != std::string::npos) {
        result[result.find('.')] = ',';
    }
    return result + unit;
}

}  // namespace fieldseal::desktop
