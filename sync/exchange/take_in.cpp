// Taking in one bundle: one transaction, in whatever order bundles come, however often.
#include <algorithm>

#include "model/codec/writer.h"
#include "model/crypto/hash.h"
#include "model/questionnaire/template.h"
#include "sync/exchange/implementation.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

std::string_view words_for(team::EnrolmentVerdict verdict) {
    switch (verdict) {
        case team::EnrolmentVerdict::unknown_invite:
            return "The invitation it joined with is not known here. If another coordinator gave it out, take in their "
                   "bundles first.";
        case team::EnrolmentVerdict::cancelled:
            return "Its invitation was cancelled. Invite the person again if they should take part.";
        case team::EnrolmentVerdict::already_used:
            return "Its invitation was used by another device before. Ask the person which device is theirs, and "
                   "invite the other one anew.";
        case team::EnrolmentVerdict::expired:
            return "Its invitation had expired. Check this machine's clock, or invite the person again.";
        case team::EnrolmentVerdict::bad_signature:
        case team::EnrolmentVerdict::valid:
            break;
    }
    return "Its enrolment is forged or was changed on the way.";
}

Refusal unreadable(const Error& error) {
    return {QuarantineReason::bad_content, error.what()};
}

bool is_type(const bundle::Item& item, bundle::ItemType type) {
    return item.type == static_cast<std::uint64_t>(type);
}

/// What `take` says. What cannot be read stays out alone; the disk and the vault fail the whole import.
std::optional<Refusal> refusal_of(const std::function<std::optional<Refusal>()>& take) {
    try {
        return take();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::damaged && error.code() != ErrorCode::too_large &&
            error.code() != ErrorCode::newer_version) {
            throw;
        }
        return unreadable(error);
    }
}

}  // namespace

bundle::Opened Exchange::Implementation::open_bundle(ByteView sealed) {
    std::vector<const crypto::BoxKeyPair*> pairs{&keys.box};
    for (const auto& [number, pair] : team_keys) {
        pairs.push_back(&pair);
    }
    for (const crypto::BoxKeyPair& pair : stray_team_keys) {
        pairs.push_back(&pair);
    }
    return bundle::open(sealed, pairs, deployment.shared_key.view(), deployment.id);
}

ImportReport Exchange::Implementation::take_in(ByteView sealed, const std::string& source) {
    ImportReport report;
    report.source = source;
    const bundle::Opened opened = open_bundle(sealed);
    if (!opened) {
        report.outcome = ImportReport::Outcome::refused;
        report.failure = opened.failure;
        report.reason = opened.reason;
        return report;
    }
    const bundle::Manifest& manifest = opened.contents.manifest;
    report.bundle_id = opened.id;
    report.sender = manifest.sender;
    report.counter = manifest.counter;
    if (manifest.sender == own_device || vault.shelf(shelves::bundles).get(opened.id.view())) {
        report.outcome = ImportReport::Outcome::already_imported;
        return report;
    }
    atomically([&] { take_opened(opened, sealed, report); });
    if (report.new_roster || report.new_revisions > 0) {
        retry_quarantine();
    }
    return report;
}

