#include "app/desktop/widgets/file_browser.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/shell/keys.h"
#include "app/desktop/text/translate.h"
#include "app/desktop/widgets/widgets.h"

namespace fieldseal::desktop::ui {

namespace {

namespace fs = std::filesystem;
constexpr std::size_t entry_limit = 5000;

fs::path home() {
    const char* folder = std::getenv("HOME");
    return folder != nullptr && *folder != '\0' ? fs::path(folder) : fs::path("/");
}

}  // namespace

void FileBrowser::open(Wanted wanted, const fs::path& start, std::vector<std::string> endings) {
    std::error_code error;
    wanted_ = wanted;
    endings_ = std::move(endings);
    folder_ = fs::is_directory(start, error) ? start : start.has_parent_path() && fs::is_directory(start.parent_path(), error) ? start.parent_path() : home();
    folder_ = fs::absolute(folder_, error);
    chosen_.clear();
    opening_ = true;
    read();
}

void FileBrowser::read() {
    entries_.clear();
    problem_.clear();
    typed_ = folder_.string();
    selected_ = 0;
    std::error_code error;
    fs::directory_iterator it(folder_, fs::directory_options::skip_permission_denied, error);
    if (error) {
        problem_ = tr("This folder cannot be read.");
        return;
    }
    for (const fs::directory_entry& entry : it) {
        const std::string name = entry.path().filename().string();
        const bool folder = entry.is_directory(error);
        const bool wanted = folder || (wanted_ == Wanted::file && (endings_.empty() || std::ranges::any_of(endings_, [&](const std::string& ending) { return name.ends_with(ending); })));
        if (wanted && !name.starts_with('.') && entries_.size() < entry_limit) {
            entries_.emplace_back(name, folder);
        }
    }
    std::ranges::sort(entries_, [](const auto& a, const auto& b) { return std::pair(!a.second, a.first) < std::pair(!b.second, b.first); });
}

bool FileBrowser::draw(const char* id, const std::string& heading_text) {
    if (opening_) {
        ImGui::OpenPopup(id);
        opening_ = false;
    }
    ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetCenter(), ImGuiCond_Appearing, {0.5f, 0.5f});
    ImGui::SetNextWindowSize({em(38), em(30)});
    if (!begin_modal(id, ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize)) {
        return false;
    }
    bool done = false;
    heading(heading_text);
    if (text_field((std::string(id) + ".path").c_str(), "", typed_)) {
        std::error_code error;
        if (fs::is_directory(typed_, error) && fs::path(typed_) != folder_) {
            const std::string kept = typed_;
            folder_ = typed_;
            read();
            typed_ = kept;
        }
    }
    if (!problem_.empty()) {
        badge(State::bad, icon::warning, problem_);
    }
    const float footer = em(3.2f);
    std::vector<Column> columns{{tr("Name"), 1}};
    const int activated = table((std::string(id) + ".list").c_str(), columns, static_cast<int>(entries_.size()) + 1, selected_, [&](int row) {
        if (row == 0) {
            ImGui::TextUnformatted((std::string(icon::back) + "  ..").c_str());
            return;
        }
        const auto& [name, folder] = entries_[static_cast<std::size_t>(row - 1)];
        ImGui::TextUnformatted((std::string(folder ? "\xef\x81\xbb" : icon::file) + "  " + name).c_str());
    }, ImGui::GetContentRegionAvail().y - footer);
    if (activated == 0) {
        folder_ = folder_.parent_path();
        read();
    } else if (activated > 0) {
        const auto [name, folder] = entries_[static_cast<std::size_t>(activated - 1)];
        if (folder) {
            folder_ /= name;
            read();
        } else {
            chosen_ = folder_ / name;
            done = true;
        }
    }
    if (wanted_ == Wanted::folder) {
        if (button((std::string(id) + ".here").c_str(), tr("Use this folder"), Kind::primary, icon::check)) {
            chosen_ = folder_;
            done = true;
        }
        ImGui::SameLine();
    } else {
        std::error_code error;
        const bool typed_file = fs::is_regular_file(typed_, error);
        if (button((std::string(id) + ".take").c_str(), tr("Choose"), Kind::primary, icon::check, typed_file)) {
            chosen_ = typed_;
            done = true;
        }
        ImGui::SameLine();
    }
    const bool cancelled = button((std::string(id) + ".cancel").c_str(), tr("Cancel")) || pressed(Key::escape);
    if (done || cancelled) {
        ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
    return done;
}

void folder_field(const std::string& id, std::string& folder, FileBrowser& browser, bool& browsing, const std::filesystem::path& start) {
    ImGui::BeginChild((id + ".folder.field").c_str(), {em(24), ImGui::GetFrameHeight() + 2}, false, ImGuiWindowFlags_NoBackground);
    text_field((id + ".folder").c_str(), "", folder, tr("Folder"));
    ImGui::EndChild();
    ImGui::SameLine();
    if (button((id + ".browse").c_str(), tr("Browse"))) {
        browser.open(FileBrowser::Wanted::folder, folder.empty() ? start : std::filesystem::path(folder));
        browsing = true;
    }
}

void draw_folder_browser(const char* id, std::string& folder, FileBrowser& browser, bool& browsing) {
    if (browsing && browser.draw(id, tr("Folder or stick"))) {
        folder = browser.chosen().string();
        browsing = false;
    }
}

}  // namespace fieldseal::desktop::ui
