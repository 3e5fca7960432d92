// Sites from a table: known ones are updated, others added.
#include <algorithm>
#include <tuple>

#include "app/session/implementation.h"
#include "model/codec/flatten.h"
#include "model/interchange/regions.h"
#include "model/portfolio/search.h"

namespace fieldseal::session {

namespace {

constexpr std::uint64_t progress_step = 200;

using Place = std::tuple<std::string, std::string, std::string>;

Place place_of(const record::Site& site) {
    return {portfolio::fold(site.name), site.region, portfolio::fold(site.settlement)};
}

}  // namespace

interchange::SiteNames Session::site_names() {
    interchange::SiteNames names;
    names.fold = [](std::string_view text) { return portfolio::fold(text); };
    for (const auto& questions : implementation_->templates.all()) {
        for (const questionnaire::Label& sector : questions->sectors) {
            for (const std::string& word : {sector.id, sector.text.en, sector.text.uk}) {
                names.sectors.emplace(portfolio::fold(word), sector.id);
            }
        }
        for (const questionnaire::ProfileQuestion& question : questions->profile_questions) {
            if (std::ranges::find(names.profile, question.id) == names.profile.end()) {
                names.profile.push_back(question.id);
            }
        }
    }
    const auto without = [](std::string name, std::string_view suffix) {
        return name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : name;
    };
    for (const interchange::Region& region : interchange::regions()) {
        const std::string en = region.en;
        const std::string uk = region.uk;
        for (const std::string& word : {std::string(region.code), en, uk, without(en, " Oblast"), without(uk, " область")}) {
            names.regions.emplace(portfolio::fold(word), region.code);
        }
    }
    // What people write: the bare name is the city, the region around it has its word beside the name.
    const std::pair<const char*, const char*> others[] = {{"Київ", "UA-30"}, {"м. Київ", "UA-30"}, {"Kyiv", "UA-30"}, {"Крим", "UA-43"}, {"АР Крим", "UA-43"},
                                                          {"Crimea", "UA-43"}, {"Севастополь", "UA-40"}, {"м. Севастополь", "UA-40"}, {"Sevastopol", "UA-40"}};
    for (const auto& [word, code] : others) {
        names.regions.insert_or_assign(portfolio::fold(word), code);
    }
    return names;
}

SiteImport Session::import_sites(const interchange::PreparedSites& prepared, bool dry_run, const Progress& progress) {
    Implementation& self = *implementation_;
    if (self.joined().own_role() != team::Role::coordinator) {
        throw Error(ErrorCode::refused, "Only coordinators import sites from a table.");
    }
    std::map<std::string, RecordId> by_id;
    std::map<Place, RecordId> by_place;
    for (const std::shared_ptr<const Row>& row : snapshot()->sites) {
        const auto site = codec::unflatten<record::Site>(self.vault->merged(row->summary.id).values());
        if (!site.external_id.empty()) {
            by_id.emplace(site.external_id, row->summary.id);
        }
        by_place.emplace(place_of(site), row->summary.id);
    }
    SiteImport result;
    std::vector<RecordId> changed;
    {
        vault::Transaction transaction(*self.vault);
        std::uint64_t done = 0;
        for (const interchange::PreparedSite& row : prepared.sites) {
            if (progress && done++ % progress_step == 0 && !progress(done, prepared.sites.size())) {
                throw Error(ErrorCode::cancelled, "Cancelled; nothing was imported.");
            }
            std::optional<RecordId> known;
            if (const auto found = by_id.find(row.site.external_id); !row.site.external_id.empty() && found != by_id.end()) {
                known = found->second;
            } else if (const auto place = by_place.find(place_of(row.site)); place != by_place.end()) {
                const auto site = codec::unflatten<record::Site>(self.vault->merged(place->second).values());
                if (row.site.external_id.empty() || site.external_id.empty()) {
                    known = place->second;
                }
            }
            if (!known) {
                ++result.added;
                if (!dry_run) {
                    const auto id = self.vault->environment().random.id<RecordId>();
                    self.vault->append(id, record::Kind::site, codec::difference({}, codec::flatten(row.site)), {});
                    changed.push_back(id);
                }
                continue;
            }
            const history::MergedRecord merged = self.vault->merged(*known);
            const codec::FieldMap before = merged.values();
            auto site = codec::unflatten<record::Site>(before);
            interchange::take_fields(row.site, prepared.fields, site);
            const codec::Edits edits = codec::difference(codec::flatten(codec::unflatten<record::Site>(before)), codec::flatten(site));
            edits.empty() ? ++result.unchanged : ++result.updated;
            if (!edits.empty() && !dry_run) {
                self.vault->append(*known, record::Kind::site, edits, merged.heads);
                changed.push_back(*known);
            }
        }
        if (!dry_run) {
            transaction.commit();
        }
    }
    if (!changed.empty()) {
        self.vault->refresh_parts_of(changed);
        self.touch_everything();
    }
    return result;
}

}  // namespace fieldseal::session