void Exchange::Implementation::take_opened(const bundle::Opened& opened, ByteView sealed, ImportReport& report) {
    const bundle::Contents& contents = opened.contents;
    Pass pass(vault, report);
    pass.sender = contents.manifest.sender;
    // The roster first: it may say who the sender is.
    for (const bundle::Item& item : contents.items) {
        if (is_type(item, bundle::ItemType::roster)) {
            if (const std::optional<Refusal> refusal = take_item(item.type, item.body, pass)) {
                quarantine(item.type, item.body, pass.sender, *refusal, item.body.size());
                ++report.quarantined;
            }
        }
    }
    if (const std::optional<Refusal> refusal = admit_sender(contents, report)) {
        report.outcome = ImportReport::Outcome::quarantined;
        report.reason = refusal->explanation;
        ++report.quarantined;
        const bool told = vault.shelf(shelves::quarantine).get(quarantine_id(0, sealed).view()).has_value();
        quarantine(0, sealed, pass.sender, *refusal, sealed.size());
        finish(pass);
        if (!told) {
            log_import(report);
        }
        return;
    }
    note_counter(contents.manifest, opened.id);
    const Known sender = known(pass.sender).value();
    pass.sender_role = sender.role;
    pass.sender_revoked = sender.revoked;
    pass.to_team = contents.manifest.lane.to_team;
    for (const bundle::ItemType type :
         {bundle::ItemType::segment, bundle::ItemType::receipt, bundle::ItemType::questionnaire}) {
        for (const bundle::Item& item : contents.items) {
            if (!is_type(item, type)) {
                continue;
            }
            if (const std::optional<Refusal> refusal = take_item(item.type, item.body, pass)) {
                quarantine(item.type, item.body, pass.sender, *refusal, item.body.size());
                ++report.quarantined;
            }
        }
    }
    for (const bundle::BlobChunk& chunk : contents.chunks) {
        take_chunk(chunk, pass);
    }
    finish(pass);
    // Evidence that came before the revision that names it is taken when the bundle is offered again.
    if (pass.chunks_refused == 0) {
        vault.shelf(shelves::bundles).put(opened.id.view(), {});
    } else {
        report.reason = "Evidence came before the answers it belongs to. Import this bundle again after the others.";
    }
    release(quarantine_id(0, sealed));
    shelves::put(vault, shelves::contacts, pass.sender.view(), now());
    // What waits for its evidence is tried again by this device's own doing: that asks for no answer.
    const bool only_tried_again = pass.chunks_refused > 0 && !pass.anything_new;
    if (pass.repeated && !pass.sender_revoked && !only_tried_again) {
        const bool to_device = deployment.own_role == team::Role::coordinator && is_sent_apart(pass.sender);
        const bundle::Lane lane{!to_device, to_device ? pass.sender : DeviceId{}};
        LaneState state = lane_state(lane);
        if (!state.receipt_owed) {
            state.receipt_owed = true;
            save_lane(lane, state);
        }
    }
    log_import(report);
}

void Exchange::Implementation::finish(Pass& pass) {
    pass.intake.finish();
    ImportReport& report = pass.report;
    report.new_revisions += pass.intake.added_revisions();
    report.records = pass.intake.touched_records();
    report.new_records = pass.intake.new_records();
    note_return_of(report.records);
    if (report.new_receipts > 0) {
        sealed_to_send();
    }
    const std::uint64_t version = roster.version;
    extend_erasures(report.records, std::move(pass.erased_late));
    report.new_roster = report.new_roster || roster.version != version;
    if (pass.logs.empty()) {
        return;
    }
    for (const vault::LogExtent& log : vault.logs()) {
        if (std::find(pass.logs.begin(), pass.logs.end(), log.device) != pass.logs.end()) {
            for (const auto& [from, to] : log.missing) {
                report.missing.push_back({log.device, from, to});
            }
        }
    }
}

std::optional<Refusal> Exchange::Implementation::admit_sender(const bundle::Contents& contents, ImportReport& report) {
    const DeviceId& sender = contents.manifest.sender;
    if (roster.device(sender) != nullptr || (known(sender) && !may_publish())) {
        return std::nullopt;
    }
    std::optional<Refusal> refusal =
        Refusal{QuarantineReason::unknown_device,
                "It comes from a device that is not in the deployment. It is kept until the device's "
                "enrolment or a newer roster arrives."};
    for (const bundle::Item& item : contents.items) {
        if (!is_type(item, bundle::ItemType::enrolment)) {
            continue;
        }
        try {
            const team::Enrolment enrolment = team::decode_enrolment(item.body);
            if (!(enrolment.sign_key == contents.manifest.sender_key)) {
                continue;
            }
            const team::EnrolmentVerdict verdict = team::check(enrolment, roster, now());
            if (verdict != team::EnrolmentVerdict::valid) {
                refusal = Refusal{QuarantineReason::enrolment_refused, std::string(words_for(verdict))};
                continue;
            }
            if (may_publish()) {
                team::Roster next = roster;
                team::admit(next, enrolment, held_team_keys(), now());
                publish(std::move(next));
                report.new_roster = true;
            } else {
                // The same proof that the owner will see: so all machines take the same logs, whoever meets the device
                // first.
                const bool taken = std::any_of(provisional.begin(), provisional.end(), [&](const auto& other) {
                    return other.first != sender && other.second.invite == enrolment.invite;
                });
                if (taken) {
                    refusal = Refusal{QuarantineReason::enrolment_refused,
                                      std::string(words_for(team::EnrolmentVerdict::already_used))};
                    continue;
                }
                provisional.insert_or_assign(sender, enrolment);
                vault.shelf(shelves::provisional).put(sender.view(), item.body);
            }
            report.enrolled.push_back(sender);
            return std::nullopt;
        } catch (const Error& error) {
            refusal = Refusal{QuarantineReason::enrolment_refused, error.what()};
        }
    }
    // Known by an earlier bundle's proof.
    return known(sender) ? std::nullopt : refusal;
}

