// What numbers over many sites are counted from, and the lists that open behind them.
#pragma once

#include "app/desktop/app.h"

namespace fieldseal::desktop {

/// Each asks the worker for it anew where the vault has changed; until it answers, the one before stays.
void keep_overview(App& app);
void keep_gaps(App& app);
void keep_help(App& app);

/// The sites' list, or that of needs, with this filter alone.
void open_sites(App& app, const portfolio::SiteFilter& filter);
void open_needs(App& app, const portfolio::NeedFilter& filter);

/// Names as numbers and chips give them; a sector or region that is not given, too.
std::string sector_text(const App& app, const std::string& sector);
std::string region_text(const std::string& region);
std::string function_text(const App& app, const std::string& function);

/// A filter that shows, and can be taken off.
struct Chip {
    std::string id;
    std::string text;
    std::function<void()> take_off;
};
std::vector<Chip> chips_of(App& app, portfolio::SiteFilter& filter);
std::vector<Chip> chips_of(App& app, portfolio::NeedFilter& filter);
/// In a row; a press takes one off, Backspace the last one. True when one went.
bool draw_chips(const std::vector<Chip>& chips);

}  // namespace fieldseal::desktop
