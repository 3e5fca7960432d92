// An item as a member of the team can send it, signed and sealed as it should be, taken in by a coordinator; then what
// lies in quarantine is looked at, accepted and dropped. The first byte is the item's type; with its highest bit set a
// log item is signed anew, so that the fuzzer gets behind the signature.
#include <algorithm>

#include "model/codec/flatten.h"
#include "model/crypto/hash.h"
#include "model/error/error.h"
#include "model/record/help.h"
#include "targets.h"
#include "tests/unit/exchange_forger.h"

namespace fieldseal::fuzz {

using namespace exchange;

namespace {

constexpr std::uint8_t sign_anew = 0x80;

/// A coordinator who knows an assessor's device and something of its log.
struct Office {
    test::World world{77};
    test::Machine& coordinator = world.found();
    test::Machine& assessor = world.join(coordinator, team::Role::assessor, "Ivan");
    test::Forger forger{assessor};
    RecordId site = assessor.add_site("Station");
    RecordId assessment = assessor.add_assessment(site);
    Office() {
        test::carry(assessor, coordinator, test::team_lane);
        forger.continue_log();
    }
};

Office& office() {
    static Office one;
    return one;
}

/// Evidence, and what leads from a gap to help: some of it an assessor may write, the rest goes into quarantine.
std::vector<std::pair<record::Kind, codec::Edits>> one_of_each_other_kind(Office& at) {
    const RecordId other = at.assessor.random().id<RecordId>();
    const auto edits = [](const auto& written) { return codec::difference({}, codec::flatten(written)); };
    record::Evidence evidence;
    evidence.assessment = at.assessment;
    evidence.question = "q1";
    evidence.file_name = "щит.jpg";
    evidence.media_type = "image/jpeg";
    evidence.size = 3;
    evidence.content = crypto::plain_hash(Bytes{1, 2, 3});
    record::Finding finding;
    finding.site = at.site;
    finding.assessment = at.assessment;
    finding.question = "q1";
    finding.text = "Немає копій поза мережею";
    finding.urgency = record::Urgency::now;
    record::Need need;
    need.site = at.site;
    need.assessment = at.assessment;
    need.findings = {{other.hex(), true}};
    need.text = "Дискова полиця";
    need.category = "equipment";
    need.quantity = 2;
    need.cost = 4000;
    need.currency = "EUR";
    record::Offer offer;
    offer.partner = "Estonia";
    offer.category = "equipment";
    offer.quantity = 10;
    offer.sectors = {{"health", true}};
    offer.until = "2026-12-31";
    record::Pledge pledge;
    pledge.need = other;
    pledge.offer = other;
    pledge.site = at.site;
    pledge.assessment = at.assessment;
    pledge.quantity = 1;
    pledge.state = record::PledgeState::delivered;
    pledge.delivered_on = "2026-11-20";
    record::Assignment assignment;
    assignment.site = at.site;
    return {{record::Kind::evidence, edits(evidence)}, {record::Kind::finding, edits(finding)},
            {record::Kind::need, edits(need)},         {record::Kind::offer, edits(offer)},
            {record::Kind::pledge, edits(pledge)},     {record::Kind::assignment, edits(assignment)}};
}

/// What the screens make of it.
void read_as(record::Kind kind, const codec::FieldMap& fields) {
    std::vector<std::string> unknown;
    switch (kind) {
        case record::Kind::site:
            codec::unflatten<record::Site>(fields, &unknown);
            break;
        case record::Kind::assessment:
            codec::unflatten<record::Assessment>(fields, &unknown);
            break;
        case record::Kind::evidence:
            codec::unflatten<record::Evidence>(fields, &unknown);
            break;
        case record::Kind::review:
            codec::unflatten<record::Review>(fields, &unknown);
            break;
        case record::Kind::member:
            codec::unflatten<record::Member>(fields, &unknown);
            break;
        case record::Kind::finding:
            codec::unflatten<record::Finding>(fields, &unknown);
            break;
        case record::Kind::need:
            codec::unflatten<record::Need>(fields, &unknown);
            break;
        case record::Kind::offer:
            codec::unflatten<record::Offer>(fields, &unknown);
            break;
        case record::Kind::pledge:
            codec::unflatten<record::Pledge>(fields, &unknown);
            break;
        case record::Kind::assignment:
            codec::unflatten<record::Assignment>(fields, &unknown);
            break;
    }
}

void expected(const Error& error) {
    insist(error.code() == ErrorCode::refused || error.code() == ErrorCode::not_found ||
               error.code() == ErrorCode::damaged,
           "what cannot be accepted is refused");
}

}  // namespace

void run_import(ByteView input) {
    if (input.empty()) {
        return;
    }
    Office& at = office();
    Bytes body(input.begin() + 1, input.end());
    const auto type = static_cast<std::uint64_t>(input[0] & ~sign_anew);
    if ((input[0] & sign_anew) != 0) {
        try {
            LogItem item = decode_log_item(body);
            history::sign_segment(item.segment, at.coordinator.exchange().deployment().id, at.forger.key());
            body = encode(item);
        } catch (const Error&) {
            // No log item, or one of another device: as it came.
        }
    }
    Bytes sealed;
    try {
        sealed = at.forger.seal({{type, body}});
    } catch (const Error&) {
        return;  // no type that a bundle can hold
    }
    // Never committed: each input meets the same office.
    vault::Transaction transaction(at.coordinator.vault());
    Exchange exchange(at.coordinator.vault());
    const ImportReport report = exchange.import_bundle(sealed, "fuzz");
    insist(report.quarantined == 0 || !exchange.quarantine().empty(), "what is not taken is kept");
    exchange.forks();
    exchange.missing();
    for (const QuarantineEntry& entry : exchange.quarantine()) {
        try {
            exchange.accept_quarantine(entry.id);
        } catch (const Error& error) {
            expected(error);
        }
        break;
    }
    for (const vault::Summary& summary : at.coordinator.vault().summaries()) {
        read_as(summary.kind, at.coordinator.vault().merged(summary.id).values());
    }
}

std::vector<Bytes> import_seeds() {
    Office& at = office();
    std::vector<Bytes> seeds;
    const auto add = [&](int type, const Bytes& body) {
        seeds.push_back({static_cast<std::uint8_t>(type)});
        seeds.back().insert(seeds.back().end(), body.begin(), body.end());
    };
    const auto segment = static_cast<int>(bundle::ItemType::segment);
    add(segment | sign_anew,
        encode(at.forger.segment({at.forger.revision(at.assessment, record::Kind::assessment,
                                                     {{"answers/q1/value", codec::Value(std::int64_t{2})}},
                                                     at.assessor.vault().merged(at.assessment).heads)})));
    // A review by an assessor: into quarantine, from where it can be accepted.
    add(segment | sign_anew,
        encode(at.forger.segment({at.forger.revision(at.assessor.random().id<RecordId>(), record::Kind::review,
                                                     {{"text", codec::Value(std::string("Добре"))}})})));
    for (const auto& [kind, edits] : one_of_each_other_kind(at)) {
        add(segment | sign_anew,
            encode(at.forger.segment({at.forger.revision(at.assessor.random().id<RecordId>(), kind, edits)})));
    }
    Receipt receipt = at.forger.receipt();
    receipt.logs = {{at.coordinator.device(), 1, {}}};
    sign(receipt, at.forger.key());
    add(static_cast<int>(bundle::ItemType::receipt), encode(receipt));
    add(static_cast<int>(bundle::ItemType::roster), team::encode(at.coordinator.exchange().roster()));
    add(static_cast<int>(bundle::ItemType::questionnaire), Bytes{'{', '}'});
    return seeds;
}

}  // namespace fieldseal::fuzz
