#include "model/portfolio/help.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/questionnaire/scoring.h"

namespace fieldseal::portfolio {

namespace {

constexpr std::array<std::string_view, need_state_count> state_names{"wanted",    "matched",  "pledged",
                                                                     "delivered", "verified", "withdrawn"};

/// Indicative, in euros: only the order of magnitude counts, so a rate that is a third off moves a factor by 0.12.
struct Rate {
    std::string_view currency;
    double euros;
};
constexpr std::array rates{Rate{"EUR", 1},    Rate{"USD", 0.9},  Rate{"GBP", 1.15},  Rate{"CHF", 1.05}, Rate{"UAH", 0.021},
                           Rate{"PLN", 0.23}, Rate{"CAD", 0.65}, Rate{"DKK", 0.134}, Rate{"SEK", 0.09}, Rate{"NOK", 0.085},
                           Rate{"CZK", 0.04}, Rate{"JPY", 0.006}};

std::int64_t count_of(std::int64_t quantity) {
    return quantity <= 0 ? 1 : quantity;
}

class Maker {
  public:
    Maker(const HelpSource& source, const TemplateShelf& templates) : source_(source), templates_(templates) {}

    Help make() {
        look_at_visits();
        add_findings();
        add_offers();
        add_pledges();
        add_needs();
        add_assignments();
        std::ranges::stable_sort(help_.needs, [](const NeedLine& a, const NeedLine& b) {
            return std::tuple(-a.value, a.is_over(), -a.risk, a.id) < std::tuple(-b.value, b.is_over(), -b.risk, b.id);
        });
        return std::move(help_);
    }

  private:
    /// Gaps of an assessment by question, asked for only where a finding names it.
    const std::unordered_map<std::string, questionnaire::Gap>& gaps_of(const RecordId& assessment) {
        const auto known = gaps_.find(assessment);
        if (known != gaps_.end()) {
            return known->second;
        }
        auto& gaps = gaps_[assessment];
        const auto found = assessments_.find(assessment);
        const auto questions = found == assessments_.end() ? nullptr : templates_.by_hash(found->second->template_hash);
        if (questions) {
            const SiteFacts site = site_of(found->second->site);
            for (questionnaire::Gap& gap : questionnaire::rank_gaps(*questions, *found->second, site.sector,
                                                                    static_cast<int>(std::clamp<std::int64_t>(site.criticality, 0, 3)))) {
                gaps.emplace(gap.question, gap);
            }
        }
        return gaps;
    }

    const questionnaire::Question* question_of(const RecordId& assessment, const std::string& id) const {
        const auto found = assessments_.find(assessment);
        const auto questions = found == assessments_.end() ? nullptr : templates_.by_hash(found->second->template_hash);
        return questions ? questions->find(id) : nullptr;
    }

    SiteFacts site_of(const RecordId& site) const {
        const auto found = source_.sites.find(site);
        return found == source_.sites.end() ? SiteFacts{} : found->second;
    }

    void look_at_visits() {
        for (const auto& [id, assessment] : source_.assessments) {
            assessments_.emplace(id, &assessment);
            for (const auto& [record, check] : assessment.checks) {
                if (check.result == record::CheckResult::none) {
                    continue;
                }
                const auto order = [](const Seen& seen) {
                    return std::tuple(seen.visited_on, seen.started_ms, seen.assessment);
                };
                Seen seen{id, assessment.visited_on, assessment.started_ms, check};
                const auto [place, fresh] = seen_.emplace(record, seen);
                if (!fresh && order(place->second) < order(seen)) {
                    place->second = std::move(seen);
                }
            }
        }
    }

    std::optional<Seen> seen_of(const RecordId& record) const {
        const auto found = seen_.find(record.hex());
        return found == seen_.end() ? std::nullopt : std::optional(found->second);
    }

    void add_findings() {
        for (const auto& [id, finding] : source_.findings) {
            FindingLine line{id, finding, seen_of(id), false, 0, false};
            line.closed = finding.state == record::FindingState::closed ||
                          (line.seen && line.seen->check.result == record::CheckResult::solved);
            const auto& gaps = gaps_of(finding.assessment);
            if (const auto gap = gaps.find(finding.question); gap != gaps.end()) {
                line.risk = gap->second.risk;
            }
            const questionnaire::Question* question = question_of(finding.assessment, finding.question);
            line.critical = question != nullptr && question->critical;
            help_.findings.push_back(std::move(line));
        }
        std::ranges::sort(help_.findings, [](const FindingLine& a, const FindingLine& b) {
            return std::tuple(-a.finding.found_ms, a.id) < std::tuple(-b.finding.found_ms, b.id);
        });
        for (std::size_t i = 0; i < help_.findings.size(); ++i) {
            findings_.emplace(help_.findings[i].id.hex(), i);
        }
    }

