// Evidence as it lies in an assessment: thumbnails beside the answer, and a photo in large with what is known of its copy and its original.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/photos.h"
#include "app/desktop/shell/keys.h"
#include "app/desktop/text/error_texts.h"

namespace fieldseal::desktop {

namespace {

constexpr std::uint32_t thumbnail_side = 320;
constexpr std::uint32_t large_side = 2048;
/// Thumbnails kept at once; a question has a handful.
constexpr std::size_t thumbnail_limit = 48;

bool is_whole(const session::EvidenceView& item) { return item.held == static_cast<std::uint64_t>(item.evidence.size); }

bool is_picture(const session::EvidenceView& item) { return item.evidence.media_type == "image/jpeg" || item.evidence.media_type == "image/png"; }

const session::EvidenceView* find_evidence(const App& app, const RecordId& id) {
    const auto& loaded = app.assessment.loaded;
    const auto found = loaded ? std::ranges::find(loaded->evidence, id, &session::EvidenceView::id) : std::vector<session::EvidenceView>::const_iterator{};
    return loaded && found != loaded->evidence.end() ? &*found : nullptr;
}

/// Reads it on the worker and hands it to `take`, with a message where there is none.
void load_picture(App& app, const char* job, const RecordId& id, std::uint32_t side, bool original, std::function<void(ShownPicture)> take) {
    struct Read {
        std::shared_ptr<picture::Pixels> pixels;
        std::string problem;
    };
    app.load<Read>(
        job,
        [id, side, original](session::Session& session) {
            Read read;
            try {
                read.pixels = std::make_shared<picture::Pixels>(session.evidence_picture(id, side, original));
            } catch (const Error& error) {
                read.problem = error.what();
            }
            return read;
        },
        [&app, take = std::move(take)](const Read& read) {
            ShownPicture shown;
            if (read.pixels) {
                shown.texture = Texture(app.textures, *read.pixels);
            } else {
                shown.problem = message_text(read.problem);
            }
            take(std::move(shown));
        });
}

const ShownPicture* thumbnail(App& app, const session::EvidenceView& item) {
    AssessmentScreenView& view = app.assessment;
    const auto found = view.thumbnails.find(item.id);
    if (found != view.thumbnails.end()) {
        return &found->second;
    }
    if (!app.running("thumbnail")) {
        if (view.thumbnails.size() >= thumbnail_limit) {
            view.thumbnails.clear();
        }
        load_picture(app, "thumbnail", item.id, thumbnail_side, false, [&app, id = item.id, assessment = view.id](ShownPicture shown) {
            if (app.assessment.id == assessment) {
                app.assessment.thumbnails[id] = std::move(shown);
            }
        });
    }
    return nullptr;
}

void state_of(const session::EvidenceView& item) {
    if (is_whole(item)) {
        delivery_badge(item.delivery);
    } else {
        ui::badge(ui::State::neutral, icon::clock, tr("still on its way"));
    }
}

std::string removed_of(const record::Evidence& evidence) { return removed_text(evidence.cleaning.location, evidence.cleaning.camera, evidence.cleaning.other); }

void photo_row(App& app, const session::EvidenceView& item) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 size{em(7), em(5)};
    const std::string id = "evidence." + item.id.hex();
    const ShownPicture* shown = is_whole(item) ? thumbnail(app, item) : nullptr;
    const bool clicked = ImGui::InvisibleButton((id + ".picture").c_str(), size);
    ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + size.x, at.y + size.y}, color(palette().raised), em(0.3f));
    if (shown != nullptr && shown->texture) {
        paint_picture(shown->texture, place_picture(shown->texture, at, size));
    } else {
        const char* sign = shown != nullptr ? icon::warning : icon::file;
        ImGui::GetWindowDrawList()->AddText({at.x + size.x / 2 - em(0.5f), at.y + size.y / 2 - em(0.5f)}, color(palette().muted), sign);
    }
    ImGui::SameLine();
    ImGui::BeginGroup();
    ImGui::TextUnformatted(item.evidence.file_name.c_str());
    ui::note(id.c_str(), item.evidence.file_name.c_str());
    if (!item.evidence.caption.empty()) {
        ui::small(item.evidence.caption);
    }
    const std::string removed = removed_of(item.evidence);
    if (!removed.empty()) {
        ui::small(fill(tr("Removed: {}"), {removed}));
    }
    // A button stands in this line.
    ImGui::AlignTextToFramePadding();
    ui::small(size_text(static_cast<std::uint64_t>(item.evidence.size)));
    ImGui::SameLine();
    state_of(item);
    ImGui::SameLine();
    if (ui::button((id + ".look").c_str(), tr("Look at it"), ui::Kind::quiet, icon::search, is_whole(item)) || (clicked && is_whole(item))) {
        look_at_photo(app, item.id);
    }
    ImGui::EndGroup();
}

