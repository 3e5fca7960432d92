// Drafts: autosave, one small sealed row per edited field.
#include "model/codec/canonical_archive.h"
#include "model/vault/implementation.h"

namespace fieldseal::vault {

namespace {

Bytes one_edit(std::string_view path, const std::optional<codec::Value>& value) {
    codec::Writer out;
    codec::write_edits(out, {{std::string(path), value}});
    return out.take();
}

}  // namespace

std::map<RecordId, OpenDraft>& Vault::Implementation::open_drafts() {
    if (!draft_index) {
        draft_index.emplace();
        const auto take = [this](std::int64_t row, const Bytes& plain) {
            auto stored = codec::decode<DraftRow>(plain, "draft");
            OpenDraft& draft = (*draft_index)[stored.record];
            draft.kind = stored.kind;
            draft.changed_ms = std::max(draft.changed_ms, stored.changed_ms);
            if (stored.path.empty()) {
                draft.row = row;
                draft.base = std::move(stored.base);
                return;
            }
            draft.rows[stored.path] = row;
            codec::Reader in(stored.edit, "draft");
            draft.edits.merge(codec::read_edits(in));
        };
        // One damaged field must not keep all others from being saved; verify names it.
        drafts.each(take, [](std::int64_t) {});
    }
    return *draft_index;
}

void Vault::save_draft(const RecordId& record, record::Kind kind, std::string_view path,
                       const std::optional<codec::Value>& value) {
    save_draft(record, kind, codec::Edits{{std::string(path), value}});
}

void Vault::save_draft(const RecordId& record, record::Kind kind, const codec::Edits& given) {
    Implementation& self = *implementation_;
    const codec::Edits edits = codec::normalised(given);
    guarded(self.path, [&] {
        Transaction transaction(*this);
        auto& drafts = self.open_drafts();
        auto found = drafts.find(record);
        const std::int64_t now = self.environment.clock.wall_ms();
        if (found == drafts.end()) {
            OpenDraft draft{0, kind, self.load(record).heads, now, {}, {}};
            draft.row = self.drafts.insert(codec::encode(DraftRow{record, kind, {}, draft.base, now, {}}));
            found = drafts.emplace(record, std::move(draft)).first;
        }
        OpenDraft& draft = found->second;
        for (const auto& [path, value] : edits) {
            const Bytes plain = codec::encode(DraftRow{record, kind, path, {}, now, one_edit(path, value)});
            const auto row = draft.rows.find(path);
            if (row != draft.rows.end()) {
                self.drafts.put(row->second, plain);
            } else {
                draft.rows.emplace(path, self.drafts.insert(plain));
            }
            draft.edits[path] = value;
        }
        draft.changed_ms = now;
        transaction.commit();
    });
}

std::optional<Draft> Vault::draft(const RecordId& record) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&]() -> std::optional<Draft> {
        const auto found = self.open_drafts().find(record);
        if (found == self.open_drafts().end()) {
            return std::nullopt;
        }
        const OpenDraft& draft = found->second;
        return Draft{record, draft.kind, draft.base, draft.changed_ms, draft.edits};
    });
}

std::vector<RecordId> Vault::drafted_records() {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        std::vector<RecordId> result;
        for (const auto& [record, draft] : self.open_drafts()) {
            result.push_back(record);
        }
        return result;
    });
}

void Vault::Implementation::remove_draft(const RecordId& record) {
    const auto found = open_drafts().find(record);
    if (found == open_drafts().end()) {
        return;
    }
    drafts.remove(found->second.row);
    for (const auto& [field, row] : found->second.rows) {
        drafts.remove(row);
    }
    open_drafts().erase(found);
}

void Vault::discard_draft(const RecordId& record) {
    guarded(implementation_->path, [&] {
        Transaction transaction(*this);
        implementation_->remove_draft(record);
        transaction.commit();
    });
}

std::optional<Hash> Vault::cut_draft(const RecordId& record) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&]() -> std::optional<Hash> {
        const std::optional<Draft> draft = this->draft(record);
        if (!draft) {
            return std::nullopt;
        }
        Transaction transaction(*this);
        const codec::FieldMap now = self.load(record).values();
        codec::Edits edits;
        for (const auto& [path, value] : draft->edits) {
            const auto field = now.find(path);
            const bool same = value ? field != now.end() && field->second == *value : field == now.end();
            if (!same) {
                edits.emplace(path, value);
            }
        }
        std::optional<Hash> name;
        if (!edits.empty()) {
            name = self.append(record, draft->kind, edits, draft->base);
        }
        self.remove_draft(record);
        transaction.commit();
        return name;
    });
}

}  // namespace fieldseal::vault