    void add_offers() {
        for (const auto& [id, offer] : source_.offers) {
            help_.offers.push_back({id, offer, 0, std::nullopt, !offer.until.empty() && offer.until < source_.today});
        }
        std::ranges::sort(help_.offers, [](const OfferLine& a, const OfferLine& b) {
            return std::tie(a.offer.partner, a.id) < std::tie(b.offer.partner, b.id);
        });
        for (std::size_t i = 0; i < help_.offers.size(); ++i) {
            offers_.emplace(help_.offers[i].id, i);
        }
    }

    void add_pledges() {
        for (const auto& [id, pledge] : source_.pledges) {
            PledgeLine line{id, pledge, {}, std::nullopt, {}};
            if (const auto offer = offers_.find(pledge.offer); offer != offers_.end()) {
                OfferLine& from = help_.offers[offer->second];
                line.partner = from.offer.partner;
                if (pledge.state != record::PledgeState::fell_through) {
                    from.taken = plus(from.taken, count_of(pledge.quantity));
                }
            }
            help_.pledges.push_back(std::move(line));
        }
        std::ranges::sort(help_.pledges, [](const PledgeLine& a, const PledgeLine& b) {
            const auto day = [](const PledgeLine& line) {
                return std::max(line.pledge.delivered_on, line.pledge.pledged_on);
            };
            return std::tuple(day(b), b.id) < std::tuple(day(a), a.id);
        });
        for (OfferLine& line : help_.offers) {
            if (line.offer.quantity > 0) {
                line.left = std::max<std::int64_t>(0, line.offer.quantity - line.taken);
            }
        }
        for (std::size_t i = 0; i < help_.pledges.size(); ++i) {
            pledges_[help_.pledges[i].pledge.need].push_back(i);
        }
    }

    /// Delivered pledges, first delivered first, as far as what was seen reaches.
    void verify_pledges(NeedLine& line) {
        std::vector<std::size_t> delivered;
        for (const std::size_t place : line.pledges) {
            const record::Pledge& pledge = help_.pledges[place].pledge;
            if (pledge.state == record::PledgeState::delivered && pledge.delivered_on <= line.seen->visited_on) {
                delivered.push_back(place);
            }
        }
        std::ranges::sort(delivered, {}, [&](std::size_t place) {
            return std::tuple(help_.pledges[place].pledge.delivered_on, help_.pledges[place].id);
        });
        std::int64_t left = line.verified;
        for (const std::size_t place : delivered) {
            left -= count_of(help_.pledges[place].pledge.quantity);
            if (left < 0) {
                break;
            }
            help_.pledges[place].verified_at = line.seen->assessment;
            help_.pledges[place].verified_on = line.seen->visited_on;
        }
    }

    void add_needs() {
        for (const auto& [id, need] : source_.needs) {
            NeedLine line;
            line.id = id;
            line.need = need;
            line.site = site_of(need.site);
            line.quantity = count_of(need.quantity);
            line.seen = seen_of(id);
            bool any = false;
            if (const auto pledges = pledges_.find(id); pledges != pledges_.end()) {
                line.pledges = pledges->second;
            }
            for (const std::size_t place : line.pledges) {
                const record::Pledge& pledge = help_.pledges[place].pledge;
                any = any || pledge.state != record::PledgeState::fell_through;
                if (pledge.state == record::PledgeState::delivered) {
                    line.delivered = plus(line.delivered, count_of(pledge.quantity));
                }
                if (pledge.state == record::PledgeState::delivered || pledge.state == record::PledgeState::pledged) {
                    line.promised = plus(line.promised, count_of(pledge.quantity));
                }
            }
            if (line.seen) {
                const record::Check& check = line.seen->check;
                if (check.result == record::CheckResult::solved) {
                    line.verified = check.seen > 0 ? check.seen : line.quantity;
                } else if (check.result == record::CheckResult::in_part) {
                    line.verified = std::max<std::int64_t>(0, check.seen);
                }
                verify_pledges(line);
            }
            line.state = need.withdrawn                     ? NeedState::withdrawn
                         : line.verified >= line.quantity  ? NeedState::verified
                         : line.delivered >= line.quantity ? NeedState::delivered
                         : line.promised >= line.quantity  ? NeedState::pledged
                         : any                             ? NeedState::matched
                                                           : NeedState::wanted;
            weigh(line);
            help_.needs.push_back(std::move(line));
        }
    }

    void weigh(NeedLine& line) {
        double weightiest = -1;
        int cost_class = 1;
        for (const auto& [hex, named] : line.need.findings) {
            const auto place = findings_.find(hex);
            if (!named || place == findings_.end()) {
                continue;
            }
            const FindingLine& finding = help_.findings[place->second];
            if (finding.risk > weightiest) {
                weightiest = finding.risk;
                line.question = finding.finding.question;
                const questionnaire::Question* question = question_of(finding.finding.assessment, line.question);
                cost_class = question != nullptr ? question->cost : 1;
            }
            if (!finding.closed) {
                line.risk += finding.risk;
            }
        }
        line.cost_factor = cost_factor(line.need.cost, line.need.currency, cost_class);
        const double share = static_cast<double>(line.open()) / static_cast<double>(line.quantity);
        line.value = urgency_factor(line.need.urgency) * line.risk * share / line.cost_factor;
    }

