// The page that a record stands on, whatever its kind, and what it is called.
#pragma once

#include "app/desktop/app.h"

namespace fieldseal::desktop {

/// The site's name and the day for a visit, the first words for others; "–" where nothing of it is here.
std::string record_title(const App& app, const RecordId& id);
/// Whether open_record() leads anywhere.
bool has_page(const App& app, const RecordId& id);
/// To the very place: a site, a question of a visit, a need, an offer.
void open_record(App& app, const RecordId& id);
void open_offer(App& app, const RecordId& offer);

}  // namespace fieldseal::desktop
