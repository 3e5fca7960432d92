// The hub's certificate: one that it makes itself, which clients pin, or one that it is given. The only place that
// knows GnuTLS.
#pragma once

#include <filesystem>

#include "model/crypto/random.h"
#include "sync/hub/http_server.h"

namespace fieldseal::hub {

/// Of ROOT/tls, made on the first start and the same ever after: ECDSA over P-256, its key for the owner's eyes only.
/// Error(disk), Error(damaged).
TlsIdentity own_identity(const std::filesystem::path& root, crypto::Random& random);
/// From PEM files. Error(not_found), Error(disk), Error(damaged) where they are none or do not belong together.
TlsIdentity given_identity(const std::filesystem::path& certificate, const std::filesystem::path& key);

/// "sha256//" and the Base64 of the SHA-256 of the certificate's public key, as stores' addresses have it.
std::string pin_of(const TlsIdentity& identity);

}  // namespace fieldseal::hub
