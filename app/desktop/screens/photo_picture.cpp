// Where a picture lies on the screen, and painting it.
#include <algorithm>

#include "app/desktop/screens/photos.h"

namespace fieldseal::desktop {

PlacedPicture place_picture(const Texture& texture, ImVec2 at, ImVec2 space, int quarter_turns) {
    const bool sideways = quarter_turns % 2 != 0;
    const float width = std::max(1.0f, sideways ? texture.height() : texture.width());
    const float height = std::max(1.0f, sideways ? texture.width() : texture.height());
    // Small pictures are not blown up beyond twice their size.
    const float scale = std::min({space.x / width, space.y / height, 2.0f});
    const ImVec2 size{width * scale, height * scale};
    const ImVec2 least{at.x + (space.x - size.x) / 2, at.y + (space.y - size.y) / 2};
    return {least, {least.x + size.x, least.y + size.y}};
}

void paint_picture(const Texture& texture, const PlacedPicture& place, int quarter_turns) {
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    if (texture.id() == nullptr) {
        draw.AddRectFilled(place.least, place.most, color(palette().border));
        return;
    }
    const ImVec2 corners[4] = {place.least, {place.most.x, place.least.y}, place.most, {place.least.x, place.most.y}};
    // A turn clockwise puts the file's lower left corner at the upper left.
    const ImVec2 parts[4] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
    const auto part = [&](int corner) { return parts[(corner - quarter_turns + 8) % 4]; };
    draw.AddImageQuad(texture.id(), corners[0], corners[1], corners[2], corners[3], part(0), part(1), part(2), part(3));
}

std::string removed_text(bool location, bool camera, bool other) {
    std::string text;
    const auto add = [&text](bool there, const char* what) {
        if (there) {
            text += (text.empty() ? "" : ", ") + std::string(what);
        }
    };
    add(location, tr("where it was taken"));
    add(camera, tr("camera and time"));
    add(other, tr("texts and other data beside the picture"));
    return text;
}

}  // namespace fieldseal::desktop
