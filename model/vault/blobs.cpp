// Contents of evidence, in sealed chunks.
#include <algorithm>

#include "model/codec/canonical_archive.h"
#include "model/crypto/hash.h"
#include "model/environment/durable_file.h"
#include "model/vault/implementation.h"

namespace fieldseal::vault {

namespace {

/// Chunks per transaction while a file is taken in: 8 MiB, so that the WAL stays small.
constexpr std::size_t chunks_per_transaction = 32;

std::size_t chunk_count(std::uint64_t size) {
    return static_cast<std::size_t>((size + blob_chunk_size - 1) / blob_chunk_size);
}

std::size_t size_of_chunk(std::uint64_t size, std::size_t index) {
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(blob_chunk_size, size - std::uint64_t{index} * blob_chunk_size));
}

BlobInfo info_of(const BlobRow& blob) {
    return {blob.content, blob.size, blob.held};
}

}  // namespace

std::unordered_map<Hash, std::pair<std::int64_t, BlobRow>>& Vault::Implementation::blob_rows() {
    if (!blob_index) {
        blob_index.emplace();
        const auto take = [this](std::int64_t row, const Bytes& plain) {
            auto blob = codec::decode<BlobRow>(plain, "blob");
            if (!blob.pending) {
                const Hash content = blob.content;
                blob_index->emplace(content, std::pair(row, std::move(blob)));
            }
        };
        // What a damaged row lists counts as not here, and can be asked for again; verify names it.
        blobs.each(take, [](std::int64_t) {});
    }
    return *blob_index;
}

void Vault::Implementation::drop_blob(std::int64_t row, const BlobRow& blob) {
    for (const std::int64_t chunk : blob.chunks) {
        if (chunk != 0) {
            chunks.remove(chunk);
        }
    }
    blobs.remove(row);
}

void Vault::Implementation::remove_pending_blobs() {
    std::vector<std::pair<std::int64_t, BlobRow>> pending;
    // A damaged row here must not keep the vault shut; verify names it.
    blobs.each(
        [&pending](std::int64_t row, const Bytes& plain) {
            auto blob = codec::decode<BlobRow>(plain, "blob");
            if (blob.pending) {
                pending.emplace_back(row, std::move(blob));
            }
        },
        [](std::int64_t) {});
    if (pending.empty()) {
        return;
    }
    run(begin);
    for (const auto& [row, blob] : pending) {
        drop_blob(row, blob);
    }
    run(commit);
}

BlobInfo Vault::add_blob(const std::filesystem::path& file, const Progress& progress) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        FileReader reader(file);
        if (reader.size() > blob_limit) {
            throw Error(ErrorCode::too_large, file.string() + " has " + std::to_string(reader.size() >> 20) +
                                                  " MiB; evidence may have " + std::to_string(blob_limit >> 20) +
                                                  " MiB at most. Attach a part of it.");
        }
        BlobRow blob;
        blob.pending = true;
        std::int64_t row = 0;
        crypto::Hasher hasher;
        Bytes piece(blob_chunk_size);
        try {
            bool at_end = false;
            while (!at_end) {
                Transaction transaction(*this);
                for (std::size_t i = 0; i < chunks_per_transaction && !at_end; ++i) {
                    const std::size_t got = reader.read(piece);
                    at_end = got < piece.size();
                    if (got == 0) {
                        break;
                    }
                    const ByteView bytes = ByteView(piece).first(got);
                    hasher.add(bytes);
                    blob.chunks.push_back(self.chunks.insert(bytes));
                    blob.size += got;
                    if (blob.size > blob_limit) {
                        throw Error(ErrorCode::too_large, file.string() + " grew while it was read.");
                    }
                }
                row =
                    row == 0 ? self.blobs.insert(codec::encode(blob)) : (self.blobs.put(row, codec::encode(blob)), row);
                transaction.commit();
                if (progress && !progress(blob.size, reader.size())) {
                    throw Error(ErrorCode::cancelled, "Cancelled; the file was not attached.");
                }
            }
            blob.content = hasher.finish();
            blob.held = blob.size;
            blob.pending = false;
            Transaction transaction(*this);
            const auto known = self.blob_rows().find(blob.content);
            if (known != self.blob_rows().end() && known->second.second.held == known->second.second.size) {
                self.drop_blob(row, blob);
            } else {
                if (known != self.blob_rows().end()) {
                    self.drop_blob(known->second.first, known->second.second);
                    self.blob_rows().erase(known);
                }
                self.blobs.put(row, codec::encode(blob));
                self.blob_rows().emplace(blob.content, std::pair(row, blob));
            }
            transaction.commit();
        } catch (...) {
            if (row != 0) {
                Transaction undo(*this);
                self.drop_blob(row, blob);
                undo.commit();
            }
            throw;
        }
        return info_of(self.blob_rows().at(blob.content).second);
    });
}

