// Finds the parts of a file that are no pixels. Every length is checked against what is left; Exif itself is read by libexif.
#include "model/picture/metadata.h"

#include <libexif/exif-data.h>

#include <algorithm>
#include <memory>

namespace fieldseal::picture {

namespace {

constexpr std::string_view exif_start{"Exif\0\0", 6};
constexpr std::string_view xmp_location = "GPSLatitude";

std::uint32_t big_endian(ByteView bytes, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        value = value << 8 | bytes[i];
    }
    return value;
}

/// Tags that say nothing but how the pixels lie.
bool is_layout(ExifTag tag) {
    switch (tag) {
        case EXIF_TAG_ORIENTATION:
        case EXIF_TAG_X_RESOLUTION:
        case EXIF_TAG_Y_RESOLUTION:
        case EXIF_TAG_RESOLUTION_UNIT:
        case EXIF_TAG_YCBCR_POSITIONING:
        case EXIF_TAG_EXIF_VERSION:
        case EXIF_TAG_FLASH_PIX_VERSION:
        case EXIF_TAG_COMPONENTS_CONFIGURATION:
        case EXIF_TAG_COLOR_SPACE:
        case EXIF_TAG_PIXEL_X_DIMENSION:
        case EXIF_TAG_PIXEL_Y_DIMENSION: return true;
        default: return false;
    }
}

/// `tiff` begins with its byte order.
void read_exif(ByteView tiff, Metadata& found) {
    Bytes whole(exif_start.begin(), exif_start.end());
    whole.insert(whole.end(), tiff.begin(), tiff.end());
    const std::unique_ptr<ExifData, void (*)(ExifData*)> exif(exif_data_new(), exif_data_unref);
    if (!exif) {
        found.other = true;
        return;
    }
    // What libexif adds where it is missing would look as if the file had said it.
    exif_data_unset_option(exif.get(), EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
    exif_data_set_option(exif.get(), EXIF_DATA_OPTION_DONT_CHANGE_MAKER_NOTE);
    exif_data_load_data(exif.get(), whole.data(), static_cast<unsigned>(whole.size()));
    bool anything = false;
    for (int ifd = 0; ifd < EXIF_IFD_COUNT; ++ifd) {
        const ExifContent* content = exif->ifd[ifd];
        for (unsigned i = 0; content != nullptr && i < content->count; ++i) {
            anything = true;
            const ExifEntry* entry = content->entries[i];
            if (ifd == EXIF_IFD_GPS) {
                found.location = true;
            } else if (entry->tag == EXIF_TAG_ORIENTATION && ifd == EXIF_IFD_0) {
                if (entry->format == EXIF_FORMAT_SHORT && entry->components == 1 && entry->size >= 2) {
                    const int value = exif_get_short(entry->data, exif_data_get_byte_order(exif.get()));
                    found.orientation = value >= 1 && value <= 8 ? value : 1;
                }
            } else if (ifd != EXIF_IFD_1 && !is_layout(entry->tag)) {
                found.camera = true;
            }
        }
    }
    if (exif->data != nullptr || !anything) {
        // A small copy of the picture, perhaps from before it was cropped; or something that we cannot read.
        found.other = true;
    }
}

void read_text(std::string_view text, Metadata& found) {
    found.other = true;
    found.location = found.location || text.find(xmp_location) != text.npos;
}

/// ITU-T T.81, B.1.1: markers and their segments, up to the first scan.
void walk_jpeg(ByteView file, Metadata& found) {
    bool exif_seen = false;
    std::size_t at = 2;
    while (at + 4 <= file.size() && file[at] == 0xff) {
        const std::uint8_t marker = file[at + 1];
        if (marker == 0xff) {
            ++at;
            continue;
        }
        const std::size_t length = big_endian(file.subspan(at + 2), 2);
        if (marker == 0xda || length < 2 || length > file.size() - at - 2) {
            break;
        }
        const ByteView body = file.subspan(at + 4, length - 2);
        const std::string_view text = text_of(body);
        if (marker == 0xe1 && text.starts_with(exif_start) && !exif_seen) {
            exif_seen = true;
            read_exif(body.subspan(exif_start.size()), found);
        } else if (marker == 0xe1) {
            read_text(text, found);
        } else if (marker == 0xfe || (marker >= 0xe2 && marker <= 0xed) || marker == 0xef) {
            found.other = true;
        }
        at += 2 + length;
    }
    // Phones put a film or a second picture behind the first one's end.
    found.other = found.other || file.size() < 2 || file[file.size() - 2] != 0xff || file[file.size() - 1] != 0xd9;
}

/// PNG (third edition), 5.3: length, type, data, check sum.
void walk_png(ByteView file, Metadata& found) {
    std::size_t at = 8;
    while (at + 12 <= file.size()) {
        const std::size_t length = big_endian(file.subspan(at), 4);
        if (length > file.size() - at - 12) {
            break;
        }
        const std::string_view type = text_of(file.subspan(at + 4, 4));
        const ByteView body = file.subspan(at + 8, length);
        at += 12 + length;
        if (type == "eXIf") {
            read_exif(body, found);
        } else if (type == "iTXt" || type == "tEXt" || type == "zTXt") {
            read_text(text_of(body), found);
        } else if (type == "tIME" || type == "iCCP") {
            found.other = true;
        } else if (type == "IEND") {
            break;
        }
    }
    found.other = found.other || at != file.size();
}

}  // namespace

Metadata metadata_of(ByteView file) {
    Metadata found;
    switch (format_of(file)) {
        case Format::jpeg: walk_jpeg(file, found); break;
        case Format::png: walk_png(file, found); break;
        case Format::none: break;
    }
    return found;
}

}  // namespace fieldseal::picture
