// Sealing on finalise: what this device found goes into bundles that only the team can open, and the open form is
// forgotten. docs/formats/exchange.md, "Sealed on finalise".
#include <algorithm>

#include "sync/exchange/erasing.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

const bundle::Lane team_lane{true, {}};
/// While an assessment is being sealed: the lane's number before its first bundle.
constexpr std::string_view sealing_mark = "sealing";

std::uint64_t number_of(const Bytes& key) {
    return shelves::sequence_of(key);
}

}  // namespace

/// One assessment being sealed. Its bundles are written one by one, so that memory holds one of them; the open form
/// goes in the transaction that makes them count.
class Sealing {
  public:
    Sealing(Exchange::Implementation& exchange, const RecordId& assessment, const Progress& progress)
        : self_(exchange), assessment_(assessment), progress_(progress) {}

    EraseReport run() {
        self_.atomically([&] {
            self_.close_segment();
            Erasing erasing(self_);
            check(erasing);
            find(erasing);
            shelves::put(self_.vault, shelves::deployment, view_of(sealing_mark), self_.lane_state(team_lane).counter);
        });
        try {
            seal_bodies();
            seal_contents();
            EraseReport report;
            self_.atomically([&] {
                Erasing erasing(self_);
                erasing.choose(assessment_);
                report = erasing.run(Erasing::Why::sealed);
                self_.vault.shelf(shelves::deployment).remove(sealing_mark);
            });
            return report;
        } catch (...) {
            self_.drop_unfinished_sealing();
            throw;
        }
    }

  private:
    void check(Erasing& erasing) {
        erasing.choose(assessment_);
        if (std::ranges::find(erasing.assessments(), assessment_) == erasing.assessments().end()) {
            throw Error(ErrorCode::refused, "Only an assessment can be sealed.");
        }
        if (!erasing.is_own(assessment_) || !erasing.is_finished(assessment_)) {
            throw Error(
                ErrorCode::refused,
                "Only an assessment that this device finalised can be sealed, and none that a reviewer returned "
                "since. Finalise it first.");
        }
        for (const RecordId& part : erasing.all_of(assessment_)) {
            if (self_.vault.draft(part)) {
                throw Error(ErrorCode::refused,
                            "This assessment has changes that are not in its history yet. Finalise it first.");
            }
        }
    }

    /// What no coordinator's receipt covers, of this device's own: what others wrote came from a coordinator.
    void find(const Erasing& erasing) {
        const Marks covered = self_.covered(team_lane);
        const auto mark = covered.logs.find(self_.own_device);
        const std::uint64_t arrived = mark == covered.logs.end() ? 0 : mark->second;
        std::set<Hash> contents;
        for (const RecordId& part : erasing.all_of(assessment_)) {
            for (const history::RevisionNote& note : self_.vault.merged(part).revisions) {
                if (note.device == self_.own_device && note.sequence > arrived) {
                    places_.insert(note.sequence);
                }
            }
            for (const Hash& content : self_.own_contents(part)) {
                if (!covered.blobs.contains(content) && contents.insert(content).second) {
                    contents_.push_back(self_.vault.blob(content).value());
                    total_ += contents_.back().size;
                }
            }
        }
        // As they travel otherwise: the small ones need not wait for the large.
        std::ranges::sort(contents_, {},
                          [](const vault::BlobInfo& blob) { return std::pair(blob.size, blob.content); });
    }

    void seal_bodies() {
        bundle::Contents contents;
        Marks marks;
        std::size_t size = 0;
        self_.each_run_with(self_.own_device, places_, [&](const LogItem& item, std::size_t run_size) {
            if (size > 0 && size + run_size > items_budget) {
                write(std::exchange(contents, {}), std::exchange(marks, {}));
                size = 0;
            }
            size += run_size;
            for (std::size_t i = 0; i < item.bodies.size(); ++i) {
                if (item.bodies[i]) {
                    marks.logs[self_.own_device] =
                        std::max(marks.logs[self_.own_device], item.segment.first + static_cast<std::uint64_t>(i));
                }
            }
            contents.items.push_back({static_cast<std::uint64_t>(bundle::ItemType::segment), encode(item)});
        });
        if (size > 0) {
            write(std::move(contents), std::move(marks));
        }
    }

    void seal_contents() {
        bundle::Contents contents;
        Marks marks;
        std::size_t size = 0;
        for (const vault::BlobInfo& blob : contents_) {
            for (std::uint32_t index = 0; index < chunk_count(blob.size); ++index) {
                std::optional<Bytes> piece = self_.vault.blob_chunk(blob.content, index);
                if (!piece) {
                    throw Error(ErrorCode::damaged,
                                "A file of this assessment cannot be read, so the assessment is not sealed. Check the "
                                "vault (`verify`) to see which.");
                }
                if (size + piece->size() > chunks_budget) {
                    write(std::exchange(contents, {}), std::exchange(marks, {}));
                    size = 0;
                }
                size += piece->size();
                done_ += piece->size();
                contents.chunks.push_back({blob.content, blob.size, index, std::move(*piece)});
                marks.blobs[blob.content] = index + 1;
            }
        }
        if (size > 0) {
            write(std::move(contents), std::move(marks));
        }
    }

