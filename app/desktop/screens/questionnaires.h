// The questionnaires that are known here: what the screen remembers between frames.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/desktop/widgets/file_browser.h"
#include "app/session/publication.h"
#include "model/questionnaire/compare.h"

namespace fieldseal::desktop {

class App;

struct QuestionnairesView {
    /// A version that is at hand.
    struct Version {
        std::shared_ptr<const questionnaire::Template> questions;
        Hash hash;
        bool built_in = false;
    };
    /// A row of the contents: a section, or a question of it.
    struct Row {
        const questionnaire::Section* section = nullptr;
        const questionnaire::Question* question = nullptr;
    };
    /// A row of a comparison.
    struct Difference {
        const char* list = "";
        const questionnaire::ItemChange* item = nullptr;
    };

    /// "versions", "compare" or "check".
    std::string tab = "versions";
    /// By id, the newest first.
    std::vector<Version> versions;
    std::size_t versions_of = 0;
    int selected = 0;
    std::vector<Row> rows;
    const questionnaire::Template* rows_of = nullptr;
    /// Places in `rows` of what was typed, with the sections above; made anew for other words, rows or another language.
    std::string query;
    std::vector<int> shown;
    std::string shown_for;
    int row = 1;
    /// How many assessments of this vault use which; nothing until they are counted.
    std::optional<std::map<Hash, std::uint64_t>> uses;
    bool counting = false;
    /// State of the vault that they were counted in.
    std::uint64_t counted = ~std::uint64_t{0};

    /// Hashes in hexadecimal.
    std::string before;
    std::string after;
    std::string compared;
    questionnaire::TemplateChanges changes;
    std::vector<Difference> differences;
    int difference = 0;

    std::string file;
    ui::FileBrowser browser;
    bool browsing = false;
    /// Of the file that was checked last.
    std::optional<std::vector<questionnaire::TemplateProblem>> problems;
    std::string checked;
    int problem = 0;
    /// Of a file without problems: what handing it out would do.
    std::optional<session::Publication> publication;
    std::vector<Difference> publication_differences;
    int publication_difference = 0;
};

void draw_questionnaires(App& app);
/// A file that is checked, and handed out by whoever may; the third tab of it.
void draw_questionnaire_check(App& app);
/// The rows of a comparison; they point into `changes`.
std::vector<QuestionnairesView::Difference> rows_of_changes(const questionnaire::TemplateChanges& changes);
/// The list of them beside both texts of the chosen one; ids begin with `id`.
void draw_differences(const std::string& id, const std::vector<QuestionnairesView::Difference>& differences,
                      int& selected, const questionnaire::Template& before, const questionnaire::Template& after);
/// Two versions side by side; the second tab of it.
void draw_questionnaire_comparison(App& app);
/// "csb 1.2.0".
std::string version_name(const questionnaire::Template& questions);

}  // namespace fieldseal::desktop
