// How what was sent, received, missed or refused is printed.
#pragma once

#include "app/ctl/context.h"

namespace fieldseal::ctl {

/// 4 where bytes are not what was written, 1 where something else was refused, 0 otherwise; quarantine is no failure: what lies there is kept and shown.
int exit_code_of(const std::vector<exchange::ImportReport>& reports, bool from_store);
Json outgoing_json(const exchange::OutgoingReport& report);
std::string outgoing_text(const exchange::OutgoingReport& report);
Json import_json(const exchange::ImportReport& report);
void print_import(const exchange::ImportReport& report);
Json missing_json(const std::vector<exchange::MissingRange>& missing);
Json quarantine_json(const std::vector<exchange::QuarantineEntry>& entries);
Json invitations_json(const std::vector<exchange::OpenInvitation>& invitations);
void print_invitations(const std::vector<exchange::OpenInvitation>& invitations);
void print_quarantine(const std::vector<exchange::QuarantineEntry>& entries);

/// What was erased on every device, and by whose word.
Json erased_json(const exchange::Erased& erased);
std::string erased_line(const exchange::Erased& erased);

}  // namespace fieldseal::ctl
