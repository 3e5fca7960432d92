#include "app/session/media_type.h"

#include <algorithm>

namespace fieldseal::session {

namespace {

struct Magic {
    std::string_view start;
    std::string_view type;
};

// First bytes as the formats' specifications give them.
constexpr Magic magics[] = {
    {"\xff\xd8\xff", "image/jpeg"}, {"\x89PNG\r\n\x1a\n", "image/png"}, {"GIF8", "image/gif"},
    {"%PDF-", "application/pdf"},   {"II*\0", "image/tiff"},            {"MM\0*", "image/tiff"},
};

/// Brands of ISO 14496-12 files that hold pictures (ISO 23008-12, AVIF).
constexpr std::string_view picture_brands[] = {"heic", "heix", "heim", "heis", "hevc", "mif1", "msf1", "avif", "avis"};

struct Extension {
    std::string_view extension;
    std::string_view type;
};

constexpr Extension extensions[] = {
    {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {".odt", "application/vnd.oasis.opendocument.text"},
    {".ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {".txt", "text/plain"},
    {".csv", "text/csv"},
    {".log", "text/plain"},
    {".zip", "application/zip"},
    {".mp4", "video/mp4"},
    {".heic", "image/heic"},
    {".webp", "image/webp"},
};

}  // namespace

std::string media_extension(const std::filesystem::path& path) {
    std::string extension = path.extension().string();
    if (extension.size() > 8 || !std::ranges::all_of(extension, [](char c) { return c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); })) {
        return {};
    }
    for (char& c : extension) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return extension;
}

std::string media_type_of(const std::string& file_name, ByteView start) {
    const std::string_view head = text_of(start);
    // Phones' pictures in the containers of films and of sounds: what matters is that they are pictures, whatever the file is called.
    if (head.size() >= 12 && head.substr(4, 4) == "ftyp" && std::ranges::find(picture_brands, head.substr(8, 4)) != std::end(picture_brands)) {
        return head.substr(8, 2) == "av" ? "image/avif" : "image/heic";
    }
    if (head.size() >= 12 && head.starts_with("RIFF") && head.substr(8, 4) == "WEBP") {
        return "image/webp";
    }
    for (const Magic& magic : magics) {
        if (head.starts_with(magic.start)) {
            return std::string(magic.type);
        }
    }
    const std::string extension = media_extension(file_name);
    for (const Extension& known : extensions) {
        if (extension == known.extension) {
            return std::string(known.type);
        }
    }
    return "application/octet-stream";
}

}  // namespace fieldseal::session
