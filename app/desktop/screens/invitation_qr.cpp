#include "app/desktop/screens/invitation_qr.h"

#include <imgui.h>
#include <qrencode.h>

#include <algorithm>
#include <cmath>

#include "app/desktop/app.h"
#include "sync/team/invitation_text.h"

namespace fieldseal::desktop {

namespace {

/// White around it, as the standard asks, in squares on each side.
constexpr int quiet_zone = 4;

void draw_code(const QrCode& code) {
    const auto squares = static_cast<float>(code.width + 2 * quiet_zone);
    // As large as the card lets it be, since its squares are many; whole pixels, so that all of them are alike.
    const float square = std::max(2.0f, std::floor(std::min(ImGui::GetContentRegionAvail().x, em(42)) / squares));
    const float size = square * squares;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw.AddRectFilled(at, {at.x + size, at.y + size}, IM_COL32_WHITE);
    for (int y = 0; y < code.width; ++y) {
        for (int x = 0; x < code.width; ++x) {
            // A run of dark squares is one rectangle.
            const int start = x;
            while (x < code.width && code.dark[static_cast<std::size_t>(y * code.width + x)]) {
                ++x;
            }
            if (x > start) {
                const float left = at.x + square * static_cast<float>(start + quiet_zone);
                const float top = at.y + square * static_cast<float>(y + quiet_zone);
                draw.AddRectFilled({left, top}, {left + square * static_cast<float>(x - start), top + square},
                                   IM_COL32_BLACK);
            }
        }
    }
    ImGui::Dummy({size, size});
}

}  // namespace

QrCode qr_code_of(const std::string& text) {
    QrCode code;
    // 8-bit characters would take half as much room again; the library chooses the narrow alphabet where all of them
    // are in it.
    if (QRcode* made = QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_L, QR_MODE_8, 1)) {
        code.width = made->width;
        code.dark.resize(static_cast<std::size_t>(made->width) * static_cast<std::size_t>(made->width));
        for (std::size_t i = 0; i < code.dark.size(); ++i) {
            code.dark[i] = (made->data[i] & 1) != 0;
        }
        QRcode_free(made);
    }
    return code;
}

void draw_invitation_qr(const Bytes& file) {
    static Bytes drawn;
    static std::string text;
    static QrCode code;
    if (drawn != file) {
        drawn = file;
        text = team::invitation_text(file);
        code = qr_code_of(text);
    }
    ui::gap(0.3f);
    if (code.width == 0) {
        ui::badge(ui::State::caution, icon::warning, tr("Too large for a QR code: use the file"));
        ui::note("invite.qr.too_large", "");
        ui::small(tr("The invitation holds the list of the team, which has grown too long for one."));
        return;
    }
    draw_code(code);
    ui::note("invite.qr", text.c_str());
    ui::small(
        tr("Instead of the file: scan this with a phone and send the text to the new laptop, where it is pasted in the "
           "place of the file. Without the 20 digits it opens nothing."));
}

}  // namespace fieldseal::desktop
