// A photo before it is attached: turned, made smaller, blacked out, by mouse and by keyboard. What is on the screen is what readers get.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/photos.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

using Box = PhotoEditorView::Box;

/// Smaller than this is a click, not a box.
constexpr float least_side = 0.012f;
constexpr float key_step = 0.01f;

Box within(Box box) {
    box.width = std::clamp(box.width, least_side, 1.0f);
    box.height = std::clamp(box.height, least_side, 1.0f);
    box.x = std::clamp(box.x, 0.0f, 1 - box.width);
    box.y = std::clamp(box.y, 0.0f, 1 - box.height);
    return box;
}

/// With the picture, so that what was covered stays covered.
void turn(PhotoEditorView& editor, int quarters) {
    editor.quarter_turns = (editor.quarter_turns + quarters + 4) % 4;
    for (Box& box : editor.boxes) {
        box = quarters > 0 ? Box{1 - box.y - box.height, box.x, box.height, box.width} : Box{box.y, 1 - box.x - box.width, box.height, box.width};
    }
}

void add_box(PhotoEditorView& editor, const Box& box) {
    if (editor.boxes.size() < picture::box_count_limit) {
        editor.boxes.push_back(box);
        editor.selected = static_cast<int>(editor.boxes.size()) - 1;
    }
}

void remove_box(PhotoEditorView& editor, int index) {
    if (index >= 0 && index < static_cast<int>(editor.boxes.size())) {
        editor.boxes.erase(editor.boxes.begin() + index);
        editor.selected = std::min(editor.selected, static_cast<int>(editor.boxes.size()) - 1);
    }
}

int box_at(const PhotoEditorView& editor, float x, float y) {
    for (int i = static_cast<int>(editor.boxes.size()) - 1; i >= 0; --i) {
        const Box& box = editor.boxes[static_cast<std::size_t>(i)];
        if (x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height) {
            return i;
        }
    }
    return -1;
}

void follow_mouse(PhotoEditorView& editor, const PlacedPicture& place) {
    using Drag = PhotoEditorView::Drag;
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const float x = std::clamp((mouse.x - place.least.x) / (place.most.x - place.least.x), 0.0f, 1.0f);
    const float y = std::clamp((mouse.y - place.least.y) / (place.most.y - place.least.y), 0.0f, 1.0f);
    if (ImGui::IsItemActivated()) {
        const int under = box_at(editor, x, y);
        if (under >= 0) {
            editor.selected = under;
            editor.drag = Drag::moving;
            editor.grab_x = x - editor.boxes[static_cast<std::size_t>(under)].x;
            editor.grab_y = y - editor.boxes[static_cast<std::size_t>(under)].y;
        } else if (editor.boxes.size() < picture::box_count_limit) {
            add_box(editor, {x, y, 0, 0});
            editor.drag = Drag::drawing;
            editor.grab_x = x;
            editor.grab_y = y;
        }
    }
    if (editor.drag == Drag::none || editor.selected < 0) {
        return;
    }
    Box& box = editor.boxes[static_cast<std::size_t>(editor.selected)];
    if (ImGui::IsItemActive()) {
        if (editor.drag == Drag::drawing) {
            box = {std::min(x, editor.grab_x), std::min(y, editor.grab_y), std::abs(x - editor.grab_x), std::abs(y - editor.grab_y)};
        } else {
            box = within({x - editor.grab_x, y - editor.grab_y, box.width, box.height});
        }
    } else {
        if (editor.drag == Drag::drawing && (box.width < least_side || box.height < least_side)) {
            remove_box(editor, editor.selected);
            editor.selected = -1;
        }
        editor.drag = Drag::none;
    }
}

void canvas(PhotoEditorView& editor) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 space = ImGui::GetContentRegionAvail();
    const PlacedPicture place = place_picture(editor.texture, at, space, editor.quarter_turns);
    ImGui::SetCursorScreenPos(place.least);
    ImGui::InvisibleButton("photo.canvas", {place.most.x - place.least.x, place.most.y - place.least.y});
    ui::note("photo.canvas", editor.file_name.c_str());
    paint_picture(editor.texture, place, editor.quarter_turns);
    if (editor.keep_metadata) {
        return;
    }
    follow_mouse(editor, place);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const ImVec2 size{place.most.x - place.least.x, place.most.y - place.least.y};
    for (int i = 0; i < static_cast<int>(editor.boxes.size()); ++i) {
        const Box& box = editor.boxes[static_cast<std::size_t>(i)];
        const ImVec2 least{place.least.x + box.x * size.x, place.least.y + box.y * size.y};
        const ImVec2 most{least.x + box.width * size.x, least.y + box.height * size.y};
        draw.AddRectFilled(least, most, IM_COL32_BLACK);
        const std::string number = std::to_string(i + 1);
        draw.AddText({least.x + em(0.3f), least.y + em(0.15f)}, IM_COL32_WHITE, number.c_str());
        if (i == editor.selected) {
            draw.AddRect(least, most, color(palette().accent), 0, 0, em(0.18f));
        }
    }
}

