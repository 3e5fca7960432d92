#include "app/desktop/screens/quarantine_detail.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/text/error_texts.h"

namespace fieldseal::desktop {

namespace {

using exchange::QuarantineContent;
using exchange::QuarantinedField;
using exchange::QuarantinedItem;
using exchange::QuarantinedRevision;

std::string short_hex(ByteView bytes) {
    return to_hex(bytes).substr(0, 8);
}

/// Ids and hashes by their beginning, as elsewhere on the screen; a site by its name.
std::string refused_value(const App& app, const std::string& path, const std::optional<codec::Value>& value) {
    if (const auto* bytes = value ? std::get_if<Bytes>(&*value) : nullptr) {
        for (const auto& row : app.snapshot->sites) {
            if (path == "site" && std::ranges::equal(row->summary.id.view(), *bytes)) {
                return row->summary.title;
            }
        }
        return short_hex(*bytes);
    }
    return value_text(path, value, app.any_template());
}

void refused_field(const App& app, const QuarantinedField& field, const std::string& id) {
    ui::small(field_text(field.path));
    ImGui::PushTextWrapPos(0);
    const std::string text = refused_value(app, field.path, field.value);
    ImGui::TextUnformatted(text.c_str());
    ui::note(("inbox.field." + id + "." + field.path).c_str(), text.c_str());
    if (field.here != field.value) {
        ui::small(fill(tr("here: {}"), {refused_value(app, field.path, field.here)}));
    }
    ImGui::PopTextWrapPos();
}

void refused_revision(App& app, const QuarantinedRevision& revision) {
    const std::string id = short_hex(revision.name.view());
    ImGui::PushID(id.c_str());
    ui::gap(0.2f);
    std::string heading = std::string(kind_text(revision.kind)) + " " + short_hex(revision.record.view()) + "  ·  " +
                          date_time_text(revision.time.wall_ms);
    heading += "  ·  " + fill(tr("revision {} of the device"), {std::to_string(revision.sequence)});
    heading += revision.begins ? std::string("  ·  ") + tr("new") : "";
    heading += revision.taken ? std::string("  ·  ") + tr("in the records by now") : "";
    ui::bold(heading);
    ui::note(("inbox.refused." + id).c_str(), heading.c_str());
    if (revision.fields.empty()) {
        ui::small(tr("It changes no field."));
    }
    for (const QuarantinedField& field : revision.fields) {
        refused_field(app, field, id);
    }
    ImGui::PopID();
}

void refused_item(App& app, const QuarantinedItem& item) {
    using Type = bundle::ItemType;
    if (!item.problem.empty()) {
        ui::small(std::string(tr("A part of it cannot be read.")) + " " + message_text(item.problem));
        return;
    }
    switch (item.type) {
        case Type::segment:
            ui::small(fill(tr("Written by {}"), {app.person_of(item.device)}));
            for (const QuarantinedRevision& revision : item.revisions) {
                refused_revision(app, revision);
            }
            if (item.more_revisions > 0) {
                ui::small(trn("and %d more revision", "and %d more revisions",
                              static_cast<std::int64_t>(item.more_revisions)));
            }
            return;
        case Type::enrolment:
            ui::small(fill(tr("A device that joined on {}. Its fingerprint, to compare with its person:"),
                           {date_time_text(item.made_ms)}));
            ui::body(item.fingerprint);
            ui::note("inbox.refused.fingerprint", item.fingerprint.c_str());
            return;
        case Type::roster:
            ui::small(fill(tr("A list of the team, version {} of {}: {} people, {} devices"),
                           {std::to_string(item.version), date_time_text(item.made_ms), std::to_string(item.people),
                            std::to_string(item.devices)}));
            return;
        case Type::receipt:
            ui::small(fill(tr("A receipt of {}"), {date_time_text(item.made_ms)}));
            return;
        case Type::questionnaire:
            ui::small(fill(tr("A questionnaire: {}"), {item.questionnaire}));
            return;
    }
}

}  // namespace

void draw_quarantine_content(App& app, const exchange::QuarantineEntry& entry) {
    InboxView& view = app.inbox;
    const bool open = view.looked && view.looked->entry.id == entry.id;
    const std::string id = entry.id.hex().substr(0, 16);
    if (ui::button(("inbox.look." + id).c_str(), open ? tr("Close it") : tr("Look inside"), ui::Kind::quiet,
                   icon::search, !app.running("quarantine.look"))) {
        if (open) {
            view.looked.reset();
            return;
        }
        app.load<QuarantineContent>(
            "quarantine.look",
            [entry = entry.id](session::Session& session) { return session.quarantine_content(entry); },
            [&app](QuarantineContent content) { app.inbox.looked = std::move(content); });
    }
    if (!open) {
        return;
    }
    const QuarantineContent& content = *view.looked;
    ImGui::Indent();
    if (!content.problem.empty()) {
        ui::small(message_text(content.problem));
    }
    if (content.is_bundle && content.problem.empty()) {
        ui::small(fill(tr("A whole bundle, made {} by its sender's clock"), {date_time_text(content.created_ms)}) +
                  (content.files == 0 ? std::string()
                                      : "  ·  " + trn("%d file", "%d files", static_cast<std::int64_t>(content.files)) +
                                            ", " + size_text(content.file_bytes)));
    }
    for (const QuarantinedItem& item : content.items) {
        refused_item(app, item);
    }
    ImGui::Unindent();
}

}  // namespace fieldseal::desktop