std::optional<Refusal> Exchange::Implementation::take_item(std::uint64_t type, ByteView body, Pass& pass) {
    return refusal_of([&]() -> std::optional<Refusal> {
        switch (static_cast<bundle::ItemType>(type)) {
            case bundle::ItemType::segment: {
                LogItem item = decode_log_item(body);
                return take_run(item, pass);
            }
            case bundle::ItemType::roster:
                return take_roster(body, pass);
            case bundle::ItemType::receipt:
                return take_receipt(body, pass);
            case bundle::ItemType::questionnaire:
                return take_questionnaire(body, pass);
            case bundle::ItemType::enrolment:
                break;
        }
        return std::nullopt;
    });
}

std::optional<Refusal> Exchange::Implementation::take_receipt(ByteView body, Pass& pass) {
    const Receipt receipt = decode_receipt(body);
    const std::optional<Known> issuer = known(receipt.issuer);
    if (!issuer) {
        return Refusal{QuarantineReason::unknown_device, "A receipt of a device that is not in the deployment."};
    }
    if (receipt.deployment != deployment.id || !verify(receipt, issuer->key)) {
        return Refusal{QuarantineReason::bad_signature, "A receipt whose signature does not hold."};
    }
    if (issuer->revoked) {
        // Its word no longer counts, and there is nothing in it to keep.
        return std::nullopt;
    }
    if (receipt.issuer == own_device) {
        return std::nullopt;
    }
    raise_marks(receipt, issuer->role, pass);
    // After the roster may have changed: `held` is mirrored memory.
    HeldBy& known_of = held[receipt.issuer];
    const HeldBy before = known_of;
    const auto lagging = behind.find(receipt.issuer);
    if (receipt.issued_ms > known_of.issued_ms && receipt.roster_version < known_of.roster_version) {
        // Nobody goes back but an old copy.
        note_behind(receipt.issuer, {});
    } else if (lagging != behind.end() && (lagging->second.is_zero() || may_publish()) &&
               receipt.roster_version >= roster.version) {
        forget_behind(receipt.issuer);
    }
    // Made before the history was given: it counts names, and what is missing is bodies.
    const team::RosterDevice* device = roster.device(receipt.issuer);
    const auto hold = device == nullptr ? roster.holds.end()
                                        : std::ranges::find(roster.holds, device->invite, &team::HistoryHold::invite);
    const bool by_name = hold != roster.holds.end() && receipt.roster_version < hold->given_in;
    const bool went_back = !by_name && holds_less(receipt, known_of, pass);
    if (went_back) {
        known_of.logs.clear();
        known_of.blobs.clear();
    }
    for (const Held& log : receipt.logs) {
        const std::optional<Hash> here = vault.log_entry(log.device, log.up_to);
        if (log.device == own_device && (!here || start_of(*here) != log.name)) {
            note_rollback(log.up_to, receipt.issuer);
            continue;
        }
        if (by_name) {
            continue;
        }
        if (here && start_of(*here) != log.name) {
            // It holds another branch of this log; ours has not arrived.
            continue;
        }
        std::uint64_t& mark = known_of.logs[log.device];
        mark = std::max(mark, log.up_to);
    }
    for (const Hash& content : receipt.blobs) {
        known_of.blobs[content] = true;
    }
    known_of.roster_version = std::max(known_of.roster_version, receipt.roster_version);
    known_of.issued_ms = std::max(known_of.issued_ms, receipt.issued_ms);
    if (!(known_of == before)) {
        shelves::put(vault, shelves::receipts, receipt.issuer.view(), known_of);
        ++pass.report.new_receipts;
    }
    if (went_back) {
        offer_what_is_not_covered(receipt.issuer);
    }
    return std::nullopt;
}