void keys(PhotoEditorView& editor) {
    const ImGuiIO& io = ImGui::GetIO();
    if (io.WantTextInput || io.KeyCtrl || io.KeyAlt || editor.keep_metadata) {
        return;
    }
    if (pressed(Key::r)) {
        turn(editor, 1);
    }
    if (pressed(Key::l)) {
        turn(editor, -1);
    }
    if (pressed(Key::b)) {
        add_box(editor, {0.35f, 0.4f, 0.3f, 0.2f});
    }
    if (pressed(Key::n) && !editor.boxes.empty()) {
        editor.selected = (editor.selected + 1) % static_cast<int>(editor.boxes.size());
    }
    if (pressed(Key::backspace)) {
        remove_box(editor, editor.selected);
    }
    if (editor.selected < 0 || editor.selected >= static_cast<int>(editor.boxes.size())) {
        return;
    }
    Box& box = editor.boxes[static_cast<std::size_t>(editor.selected)];
    const float across = (pressed(Key::right) ? key_step : 0) - (pressed(Key::left) ? key_step : 0);
    const float down = (pressed(Key::down) ? key_step : 0) - (pressed(Key::up) ? key_step : 0);
    if (across == 0 && down == 0) {
        return;
    }
    if (io.KeyShift) {
        box.width = std::min(box.width + across, 1 - box.x);
        box.height = std::min(box.height + down, 1 - box.y);
    } else {
        box.x += across;
        box.y += down;
    }
    box = within(box);
}

session::AttachChoice choice_of(const PhotoEditorView& editor) {
    session::AttachChoice choice;
    choice.keep_metadata = editor.keep_metadata;
    if (editor.keep_metadata) {
        return choice;
    }
    choice.cleaning.quarter_turns = editor.quarter_turns;
    choice.cleaning.longest_side = editor.longest_side.empty() ? 0 : static_cast<std::uint32_t>(std::stoul(editor.longest_side));
    // Outwards: what the box touches is covered.
    const auto low = [](float part) { return static_cast<std::uint16_t>(std::clamp(std::floor(part * picture::box_unit), 0.0f, float{picture::box_unit} - 1)); };
    const auto high = [](float part) { return static_cast<std::uint16_t>(std::clamp(std::ceil(part * picture::box_unit), 1.0f, float{picture::box_unit})); };
    for (const Box& box : editor.boxes) {
        const std::uint16_t left = low(box.x);
        const std::uint16_t top = low(box.y);
        choice.cleaning.boxes.push_back({left, top, static_cast<std::uint16_t>(high(box.x + box.width) - left), static_cast<std::uint16_t>(high(box.y + box.height) - top)});
    }
    return choice;
}

void attach(App& app) {
    PhotoEditorView& editor = app.assessment.editor;
    const std::string removed = removed_text(editor.found.location, editor.found.camera, editor.found.other);
    const std::string said = editor.keep_metadata  ? tr("Attached as it is.")
                             : removed.empty()     ? tr("Attached. The photo said nothing of place or camera.")
                                                   : fill(tr("Attached. Removed from what readers get: {}."), {removed});
    auto made = std::make_shared<RecordId>();
    app.run(
        "attach",
        [made, file = editor.file, pasted = editor.pasted, name = editor.file_name, caption = editor.caption,
         question = editor.question, choice = choice_of(editor),
         id = app.assessment.id](session::Session& session, const session::Progress& progress) {
            *made = pasted ? session.attach_photo(id, question, name, *pasted, caption, choice)
                           : session.attach(id, question, file, caption, progress, choice);
        },
        [&app, said, made, id = app.assessment.id, question = editor.question, name = editor.file_name] {
            evidence_attached(app, id, *made, question, name);
            app.say(ui::State::good, said);
        });
    editor = {};
}

void what_readers_get(const PhotoEditorView& editor) {
    ui::bold(tr("What readers get"));
    if (editor.keep_metadata) {
        const std::string said = removed_text(editor.found.location, editor.found.camera, editor.found.other);
        ui::badge(ui::State::caution, icon::warning, tr("as it is"));
        ui::body(said.empty() ? std::string(tr("The file as it is. It says nothing of place or camera.")) : fill(tr("The file as it is. Everybody who reads the answers sees: {}."), {said}));
        return;
    }
    const std::string removed = removed_text(editor.found.location, editor.found.camera, editor.found.other);
    ui::body(removed.empty() ? std::string(tr("The picture as you see it here. It said nothing of place or camera.")) : fill(tr("The picture as you see it here. Removed: {}."), {removed}));
    ui::small(tr("The photo as it came from the camera is sealed: only coordinators can open it, and you while it is on this device."));
}

