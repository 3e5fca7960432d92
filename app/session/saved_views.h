// Filters of lists that were saved under a name. They lie sealed among the vault's settings and never leave the device:
// docs/formats/vault.md, "Saved views".
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/session/session.h"

namespace fieldseal::session {

struct SavedView {
    std::string name;
    /// Which list it is of: "sites", "needs", "reviews", or one that is filtered by typing alone: "inbox", "outbox",
    /// "syncs", "people", "questionnaires", "groups", "offers", "gaps", "assignments".
    std::string list;
    /// What was typed.
    std::string query;
    /// The order; "" is the list's own.
    std::string sort;
    /// The chips, as parts_of() gives them.
    std::map<std::string, std::string> filter;

    bool operator==(const SavedView&) const = default;
};

namespace view_limits {
constexpr std::size_t views = 100;
/// Of a name, in characters.
constexpr std::size_t name = 60;
/// Of any other text, in bytes.
constexpr std::size_t text = 1000;
constexpr std::size_t parts = 32;
}  // namespace view_limits

/// Whether a view of this list may have this name. Blanks around it do not count, nor does case; `taken` by another
/// than the one that stands at `except`.
enum class ViewName { fine, empty, too_long, not_text, taken, too_many };
ViewName check_view_name(const std::vector<SavedView>& views, const SavedView& view,
                         std::size_t except = ~std::size_t{0});

/// In the order in which they were saved. Error(damaged) where what is kept is no list of views.
std::vector<SavedView> saved_views(Session& session);
/// Durable when it returns. Error(refused) for names that check_view_name() finds fault with and texts over the limits;
/// then nothing is changed.
void keep_views(Session& session, const std::vector<SavedView>& views);

}  // namespace fieldseal::session
