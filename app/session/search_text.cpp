// The search over all texts that one may see. Its index lies in memory only and goes with the session.
#include <algorithm>
#include <map>

#include "app/session/implementation.h"
#include "model/codec/flatten.h"

namespace fieldseal::session {

namespace {

using portfolio::TextField;
using portfolio::TextPassage;

std::vector<TextPassage> passages_of(const record::Site& site) {
    return {{{{"name", site.name},
              {"name_latin", site.name_latin},
              {"settlement", site.settlement},
              {"address", site.address},
              {"owner", site.owner},
              {"contact", site.contact},
              {"notes", site.notes},
              {"external_id", site.external_id}}}};
}

std::vector<TextPassage> passages_of(const record::Assessment& assessment) {
    std::vector<TextPassage> passages{
        {{{"summary", assessment.summary}}},
        {{{"sign_off/name", assessment.sign_off.name},
          {"sign_off/role", assessment.sign_off.role},
          {"sign_off/remark", assessment.sign_off.remark}}},
    };
    for (const auto& [question, answer] : assessment.answers) {
        const std::string path = "answers/" + question;
        passages.push_back({{{path + "/note", answer.note}, {path + "/reason", answer.reason}}});
    }
    return passages;
}

std::vector<TextPassage> passages_of(const record::Evidence& evidence) {
    return {{{{"caption", evidence.caption}, {"file_name", evidence.file_name}}}};
}

std::vector<TextPassage> passages_of(const record::Review& review) {
    return {{{{"text", review.text}}}};
}

std::vector<TextPassage> passages_of(const record::Finding& finding) {
    return {{{{"text", finding.text}, {"closed_why", finding.closed_why}}}};
}

std::vector<TextPassage> passages_of(const record::Need& need) {
    return {{{{"text", need.text}, {"unit", need.unit}, {"withdrawn_why", need.withdrawn_why}}}};
}

std::vector<TextPassage> passages_of(const record::Offer& offer) {
    return {{{{"partner", offer.partner},
              {"text", offer.text},
              {"conditions", offer.conditions},
              {"contact", offer.contact},
              {"unit", offer.unit}}}};
}

std::vector<TextPassage> passages_of(const record::Pledge& pledge) {
    return {{{{"note", pledge.note}}}};
}

std::vector<TextPassage> passages_of(const record::Assignment& assignment) {
    return {{{{"why", assignment.why}}}};
}

std::vector<TextPassage> passages_of(record::Kind kind, const codec::FieldMap& fields) {
    switch (kind) {
        case record::Kind::site:
            return passages_of(codec::unflatten<record::Site>(fields));
        case record::Kind::assessment:
            return passages_of(codec::unflatten<record::Assessment>(fields));
        case record::Kind::evidence:
            return passages_of(codec::unflatten<record::Evidence>(fields));
        case record::Kind::review:
            return passages_of(codec::unflatten<record::Review>(fields));
        case record::Kind::finding:
            return passages_of(codec::unflatten<record::Finding>(fields));
        case record::Kind::need:
            return passages_of(codec::unflatten<record::Need>(fields));
        case record::Kind::offer:
            return passages_of(codec::unflatten<record::Offer>(fields));
        case record::Kind::pledge:
            return passages_of(codec::unflatten<record::Pledge>(fields));
        case record::Kind::assignment:
            return passages_of(codec::unflatten<record::Assignment>(fields));
        default:
            return {};
    }
}

/// The question of "answers/CSB-GV-01/note"; "" for other paths.
std::string question_of_path(const std::string& path) {
    constexpr std::string_view answers = "answers/";
    return path.starts_with(answers) ? path.substr(answers.size(), path.find('/', answers.size()) - answers.size())
                                     : std::string();
}

}  // namespace

bool Session::Implementation::may_be_found(const Snapshot& now, const Row& row) const {
    // What belongs to something that is gone is gone with it, even if it came later.
    std::shared_ptr<const Row> kept;
    for (const Row* at = &row; at != nullptr;) {
        const vault::Summary& summary = at->summary;
        if (summary.removed || (exchange && (exchange->is_erased(summary.id) || exchange->is_erased(summary.parent)))) {
            return false;
        }
        kept = summary.parent.is_zero() ? nullptr : now.find(summary.parent);
        at = kept.get();
    }
    return true;
}

void Session::Implementation::follow_for_search(const Snapshot& now) {
    if (!text_search) {
        text_search = std::make_unique<TextSearch>();
    }
    TextSearch& search = *text_search;
    if (search.generation == now.generation) {
        return;
    }
    search.generation = now.generation;
    search.waiting.clear();
    decltype(search.seen) seen;
    for (const auto* list : {&now.sites, &now.assessments, &now.findings, &now.needs, &now.offers, &now.pledges,
                             &now.assignments, &now.reviews, &now.evidence}) {
        for (const std::shared_ptr<const Row>& row : *list) {
            const RecordId& id = row->summary.id;
            const auto before = search.seen.find(id);
            const bool known = before != search.seen.end() && search.index.holds(id);
            const bool same = known && (before->second == row || (!row->drafted && !before->second->drafted &&
                                                                  before->second->summary == row->summary));
            if (!may_be_found(now, *row)) {
                continue;
            }
            if (same) {
                seen.emplace(id, row);
                continue;
            }
            search.waiting.push_back(row);
            // As it was read, so that what still waits then is not taken for read.
            if (known) {
                seen.emplace(id, before->second);
            } else {
                seen.emplace(id, nullptr);
            }
        }
    }
    // Erased, removed, sealed away.
    for (const RecordId& id : search.index.records()) {
        if (!seen.contains(id)) {
            search.index.remove(id);
        }
    }
    search.seen = std::move(seen);
}

std::string Session::Implementation::question_of_need(const Snapshot& now, const RecordId& need) {
    try {
        for (const auto& [hex, named] : codec::unflatten<record::Need>(current(need, record::Kind::need)).findings) {
            const std::optional<RecordId> id = RecordId::parse(hex);
            const std::shared_ptr<const Row> finding = id ? now.find(*id) : nullptr;
            if (finding) {
                return finding->summary.subject;
            }
        }
    } catch (const Error&) {
        // Found all the same; only the question is not named.
    }
    return {};
}

TextReading Session::read_for_search(std::size_t most) {
    Implementation& self = *implementation_;
    const std::shared_ptr<const Snapshot> now = snapshot();
    self.follow_for_search(*now);
    TextSearch& search = *self.text_search;
    for (std::size_t i = 0; i < most && !search.waiting.empty(); ++i) {
        const std::shared_ptr<const Row> row = std::move(search.waiting.front());
        search.waiting.pop_front();
        const vault::Summary& summary = row->summary;
        try {
            // Sites stay in the order of their names.
            const std::int64_t order = summary.kind == record::Kind::site ? 0 : summary.created_ms;
            search.index.put(summary.id, summary.kind, order,
                             passages_of(summary.kind, self.current(summary.id, summary.kind)));
        } catch (const Error&) {
            // One record that cannot be read must not keep the others from being found; `verify` names it.
            search.index.put(summary.id, summary.kind, 0, {});
        }
        search.seen[summary.id] = row;
    }
    return {search.seen.size() - search.waiting.size(), search.seen.size()};
}

TextResults Session::search_text(const std::string& query, std::size_t most_of_kind) {
    Implementation& self = *implementation_;
    TextResults results;
    results.query = query;
    const std::shared_ptr<const Snapshot> now = snapshot();
    self.follow_for_search(*now);
    const TextSearch& search = *self.text_search;
    results.reading = {search.seen.size() - search.waiting.size(), search.seen.size()};
    // In the words that were answered, which may not be those of today.
    std::map<std::string, std::shared_ptr<const questionnaire::Template>, std::less<>> known;
    const auto questions_of = [&](const vault::Summary& assessment) {
        const auto [place, fresh] = known.try_emplace(portfolio::template_mark_of(assessment));
        if (fresh) {
            place->second = self.templates.by_mark(place->first);
        }
        return place->second;
    };
    for (portfolio::TextGroup& group : search.index.find(query, most_of_kind)) {
        FoundGroup& shown = results.groups.emplace_back(FoundGroup{group.kind, group.total, {}});
        for (portfolio::TextHit& hit : group.hits) {
            const std::shared_ptr<const Row> row = now->find(hit.record);
            if (!row) {
                continue;
            }
            FoundText found;
            found.record = hit.record;
            found.kind = group.kind;
            found.path = std::move(hit.path);
            found.snippet = std::move(hit.snippet);
            found.question = question_of_path(found.path);
            if (group.kind == record::Kind::evidence || group.kind == record::Kind::review ||
                group.kind == record::Kind::finding) {
                found.question = row->summary.subject;
            }
            if (group.kind == record::Kind::need || group.kind == record::Kind::pledge) {
                found.need = group.kind == record::Kind::need ? hit.record : row->summary.parent;
                found.question = self.question_of_need(*now, found.need);
            }
            found.title = row->summary.title;
            for (std::shared_ptr<const Row> at = row; at;
                 at = at->summary.parent.is_zero() ? nullptr : now->find(at->summary.parent)) {
                if (at->summary.kind == record::Kind::site) {
                    found.site = at->summary.id;
                    found.title = at->summary.title;
                } else if (at->summary.kind == record::Kind::assessment) {
                    found.assessment = at->summary.id;
                    found.visited_on = at->summary.date;
                    found.questions = questions_of(at->summary);
                }
            }
            shown.found.push_back(std::move(found));
        }
    }
    return results;
}

}  // namespace fieldseal::session
