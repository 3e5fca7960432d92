#include <map>

#include "sync/store/implementations.h"

namespace fieldseal::store {

namespace {

class MemoryStore final : public Store {
  public:
    Put put_if_absent(const std::string& name, ByteView bytes) override {
        require_object_name(name);
        return objects_.try_emplace(name, bytes.begin(), bytes.end()).second ? Put::created : Put::existed;
    }

    std::optional<Bytes> get(const std::string& name, std::size_t limit) override {
        require_object_name(name);
        const auto found = objects_.find(name);
        if (found == objects_.end()) {
            return std::nullopt;
        }
        if (found->second.size() > limit) {
            throw object_too_large(name, limit);
        }
        return found->second;
    }

    std::vector<StoredObject> list(const std::string& under) override {
        const std::string prefix = listing_prefix(under);
        std::vector<StoredObject> found;
        for (auto object = objects_.lower_bound(prefix); object != objects_.end() && object->first.starts_with(prefix);
             ++object) {
            found.push_back({object->first, object->second.size()});
        }
        return found;
    }

    void remove(const std::string& name) override {
        require_object_name(name);
        objects_.erase(name);
    }

    std::string description() const override { return "memory"; }

  private:
    std::map<std::string, Bytes> objects_;
};

}  // namespace

std::unique_ptr<Store> make_memory_store() {
    return std::make_unique<MemoryStore>();
}

}  // namespace fieldseal::store
