// Findings, needs, offers, pledges and assignments as results.
#pragma once

#include "app/ctl/context.h"

namespace fieldseal::ctl {

Json finding_json(const session::Snapshot& snapshot, const portfolio::FindingLine& line);
Json need_json(const portfolio::Help& help, const portfolio::NeedLine& line);
Json offer_json(const portfolio::OfferLine& line);
Json pledge_json(const portfolio::PledgeLine& line);
Json assignment_json(const session::Snapshot& snapshot, const portfolio::AssignmentLine& line);
Json group_json(const portfolio::NeedGroup& group);

/// "3 licences, 2 pledged, 1 delivered".
std::string amount_text(const portfolio::NeedLine& line);
std::string name_of_site(const session::Snapshot& snapshot, const RecordId& site);
/// Words from an option or the file beside it.
std::string words_of(const std::string& text, const std::string& file);

}  // namespace fieldseal::ctl
