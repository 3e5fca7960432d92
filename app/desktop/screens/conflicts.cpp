// A field that was changed apart: all versions beside each other, with who, where and when, and one press that settles it.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/help_words.h"
#include "app/desktop/screens/record_pages.h"
#include "app/desktop/screens/regions.h"
#include "model/codec/text.h"
#include "model/history/diff.h"

namespace fieldseal::desktop {

namespace {

/// Words flow and wrap; those that the other version does not have are underlined: not by colour alone.
void own_words(const std::string& others, const std::string& own) {
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const float right = start.x + ImGui::GetContentRegionAvail().x;
    const float height = ImGui::GetTextLineHeightWithSpacing();
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    ImVec2 at = start;
    for (const history::WordRun& run : history::diff_words(others, own)) {
        if (run.kind == history::WordRun::Kind::removed) {
            continue;
        }
        const bool only_here = run.kind == history::WordRun::Kind::added;
        const ImU32 shade = color(only_here ? palette().accent : palette().text);
        for (std::size_t from = 0; from < run.text.size();) {
            std::size_t to = run.text.find_first_of(" \n", from);
            to = to == std::string::npos ? run.text.size() : to + 1;
            const bool ends_line = run.text[to - 1] == '\n';
            const std::string word = run.text.substr(from, to - from - (ends_line ? 1 : 0));
            const float width = ImGui::CalcTextSize(word.c_str()).x;
            if (at.x + width > right && at.x > start.x) {
                at = {start.x, at.y + height};
            }
            draw.AddText(at, shade, word.c_str());
            if (only_here) {
                const float y = at.y + height * 0.78f;
                draw.AddLine({at.x, y}, {at.x + width, y}, shade, em(0.07f));
            }
            at = ends_line ? ImVec2{start.x, at.y + height} : ImVec2{at.x + width, at.y};
            from = to;
        }
    }
    ImGui::Dummy({right - start.x, at.y + height - start.y});
}

/// Numbers, ids and codes of findings, needs, offers, pledges and checks, in words; nothing for other fields.
std::optional<std::string> words_of_value(const App& app, const RecordId& record, const std::string& path, const codec::Value& value) {
    const auto row = app.snapshot->find(record);
    const record::Kind kind = row ? row->summary.kind : record::Kind::site;
    if (const auto* text = std::get_if<std::string>(&value)) {
        return path == "category" ? std::optional(category_name(app, *text)) : std::nullopt;
    }
    if (const auto* bytes = std::get_if<Bytes>(&value)) {
        const bool is_record = bytes->size() == RecordId::size && (path == "closed_at" || path == "assessment" || path == "site" || path == "offer" || path == "need");
        return is_record ? std::optional(record_title(app, RecordId::from(*bytes))) : std::nullopt;
    }
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number == nullptr) {
        return std::nullopt;
    }
    if (path == "urgency" && *number >= 0 && *number <= 3) {
        return urgency_text(static_cast<record::Urgency>(*number));
    }
    if (path.starts_with("checks/") && path.ends_with("/result") && *number >= 0 && *number <= 3) {
        return result_text(static_cast<record::CheckResult>(*number), record::Kind::finding);
    }
    if (path != "state") {
        return std::nullopt;
    }
    if (kind == record::Kind::finding) {
        return *number == 1 ? tr("Closed") : tr("Still open");
    }
    if (kind == record::Kind::pledge && *number >= 0 && *number <= 3) {
        const char* const names[] = {tr("Proposed"), tr("Pledged"), tr("Handed over"), tr("Fell through")};
        return names[*number];
    }
    return std::nullopt;
}

/// The field; of what a visit saw of something, what that is, too; of a list that is chosen from, the entry.
std::string conflict_title(const App& app, const std::string& path) {
    if (path.starts_with("checks/")) {
        const std::string hex = path.substr(7, path.find('/', 7) - 7);
        const std::optional<RecordId> about = RecordId::parse(hex);
        return member_text(path) + (about ? ": " + record_title(app, *about) : std::string());
    }
    if (path.starts_with("sectors/")) {
        return std::string(tr("Sector")) + ": " + app.sector_name(path.substr(8));
    }
    if (path.starts_with("regions/")) {
        return std::string(tr("Region")) + ": " + region_name(path.substr(8), language());
    }
    if (path.starts_with("findings/")) {
        const std::optional<RecordId> about = RecordId::parse(path.substr(9));
        return std::string(tr("Finding")) + (about ? ": " + record_title(app, *about) : std::string());
    }
    return field_text(path);
}

/// Whether others would take this person's word: as session::Session::settle.
bool may_settle(const App& app, const RecordId& record) {
    if (!app.is_assessor()) {
        return app.is_coordinator();
    }
    const auto row = app.snapshot->find(record);
    if (!row || row->summary.kind == record::Kind::site) {
        return row != nullptr;
    }
    const auto visit = row->summary.kind == record::Kind::assessment ? row : app.snapshot->find(row->summary.parent);
    return visit && visit->summary.kind == record::Kind::assessment && visit->summary.person == app.snapshot->own_person;
}

/// A level with its words, where the questionnaire is at hand.
std::string version_text(const App& app, const RecordId& record, const std::string& path, const std::optional<codec::Value>& value) {
    if (value) {
        if (const std::optional<std::string> words = words_of_value(app, record, path, *value)) {
            return *words;
        }
    }
    const auto& loaded = app.assessment.loaded;
    const questionnaire::Template* questions = loaded && app.assessment.id == record ? loaded->questions.get() : nullptr;
    const auto row = app.snapshot->find(record);
    std::string text = value_text(path, value, questions, row ? row->summary.kind : record::Kind::assessment);
    const std::string id = question_of(path);
    record::AnswerValue answer;
    if (id.empty() || !path.ends_with("/value") || !value || !record::from_flat_form(codec::to_display(*value), answer) || answer.state != record::AnswerValue::State::level) {
        return text;
    }
    const questionnaire::Question* question = questions != nullptr ? questions->find(id) : nullptr;
    const auto level = static_cast<std::size_t>(answer.level);
    if (question != nullptr && level < question->levels.size()) {
        text += ": " + question->levels[level].in(language());
    }
    return text;
}

/// Beyond this, comparing words at every frame takes too long.
constexpr std::size_t compared_limit = 8000;

/// Null while the worker looks, or where it cannot be told.
const session::ConflictHistory* history_of(App& app, const RecordId& record, const session::Conflict& conflict) {
    std::string key = record.hex() + conflict.path;
    for (const session::ConflictVersion& version : conflict.versions) {
        key += version.revision.hex();
    }
    const auto [known, fresh] = app.conflicts.histories.try_emplace(key);
    if (fresh) {
        app.load<session::ConflictHistory>(
            "conflict", [record, conflict](session::Session& session) { return session.conflict_history(record, conflict); },
            [&app, key](session::ConflictHistory history) { app.conflicts.histories[key] = std::move(history); });
    }
    return known->second ? &*known->second : nullptr;
}

/// The beginning of a long text, on one line: whole texts stand above.
std::string glimpse(std::string text) {
    constexpr std::size_t most = 120;
    std::ranges::replace(text, '\n', ' ');
    return std::string(codec::whole_characters(text, most)) + (text.size() > most ? "…" : "");
}

/// What this side did to the field since both knew the same.
void side_steps(const App& app, const RecordId& record, const std::string& path, const std::vector<session::ConflictStep>& steps, const std::string& id) {
    ui::gap(0.2f);
    ui::small(tr("Step by step since then"));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const session::ConflictStep& step = steps[i];
        const auto words = [&](const std::optional<codec::Value>& value) { return value ? glimpse(version_text(app, record, path, value)) : std::string(tr("nothing")); };
        const std::string change = words(step.before) + "  " + icon::forward + "  " + words(step.after);
        std::string who = step.person + "  ·  " + fill(tr("device {}"), {step.device.hex().substr(0, 8)}) + "  ·  " + date_time_text(step.time.wall_ms);
        if (step.received_ms > 0) {
            who += "  ·  " + std::string(tr("received")) + " " + date_time_text(step.received_ms);
        }
        ImGui::PushTextWrapPos(0);
        ui::small(who);
        ImGui::TextUnformatted(change.c_str());
        ImGui::PopTextWrapPos();
        ui::note((id + ".step." + std::to_string(i)).c_str(), change.c_str());
    }
}

