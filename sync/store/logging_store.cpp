#include "sync/store/store_wrapper.h"

namespace fieldseal::store {

namespace {

const char* text_of(Store::Put outcome) {
    return outcome == Store::Put::created ? "created" : "existed";
}

class LoggingStore final : public StoreWrapper {
    template <class Call>
    auto noting(const char* call, const std::string& name, const Call& work) {
        try {
            return work();
        } catch (const Error& error) {
            log_({call, name, 0, error.what()});
            throw;
        }
    }

  public:
    LoggingStore(std::unique_ptr<Store> inner, SharedOptions options)
        : StoreWrapper(std::move(inner)), log_(options->log) {}

    Put put_if_absent(const std::string& name, ByteView bytes) override {
        return noting("put", name, [&] {
            const Put outcome = inner_->put_if_absent(name, bytes);
            log_({"put", name, bytes.size(), text_of(outcome)});
            return outcome;
        });
    }

    std::optional<Bytes> get(const std::string& name, std::size_t limit) override {
        return noting("get", name, [&] {
            std::optional<Bytes> bytes = inner_->get(name, limit);
            log_({"get", name, bytes ? bytes->size() : 0, bytes ? "here" : "absent"});
            return bytes;
        });
    }

    std::vector<StoredObject> list(const std::string& under) override {
        return noting("list", under, [&] {
            std::vector<StoredObject> found = inner_->list(under);
            log_({"list", under, 0, std::to_string(found.size()) + " objects"});
            return found;
        });
    }

    void remove(const std::string& name) override {
        noting("remove", name, [&] {
            inner_->remove(name);
            log_({"remove", name, 0, "done"});
        });
    }

    void put_all(const Source& source, const PutDone& done) override {
        noting("put", {}, [&] {
            inner_->put_all(source, [&](const Outgoing& object, Put outcome) {
                log_({"put", object.name, object.bytes.size(), text_of(outcome)});
                done(object, outcome);
            });
        });
    }

    void get_all(const std::vector<std::string>& names, std::size_t limit, const GetDone& done) override {
        noting("get", {}, [&] {
            inner_->get_all(names, limit, [&](std::size_t index, Fetched object) {
                log_({"get", names[index], object.bytes.size(),
                      object.state == Fetched::State::here     ? "here"
                      : object.state == Fetched::State::absent ? "absent"
                                                               : "too large"});
                done(index, std::move(object));
            });
        });
    }

    void list_all(const std::vector<std::string>& under, const ListDone& done) override {
        noting("list", {}, [&] {
            inner_->list_all(under, [&](std::size_t index, std::vector<StoredObject> objects) {
                log_({"list", under[index], 0, std::to_string(objects.size()) + " objects"});
                done(index, std::move(objects));
            });
        });
    }

    void remove_all(const std::vector<std::string>& names) override {
        noting("remove", {}, [&] {
            inner_->remove_all(names);
            for (const std::string& name : names) {
                log_({"remove", name, 0, "done"});
            }
        });
    }

  private:
    std::function<void(const StoreEvent&)> log_;
};

}  // namespace

std::unique_ptr<Store> make_logging_store(std::unique_ptr<Store> inner, SharedOptions options) {
    return std::make_unique<LoggingStore>(std::move(inner), std::move(options));
}

}  // namespace fieldseal::store
