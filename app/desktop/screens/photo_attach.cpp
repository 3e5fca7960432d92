// How a file gets to the question that is open: looked at first, then cleaned in the editor or attached as it is.
#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/photos.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/text/error_texts.h"
#include "model/environment/durable_file.h"

namespace fieldseal::desktop {

namespace {

/// Of what the editor shows; enough for any screen.
constexpr std::uint32_t editor_side = 1600;

struct Looked {
    session::FileLook look;
    picture::Metadata found;
    std::shared_ptr<picture::Pixels> pixels;
};

void read_photo(ByteView file, Looked& looked) {
    looked.found = picture::metadata_of(file);
    looked.pixels = std::make_shared<picture::Pixels>(picture::fitted(picture::upright(picture::decode(file, editor_side), looked.found.orientation), editor_side));
}

void open_editor(App& app, const std::string& file_name, const Looked& looked) {
    PhotoEditorView& editor = app.assessment.editor;
    editor = {};
    editor.open = editor.opening = true;
    editor.file_name = file_name;
    editor.question = app.assessment.question;
    editor.found = looked.found;
    editor.texture = Texture(app.textures, *looked.pixels);
}

void attach_as_it_is(App& app, const std::filesystem::path& file, bool keep_metadata) {
    auto made = std::make_shared<RecordId>();
    const RecordId id = app.assessment.id;
    const std::string question = app.assessment.question;
    app.run(
        "attach",
        [made, file, keep_metadata, id, question](session::Session& session, const session::Progress& progress) {
            *made = session.attach(id, question, file, "", progress, {keep_metadata, {}});
        },
        [&app, made, file, id, question] {
            evidence_attached(app, id, *made, question, file.filename().string());
            app.say(ui::State::good, tr("Attached and sealed."));
        });
}

}  // namespace

void attach_files(App& app, const std::vector<std::filesystem::path>& files) {
    if (!can_edit(app)) {
        app.say(ui::State::bad, tr("Nothing can be attached to this assessment now."));
        return;
    }
    if (app.assessment.question.starts_with('@')) {
        app.say(ui::State::bad, tr("Go to the question that it shows something of, and drop it there."));
        return;
    }
    app.assessment.waiting.insert(app.assessment.waiting.end(), files.begin(), files.end());
}

void attach_waiting(App& app) {
    AssessmentScreenView& view = app.assessment;
    if (view.as_it_is_opening) {
        ui::open_confirm("attach.as_it_is");
        view.as_it_is_opening = false;
    }
    if (ui::confirm("attach.as_it_is", tr("Attach this picture as it is?"), view.as_it_is_problem, tr("Attach it as it is"), tr("Leave it out"), true)) {
        attach_as_it_is(app, view.as_it_is, true);
    }
    if (view.waiting.empty() || view.editor.open || view.looking || app.running("attach") || ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) {
        return;
    }
    const std::filesystem::path file = view.waiting.front();
    view.waiting.erase(view.waiting.begin());
    view.looking = true;
    app.load<Looked>(
        "attach.look",
        [file](session::Session& session) {
            Looked looked;
            try {
                looked.look = session.look_at_file(file);
                if (looked.look.is_photo && looked.look.problem.empty()) {
                    Bytes bytes = read_file(file, picture::file_limit);
                    read_photo(bytes, looked);
                    crypto::wipe(bytes);
                }
            } catch (const Error& error) {
                looked.look.problem = error.what();
            }
            return looked;
        },
        [&app, file, id = view.id](const Looked& looked) {
            AssessmentScreenView& target = app.assessment;
            if (target.id != id) {
                return;
            }
            target.looking = false;
            if (target.editor.open) {
                // Something was pasted meanwhile: first that one.
                target.waiting.insert(target.waiting.begin(), file);
            } else if (looked.pixels && looked.look.problem.empty()) {
                open_editor(app, file.filename().string(), looked);
                target.editor.file = file;
            } else if (!looked.look.problem.empty() && looked.look.media_type.starts_with("image/") && looked.look.size <= vault::blob_limit) {
                target.as_it_is = file;
                target.as_it_is_problem = message_text(looked.look.problem);
                target.as_it_is_opening = true;
            } else if (!looked.look.problem.empty()) {
                app.say(ui::State::bad, message_text(looked.look.problem));
            } else {
                attach_as_it_is(app, file, false);
            }
        });
}

void paste_photo(App& app) {
    if (!can_edit(app) || app.assessment.editor.open || app.running("paste")) {
        return;
    }
    auto pasted = std::make_shared<Bytes>();
    app.load<Looked>(
        "paste",
        [pasted, ask = app.clipboard](session::Session&) {
            *pasted = ask();
            Looked looked;
            read_photo(*pasted, looked);
            return looked;
        },
        [&app, pasted, id = app.assessment.id](const Looked& looked) {
            if (app.assessment.id == id && !app.assessment.editor.open) {
                open_editor(app, picture::format_of(*pasted) == picture::Format::png ? "pasted.png" : "pasted.jpg", looked);
                app.assessment.editor.pasted = pasted;
            }
        });
}

}  // namespace fieldseal::desktop
