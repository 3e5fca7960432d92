// What the assessment screen and its photos remember between frames. Dropped when the vault is locked.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/desktop/screens/assessment_close.h"
#include "app/desktop/screens/assessment_undo.h"
#include "app/desktop/shell/textures.h"
#include "app/desktop/widgets/file_browser.h"
#include "app/session/session.h"

namespace fieldseal::desktop {

/// A picture of a piece of evidence, or why there is none.
struct ShownPicture {
    Texture texture;
    std::string problem;
};

/// A photo before it is attached: what is done to the copy that readers get.
struct PhotoEditorView {
    /// In parts of the picture as it is shown.
    struct Box {
        float x = 0;
        float y = 0;
        float width = 0;
        float height = 0;
    };
    bool open = false;
    bool opening = false;
    std::string file_name;
    /// One of the two: a file, or what was pasted.
    std::filesystem::path file;
    std::shared_ptr<const Bytes> pasted;
    std::string question;
    picture::Metadata found;
    /// Upright, not turned by hand.
    Texture texture;
    int quarter_turns = 0;
    std::vector<Box> boxes;
    int selected = -1;
    /// "", or the longest side in pixels.
    std::string longest_side;
    bool keep_metadata = false;
    std::string caption;
    enum class Drag { none, drawing, moving } drag = Drag::none;
    float grab_x = 0;
    float grab_y = 0;
};

/// A number on its way from the keyboard into its field.
struct NumberEntry {
    std::string question;
    /// Typed before the field had the keyboard.
    std::string text;
    /// What Escape brings back.
    record::Answer before;
    /// The field is to be given the keyboard.
    bool focus = false;
};

struct AssessmentScreenView {
    /// The page after a level that was given by its key: shown for a moment, so that it is seen, then left.
    struct Turning {
        std::string question;
        std::int64_t due_ms = 0;
    };
    RecordId id;
    std::optional<session::AssessmentView> loaded;
    std::optional<questionnaire::Applicability> applicability;
    std::string question;
    std::uint64_t loaded_generation = ~0ull;
    /// Changed and not yet on disk.
    std::map<std::string, record::Answer> unsaved;
    /// Of findings and needs; and what is seen of earlier ones.
    std::map<RecordId, codec::Edits> unsaved_parts;
    std::map<RecordId, record::Check> unsaved_checks;
    /// Pieces of evidence that were taken out (true) or put back.
    std::map<RecordId, bool> unsaved_evidence;
    /// The finding whose words are to be typed next.
    std::optional<RecordId> finding_focus;
    bool saving = false;
    bool show_open_only = false;
    std::string jump;
    /// Being typed to the assessor or a reviewer, by the place that it is about: "question/CSB-RC-01", or "verdict" for why it goes back. And what of it is
    /// on the disk.
    std::map<std::string, std::string> words;
    std::map<std::string, std::string> words_kept;
    bool words_saving = false;
    /// Among the questions that the typing finds.
    int jump_selected = 0;
    std::optional<Turning> turning;
    /// The question whose page was about to turn when a finger or the mouse was pressed.
    std::string held;
    /// The question before, if its answer has just led on from it.
    std::string just_answered;
    /// Said by the assessor to hold for the answers that follow; never by itself.
    record::Basis carried_basis = record::Basis::none;
    NumberEntry number;
    /// By question: typed where a number is wanted, and not readable as one. Nothing until the vault was asked.
    std::map<std::string, std::string> unread_numbers;
    bool unread_loaded = false;
    /// A finding or need came or went: to be read again once it is on disk.
    bool reload = false;
    /// Verdicts that were there when it was opened, or were looked at since.
    std::optional<std::set<RecordId>> verdicts_seen;
    std::string attach_path;
    ui::FileBrowser browser;
    bool browsing = false;
    /// Files to attach after the one that is being looked at.
    std::vector<std::filesystem::path> waiting;
    bool looking = false;
    PhotoEditorView editor;
    /// A picture that cannot be cleaned, and what is said of it before it is attached as it is.
    std::filesystem::path as_it_is;
    std::string as_it_is_problem;
    bool as_it_is_opening = false;
    std::map<RecordId, ShownPicture> thumbnails;
    /// Looked at in large; zero for none.
    RecordId photo;
    bool photo_opening = false;
    bool photo_original = false;
    ShownPicture large;
    CloseView close;
    AnswerSteps steps;
    /// Of the assessment itself, as its signature: changed and not yet on disk.
    codec::Edits unsaved_fields;
    bool reason_focus = false;
    bool note_focus = false;
    bool scroll_to_question = false;
};

}  // namespace fieldseal::desktop
