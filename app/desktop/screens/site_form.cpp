// Adding a site, or changing what is known of one.
#include <imgui.h>

#include "app/desktop/app.h"
#include "app/desktop/screens/regions.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

record::Site filled_in(const SiteFormView& view) {
    record::Site site = view.site;
    site.criticality = view.criticality.empty() ? 0 : view.criticality[0] - '0';
    return site;
}

void save(App& app) {
    SiteFormView& view = app.site_form;
    const record::Site site = filled_in(view);
    if (view.id) {
        app.run(
            "site",
            [site, id = *view.id, base = view.base](session::Session& session, const session::Progress&) {
                session.edit_site(id, site, base);
                session.drop_site_form();
            },
            [&app, id = *view.id] {
                app.say(ui::State::good, tr("Saved."));
                app.site.loaded_generation = ~0ull;
                app.screen = Screen::site;
            });
        return;
    }
    app.load<RecordId>(
        "site",
        [site](session::Session& session) {
            const RecordId id = session.add_site(site);
            session.drop_site_form();
            return id;
        },
        [&app](const RecordId& id) {
            app.say(ui::State::good, tr("Saved."));
            app.screen = Screen::sites;
            app.open_site(id);
        });
}

void profile(App& app, record::Site& site) {
    const questionnaire::Template* questions = app.any_template();
    if (questions == nullptr) {
        return;
    }
    ui::heading(tr("Profile"));
    ui::small(tr("Decides which questions are asked. Leave open what you do not know yet: then the question is asked."));
    for (const questionnaire::ProfileQuestion& question : questions->profile_questions) {
        std::string value = site.profile.contains(question.id) ? site.profile.at(question.id) : "";
        const std::string id = "profile." + question.id;
        if (ui::segments(id.c_str(), {{"yes", tr("Yes")}, {"no", tr("No")}, {"", "?"}}, value)) {
            if (value.empty()) {
                site.profile.erase(question.id);
            } else {
                site.profile[question.id] = value;
            }
        }
        ImGui::SameLine();
        ImGui::AlignTextToFramePadding();
        ui::body(question.text.in(language()));
    }
}

}  // namespace

void keep_site_form(App& app) {
    SiteFormView& view = app.site_form;
    const session::SiteForm form{view.id, filled_in(view), view.base};
    if (view.keeping || form.site == view.kept) {
        return;
    }
    view.keeping = true;
    view.kept = form.site;
    app.save([form](session::Session& session) { session.keep_site_form(form); },
             [&app] {
                 // What was typed meanwhile goes with the next frame.
                 app.site_form.keeping = false;
             },
             [&app](const Error*) { app.site_form.keeping = false; });
}

void draw_site_form(App& app) {
    SiteFormView& view = app.site_form;
    record::Site& site = view.site;
    ui::title(view.id ? tr("Change the site") : tr("Add a site"));
    // The buttons stay in sight while the form scrolls.
    const float footer = em(3.6f);
    ImGui::BeginChild("site.scroll", {0, ImGui::GetContentRegionAvail().y - footer}, false, ImGuiWindowFlags_NoBackground);
    const float width = std::min(ImGui::GetContentRegionAvail().x, em(52));
    ui::begin_card("site.form", width);
    ui::text_field("site.name", tr("Name"), site.name, tr("as the site itself writes it"));
    ui::text_field("site.name_latin", tr("Name in Latin letters (for partners)"), site.name_latin);
    std::vector<std::pair<std::string, std::string>> sectors;
    if (const questionnaire::Template* questions = app.any_template()) {
        for (const questionnaire::Label& sector : questions->sectors) {
            sectors.emplace_back(sector.id, sector.text.in(language()));
        }
    }
    ui::choice("site.sector", tr("Sector"), sectors, site.sector, tr("Choose"));
    ui::choice("site.region", tr("Region"), region_options(language()), site.region, tr("Choose"));
    ui::text_field("site.settlement", tr("Town or village"), site.settlement);
    ui::text_field("site.address", tr("Address"), site.address);
    ui::small(tr("How much depends on the site"));
    ui::segments("site.criticality", {{"1", tr("Ordinary")}, {"2", tr("Important")}, {"3", tr("Vital")}}, view.criticality);
    ui::text_field("site.contact", tr("Contact at the site"), site.contact);
    ui::note_field("site.notes", tr("Notes"), site.notes, 3);
    ui::end_card();
    ui::gap(0.3f);
    ui::begin_card("site.profile", width);
    profile(app, site);
    ui::end_card();
    ImGui::EndChild();
    if (ui::button("site.save", tr("Save"), ui::Kind::primary, icon::check, !site.name.empty()) || (chord(Key::enter) && !site.name.empty())) {
        save(app);
    }
    ImGui::SameLine();
    if (ui::button("site.cancel", tr("Cancel"))) {
        app.save([](session::Session& session) { session.drop_site_form(); });
        app.back();
        return;
    }
    if (!app.running("site")) {
        keep_site_form(app);
    }
}

}  // namespace fieldseal::desktop
