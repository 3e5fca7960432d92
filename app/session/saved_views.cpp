#include "app/session/saved_views.h"

#include <algorithm>

#include "model/codec/reader.h"
#include "model/codec/writer.h"
#include "model/portfolio/search.h"

namespace fieldseal::session {

namespace {

constexpr std::string_view views_key = "saved_views";
constexpr std::uint64_t views_version = 1;

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }));
}

bool within_limits(const SavedView& view) {
    const auto fine = [](const std::string& text) {
        return text.size() <= view_limits::text && codec::is_text(view_of(text));
    };
    return fine(view.list) && fine(view.query) && fine(view.sort) && view.filter.size() <= view_limits::parts &&
           std::ranges::all_of(view.filter, [&](const auto& part) { return fine(part.first) && fine(part.second); });
}

}  // namespace

ViewName check_view_name(const std::vector<SavedView>& views, const SavedView& view, std::size_t except) {
    const std::string name = trimmed(view.name);
    if (name.empty()) {
        return ViewName::empty;
    }
    if (!codec::is_text(view_of(name)) ||
        std::ranges::any_of(name, [](char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f; })) {
        return ViewName::not_text;
    }
    if (characters(name) > view_limits::name) {
        return ViewName::too_long;
    }
    if (except >= views.size() && views.size() >= view_limits::views) {
        return ViewName::too_many;
    }
    const std::string folded = portfolio::fold(name);
    for (std::size_t i = 0; i < views.size(); ++i) {
        if (i != except && views[i].list == view.list && portfolio::fold(trimmed(views[i].name)) == folded) {
            return ViewName::taken;
        }
    }
    return ViewName::fine;
}

std::vector<SavedView> saved_views(Session& session) {
    const std::string kept = session.setting(views_key);
    if (kept.empty()) {
        return {};
    }
    codec::Reader in(view_of(kept), "saved views");
    if (in.number() != views_version) {
        throw Error(ErrorCode::newer_version, "The saved views were written by a newer version of Fieldseal.");
    }
    constexpr std::size_t name_bytes = 4 * view_limits::name;
    std::vector<SavedView> views(in.count(view_limits::views, 5));
    for (SavedView& view : views) {
        view.name = in.text(name_bytes);
        view.list = in.text(view_limits::text);
        view.query = in.text(view_limits::text);
        view.sort = in.text(view_limits::text);
        for (std::size_t left = in.count(view_limits::parts, 2); left > 0; --left) {
            std::string part = in.text(view_limits::text);
            view.filter[std::move(part)] = in.text(view_limits::text);
        }
    }
    in.expect_end();
    return views;
}

void keep_views(Session& session, const std::vector<SavedView>& views) {
    codec::Writer out;
    out.number(views_version);
    out.number(views.size());
    for (std::size_t i = 0; i < views.size(); ++i) {
        const SavedView& view = views[i];
        if (views.size() > view_limits::views || check_view_name(views, view, i) != ViewName::fine ||
            !within_limits(view)) {
            throw Error(ErrorCode::refused, "A view cannot be saved under this name, or is too long.");
        }
        out.text(trimmed(view.name));
        out.text(view.list);
        out.text(view.query);
        out.text(view.sort);
        out.number(view.filter.size());
        for (const auto& [part, value] : view.filter) {
            out.text(part);
            out.text(value);
        }
    }
    session.set_setting(views_key, text_of(out.view()));
}

}  // namespace fieldseal::session
