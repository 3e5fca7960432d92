// Messages of model, sync and session in the window's language.
#pragma once

#include <string>

namespace fieldseal::desktop {

/// The message as it is, or its translation where one is known; also messages within messages.
std::string message_text(const std::string& message);

}  // namespace fieldseal::desktop