const std::string* prose_of(const std::string& path, const session::ConflictVersion& version) {
    return version.value && !path.ends_with("/value") ? std::get_if<std::string>(&*version.value) : nullptr;
}

}  // namespace

void conflict_choice(App& app, const RecordId& record, const session::Conflict& conflict, const std::string& within) {
    const std::string card = "conflict." + within + conflict.path;
    ui::begin_card(card.c_str());
    ui::bold(conflict_title(app, conflict.path));
    ui::small(tr("Two people changed this without having seen the other's change. Choose what holds; both stay in the history."));
    const session::ConflictHistory* history = history_of(app, record, conflict);
    if (history != nullptr) {
        const std::string text = history->before ? version_text(app, record, conflict.path, history->before) : std::string(tr("nothing"));
        ui::small(tr("Before that it was:"));
        ImGui::SameLine();
        ImGui::PushTextWrapPos(0);
        ImGui::TextUnformatted(text.c_str());
        ImGui::PopTextWrapPos();
        ui::note((card + ".before").c_str(), text.c_str());
    }
    const int columns = std::min(static_cast<int>(conflict.versions.size()), 3);
    if (ImGui::BeginTable((card + ".versions").c_str(), columns, ImGuiTableFlags_BordersInnerV | ImGuiTableFlags_SizingStretchSame)) {
        for (std::size_t i = 0; i < conflict.versions.size(); ++i) {
            const session::ConflictVersion& version = conflict.versions[i];
            const std::string id = card + "." + std::to_string(i);
            ImGui::TableNextColumn();
            ui::bold(version.person);
            ui::small(date_time_text(version.time.wall_ms) + "  ·  " + fill(tr("device {}"), {version.device.hex().substr(0, 8)}));
            // Each against the first one, and that against the second.
            const std::string* own = prose_of(conflict.path, version);
            const std::string* other = prose_of(conflict.path, conflict.versions[i == 0 && conflict.versions.size() > 1 ? 1 : 0]);
            const std::string shown = version_text(app, record, conflict.path, version.value);
            if (own != nullptr && own->size() + (other == nullptr ? 0 : other->size()) < compared_limit) {
                own_words(other == nullptr ? std::string() : *other, *own);
            } else {
                ui::body(shown);
            }
            ui::note((id + ".version").c_str(), shown.c_str());
            if (history != nullptr && i < history->sides.size()) {
                side_steps(app, record, conflict.path, history->sides[i], id);
            }
            if (ui::button(id.c_str(), tr("This one holds"), ui::Kind::plain, icon::check, may_settle(app, record) && !app.running("settle"))) {
                app.run(
                    "settle", [record, path = conflict.path, value = version.value](session::Session& session, const session::Progress&) { session.settle(record, path, value); },
                    [&app] {
                        app.say(ui::State::good, tr("Settled."));
                        app.site.loaded_generation = ~0ull;
                        app.assessment.loaded_generation = ~0ull;
                    });
            }
            // Last in its cell, since a button would move the next column's first line down.
            ui::gap(0.1f);
        }
        ImGui::EndTable();
    }
    ui::end_card();
}

}  // namespace fieldseal::desktop
