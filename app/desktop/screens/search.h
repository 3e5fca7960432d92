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
    /// Query and state of the vault that were asked for last.
    std::string asked;
    /// The worker is at it.
    bool waiting = false;
    /// Why there is no answer to what was asked; asked again when something else is typed or changes, or somebody says
    /// so.
    std::string problem;
    /// Counted over all groups.
    int selected = 0;
    bool focus = false;
    bool scroll = false;
};

/// Reads a few of the records that were not read yet, so that a key never waits for all of them, and answers from what
/// was read so far.
session::TextResults read_and_find(session::Session& session, const std::string& query);

/// To the search, ready to type, from any screen.
void open_search(App& app);

}  // namespace fieldseal::desktop
