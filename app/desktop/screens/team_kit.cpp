// The owner's recovery kit: made here, needed when the machine is gone.
#include <imgui.h>

#include "app/desktop/app.h"
#include "app/desktop/screens/team.h"
#include "model/environment/durable_file.h"

namespace fieldseal::desktop {

namespace {

struct MadeKit {
    std::string code;
    std::string file;
};

void make(App& app) {
    app.load<MadeKit>(
        "kit",
        [folder = app.team_view.folder](session::Session& session) {
            const std::filesystem::path file = std::filesystem::path(folder) / "recovery.fskit";
            if (std::filesystem::exists(file)) {
                throw Error(ErrorCode::refused, "A recovery kit lies in this folder already. Choose another folder.");
            }
            const exchange::MadeKit made = session.make_kit();
            write_durably(file, made.file, false);
            return MadeKit{crypto::DigitCode::grouped(made.code), file.string()};
        },
        [&app](MadeKit made) {
            app.team_view.kit_code = std::move(made.code);
            app.team_view.kit_file = std::move(made.file);
        });
}

}  // namespace

void draw_recovery_kit(App& app) {
    TeamView& view = app.team_view;
    if (!view.making_kit) {
        return;
    }
    ui::begin_card("team.kit", std::min(em(44), ImGui::GetContentRegionAvail().x));
    ui::heading(tr("Recovery kit"));
    if (!view.kit_code.empty()) {
        ui::body(view.kit_file);
        ui::small(
            tr("Write these 40 digits on paper. Keep paper and file in two different places: together they are the "
               "deployment."));
        ImGui::PushFont(fonts().title);
        ImGui::PushTextWrapPos(0);
        ImGui::TextUnformatted(view.kit_code.c_str());
        ImGui::PopTextWrapPos();
        ui::note("kit.code", view.kit_code.c_str());
        ImGui::PopFont();
        if (ui::button("kit.noted", tr("I have written it down"), ui::Kind::primary)) {
            crypto::wipe({reinterpret_cast<std::uint8_t*>(view.kit_code.data()), view.kit_code.size()});
            view.kit_code.clear();
            view.making_kit = false;
        }
        ui::end_card();
        return;
    }
    ui::body(
        tr("If this machine burns or is lost, the kit makes another one the owner: a file, and a code on paper. What "
           "others hold then comes back. Make a new kit after each shutting out, and when one was used."));
    ui::small(tr("Where to put the file; best a stick that is kept elsewhere"));
    ui::folder_field("kit", view.folder, view.browser, view.browsing);
    const bool busy = app.running("kit");
    if (ui::button("kit.go", busy ? tr("Working…") : tr("Make the kit"), ui::Kind::primary, icon::check,
                   !busy && !view.folder.empty())) {
        make(app);
    }
    ImGui::SameLine();
    if (ui::button("kit.close", tr("Close"))) {
        view.making_kit = false;
    }
    ui::end_card();
}

}  // namespace fieldseal::desktop
