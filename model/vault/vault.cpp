// Keys and transactions of an open vault.
#include "model/codec/text_form.h"
#include "model/vault/implementation.h"
#include "model/vault/schema.h"

namespace fieldseal::vault {

namespace {

/// Small values are padded to this at least, so that a level cannot be told from a note of a few words.
/// docs/formats/vault.md, "Sealed rows".
constexpr std::size_t least_row = 128;
constexpr std::size_t least_record_row = 256;
constexpr std::size_t least_state = 512;

}  // namespace

Vault::Implementation::Implementation(std::filesystem::path file, OpenDatabase opened, crypto::Secret vault_key,
                                      const VaultId& id, Environment outside)
    : path(std::move(file)),
      lock(std::move(opened.lock)),
      database(std::move(opened.database)),
      key(std::move(vault_key)),
      vault_id(id),
      environment(outside),
      shelf_keys(*database, table::shelf_key, key.view(), id, outside.random, least_row),
      shelf_values(*database, table::shelf, key.view(), id, outside.random, least_row),
      records(*database, table::record, key.view(), id, outside.random, least_record_row),
      states(*database, table::state, key.view(), id, outside.random, least_state),
      revisions(*database, table::revision, key.view(), id, outside.random, least_record_row),
      segments(*database, table::segment, key.view(), id, outside.random, least_record_row),
      drafts(*database, table::draft, key.view(), id, outside.random, least_record_row),
      blobs(*database, table::blob, key.view(), id, outside.random, least_row),
      chunks(*database, table::chunk, key.view(), id, outside.random, least_row),
      begin(*database, "BEGIN IMMEDIATE"),
      commit(*database, "COMMIT"),
      rollback(*database, "ROLLBACK") {}

void Vault::Implementation::drop_caches() {
    shelf_index.reset();
    record_index.reset();
    log_index.reset();
    draft_index.reset();
    blob_index.reset();
    device.reset();
}

void Vault::Implementation::undo() {
    // An error means that SQLite has rolled back by itself, for example after a full disk.
    rollback.tryReset();
    rollback.tryExecuteStep();
    rollback.tryReset();
}

Vault::Vault(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}

Vault::~Vault() = default;

const std::filesystem::path& Vault::path() const {
    return implementation_->path;
}

Environment& Vault::environment() {
    return implementation_->environment;
}

void Vault::Implementation::replace_slot(SlotKind kind, ByteView secret, crypto::PassphraseCost cost) {
    if (depth > 0) {
        throw Error(ErrorCode::usage, "A key cannot be changed while something else is being saved.");
    }
    guarded(path, [&] {
        run(begin);
        try {
            write_slot(*database, kind, secret, cost, vault_id, key.view(), environment.random);
            run(commit);
        } catch (...) {
            undo();
            throw;
        }
        // The change stands whether or not the old key can be overwritten at once.
        overwrite_pending = !truncate_wal(*database);
    });
}

void Vault::change_passphrase(ByteView fresh, crypto::PassphraseCost cost) {
    implementation_->replace_slot(SlotKind::passphrase, codec::nfc(fresh).view(), cost);
}

crypto::Secret Vault::change_recovery_code() {
    crypto::Secret code = crypto::DigitCode::make(recovery_digits, implementation_->environment.random);
    implementation_->replace_slot(SlotKind::recovery, code.view(), implementation_->environment.passphrase_cost);
    return code;
}

void Vault::use_summarise(Summarise summarise) {
    implementation_->summarise = std::move(summarise);
}

Transaction::Transaction(Vault& vault) : vault_(vault), outermost_(vault.implementation_->depth == 0) {
    Vault::Implementation& self = *vault.implementation_;
    if (outermost_) {
        guarded(self.path, [&] { run(self.begin); });
        self.failed = false;
    }
    ++self.depth;
}

Transaction::~Transaction() {
    Vault::Implementation& self = *vault_.implementation_;
    if (done_) {
        return;
    }
    --self.depth;
    if (!outermost_) {
        // What an inner part left undone, the outer one must not commit.
        self.failed = true;
        return;
    }
    self.undo();
    self.drop_caches();
}

void Transaction::commit() {
    Vault::Implementation& self = *vault_.implementation_;
    if (outermost_) {
        if (self.failed) {
            throw Error(ErrorCode::failed, "Nothing was saved, because a part of it failed. Try again.");
        }
        guarded(self.path, [&] { run(self.commit); });
        if (self.overwrite_pending) {
            self.overwrite_pending = !truncate_wal(*self.database);
        }
    }
    --self.depth;
    done_ = true;
}

}  // namespace fieldseal::vault
