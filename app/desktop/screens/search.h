// The search over everything that one may see: what it remembers between frames.
#pragma once

#include <optional>
#include <string>

#include "app/session/session.h"

namespace fieldseal::desktop {

class App;

struct SearchView {
    std::string query;
    /// What is shown; none before the first answer.
    std::optional<session::TextResults> results;
    /// Query and state of the vault that `results` answer.
    std::string answered;
    /// The worker is at it.
    bool asking = false;
    /// Counted over all groups.
    int selected = 0;
    bool focus = false;
    bool scroll = false;
};

/// To the search, ready to type, from any screen.
void open_search(App& app);

}  // namespace fieldseal::desktop
