// Saved views: kept sealed in the vault, bounded, found again by whoever opens it.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "app/session/saved_views.h"
#include "tests/unit/vault_folder.h"

using namespace fieldseal;
using namespace fieldseal::session;

namespace {

struct ViewsFolder : test::VaultFolder {
    std::filesystem::path path = folder / "office.fieldseal";
    crypto::Secret passphrase{view_of("correct horse battery")};
    std::unique_ptr<Session> make() { return Session::create(path, passphrase, system_environment(crypto::test_cost)).first; }
    std::unique_ptr<Session> open() { return Session::open(path, passphrase, system_environment(crypto::test_cost)); }
};

SavedView view_named(std::string name, std::string list = "sites") {
    return {std::move(name), std::move(list), {}, {}, {}};
}

ErrorCode refusal_to_keep(Session& session, const std::vector<SavedView>& views) {
    try {
        keep_views(session, views);
    } catch (const Error& error) {
        return error.code();
    }
    FAIL("was kept");
    return ErrorCode::failed;
}

}  // namespace

TEST_CASE("saved views survive, sealed, and nothing of them stands in the file") {
    ViewsFolder folder;
    const std::vector<SavedView> views{{"Лікарні без копій", "sites", "полтава", "score", {{"sector", "health"}, {"visit", "overdue"}}},
                                       {"Estonian-drives", "needs", "", "", {{"partner", "Estonia-marker"}}}};
    {
        auto session = folder.make();
        CHECK(saved_views(*session).empty());
        keep_views(*session, views);
        CHECK(saved_views(*session) == views);
    }
    CHECK(saved_views(*folder.open()) == views);
    for (const auto& entry : std::filesystem::directory_iterator(folder.folder)) {
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        for (const char* word : {"saved_views", "Лікарні", "Estonian-drives", "Estonia-marker", "полтава"}) {
            CHECK(bytes.find(word) == std::string::npos);
        }
    }
    auto session = folder.open();
    keep_views(*session, {});
    CHECK(saved_views(*session).empty());
}

TEST_CASE("names of views have bounds, and one list has each name once") {
    const std::vector<SavedView> views{view_named("Overdue"), view_named("Energy")};
    CHECK(check_view_name(views, view_named("Hospitals")) == ViewName::fine);
    CHECK(check_view_name(views, view_named("")) == ViewName::empty);
    CHECK(check_view_name(views, view_named("   ")) == ViewName::empty);
    CHECK(check_view_name(views, view_named(" overdue ")) == ViewName::taken);
    CHECK(check_view_name(views, view_named("Overdue", "needs")) == ViewName::fine);
    CHECK(check_view_name(views, view_named("OVERDUE"), 0) == ViewName::fine);
    CHECK(check_view_name(views, view_named("energy"), 0) == ViewName::taken);
    CHECK(check_view_name(views, view_named("two\nlines")) == ViewName::not_text);
    CHECK(check_view_name(views, view_named("broken \xff")) == ViewName::not_text);
    std::string sixty;
    for (std::size_t i = 0; i < view_limits::name; ++i) {
        sixty += "ї";
    }
    CHECK(check_view_name(views, view_named(sixty)) == ViewName::fine);
    CHECK(check_view_name(views, view_named(sixty + "x")) == ViewName::too_long);
    std::vector<SavedView> many;
    for (std::size_t i = 0; i < view_limits::views; ++i) {
        many.push_back(view_named("view " + std::to_string(i)));
    }
    CHECK(check_view_name(many, view_named("one more")) == ViewName::too_many);
    CHECK(check_view_name(many, view_named("another name"), 0) == ViewName::fine);
}

TEST_CASE("what is over a limit is refused, and what was kept stays") {
    ViewsFolder folder;
    auto session = folder.make();
    const std::vector<SavedView> kept{view_named("Overdue")};
    keep_views(*session, kept);
    CHECK(refusal_to_keep(*session, {view_named("A"), view_named("a")}) == ErrorCode::refused);
    SavedView wordy = view_named("wordy");
    wordy.query.assign(view_limits::text + 1, 'x');
    CHECK(refusal_to_keep(*session, {wordy}) == ErrorCode::refused);
    SavedView odd = view_named("odd");
    odd.filter["part"] = "\xff";
    CHECK(refusal_to_keep(*session, {odd}) == ErrorCode::refused);
    std::vector<SavedView> many;
    for (std::size_t i = 0; i <= view_limits::views; ++i) {
        many.push_back(view_named("view " + std::to_string(i)));
    }
    CHECK(refusal_to_keep(*session, many) == ErrorCode::refused);
    CHECK(saved_views(*session) == kept);
    session->set_setting("saved_views", "\x01\x01\x03");
    CHECK_THROWS_AS(saved_views(*session), Error);
    session->set_setting("saved_views", "\x02");
    try {
        saved_views(*session);
        FAIL("was read");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::newer_version);
    }
}
