// Parts of the inbox that its files share.
#pragma once

#include "app/desktop/app.h"

namespace fieldseal::desktop {

const char* outcome_text(exchange::ImportReport::Outcome outcome);
void outcome_badge(exchange::ImportReport::Outcome outcome);
/// "3 new revisions, 1 receipt"; "nothing new".
std::string brought_text(const exchange::ImportReport& report);
/// The person who sent it, or "–".
std::string sender_text(const App& app, const exchange::ImportReport& report);
std::string missing_text(const App& app, const exchange::MissingRange& range);

/// The chosen import: what it says, and the records that it changed, each of which opens (inbox_detail.cpp).
void draw_import(App& app, const exchange::ImportLogEntry& entry);

}  // namespace fieldseal::desktop
