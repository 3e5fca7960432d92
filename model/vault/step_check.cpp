// One step of a log, looked at anew: from the rows of the file, not from what is held in memory.
#include "model/vault/step_check.h"

#include "model/codec/canonical_archive.h"
#include "model/vault/implementation.h"

namespace fieldseal::vault {

namespace {

using DeviceKey = std::function<std::optional<crypto::VerifyKey>(const DeviceId&)>;

/// Whether a run, or the place before or behind it, is the step's.
bool touches(std::uint64_t first, std::uint64_t count, std::uint64_t sequence) {
    return first <= sequence + 1 && sequence <= first + count;
}

}  // namespace

class StepChecking {
  public:
    StepChecking(Vault::Implementation& vault, const StepPlace& step, const DeploymentId& deployment,
                 const DeviceKey& key_of)
        : self_(vault), step_(step), deployment_(deployment), key_of_(key_of) {}

    StepCheck run() {
        read_runs();
        for (const SegmentRow& each : runs_) {
            look_at_run(each);
        }
        check_.place = unreadable_ ? StepCheck::Place::does_not_open
                       : !named_   ? StepCheck::Place::not_in_log
                                   : check_.place;
        look_at_content();
        look_at_chain();
        return check_;
    }

  private:
    void read_runs() {
        const DeviceLog* log = self_.logs().find(step_.device);
        if (log == nullptr) {
            return;
        }
        for (const auto& [place, row] : log->segments) {
            if (touches(place.first, place.second, step_.sequence)) {
                read_run(row);
            }
        }
        for (const std::int64_t row : log->tail) {
            read_run(row);
        }
    }

    void read_run(std::int64_t row) {
        try {
            auto run = codec::decode<SegmentRow>(self_.segments.get(row), "segment");
            if (run.device == step_.device && touches(run.first, run.entries.size(), step_.sequence)) {
                runs_.push_back(std::move(run));
            }
        } catch (const Error&) {
            // One that holds the step, or a neighbour: either way the log is not what it was.
            unreadable_ = true;
        }
    }

    void look_at_run(const SegmentRow& run) {
        if (run.first == step_.sequence + 1) {
            follows_ = follows_ && run.previous == step_.name;
            return;
        }
        if (run.last() + 1 == step_.sequence) {
            note_before(run.entries.back().name);
            return;
        }
        const std::size_t index = step_.sequence - run.first;
        if (index > 0) {
            note_before(run.entries[index - 1].name);
        } else {
            claimed_ = run.previous;
        }
        const LogEntry& entry = run.entries[index];
        const bool same = entry.name == step_.name;
        check_.place = same && (!named_ || check_.place == StepCheck::Place::named) ? StepCheck::Place::named
                                                                                    : StepCheck::Place::other_name;
        named_ = true;
        row_ = same && row_ == 0 ? entry.row : row_;
        look_at_signature(run);
    }

    void note_before(const Hash& name) {
        follows_ = follows_ && (!before_ || *before_ == name);
        before_ = name;
    }

    void look_at_signature(const SegmentRow& run) {
        using Signature = StepCheck::Signature;
        Signature found = Signature::not_signed;
        if (run.is_signed) {
            history::LogSegment segment{run.device, run.first, run.previous, {}, run.signature};
            for (const LogEntry& entry : run.entries) {
                segment.revisions.push_back(entry.name);
            }
            const std::optional<crypto::VerifyKey> key = key_of_(run.device);
            found = !key                                                  ? Signature::unknown_device
                    : history::verify_segment(segment, deployment_, *key) ? Signature::holds
                                                                          : Signature::broken;
        }
        // Runs may overlap: one that does not hold counts, else one that does.
        const bool worse = found == Signature::broken || check_.signature == Signature::none ||
                           (found == Signature::holds && check_.signature != Signature::broken);
        if (worse) {
            check_.signature = found;
            check_.first = run.first;
            check_.last = run.last();
        }
    }

    void look_at_content() {
        using Content = StepCheck::Content;
        const std::int64_t row = row_ != 0 ? row_ : self_.logs().row_of(step_.name);
        if (row == 0) {
            return;
        }
        const std::optional<Bytes> plain = self_.revisions.find(row);
        if (!plain) {
            check_.content = Content::does_not_open;
            return;
        }
        try {
            const history::Revision revision = Vault::Implementation::decode_row(*plain);
            const bool same = history::name_of(revision) == step_.name && revision.device == step_.device &&
                              revision.sequence == step_.sequence;
            check_.content = same ? Content::whole : Content::altered;
            if (same) {
                says_ = revision.previous;
            }
        } catch (const Error&) {
            check_.content = Content::altered;
        }
    }

    void look_at_chain() {
        using Chain = StepCheck::Chain;
        if (!named_) {
            return;
        }
        const bool first = step_.sequence == 1;
        const auto joins = [&](const std::optional<Hash>& previous) {
            return !previous || (first ? previous->is_zero() : !before_ || *previous == *before_);
        };
        // What the run says comes before it and what the step itself says are one.
        const bool agree = !says_ || !claimed_ || *says_ == *claimed_;
        if (!follows_ || !joins(says_) || !joins(claimed_) || !agree) {
            check_.chain = Chain::broken;
        } else {
            check_.chain = first || before_ ? Chain::continues : Chain::before_unknown;
        }
    }

    Vault::Implementation& self_;
    const StepPlace& step_;
    const DeploymentId& deployment_;
    const DeviceKey& key_of_;
    StepCheck check_;
    std::vector<SegmentRow> runs_;
    bool unreadable_ = false;
    bool named_ = false;
    bool follows_ = true;
    std::int64_t row_ = 0;
    /// What stands before the step, by the log; what the run and the step say of it.
    std::optional<Hash> before_;
    std::optional<Hash> claimed_;
    std::optional<Hash> says_;
};

StepCheck Vault::check_step(const StepPlace& step, const DeploymentId& deployment, const DeviceKey& key_of) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] { return StepChecking(self, step, deployment, key_of).run(); });
}

}  // namespace fieldseal::vault
