// An office and an assessor whose every text, name, picture and key is known to the test, so that it can be looked for.
#pragma once

#include <filesystem>

#include "app/session/session.h"
#include "tests/memory/other_process.h"

namespace fieldseal::test {

struct Office {
    std::filesystem::path folder;
    crypto::Secret passphrase;
    crypto::Secret recovery;
    /// Of the office's deployment and people, and of what the assessor found and sends.
    std::vector<Needle> names;
    std::vector<Needle> contents;
    /// Bytes of pictures that the assessor sends.
    std::vector<Needle> pictures;
    /// Of the office's vault and device, and what they open with.
    std::vector<Needle> keys;
    std::vector<Needle> codes;

    Office();
    ~Office();
    Office(const Office&) = delete;
    Office& operator=(const Office&) = delete;

    std::filesystem::path vault() const { return folder / "office.fieldseal"; }
    /// A text that is nowhere else, of this many letters; the needle is without its beginning, which an emptied string
    /// overwrites.
    std::string text(const std::string& what, std::size_t letters, std::vector<Needle>& list);
    /// A file of this many random bytes.
    std::filesystem::path picture(const std::string& name, std::size_t size, std::vector<Needle>& list);
    std::vector<Needle> everything() const;

  private:
    void assess(session::Session& assessor, const std::string& stick, std::size_t picture_size);
    void find_keys();
    crypto::SystemRandom random_;
};

}  // namespace fieldseal::test
