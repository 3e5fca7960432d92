// Sites: adding, editing, looking at one.
#include "app/session/implementation.h"
#include "model/codec/flatten.h"

namespace fieldseal::session {

namespace {

void require_name(const record::Site& site) {
    if (site.name.find_first_not_of(" \t\n") == std::string::npos) {
        throw Error(ErrorCode::failed, "A site needs a name.");
    }
}

}  // namespace

RecordId Session::add_site(const record::Site& site) {
    implementation_->joined();
    require_name(site);
    const auto id = implementation_->vault->environment().random.id<RecordId>();
    implementation_->append(id, record::Kind::site, codec::difference({}, codec::flatten(site)), {});
    return id;
}

void Session::edit_site(const RecordId& id, const record::Site& site, const std::vector<Hash>& base) {
    implementation_->joined();
    require_name(site);
    history::MergedRecord merged;
    codec::FieldMap before = implementation_->current(id, record::Kind::site, &merged);
    if (base != merged.heads) {
        // Somebody's edit came in while the form was open: only what differs from what the form was filled from is this person's edit.
        before = history::merge_at(implementation_->vault->revisions(id), base).values();
    }
    const codec::Edits edits = codec::difference(before, codec::flatten(site));
    if (!edits.empty()) {
        implementation_->append(id, record::Kind::site, edits, base);
        for (const RecordId& part : implementation_->vault->refresh_parts_of(std::span(&id, 1))) {
            implementation_->touch(part);
        }
    }
}

SiteView Session::site(const RecordId& id) {
    SiteView view;
    view.id = id;
    history::MergedRecord merged;
    view.site = codec::unflatten<record::Site>(implementation_->current(id, record::Kind::site, &merged));
    view.conflicts = implementation_->conflicts(merged);
    view.drafted = implementation_->vault->draft(id).has_value();
    view.delivery = implementation_->exchange ? implementation_->exchange->delivery(id) : Delivery::none;
    return view;
}

std::vector<Hash> Session::heads(const RecordId& id) {
    return implementation_->vault->merged(id).heads;
}

}  // namespace fieldseal::session
