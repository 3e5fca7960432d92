#include "app/desktop/screens/record_pages.h"

#include <algorithm>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/numbers.h"

namespace fieldseal::desktop {

namespace {

void open_need(App& app, const vault::Summary& need) {
    if (!app.is_assessor()) {
        portfolio::NeedFilter filter;
        filter.need = need.id;
        open_needs(app, filter);
        app.needs.filter_text = need.title;
        return;
    }
    const auto parent = app.snapshot->find(need.parent);
    if (parent && parent->summary.kind == record::Kind::assessment) {
        app.open_assessment(need.parent, help_page);
    } else if (parent) {
        app.open_site(need.parent);
    }
}

}  // namespace

std::string record_title(const App& app, const RecordId& id) {
    const auto row = app.snapshot->find(id);
    if (!row) {
        return "–";
    }
    const vault::Summary& summary = row->summary;
    const auto parent = summary.parent.is_zero() ? nullptr : app.snapshot->find(summary.parent);
    switch (summary.kind) {
        case record::Kind::assessment:
            return (parent ? parent->summary.title : std::string("–")) + "  ·  " + day_text(summary.date);
        case record::Kind::assignment:
            return (parent ? parent->summary.title : std::string("–")) +
                   (summary.title.empty() ? std::string() : "  ·  " + summary.title);
        case record::Kind::pledge:
            return parent ? parent->summary.title : std::string("–");
        case record::Kind::member:
            return summary.title.empty() ? app.name_of(summary.person) : summary.title;
        default:
            break;
    }
    return summary.title.empty() ? std::string("–") : summary.title;
}

bool has_page(const App& app, const RecordId& id) {
    const auto row = app.snapshot->find(id);
    if (!row || row->summary.removed) {
        return false;
    }
    switch (row->summary.kind) {
        case record::Kind::site:
        case record::Kind::assessment:
        case record::Kind::offer:
            return true;
        case record::Kind::pledge:
            return has_page(app, row->summary.parent);
        case record::Kind::member:
            return app.is_coordinator();
        default:
            return app.snapshot->find(row->summary.parent) != nullptr;
    }
}

void open_record(App& app, const RecordId& id) {
    if (!has_page(app, id)) {
        return;
    }
    // Copied: where it leads draws something else in its place.
    const vault::Summary summary = app.snapshot->find(id)->summary;
    switch (summary.kind) {
        case record::Kind::site:
            app.open_site(summary.id);
            return;
        case record::Kind::assessment:
            app.open_assessment(summary.id);
            return;
        case record::Kind::need:
            open_need(app, summary);
            return;
        case record::Kind::pledge:
            open_record(app, summary.parent);
            return;
        case record::Kind::offer:
            open_offer(app, summary.id);
            return;
        case record::Kind::assignment:
            app.open_site(summary.parent);
            return;
        case record::Kind::member:
            app.go(Screen::team);
            return;
        case record::Kind::evidence:
        case record::Kind::review:
        case record::Kind::finding:
            app.open_assessment(summary.parent, summary.subject);
            return;
    }
}

void open_offer(App& app, const RecordId& offer) {
    app.load<std::shared_ptr<const portfolio::Help>>(
        "help", [](session::Session& session) { return session.help(); },
        [&app, offer](std::shared_ptr<const portfolio::Help> help) {
            const auto found = std::ranges::find(help->offers, offer, &portfolio::OfferLine::id);
            if (found != help->offers.end()) {
                app.needs.tab = "offers";
                app.needs.offering = false;
                app.needs.list_query.clear();
                app.needs.offer_selected = static_cast<int>(found - help->offers.begin());
                app.go(Screen::needs);
            }
        });
}

}  // namespace fieldseal::desktop