/// True where it was taken out.
bool file_row(const App& app, const session::EvidenceView& item) {
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted((std::string(icon::file) + "  " + item.evidence.file_name + "  ·  " + size_text(static_cast<std::uint64_t>(item.evidence.size))).c_str());
    ui::note(("evidence." + item.id.hex()).c_str(), item.evidence.file_name.c_str());
    ImGui::SameLine();
    state_of(item);
    if (!can_edit(app)) {
        return false;
    }
    ImGui::SameLine();
    return ui::button(("evidence." + item.id.hex() + ".remove").c_str(), tr("Take it out"), ui::Kind::quiet,
                      icon::cross);
}

void about_copy(const record::Evidence& evidence) {
    const record::CleaningNote& cleaning = evidence.cleaning;
    const std::string removed = removed_of(evidence);
    ui::body(removed.empty() ? std::string(tr("The original said nothing of place or camera.")) : fill(tr("Removed from the copy: {}."), {removed}));
    const auto boxes = picture::boxes_from(cleaning.boxes).value_or(std::vector<picture::Box>());
    if (!boxes.empty()) {
        ui::body(trn("%d part is blacked out.", "%d parts are blacked out.", static_cast<std::int64_t>(boxes.size())));
    }
    if (cleaning.quarter_turns != 0) {
        ui::body(fill(tr("Turned by {}°."), {std::to_string(cleaning.quarter_turns * 90)}));
    }
    ui::small(fill(tr("{} x {} pixels, {}"), {std::to_string(cleaning.width), std::to_string(cleaning.height), size_text(static_cast<std::uint64_t>(evidence.size))}));
}

void about(App& app, const session::EvidenceView& item) {
    const record::Evidence& evidence = item.evidence;
    if (!evidence.caption.empty()) {
        ui::body(evidence.caption);
        ui::gap(0.3f);
    }
    ui::small(evidence.question + "  ·  " + date_time_text(evidence.added_ms));
    state_of(item);
    ui::gap(0.4f);
    if (!evidence.was_cleaned()) {
        ui::body(tr("The file as it was attached, with everything that it says."));
    } else {
        ui::bold(tr("Copy for readers"));
        about_copy(evidence);
        ui::gap(0.4f);
        ui::bold(tr("Original"));
        ui::body(fill(tr("Sealed; {} of {} coordinators’ devices can open it."), {std::to_string(item.original_for), std::to_string(item.coordinators)}));
        if (item.original_opens) {
            ui::body(tr("It can be opened here."));
        }
    }
    ui::gap(0.4f);
    ui::small(tr("Hash of the file (BLAKE2b-256)"));
    ui::small(evidence.content.hex());
    if (evidence.was_cleaned()) {
        ui::small(tr("Hash of the sealed original"));
        ui::small(evidence.original.sealed.hex());
    }
    static_cast<void>(app);
}

