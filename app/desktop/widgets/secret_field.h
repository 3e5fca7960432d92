// A field for passphrases and codes: its text lies in locked memory, and what Dear ImGui kept of it is wiped.
#pragma once

#include "model/crypto/secret.h"

#include <string>

namespace fieldseal::desktop::ui {

class SecretField {
  public:
    SecretField();
    /// True when Enter was pressed in it.
    bool draw(const char* id, const std::string& label, bool focus = false, bool readable = false);
    bool empty() const;
    bool equals(const SecretField& other) const;
    /// What was typed; the field is empty afterwards.
    crypto::Secret take();
    /// What was typed; it stays in the field.
    crypto::Secret copy() const;
    void clear();

  private:
    std::size_t length() const;
    crypto::Secret buffer_;
};

}  // namespace fieldseal::desktop::ui
