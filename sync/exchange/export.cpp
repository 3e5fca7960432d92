// Bundles as files, for a stick.
#include <algorithm>

#include "model/environment/durable_file.h"
#include "sync/exchange/implementation.h"

namespace fieldseal::exchange {

void Exchange::Implementation::export_lane(const bundle::Lane& lane,
                                           const std::function<void(bundle::Sealed, const Collected&)>& take) {
    const LaneState first = lane_state(lane);
    // Only receipts count as arrived; a receipt of ours that was said once is said again when something arrives a
    // second time.
    Marks base = covered(lane);
    Marks said = first.offered;
    said.merge(first.exported);
    base.receipt_logs = said.receipt_logs;
    base.receipt_blobs = said.receipt_blobs;
    base.receipt_roster = said.receipt_roster;
    base.questionnaires = said.questionnaires;
    for (bool full = true;; full = false) {
        std::optional<bundle::Sealed> sealed;
        Collected collected;
        atomically([&] {
            close_segment();
            LaneState state = lane_state(lane);
            collected = collect(lane, state, base, {full, true, true, SyncOptions::no_limit, &said.late});
            if (collected.empty()) {
                return;
            }
            sealed = seal(lane, state, std::move(collected.contents));
            save_lane(lane, state);
        });
        if (!sealed) {
            return;
        }
        base.merge(collected.marks);
        take(std::move(*sealed), collected);
        // Only what was really written counts as sent: a full stick leaves its records as they were.
        atomically([&] {
            LaneState state = lane_state(lane);
            state.exported.merge(collected.marks);
            save_lane(lane, state);
        });
    }
}

OutgoingReport Exchange::export_bundles(const std::filesystem::path& folder, const Progress& progress) {
    Implementation& self = *implementation_;
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error)) {
        throw Error(ErrorCode::unreachable,
                    "The folder " + folder.string() + " is not there. Plug in the stick, or choose another folder.");
    }
    OutgoingReport report;
    // Names tell nothing but the order in which to take the files in.
    const std::string run = to_hex(self.vault.environment().random.bytes(4));
    if (is_revoked()) {
        throw Error(
            ErrorCode::refused,
            "This device was revoked: it sends nothing any more. What it holds stays here. Talk to the coordinator; "
            "who goes on working needs a new invitation.");
    }
    const std::vector<bundle::Lane> lanes = self.lanes(Implementation::By::file);
    std::uint64_t done = 0;
    for (const bundle::Lane& lane : lanes) {
        if (progress && !progress(done++, lanes.size())) {
            throw Error(ErrorCode::cancelled, "Cancelled. What was written so far is complete and can be used.");
        }
        const auto write = [&](ByteView sealed) {
            const std::string number = std::to_string(report.bundles + 1);
            const std::filesystem::path file =
                folder /
                (run + "-" + std::string(number.size() < 3 ? 3 - number.size() : 0, '0') + number + ".fsbundle");
            write_durably(file, sealed, false, FileAccess::by_umask);
            report.files.push_back(file);
            ++report.bundles;
            report.bytes += sealed.size();
        };
        self.export_lane(lane, [&](const bundle::Sealed& sealed, const Collected& collected) {
            write(sealed.bytes);
            report.revisions += collected.revisions;
            report.blobs_chunks += collected.chunks;
        });
        if (lane.to_team) {
            for (const std::uint64_t number : self.sealed_to_send()) {
                write(self.sealed_bytes(number));
                self.note_sealed_sent(number);
            }
        }
    }
    return report;
}

std::vector<bundle::Sealed> Exchange::outgoing(const bundle::Lane& lane) {
    std::vector<bundle::Sealed> bundles;
    // As on a stick; a recovery kit, which no stick is for, is written to all the same.
    const team::RosterDevice* reader = lane.to_team ? nullptr : implementation_->roster.device(lane.device);
    const std::vector<bundle::Lane> lanes = implementation_->lanes(
        reader != nullptr && reader->kit ? Implementation::By::store : Implementation::By::file);
    if (std::find(lanes.begin(), lanes.end(), lane) == lanes.end()) {
        return bundles;
    }
    implementation_->export_lane(
        lane, [&](bundle::Sealed sealed, const Collected&) { bundles.push_back(std::move(sealed)); });
    if (lane.to_team) {
        for (const std::uint64_t number : implementation_->sealed_to_send()) {
            bundles.push_back({implementation_->sealed_bytes(number), {}});
            implementation_->note_sealed_sent(number);
        }
    }
    return bundles;
}

ImportReport Exchange::import_file(const std::filesystem::path& file, const Progress&) {
    Bytes bytes;
    try {
        bytes = read_file(file, bundle::bundle_limit);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::too_large) {
            throw;
        }
        ImportReport report;
        report.source = file.string();
        report.outcome = ImportReport::Outcome::refused;
        report.failure = bundle::OpenFailure::not_a_bundle;
        report.reason = "It is larger than a bundle can be (160 MiB). Choose a file that Fieldseal wrote.";
        return report;
    }
    return import_bundle(bytes, file.string());
}

ImportReport Exchange::import_bundle(ByteView sealed, const std::string& source) {
    ImportReport report = implementation_->take_in(sealed, source);
    if (report.outcome == ImportReport::Outcome::refused) {
        implementation_->atomically([&] { implementation_->log_import(report); });
    }
    return report;
}

}  // namespace fieldseal::exchange
