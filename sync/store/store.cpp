// Many objects one after the other, for stores where several at a time are no faster.
#include "sync/store/store.h"

namespace fieldseal::store {

void Store::put_all(const Source& source, const PutDone& done) {
    while (const std::optional<Outgoing> object = source()) {
        done(*object, put_if_absent(object->name, object->bytes));
    }
}

void Store::get_all(const std::vector<std::string>& names, std::size_t limit, const GetDone& done) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        Fetched object;
        try {
            if (std::optional<Bytes> bytes = get(names[i], limit)) {
                object = {Fetched::State::here, std::move(*bytes)};
            }
        } catch (const Error& error) {
            if (error.code() != ErrorCode::too_large) {
                throw;
            }
            object.state = Fetched::State::too_large;
        }
        done(i, std::move(object));
    }
}

void Store::list_all(const std::vector<std::string>& under, const ListDone& done) {
    for (std::size_t i = 0; i < under.size(); ++i) {
        done(i, list(under[i]));
    }
}

void Store::remove_all(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        remove(name);
    }
}

}  // namespace fieldseal::store
