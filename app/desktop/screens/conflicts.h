// Fields that were changed apart: beside what they belong to, or in a window of their own from wherever a record shows
// that it has some.
#pragma once

#include "app/desktop/app.h"

namespace fieldseal::desktop {

/// All of a finding's, need's, offer's, pledge's or assignment's conflicts, each to be settled; nothing where it has
/// none.
void draw_record_conflicts(App& app, const RecordId& record);
/// "1 conflict", which opens them: a visit's on a page of the visit, others in a window of their own. Nothing where
/// there is none; true where something was drawn.
bool conflict_button(App& app, const std::string& id, const RecordId& record);
/// The window that conflict_button() opens; once a frame.
void draw_conflicts_window(App& app);
/// Of the visit that is open: fields of the visit itself first, then those of answers with the way to their questions
/// (assessment_conflicts.cpp).
void draw_assessment_conflicts(App& app);

}  // namespace fieldseal::desktop