std::optional<BlobInfo> Vault::blob(const Hash& content) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&]() -> std::optional<BlobInfo> {
        const auto found = self.blob_rows().find(content);
        return found == self.blob_rows().end() ? std::nullopt : std::optional(info_of(found->second.second));
    });
}

std::vector<BlobInfo> Vault::blobs() {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        std::vector<BlobInfo> result;
        for (const auto& [content, entry] : self.blob_rows()) {
            result.push_back(info_of(entry.second));
        }
        std::ranges::sort(result, {}, &BlobInfo::content);
        return result;
    });
}

std::optional<Bytes> Vault::blob_chunk(const Hash& content, std::uint32_t index) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&]() -> std::optional<Bytes> {
        const auto found = self.blob_rows().find(content);
        if (found == self.blob_rows().end() || index >= found->second.second.chunks.size() ||
            found->second.second.chunks[index] == 0) {
            return std::nullopt;
        }
        return self.chunks.get(found->second.second.chunks[index]);
    });
}

void Vault::put_blob_chunk(const Hash& content, std::uint64_t size, std::uint32_t index, ByteView bytes) {
    Implementation& self = *implementation_;
    guarded(self.path, [&] {
        if (size > blob_limit || index >= std::max<std::size_t>(chunk_count(size), 1) ||
            (size > 0 && bytes.size() != size_of_chunk(size, index))) {
            throw Error(ErrorCode::damaged, "A piece of evidence arrived with a wrong size; it is not taken.");
        }
        Transaction transaction(*this);
        auto found = self.blob_rows().find(content);
        if (found == self.blob_rows().end()) {
            BlobRow fresh;
            fresh.content = content;
            fresh.size = size;
            fresh.chunks.resize(chunk_count(size));
            const std::int64_t row = self.blobs.insert(codec::encode(fresh));
            found = self.blob_rows().emplace(content, std::pair(row, std::move(fresh))).first;
        }
        BlobRow& blob = found->second.second;
        if (blob.size != size) {
            throw Error(ErrorCode::damaged,
                        "A piece of evidence arrived with another size than before; it is not taken.");
        }
        if (index < blob.chunks.size() && blob.chunks[index] == 0) {
            blob.chunks[index] = self.chunks.insert(bytes);
            blob.held += bytes.size();
            self.blobs.put(found->second.first, codec::encode(blob));
        }
        bool wrong = false;
        if (blob.held == blob.size) {
            crypto::Hasher hasher;
            for (const std::int64_t chunk : blob.chunks) {
                hasher.add(self.chunks.get(chunk));
            }
            wrong = hasher.finish() != content;
        }
        if (wrong) {
            self.drop_blob(found->second.first, blob);
            self.blob_rows().erase(found);
        }
        transaction.commit();
        if (wrong) {
            throw Error(ErrorCode::damaged,
                        "A file that arrived is not the evidence that its record names; it was dropped and will be "
                        "asked for again.");
        }
    });
}

}  // namespace fieldseal::vault
