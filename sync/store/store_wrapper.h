// What wrappers round a store pass on unchanged.
#pragma once

#include "sync/store/implementations.h"

namespace fieldseal::store {

class StoreWrapper : public Store {
  public:
    explicit StoreWrapper(std::unique_ptr<Store> inner) : inner_(std::move(inner)) {}

    Put put_if_absent(const std::string& name, ByteView bytes) override { return inner_->put_if_absent(name, bytes); }
    std::optional<Bytes> get(const std::string& name, std::size_t limit) override { return inner_->get(name, limit); }
    std::vector<StoredObject> list(const std::string& under) override { return inner_->list(under); }
    void remove(const std::string& name) override { inner_->remove(name); }
    void put_all(const Source& source, const PutDone& done) override { inner_->put_all(source, done); }
    void get_all(const std::vector<std::string>& names, std::size_t limit, const GetDone& done) override {
        inner_->get_all(names, limit, done);
    }
    void list_all(const std::vector<std::string>& under, const ListDone& done) override {
        inner_->list_all(under, done);
    }
    void remove_all(const std::vector<std::string>& names) override { inner_->remove_all(names); }
    Capabilities capabilities() const override { return inner_->capabilities(); }
    std::string description() const override { return inner_->description(); }

  protected:
    std::unique_ptr<Store> inner_;
};

/// Waits in steps, so that cancelling takes a moment only: Error(cancelled).
void wait_for(std::int64_t milliseconds, const StoreOptions& options);

}  // namespace fieldseal::store