    void write(bundle::Contents contents, Marks marks) {
        if (progress_ && !progress_(done_, total_)) {
            throw Error(ErrorCode::cancelled, "Cancelled. The assessment is finalised and can still be read here.");
        }
        self_.atomically([&] {
            if (self_.roster.device(self_.own_device) == nullptr) {
                // Until the list of the team has this device, whichever bundle comes first must prove it.
                if (const std::optional<Bytes> enrolment = self_.vault.shelf(shelves::deployment).get("enrolment")) {
                    contents.items.push_back({static_cast<std::uint64_t>(bundle::ItemType::enrolment), *enrolment});
                }
            }
            LaneState state = self_.lane_state(team_lane);
            const bool owed = state.receipt_owed;
            const bundle::Sealed sealed = self_.seal(team_lane, state, std::move(contents));
            state.receipt_owed = owed;
            self_.save_lane(team_lane, state);
            const Bytes key = shelves::number_key(state.counter);
            shelves::put(self_.vault, shelves::sealed_bundles, key, SealedBundle{assessment_, std::move(marks), false});
            self_.vault.shelf(shelves::sealed_bytes).put(key, sealed.bytes);
        });
    }

    Exchange::Implementation& self_;
    RecordId assessment_;
    const Progress& progress_;
    std::set<std::uint64_t> places_;
    std::vector<vault::BlobInfo> contents_;
    /// Bytes of evidence.
    std::uint64_t done_ = 0;
    std::uint64_t total_ = 0;
};

void Exchange::Implementation::drop_unfinished_sealing() {
    const auto before = shelves::get<std::uint64_t>(vault, shelves::deployment, view_of(sealing_mark));
    if (!before) {
        return;
    }
    atomically([&] {
        for (const std::string_view shelf : {shelves::sealed_bundles, shelves::sealed_bytes}) {
            for (const Bytes& key : vault.shelf(shelf).keys()) {
                if (number_of(key) > *before) {
                    vault.shelf(shelf).remove(key);
                }
            }
        }
        vault.shelf(shelves::deployment).remove(sealing_mark);
    });
}

std::vector<std::uint64_t> Exchange::Implementation::sealed_to_send() {
    std::vector<std::uint64_t> numbers;
    const std::vector<Bytes> known_here = vault.shelf(shelves::sealed_bundles).keys();
    if (known_here.empty()) {
        return numbers;
    }
    const Marks arrived = covered(team_lane);
    atomically([&] {
        for (const Bytes& key : known_here) {
            if (!sealed_bundle(number_of(key)).marks.within(arrived)) {
                numbers.push_back(number_of(key));
                continue;
            }
            vault.shelf(shelves::sealed_bundles).remove(key);
            vault.shelf(shelves::sealed_bytes).remove(key);
        }
    });
    return numbers;
}

SealedBundle Exchange::Implementation::sealed_bundle(std::uint64_t number) {
    return shelves::get<SealedBundle>(vault, shelves::sealed_bundles, shelves::number_key(number)).value();
}

Bytes Exchange::Implementation::sealed_bytes(std::uint64_t number) {
    return vault.shelf(shelves::sealed_bytes).get(shelves::number_key(number)).value();
}

void Exchange::Implementation::note_sealed_sent(std::uint64_t number) {
    SealedBundle sealed = sealed_bundle(number);
    if (!sealed.sent) {
        sealed.sent = true;
        shelves::put(vault, shelves::sealed_bundles, shelves::number_key(number), sealed);
    }
}

void Exchange::Implementation::drop_sealed_of(const RecordId& record) {
    for (const Bytes& key : vault.shelf(shelves::sealed_bundles).keys()) {
        if (sealed_bundle(number_of(key)).record == record) {
            vault.shelf(shelves::sealed_bundles).remove(key);
            vault.shelf(shelves::sealed_bytes).remove(key);
        }
    }
}

EraseReport Exchange::seal_finalised(const RecordId& assessment, const Progress& progress) {
    if (own_role() != team::Role::assessor) {
        throw Error(ErrorCode::refused,
                    "Only an assessor's device seals what it finalised: coordinators and reviewers can open whatever "
                    "is sealed to the team, so nothing would be gained.");
    }
    if (is_revoked()) {
        throw Error(ErrorCode::refused,
                    "This device was revoked and sends nothing any more, so what it seals would be lost.");
    }
    return Sealing(*implementation_, assessment, progress).run();
}

}  // namespace fieldseal::exchange
