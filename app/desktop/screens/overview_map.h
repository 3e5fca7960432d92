// Parts of the overview that the tables and the map share.
#pragma once

#include "app/desktop/app.h"

namespace fieldseal::desktop {

constexpr double weak_mean = 0.4;
constexpr double sound_mean = 0.7;
/// Red, yellow or green, softly.
const ImVec4& score_shade(double mean);
/// "61 %" of 0.61.
std::string mean_text(double mean);
/// `by` as OverviewView::by.
portfolio::SiteFilter filter_of_row(const std::string& by, const std::string& key);
std::string row_name(const App& app, const std::string& by, const std::string& key);
/// How many sites a row has, are not visited, are overdue: each a way to them; in a line with the mean score, or below each other.
void draw_counts(App& app, const portfolio::HeatRow& row, bool in_line);
/// The table of sectors or regions, each number a way to its sites; with or without the functions.
void draw_rows(App& app, bool functions);
/// The mean score by quarter, as a line; each quarter a way to the sites that were visited then (overview_trend.cpp).
void draw_trend(App& app);
/// Ukraine's regions coloured by a figure, and the table beside them.
void draw_overview_map(App& app);

}  // namespace fieldseal::desktop