void Exchange::Implementation::raise_marks(const Receipt& receipt, team::Role issuer_role, Pass& pass) {
    if (issuer_role != team::Role::coordinator || !may_publish()) {
        return;
    }
    // Taken in good faith, before that coordinator learnt of the revocation: everybody takes it, so that all hold the
    // same.
    team::Roster next = roster;
    bool changed = false;
    for (const Held& log : receipt.logs) {
        const auto device = std::ranges::find(next.devices, log.device, &team::RosterDevice::device);
        if (device != next.devices.end() && device->revoked && device->accepted_up_to < log.up_to &&
            receipt.roster_version < revoked_since(log.device)) {
            device->accepted_up_to = log.up_to;
            changed = true;
        }
    }
    if (changed) {
        publish(std::move(next));
        // What was refused for being late may stand now.
        pass.roster_changed = pass.anything_new = pass.report.new_roster = true;
    }
}

void Exchange::Implementation::note_rollback(std::uint64_t others_hold, const DeviceId& by) {
    const auto known_of = shelves::get<RollbackNote>(vault, shelves::deployment, view_of("rollback"));
    if (!known_of || known_of->others_hold < others_hold) {
        shelves::put(vault, shelves::deployment, view_of("rollback"),
                     RollbackNote{others_hold, known_of ? known_of->held : known_up_to(own_device), by, now()});
        if (!known_of) {
            owe_receipts();
        }
    }
}

void Exchange::Implementation::note_counter(const bundle::Manifest& manifest, const Hash& id) {
    codec::Writer key;
    key.raw(manifest.sender.view());
    key.raw(lane_key(manifest.lane));
    key.number(manifest.counter);
    vault::Shelf counters = vault.shelf(shelves::counters);
    const std::optional<Bytes> before = counters.get(key.view());
    if (before && !std::ranges::equal(*before, id.view().first(counter_id_size))) {
        shelves::put(vault, shelves::rolled_back, manifest.sender.view(), now());
    } else if (!before) {
        counters.put(key.view(), id.view().first(counter_id_size));
    }
}

std::optional<Refusal> Exchange::Implementation::take_questionnaire(ByteView body, Pass& pass) {
    if (pass.sender_role != team::Role::coordinator || pass.sender_revoked) {
        return Refusal{QuarantineReason::role_not_allowed, "A questionnaire that does not come from a coordinator."};
    }
    try {
        questionnaire::load_template(body, "questionnaire");
    } catch (const Error& error) {
        // What a newer program can read is kept for it; anything else would only be handed on.
        if (error.code() != ErrorCode::newer_version) {
            return Refusal{QuarantineReason::bad_content, "A questionnaire that cannot be read."};
        }
    }
    const Hash hash = crypto::plain_hash(body);
    vault::Shelf shelf = vault.shelf(shelves::questionnaires);
    if (!shelf.get(hash.view())) {
        shelf.put(hash.view(), body);
        pass.anything_new = true;
    }
    return std::nullopt;
}

void Exchange::Implementation::take_chunk(const bundle::BlobChunk& chunk, Pass& pass) {
    const std::vector<ContentUse> uses = uses_of(chunk.content);
    const bool named =
        std::any_of(uses.begin(), uses.end(), [&](const ContentUse& use) { return use.size == chunk.size; });
    const std::optional<vault::BlobInfo> before = vault.blob(chunk.content);
    if (!named || (before && before->size != chunk.size) || chunk.size > vault::blob_limit) {
        ++pass.chunks_refused;
        return;
    }
    const bool wanted = std::any_of(uses.begin(), uses.end(), [&](const ContentUse& use) {
        return !erased_parts.contains(use.evidence) && !erased_part_owners.contains(use.evidence);
    });
    if ((before && before->complete()) || !wanted) {
        pass.repeated = true;
        return;
    }
    try {
        vault.put_blob_chunk(chunk.content, chunk.size, chunk.index, chunk.bytes);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::damaged) {
            throw;
        }
        // Not what its record names: dropped, and the sender gets no receipt for it.
        ++pass.report.quarantined;
        pass.report.reason = error.what();
        return;
    }
    pass.anything_new = true;
    if (vault.blob(chunk.content)->complete()) {
        ++pass.report.new_blobs;
    }
}

}  // namespace fieldseal::exchange
