// All sites at a glance, from their latest finalised visits.
#include "app/session/implementation.h"
#include "model/codec/flatten.h"

namespace fieldseal::session {

namespace {

bool is_finalised(const vault::Summary& visit) {
    return visit.kind == record::Kind::assessment && !visit.removed &&
           visit.state == static_cast<std::uint8_t>(record::AssessmentState::finalised);
}

}  // namespace

const vault::Summary* Session::Implementation::latest_finalised(const Snapshot& now, const RecordId& site) const {
    const vault::Summary* latest = nullptr;
    for (const RecordId& child : rows.children(site)) {
        const std::shared_ptr<const Row> visit = now.find(child);
        if (visit && is_finalised(visit->summary) &&
            (latest == nullptr || std::pair(latest->date, latest->created_ms) <
                                      std::pair(visit->summary.date, visit->summary.created_ms))) {
            latest = &visit->summary;
        }
    }
    return latest;
}

void Session::Implementation::each_site(const Snapshot& now, const Progress& progress,
                                        const std::function<void(const Row&)>& visit) {
    std::uint64_t done = 0;
    for (const std::shared_ptr<const Row>& site : now.sites) {
        if (progress && done % 100 == 0 && !progress(done, now.sites.size())) {
            throw Error(ErrorCode::cancelled, "Cancelled.");
        }
        ++done;
        visit(*site);
    }
}

portfolio::Overview Session::overview(const Progress& progress) {
    Implementation& self = *implementation_;
    portfolio::Overview overview;
    const std::shared_ptr<const Snapshot> now = snapshot();
    Implementation::each_site(*now, progress, [&](const Row& site) {
        const RecordId& id = site.summary.id;
        const portfolio::SiteFacts facts{site.summary.title, site.summary.sector, site.summary.region,
                                         site.summary.state};
        const vault::Summary* latest = self.latest_finalised(*now, id);
        if (latest == nullptr) {
            overview.unvisited.emplace_back(id, facts);
            return;
        }
        const auto assessment = codec::unflatten<record::Assessment>(self.vault->merged(latest->id).values());
        const auto questions = self.templates.by_hash(assessment.template_hash);
        // Without its questionnaire a visit has no score here; the site was visited all the same.
        overview.add(id, facts, latest->date,
                     questions ? questionnaire::score(*questions, assessment, facts.sector,
                                                      self.vault->environment().clock.wall_ms())
                               : questionnaire::Score());
    });
    for (const std::shared_ptr<const Row>& visit : now->assessments) {
        if (is_finalised(visit->summary) && visit->summary.score >= 0) {
            overview.visits.push_back({visit->summary.date, visit->summary.score / 1000.0, visit->summary.parent});
        }
    }
    return overview;
}

std::vector<portfolio::SitePlace> Session::site_places(const Progress& progress) {
    std::vector<portfolio::SitePlace> places;
    Implementation::each_site(*snapshot(), progress, [&](const Row& row) {
        const RecordId& id = row.summary.id;
        const auto site = codec::unflatten<record::Site>(implementation_->vault->merged(id).values());
        if (const auto place = portfolio::place_of(id, site.latitude, site.longitude)) {
            places.push_back(*place);
        }
    });
    return places;
}

}  // namespace fieldseal::session
