// Questions that are answered with a number, and figures beside a level. What cannot be read as a number stays in its
// field and is said to be no answer: it is kept in the vault, sealed, until it is put right.
#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/shell/keys.h"
#include "app/desktop/text/read_input.h"

namespace fieldseal::desktop {

namespace {

constexpr const char* unread_setting = "unread_numbers";

/// Lines of "assessment question text", of all assessments that are still open here.
std::string with_unread(session::Session& session, const RecordId& id,
                        const std::map<std::string, std::string>& unread) {
    const auto lines = [](const std::string& text) {
        std::vector<std::string> result;
        for (std::size_t from = 0; from < text.size();) {
            const std::size_t end = std::min(text.find('\n', from), text.size());
            result.push_back(text.substr(from, end - from));
            from = end + 1;
        }
        return result;
    };
    std::string kept;
    for (const std::string& line : lines(session.setting(unread_setting))) {
        const std::optional<RecordId> other = RecordId::parse(line.substr(0, line.find(' ')));
        const auto row = other && *other != id ? session.snapshot()->find(*other) : nullptr;
        if (row && row->summary.state == static_cast<std::uint8_t>(record::AssessmentState::open)) {
            kept += line + "\n";
        }
    }
    for (const auto& [question, text] : unread) {
        kept += id.hex() + " " + question + " " + text + "\n";
    }
    return kept;
}

std::map<std::string, std::string> unread_of(const std::string& kept, const RecordId& id) {
    std::map<std::string, std::string> unread;
    const std::string mine = id.hex() + " ";
    for (std::size_t from = 0; from < kept.size();) {
        const std::size_t end = std::min(kept.find('\n', from), kept.size());
        const std::string line = kept.substr(from, end - from);
        const std::size_t space = line.find(' ', mine.size());
        if (line.starts_with(mine) && space != std::string::npos) {
            unread[line.substr(mine.size(), space - mine.size())] = line.substr(space + 1);
        }
        from = end + 1;
    }
    return unread;
}

/// A copy goes to the disk whenever it has changed.
void keep_unread(App& app, const std::string& question, const std::string& text) {
    auto& unread = app.assessment.unread_numbers;
    const auto found = unread.find(question);
    if (text.empty() ? found == unread.end() : found != unread.end() && found->second == text) {
        return;
    }
    if (text.empty()) {
        unread.erase(found);
    } else {
        unread[question] = text;
    }
    app.save([id = app.assessment.id, unread](session::Session& session) {
        session.set_setting(unread_setting, with_unread(session, id, unread));
    });
}

/// What was typed becomes the answer, or stays beside it.
void take_number(App& app, const questionnaire::Question& question, const std::string& typed) {
    const std::optional<std::string> number = read_decimal(typed, question.number->unit);
    const bool blank = typed.find_first_not_of(' ') == std::string::npos;
    keep_unread(app, question.id, number || blank ? std::string() : typed);
    const record::Answer* now = answer_of(app.assessment, question.id);
    if (number && now != nullptr && now->value == record::AnswerValue::of_number(*number)) {
        // "36," says what "36" said, and the field tells of it in each frame.
        return;
    }
    if (number) {
        set_value(app, question.id, record::AnswerValue::of_number(*number));
    } else if (now != nullptr && now->value.state == record::AnswerValue::State::number) {
        // The number before is not what stands in the field: it must not go on counting.
        set_value(app, question.id, {});
    }
}

void begin_entry(App& app, const questionnaire::Question& question) {
    const record::Answer* now = answer_of(app.assessment, question.id);
    app.assessment.steps.pause();
    app.assessment.number = {question.id, {}, now == nullptr ? record::Answer{} : *now, false};
}

void no_number(const char* id) {
    ui::badge(ui::State::caution, icon::warning, tr("Not a number, and so no answer yet"));
    ui::note(id, "caution");
    ui::small(fill(tr("It stays here as you typed it. Write a number alone, as {}; words belong in the note (M)."),
                   {decimal_text("2.5")}));
}

void levels_of_number(const questionnaire::Question& question, const record::Answer& answer) {
    const std::optional<int> reached = questionnaire::level_of(question, answer);
    const float indent = em(1.6f);
    for (int level = 3; level >= 0; --level) {
        const bool here = reached == level;
        const float start = ImGui::GetCursorPosX();
        ImGui::PushStyleColor(ImGuiCol_Text, here ? palette().accent : palette().muted);
        ImGui::TextUnformatted(here ? icon::check : "");
        ImGui::SameLine(start + indent);
        ImGui::TextUnformatted(std::to_string(level).c_str());
        ImGui::SameLine(start + 1.8f * indent);
        ImGui::PushTextWrapPos(0);
        ImGui::TextUnformatted(question.levels[static_cast<std::size_t>(level)].in(language()).c_str());
        ImGui::PopTextWrapPos();
        ImGui::PopStyleColor();
    }
}

}  // namespace

void load_unread_numbers(App& app) {
    AssessmentScreenView& view = app.assessment;
    if (view.unread_loaded) {
        return;
    }
    view.unread_loaded = true;
    app.load<std::string>(
        "unread", [](session::Session& session) { return session.setting(unread_setting); },
        [&app, id = view.id](const std::string& kept) {
            if (app.assessment.id == id) {
                // What was typed since is newer.
                app.assessment.unread_numbers.merge(unread_of(kept, id));
            }
        });
}

void number_keys(App& app, const questionnaire::Question& question) {
    NumberEntry& entry = app.assessment.number;
    ImGuiIO& io = ImGui::GetIO();
    std::string typed;
    for (const ImWchar character : io.InputQueueCharacters) {
        const bool digit = character >= '0' && character <= '9';
        if (digit || (entry.focus && (character == ',' || character == '.' || character == '-'))) {
            typed += static_cast<char>(character);
        }
    }
    if (typed.empty()) {
        return;
    }
    if (!entry.focus || entry.question != question.id) {
        begin_entry(app, question);
    }
    // The field has the keyboard some frames later; until then this is where the digits go.
    entry.focus = true;
    entry.text += typed;
    io.InputQueueCharacters.resize(0);
    take_number(app, question, entry.text);
}

void draw_number(App& app, const questionnaire::Question& question, const record::Answer& answer, bool editable) {
    AssessmentScreenView& view = app.assessment;
    ImGui::PushID(question.id.c_str());
    const auto unread = view.unread_numbers.find(question.id);
    std::string text = unread != view.unread_numbers.end()                        ? unread->second
                       : answer.value.state == record::AnswerValue::State::number ? decimal_text(answer.value.number)
                                                                                  : std::string();
    const bool waiting = view.number.focus && view.number.question == question.id;
    if (waiting) {
        text = view.number.text;
    }
    ImGui::BeginDisabled(!editable);
    const std::string label = with_unit(question.number->label.in(language()), question.number->unit);
    const bool changed =
        ui::number_text_field("answer.number", label, text, fill(tr("for example {}"), {decimal_text("2.5")}), waiting);
    const bool active = ImGui::IsItemActive();
    if (ImGui::IsItemActivated() && !waiting) {
        begin_entry(app, question);
    }
    const bool left = ImGui::IsItemDeactivated();
    ImGui::EndDisabled();
    if (active && waiting) {
        view.number.focus = false;
    }
    if (changed && editable) {
        take_number(app, question, text);
    }
    if (left && editable && pressed(Key::escape)) {
        keep_unread(app, question.id, {});
        change_answer(app, question.id, [&](record::Answer& each) {
            each.value = view.number.before.value;
            each.basis = view.number.before.basis;
        });
    } else if (left && editable && pressed(Key::enter) && !view.unread_numbers.contains(question.id)) {
        const std::string answered = question.id;
        if (go_on(app)) {
            view.just_answered = answered;
        }
    }
    ImGui::PopID();
    if (view.unread_numbers.contains(question.id)) {
        no_number("answer.number.unread");
    }
    levels_of_number(question, answer);
}

void draw_measures(App& app, const questionnaire::Question& question, const record::Answer& answer) {
    for (const questionnaire::Measure& measure : question.measures) {
        const auto found = answer.measures.find(measure.id);
        const std::string kept = found == answer.measures.end() ? std::string() : found->second;
        std::string value = record::is_decimal(kept) ? decimal_text(kept) : kept;
        const std::string id = "measure." + measure.id;
        if (ui::text_field(id.c_str(), with_unit(measure.label.in(language()), measure.unit), value)) {
            const std::string said = read_decimal(value, measure.unit).value_or(value);
            if (said == kept) {
                continue;
            }
            change_answer(app, question.id, [&](record::Answer& each) {
                if (said.empty()) {
                    each.measures.erase(measure.id);
                } else {
                    each.measures[measure.id] = said;
                }
            });
        }
        if (!kept.empty() && !record::is_decimal(kept)) {
            ui::badge(ui::State::caution, icon::warning, tr("Not a number: kept as you typed it, counted nowhere"));
            ui::note((id + ".unread").c_str(), "caution");
        }
    }
}

}  // namespace fieldseal::desktop
