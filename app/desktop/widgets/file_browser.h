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

}  // namespace fieldseal::desktop::ui
