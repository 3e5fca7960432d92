// Choosing a file or folder inside the window: no desktop dialogs are needed, and the keyboard reaches everything.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace fieldseal::desktop::ui {

class FileBrowser {
  public:
    enum class Wanted { file, folder };
    /// Starts at `start` (or home). Files without one of the endings are left out; no endings shows all.
    void open(Wanted wanted, const std::filesystem::path& start, std::vector<std::string> endings = {});
    /// Draws as a modal window. True when something was chosen: see chosen().
    bool draw(const char* id, const std::string& heading);
    const std::filesystem::path& chosen() const { return chosen_; }

  private:
    void read();

    Wanted wanted_ = Wanted::file;
    std::vector<std::string> endings_;
    std::filesystem::path folder_;
    std::filesystem::path chosen_;
    std::vector<std::pair<std::string, bool>> entries_;
    std::string problem_;
    std::string typed_;
    int selected_ = 0;
    bool opening_ = false;
};

/// A folder's path to type, and beside it a button that browses for one. `id` is the widgets' beginning: `id`.folder and `id`.browse. Where nothing is typed
/// yet, browsing starts at `start`.
void folder_field(const std::string& id, std::string& folder, FileBrowser& browser, bool& browsing, const std::filesystem::path& start = {});
/// The browser's window while it is open; what is chosen goes into `folder`.
void draw_folder_browser(const char* id, std::string& folder, FileBrowser& browser, bool& browsing);

}  // namespace fieldseal::desktop::ui
