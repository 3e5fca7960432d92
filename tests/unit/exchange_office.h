// Owner, a second coordinator, a reviewer and an assessor, all in the roster, on one store.
#pragma once

#include "exchange_world.h"

namespace fieldseal::test {

struct Office {
    World world{7};
    std::unique_ptr<store::Store> store = store::make_memory_store();
    Machine& owner = world.found("Olena");
    Machine& second = world.join(owner, team::Role::coordinator, "Petro");
    Machine& reviewer = world.join(owner, team::Role::reviewer, "Marta");
    Machine& assessor = world.join(owner, team::Role::assessor, "Ihor");
    Office() { settle(); }
    std::vector<Machine*> all() { return {&owner, &second, &reviewer, &assessor}; }
    void settle() { sync_all(all(), *store); }
};

}  // namespace fieldseal::test
