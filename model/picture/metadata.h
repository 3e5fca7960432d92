// What a picture's file says besides its pixels.
#pragma once

#include "model/picture/picture.h"

namespace fieldseal::picture {

struct Metadata {
    /// Where it was taken: a GPS directory in Exif, or coordinates in XMP.
    bool location = false;
    /// Which camera or phone, which settings, when: anything in Exif besides orientation, size and location.
    bool camera = false;
    /// Anything else: texts, XMP, IPTC, a colour profile, bytes behind the picture.
    bool other = false;
    /// Exif's Orientation, 1 (as it is) to 8.
    int orientation = 1;
};

/// Of a JPEG or PNG. What cannot be read is `other`; never throws for what is broken.
Metadata metadata_of(ByteView file);

}  // namespace fieldseal::picture
