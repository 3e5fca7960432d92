#include "model/portfolio/need_filter.h"

#include <algorithm>
#include <array>

namespace fieldseal::portfolio {

namespace {

constexpr std::array<std::string_view, 4> part_names{"any", "promised", "delivered", "verified"};

bool holds(const std::optional<std::string>& wanted, const std::string& value) {
    return !wanted || *wanted == value;
}

bool has_part(const NeedFilter& filter, const Help& help, const NeedLine& line) {
    if (filter.partner) {
        return std::ranges::any_of(line.pledges, [&](std::size_t place) {
            const PledgeLine& pledge = help.pledges[place];
            return pledge.partner == *filter.partner && is_part_of(pledge, NeedPart::any) &&
                   is_part_of(pledge, filter.part);
        });
    }
    switch (filter.part) {
        case NeedPart::any:
            return true;
        case NeedPart::promised:
            return line.promised > 0;
        case NeedPart::delivered:
            return line.delivered > 0;
        case NeedPart::verified:
            break;
    }
    return line.verified > 0;
}

}  // namespace

bool is_part_of(const PledgeLine& pledge, NeedPart part) {
    const record::PledgeState state = pledge.pledge.state;
    switch (part) {
        case NeedPart::any:
            return state != record::PledgeState::fell_through;
        case NeedPart::promised:
            return state == record::PledgeState::pledged || state == record::PledgeState::delivered;
        case NeedPart::delivered:
            return state == record::PledgeState::delivered;
        case NeedPart::verified:
            break;
    }
    return pledge.verified_at.has_value();
}

bool NeedFilter::is_of_totals() const {
    return question || category || sector || region || partner || part != NeedPart::any;
}

NeedFilter filter_of(GroupBy by, const std::string& key) {
    NeedFilter filter;
    switch (by) {
        case GroupBy::question:
            filter.question = key;
            break;
        case GroupBy::category:
            filter.category = key;
            break;
        case GroupBy::sector:
            filter.sector = key;
            break;
        case GroupBy::region:
            filter.region = key;
            break;
        case GroupBy::partner:
            filter.partner = key;
            break;
    }
    return filter;
}

bool fits(const NeedFilter& filter, const Help& help, const NeedLine& line) {
    if (filter.is_of_totals() && line.state == NeedState::withdrawn) {
        return false;
    }
    return (!filter.need || *filter.need == line.id) && (!filter.open_only || line.open() > 0) &&
           holds(filter.question, line.question) && holds(filter.category, line.need.category) &&
           holds(filter.sector, line.site.sector) && holds(filter.region, line.site.region) &&
           has_part(filter, help, line);
}

std::vector<std::size_t> needs_behind(const NeedFilter& filter, const Help& help) {
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < help.needs.size(); ++place) {
        if (fits(filter, help, help.needs[place])) {
            places.push_back(place);
        }
    }
    return places;
}

std::vector<RecordId> sites_of_needs(const NeedFilter& filter, const Help& help) {
    std::vector<RecordId> sites;
    for (const std::size_t place : needs_behind(filter, help)) {
        sites.push_back(help.needs[place].need.site);
    }
    std::ranges::sort(sites);
    sites.erase(std::unique(sites.begin(), sites.end()), sites.end());
    return sites;
}

std::map<std::string, std::string> parts_of(const NeedFilter& filter) {
    std::map<std::string, std::string> parts;
    const auto put = [&](const char* name, const std::optional<std::string>& value) {
        if (value) {
            parts[name] = *value;
        }
    };
    put("question", filter.question);
    put("category", filter.category);
    put("sector", filter.sector);
    put("region", filter.region);
    put("partner", filter.partner);
    if (filter.part != NeedPart::any) {
        parts["part"] = part_names[static_cast<std::size_t>(filter.part)];
    }
    if (filter.open_only) {
        parts["open"] = "yes";
    }
    if (filter.need) {
        parts["need"] = filter.need->hex();
    }
    return parts;
}

std::optional<NeedFilter> need_filter_of(const std::map<std::string, std::string>& parts) {
    NeedFilter filter;
    for (const auto& [name, value] : parts) {
        if (name == "question") {
            filter.question = value;
        } else if (name == "category") {
            filter.category = value;
        } else if (name == "sector") {
            filter.sector = value;
        } else if (name == "region") {
            filter.region = value;
        } else if (name == "partner") {
            filter.partner = value;
        } else if (name == "part") {
            const auto found = std::ranges::find(part_names, value);
            if (found == part_names.end()) {
                return std::nullopt;
            }
            filter.part = static_cast<NeedPart>(found - part_names.begin());
        } else if (name == "open" && value == "yes") {
            filter.open_only = true;
        } else if (name == "need" && RecordId::parse(value)) {
            filter.need = RecordId::parse(value);
        } else {
            return std::nullopt;
        }
    }
    return filter;
}

}  // namespace fieldseal::portfolio
