// Vectors of files that are sealed under a code: invitations and recovery kits.
#pragma once

#include <nlohmann/json.hpp>

#include "vectors.h"

namespace fieldseal::vectors {

class SealedFileCases {
  public:
    /// `good` opens with `code`.
    SealedFileCases(Bytes good, std::string_view code) : good_(std::move(good)), code_(code) {}

    void add(const std::string& name, const std::string& expect, const Bytes& bytes, std::string_view code = {}) {
        list_.push_back({{"name", name},
                         {"expect", expect},
                         {"code", code.empty() ? code_ : std::string(code)},
                         {"bytes", to_base64(bytes)}});
    }
    /// The good one with something done to it.
    template <class Change>
    void changed(const std::string& name, const std::string& expect, Change change) {
        Bytes bytes = good_;
        change(bytes);
        add(name, expect, bytes);
    }
    /// What the case added last holds.
    void holds(nlohmann::ordered_json contents) { list_.back()["contents"] = std::move(contents); }
    const nlohmann::ordered_json& list() const { return list_; }

  private:
    Bytes good_;
    std::string code_;
    nlohmann::ordered_json list_ = nlohmann::ordered_json::array();
};

}  // namespace fieldseal::vectors
