// Parts of the needs screen that its files share.
#pragma once

#include <functional>

#include "app/desktop/app.h"

namespace fieldseal::desktop {

/// One need with its findings, offers that fit, pledges and history.
void draw_need(App& app, const portfolio::NeedLine& line);
/// Offers with what is left of them, the form for a new one, needs that fit the chosen one.
void draw_offers(App& app);
/// Places of those lines, of `count`, whose text holds what was typed.
std::vector<std::size_t> lines_with(const std::string& query, std::size_t count, const std::function<std::string(std::size_t)>& text);
/// The field by which the list of a tab is filtered by typing, and the tab's saved views.
void find_in_list(App& app);
/// Over all sites: by question, category, sector, region or partner.
void draw_need_groups(App& app);
void draw_frequent_gaps(App& app);
void draw_assignments(App& app);
/// Matches them, as far as something is left of both.
void match(App& app, const portfolio::NeedLine& need, const portfolio::OfferLine& offer, bool agreed);

}  // namespace fieldseal::desktop
