#include "model/crypto/passphrase.h"

#include <sodium.h>

#include "model/crypto/locked_state.h"

namespace fieldseal::crypto {

bool cost_is_acceptable(PassphraseCost cost) {
    return cost.operations >= 1 && cost.operations <= 16 && cost.memory_kib >= 8 * 1024 &&
           cost.memory_kib <= 2 * 1024 * 1024;
}

Secret stretch(ByteView passphrase, const Salt& salt, PassphraseCost cost) {
    static_assert(Salt::size == crypto_pwhash_SALTBYTES);
    require(cost_is_acceptable(cost), "The cost of stretching a passphrase is outside what Fieldseal accepts.");
    Secret result(32);
    const std::size_t memory = std::size_t{cost.memory_kib} * 1024;
    // libsodium wants an address even where there are no bytes.
    const std::string_view text = passphrase.empty() ? std::string_view("") : text_of(passphrase);
    if (crypto_pwhash(result.writable().data(), result.size(), text.data(), text.size(), salt.bytes.data(),
                      cost.operations, memory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        throw Error(ErrorCode::failed, "Checking the passphrase needs " + std::to_string(cost.memory_kib / 1024) +
                                           " MiB of free memory. Close other programs and try again.");
    }
    return result;
}

}  // namespace fieldseal::crypto