    void add_assignments() {
        for (const auto& [id, assignment] : source_.assignments) {
            AssignmentLine line{id, assignment, site_of(assignment.site), std::nullopt, false, assignment.last.visited_on};
            const std::string from = record::day_of(assignment.assigned_ms);
            for (const auto& [visit, assessment] : source_.assessments) {
                if (assessment.site != assignment.site) {
                    continue;
                }
                line.last_visit = std::max(line.last_visit, assessment.visited_on);
                if (assessment.assessor == assignment.assignee && assessment.visited_on >= from &&
                    assessment.state == record::AssessmentState::finalised) {
                    line.done_at = visit;
                }
            }
            line.overdue = !line.done_at && !assignment.due.empty() && assignment.due < source_.today;
            help_.assignments.push_back(std::move(line));
        }
        std::ranges::sort(help_.assignments, [](const AssignmentLine& a, const AssignmentLine& b) {
            const auto order = [](const AssignmentLine& line) {
                const bool open_ended = line.assignment.due.empty();
                return std::tuple(line.done_at.has_value(), open_ended, line.assignment.due, line.id);
            };
            return order(a) < order(b);
        });
    }

    const HelpSource& source_;
    const TemplateShelf& templates_;
    Help help_;
    std::unordered_map<RecordId, const record::Assessment*> assessments_;
    std::unordered_map<RecordId, std::unordered_map<std::string, questionnaire::Gap>> gaps_;
    std::unordered_map<std::string, Seen> seen_;
    std::unordered_map<std::string, std::size_t> findings_;
    std::unordered_map<RecordId, std::size_t> offers_;
    std::unordered_map<RecordId, std::vector<std::size_t>> pledges_;
};

template <class Line>
const Line* find_line(const std::vector<Line>& lines, const RecordId& id) {
    const auto found = std::ranges::find(lines, id, &Line::id);
    return found == lines.end() ? nullptr : &*found;
}

}  // namespace

std::string_view name_of(NeedState state) {
    return state_names.at(static_cast<std::size_t>(state));
}

const FindingLine* Help::finding(const RecordId& id) const {
    return find_line(findings, id);
}

const NeedLine* Help::need(const RecordId& id) const {
    return find_line(needs, id);
}

const OfferLine* Help::offer(const RecordId& id) const {
    return find_line(offers, id);
}

const PledgeLine* Help::pledge(const RecordId& id) const {
    return find_line(pledges, id);
}

std::int64_t plus(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

Help make_help(const HelpSource& source, const TemplateShelf& templates) {
    return Maker(source, templates).make();
}

double urgency_factor(record::Urgency urgency) {
    return urgency == record::Urgency::now ? 2 : urgency == record::Urgency::this_year ? 1.5 : 1;
}

double cost_factor(std::int64_t cost, std::string_view currency, int cost_class) {
    const auto rate = std::ranges::find(rates, currency, &Rate::currency);
    if (cost <= 0 || rate == rates.end()) {
        return std::clamp(cost_class, 1, 3);
    }
    return 1 + std::log10(std::max(1.0, static_cast<double>(cost) * rate->euros / 1000));
}

bool fits(const OfferLine& offer, const NeedLine& need) {
    const auto meant_for = [](const std::map<std::string, bool>& chosen, const std::string& what) {
        const bool any = std::ranges::any_of(chosen, [](const auto& entry) { return entry.second; });
        const auto found = chosen.find(what);
        return !any || (found != chosen.end() && found->second);
    };
    return !offer.over && (!offer.left || *offer.left > 0) && need.open() > 0 &&
           offer.offer.category == need.need.category && meant_for(offer.offer.sectors, need.site.sector) &&
           meant_for(offer.offer.regions, need.site.region);
}

std::vector<std::size_t> needs_for(const Help& help, const OfferLine& offer) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < help.needs.size(); ++i) {
        if (fits(offer, help.needs[i])) {
            places.push_back(i);
        }
    }
    return places;
}

std::vector<std::size_t> offers_for(const Help& help, const NeedLine& need) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < help.offers.size(); ++i) {
        if (fits(help.offers[i], need)) {
            places.push_back(i);
        }
    }
    std::ranges::stable_sort(places, {}, [&](std::size_t place) {
        const OfferLine& line = help.offers[place];
        const bool short_of = line.left && *line.left < need.open();
        const bool for_all = line.offer.sectors.empty() && line.offer.regions.empty();
        return std::tuple(short_of, for_all, line.offer.until.empty(), line.offer.until);
    });
    return places;
}

}  // namespace fieldseal::portfolio
