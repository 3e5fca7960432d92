#include "model/error/error.h"
#include "model/picture/clean.h"
#include "targets.h"
#include "tests/unit/picture_samples.h"

namespace fieldseal::fuzz {

using namespace picture;

void run_picture(ByteView input) {
    const Metadata found = metadata_of(input);
    insist(found.orientation >= 1 && found.orientation <= 8, "an orientation is one of eight");
    // Boxes as a record holds them come from outside as well.
    if (const auto boxes = boxes_from(text_of(input))) {
        insist(boxes_from(boxes_text(*boxes)) == boxes, "boxes are read as they were written");
    }
    tolerate([&] {
        // Larger ones only take longer.
        Pixels pixels = upright(decode(input, 64, 1u << 18), found.orientation);
        insist(pixels.rgb.size() == std::size_t{pixels.width} * pixels.height * 3, "three bytes a pixel");
        blacken(pixels, {5000, 0, 5000, 5000}, jpeg_box_margin);
        pixels = fitted(std::move(pixels), 32);
        insist(pixels.width <= 32 && pixels.height <= 32, "fits");
        for (const Bytes& file : {encode_png(pixels), encode_jpeg(pixels, jpeg_quality)}) {
            const Metadata left = metadata_of(file);
            insist(!left.location && !left.camera && !left.other, "no metadata in what we write");
            const Pixels again = decode(file);
            insist(again.width == pixels.width && again.height == pixels.height, "what we write can be read");
        }
    });
}

std::vector<Bytes> picture_seeds() {
    const Pixels small = samples::pattern(24, 16);
    return {samples::with_exif(encode_jpeg(small, 80), samples::exif(6)), encode_png(small)};
}

}  // namespace fieldseal::fuzz
