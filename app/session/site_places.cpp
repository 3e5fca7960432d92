// Where sites say that they lie, for the map.
#include "app/session/implementation.h"

namespace fieldseal::session {

std::vector<portfolio::SitePlace> Session::site_places(const Progress& progress) {
    std::vector<portfolio::SitePlace> places;
    const std::shared_ptr<const Snapshot> now = snapshot();
    std::uint64_t done = 0;
    for (const std::shared_ptr<const Row>& site : now->sites) {
        if (progress && done % 100 == 0 && !progress(done, now->sites.size())) {
            throw Error(ErrorCode::cancelled, "Cancelled.");
        }
        ++done;
        const RecordId& id = site->summary.id;
        const codec::FieldMap fields = implementation_->vault->merged(id).values();
        const auto text = [&](const char* path) {
            const auto field = fields.find(path);
            const std::string* found = field == fields.end() ? nullptr : std::get_if<std::string>(&field->second);
            return found == nullptr ? std::string() : *found;
        };
        if (const auto place = portfolio::place_of(id, text("latitude"), text("longitude"))) {
            places.push_back(*place);
        }
    }
    return places;
}

}  // namespace fieldseal::session