void options(App& app) {
    PhotoEditorView& editor = app.assessment.editor;
    what_readers_get(editor);
    ui::gap(0.4f);
    ui::text_field("photo.caption", tr("What it shows"), editor.caption, tr("a few words"));
    ui::gap(0.4f);
    ImGui::BeginDisabled(editor.keep_metadata);
    if (ui::button("photo.left", tr("Turn left (L)"))) {
        turn(editor, -1);
    }
    ImGui::SameLine();
    if (ui::button("photo.right", tr("Turn right (R)"))) {
        turn(editor, 1);
    }
    ui::gap(0.4f);
    ui::bold(tr("Size"));
    ui::segments("photo.size", {{"", tr("as it is")}, {"2000", fill(tr("{} px"), {"2000"})}, {"1200", fill(tr("{} px"), {"1200"})}}, editor.longest_side);
    ui::gap(0.4f);
    ui::bold(tr("Black out"));
    ui::small(tr("Drag over what nobody must see: faces, number plates, passwords on screens. It is gone from the copy, not only covered. By keyboard: B for a box, arrows to move it, Shift and arrows for its size, N for the next, Backspace to take it away."));
    if (ui::button("photo.box", tr("Add a box (B)"), ui::Kind::plain, icon::plus)) {
        add_box(editor, {0.35f, 0.4f, 0.3f, 0.2f});
    }
    int removing = -1;
    for (int i = 0; i < static_cast<int>(editor.boxes.size()); ++i) {
        const std::string id = "photo.box." + std::to_string(i + 1);
        // As high as the button beside it.
        ImGui::PushStyleVar(ImGuiStyleVar_SelectableTextAlign, {0.05f, 0.5f});
        if (ImGui::Selectable((fill(tr("Box {}"), {std::to_string(i + 1)}) + "###" + id).c_str(), i == editor.selected,
                              0, {em(9), ImGui::GetFrameHeight()})) {
            editor.selected = i;
        }
        ImGui::PopStyleVar();
        ui::note(id.c_str(), id.c_str());
        ImGui::SameLine();
        if (ui::button((id + ".remove").c_str(), "", ui::Kind::quiet, icon::cross)) {
            removing = i;
        }
    }
    remove_box(editor, removing);
    ImGui::EndDisabled();
    ui::gap(0.4f);
    if (!editor.pasted) {
        ui::check_box("photo.keep", tr("Attach it as it is, with place and camera"), editor.keep_metadata);
    }
}

}  // namespace

void draw_photo_editor(App& app) {
    AssessmentScreenView& view = app.assessment;
    PhotoEditorView& editor = view.editor;
    if (!editor.open) {
        return;
    }
    if (editor.opening) {
        ImGui::OpenPopup("photo.editor");
        editor.opening = false;
    }
    const ImVec2 screen = ImGui::GetMainViewport()->Size;
    ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetCenter(), ImGuiCond_Always, {0.5f, 0.5f});
    ImGui::SetNextWindowSize({screen.x * 0.94f, screen.y * 0.94f});
    // The arrows move boxes here, so they must not move the focus.
    if (!ui::begin_modal("photo.editor", ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoNavInputs)) {
        return;
    }
    ui::heading(editor.file_name);
    const float footer = em(3);
    const float right = std::min(em(24), ImGui::GetContentRegionAvail().x * 0.4f);
    const float height = ImGui::GetContentRegionAvail().y - footer;
    ImGui::BeginChild("photo.picture", {ImGui::GetContentRegionAvail().x - right - em(1), height}, false, ImGuiWindowFlags_NoNavInputs | ImGuiWindowFlags_NoScrollbar);
    canvas(editor);
    ImGui::EndChild();
    ImGui::SameLine(0, em(1));
    ImGui::BeginChild("photo.options", {0, height}, false, ImGuiWindowFlags_NoNavInputs);
    options(app);
    ImGui::EndChild();
    keys(editor);
    const bool typing = ImGui::GetIO().WantTextInput;
    bool done = false;
    if (ui::button("photo.attach", tr("Attach (Enter)"), ui::Kind::primary, icon::seal) || (!typing && pressed(Key::enter))) {
        attach(app);
        done = true;
    }
    ImGui::SameLine();
    if (!done && (ui::button("photo.cancel", tr("Leave it out (Esc)")) || (!typing && pressed(Key::escape)))) {
        editor = {};
        done = true;
    }
    if (!done && !view.waiting.empty()) {
        ImGui::SameLine();
        ui::small(trn("%d more file waits", "%d more files wait", static_cast<std::int64_t>(view.waiting.size())));
    }
    if (done) {
        ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
}

}  // namespace fieldseal::desktop