void buttons(App& app, const session::EvidenceView& item) {
    AssessmentScreenView& view = app.assessment;
    if (item.original_opens &&
        ui::button("viewer.original", view.photo_original ? tr("Show what readers get") : tr("Show the original"), ui::Kind::plain, icon::unlock)) {
        view.photo_original = !view.photo_original;
        view.large = {};
    }
    if (item.original_opens) {
        ImGui::SameLine();
    }
    if (can_edit(app)) {
        if (ui::button("viewer.remove", tr("Take it out"), ui::Kind::plain, icon::cross)) {
            take_out_evidence(app, item);
            view.photo = {};
        }
        ImGui::SameLine();
    }
}

}  // namespace

void draw_evidence_list(App& app, const std::string& question) {
    for (const session::EvidenceView& item : app.assessment.loaded->evidence) {
        if (item.evidence.question == question) {
            if (is_picture(item)) {
                photo_row(app, item);
            } else if (file_row(app, item)) {
                // The list is another one now.
                take_out_evidence(app, item);
                return;
            }
        }
    }
}

void look_at_photo(App& app, const RecordId& evidence) {
    AssessmentScreenView& view = app.assessment;
    view.photo = evidence;
    view.photo_opening = true;
    view.photo_original = false;
    view.large = {};
}

void draw_photo_viewer(App& app) {
    AssessmentScreenView& view = app.assessment;
    if (view.photo.is_zero()) {
        return;
    }
    if (view.photo_opening) {
        ImGui::OpenPopup("photo.viewer");
        view.photo_opening = false;
    }
    const ImVec2 screen = ImGui::GetMainViewport()->Size;
    ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetCenter(), ImGuiCond_Always, {0.5f, 0.5f});
    ImGui::SetNextWindowSize({screen.x * 0.94f, screen.y * 0.94f});
    if (!ui::begin_modal("photo.viewer", ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize)) {
        view.photo = {};
        view.large = {};
        return;
    }
    const session::EvidenceView* item = find_evidence(app, view.photo);
    if (item != nullptr) {
        if (!view.large.texture && view.large.problem.empty() && !app.running("photo")) {
            load_picture(app, "photo", view.photo, large_side, view.photo_original, [&app, id = view.photo, original = view.photo_original](ShownPicture shown) {
                if (app.assessment.photo == id && app.assessment.photo_original == original) {
                    app.assessment.large = std::move(shown);
                }
            });
        }
        ui::heading(item->evidence.file_name);
        if (view.photo_original) {
            ImGui::SameLine();
            ui::badge(ui::State::caution, icon::unlock, tr("original"));
        }
        const float right = std::min(em(21), ImGui::GetContentRegionAvail().x * 0.36f);
        const float height = ImGui::GetContentRegionAvail().y - em(3);
        ImGui::BeginChild("viewer.picture", {ImGui::GetContentRegionAvail().x - right - em(1), height}, false, ImGuiWindowFlags_NoScrollbar);
        if (view.large.texture) {
            const ImVec2 space = ImGui::GetContentRegionAvail();
            const PlacedPicture place = place_picture(view.large.texture, ImGui::GetCursorScreenPos(), space);
            paint_picture(view.large.texture, place);
            ImGui::Dummy(space);
            ui::note("viewer.picture", item->evidence.file_name.c_str());
        } else if (!view.large.problem.empty()) {
            ui::empty_state(icon::warning, tr("It cannot be shown"), view.large.problem);
        } else {
            ui::muted(tr("Loading…"));
        }
        ImGui::EndChild();
        ImGui::SameLine(0, em(1));
        ImGui::BeginChild("viewer.about", {0, height}, false);
        about(app, *item);
        ImGui::EndChild();
        buttons(app, *item);
    }
    const bool close = ui::button("viewer.close", tr("Close (Esc)"), ui::Kind::primary) || (pressed(Key::escape) && !ImGui::GetIO().WantTextInput);
    if (close || item == nullptr || view.photo.is_zero()) {
        view.photo = {};
        view.large = {};
        ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
}

}  // namespace fieldseal::desktop
