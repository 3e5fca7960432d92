// Shelves: named values of one purpose.
#include "model/codec/canonical_archive.h"
#include "model/vault/implementation.h"

namespace fieldseal::vault {

std::map<std::pair<std::string, Bytes>, std::int64_t>& Vault::Implementation::shelves() {
    if (!shelf_index) {
        shelf_index.emplace();
        shelf_keys.each([this](std::int64_t row, const Bytes& plain) {
            (*shelf_index)[codec::decode<std::pair<std::string, Bytes>>(plain, "shelf")] = row;
        });
    }
    return *shelf_index;
}

Shelf Vault::shelf(std::string_view name) {
    return {*this, std::string(name)};
}

std::optional<Bytes> Shelf::get(ByteView key) const {
    Vault::Implementation& self = *vault_->implementation_;
    return guarded(self.path, [&]() -> std::optional<Bytes> {
        const auto found = self.shelves().find({name_, Bytes(key.begin(), key.end())});
        if (found == self.shelves().end()) {
            return std::nullopt;
        }
        return self.shelf_values.get(found->second);
    });
}

void Shelf::put(ByteView key, ByteView value) {
    Vault::Implementation& self = *vault_->implementation_;
    guarded(self.path, [&] {
        Transaction transaction(*vault_);
        const std::pair<std::string, Bytes> name{name_, Bytes(key.begin(), key.end())};
        const auto found = self.shelves().find(name);
        if (found != self.shelves().end()) {
            self.shelf_values.put(found->second, value);
        } else {
            const std::int64_t row = self.shelf_keys.insert(codec::encode(name));
            self.shelf_values.put(row, value);
            self.shelves()[name] = row;
        }
        transaction.commit();
    });
}

void Shelf::remove(ByteView key) {
    Vault::Implementation& self = *vault_->implementation_;
    guarded(self.path, [&] {
        const auto found = self.shelves().find({name_, Bytes(key.begin(), key.end())});
        if (found == self.shelves().end()) {
            return;
        }
        Transaction transaction(*vault_);
        self.shelf_keys.remove(found->second);
        self.shelf_values.remove(found->second);
        self.shelves().erase(found);
        transaction.commit();
    });
}

std::vector<Bytes> Shelf::keys() const {
    Vault::Implementation& self = *vault_->implementation_;
    return guarded(self.path, [&] {
        std::vector<Bytes> result;
        for (auto it = self.shelves().lower_bound({name_, Bytes{}});
             it != self.shelves().end() && it->first.first == name_; ++it) {
            result.push_back(it->first.second);
        }
        return result;
    });
}

std::size_t Shelf::size() const {
    return keys().size();
}

}  // namespace fieldseal::vault
