#include "sync/hub/certificate.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <sys/stat.h>

#include <memory>

#include "model/crypto/base64.h"
#include "model/environment/descriptor.h"
#include "model/environment/durable_file.h"
#include "model/error/error.h"

namespace fieldseal::hub {

namespace {

constexpr std::size_t pem_limit = 256u << 10;
/// From 2000 on, for clients whose clocks are wrong, to 2099: what counts is the key.
constexpr std::time_t valid_from = 946'684'800;
constexpr std::time_t valid_until = 4'070'908'800;
constexpr std::string_view common_name = "Fieldseal hub";

void check(int result) {
    if (result < 0) {
        throw Error(ErrorCode::failed,
                    std::string("The hub's certificate cannot be made (") + gnutls_strerror(result) + ").");
    }
}

/// What GnuTLS allocates, freed and wiped.
struct Datum {
    gnutls_datum_t data{nullptr, 0};
    Datum() = default;
    Datum(const Datum&) = delete;
    Datum& operator=(const Datum&) = delete;
    ~Datum() {
        if (data.data != nullptr) {
            crypto::wipe({data.data, data.size});
            gnutls_free(data.data);
        }
    }
    ByteView view() const { return {data.data, data.size}; }
};

struct Key {
    gnutls_x509_privkey_t it = nullptr;
    Key() { check(gnutls_x509_privkey_init(&it)); }
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;
    ~Key() { gnutls_x509_privkey_deinit(it); }
};

struct Certificate {
    gnutls_x509_crt_t it = nullptr;
    Certificate() { check(gnutls_x509_crt_init(&it)); }
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;
    ~Certificate() { gnutls_x509_crt_deinit(it); }
};

gnutls_datum_t datum_of(ByteView bytes) {
    return {const_cast<unsigned char*>(bytes.data()), static_cast<unsigned>(bytes.size())};
}

crypto::Secret with_zero(ByteView pem) {
    crypto::Secret text(pem.size() + 1);
    std::copy(pem.begin(), pem.end(), text.writable().begin());
    text.writable().back() = 0;
    return text;
}

TlsIdentity make_identity(crypto::Random& random) {
    const Key key;
    const Certificate certificate;
    check(gnutls_x509_privkey_generate(key.it, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    Bytes serial = random.bytes(16);
    serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7f) | 1);  // positive, and not padded with zeros
    check(gnutls_x509_crt_set_version(certificate.it, 3));
    check(gnutls_x509_crt_set_serial(certificate.it, serial.data(), serial.size()));
    check(gnutls_x509_crt_set_activation_time(certificate.it, valid_from));
    check(gnutls_x509_crt_set_expiration_time(certificate.it, valid_until));
    check(gnutls_x509_crt_set_dn_by_oid(certificate.it, GNUTLS_OID_X520_COMMON_NAME, 0, common_name.data(),
                                        static_cast<unsigned>(common_name.size())));
    check(gnutls_x509_crt_set_basic_constraints(certificate.it, 0, -1));
    check(gnutls_x509_crt_set_key_usage(certificate.it, GNUTLS_KEY_DIGITAL_SIGNATURE));
    check(gnutls_x509_crt_set_key(certificate.it, key.it));
    check(gnutls_x509_crt_sign2(certificate.it, certificate.it, key.it, GNUTLS_DIG_SHA256, 0));
    Datum key_pem;
    Datum certificate_pem;
    check(gnutls_x509_privkey_export2_pkcs8(key.it, GNUTLS_X509_FMT_PEM, nullptr, GNUTLS_PKCS_PLAIN, &key_pem.data));
    check(gnutls_x509_crt_export2(certificate.it, GNUTLS_X509_FMT_PEM, &certificate_pem.data));
    return {with_zero(key_pem.view()), std::string(text_of(certificate_pem.view()))};
}

/// Into a certificate; Error(damaged) where it is none.
void import(const Certificate& certificate, const std::string& pem) {
    const gnutls_datum_t data = datum_of(view_of(pem));
    if (gnutls_x509_crt_import(certificate.it, &data, GNUTLS_X509_FMT_PEM) < 0) {
        throw Error(ErrorCode::damaged,
                    "The certificate is none. It must be a PEM file, the hub's own certificate first.");
    }
}

void require_pair(const TlsIdentity& identity) {
    const Certificate certificate;
    import(certificate, identity.certificate_pem);
    const Key key;
    const ByteView pem = identity.key_pem.view();
    const gnutls_datum_t data = datum_of(pem.first(pem.size() - 1));
    unsigned char of_certificate[64];
    unsigned char of_key[64];
    std::size_t certificate_size = sizeof of_certificate;
    std::size_t key_size = sizeof of_key;
    const bool fits =
        gnutls_x509_privkey_import(key.it, &data, GNUTLS_X509_FMT_PEM) >= 0 &&
        gnutls_x509_crt_get_key_id(certificate.it, GNUTLS_KEYID_USE_SHA256, of_certificate, &certificate_size) >= 0 &&
        gnutls_x509_privkey_get_key_id(key.it, GNUTLS_KEYID_USE_SHA256, of_key, &key_size) >= 0 &&
        crypto::Secret(ByteView(of_certificate, certificate_size)).equals({of_key, key_size});
    if (!fits) {
        throw Error(ErrorCode::damaged,
                    "The hub's key is none, or does not belong to its certificate. Check both files; "
                    "a key under a passphrase cannot be used.");
    }
}

TlsIdentity read_identity(const std::filesystem::path& certificate, const std::filesystem::path& key) {
    Bytes key_pem = read_file(key, pem_limit);
    const Bytes certificate_pem = read_file(certificate, pem_limit);
    TlsIdentity identity{with_zero(key_pem), std::string(text_of(certificate_pem))};
    crypto::wipe(key_pem);
    require_pair(identity);
    return identity;
}

}  // namespace

TlsIdentity own_identity(const std::filesystem::path& root, crypto::Random& random) {
    const std::filesystem::path folder = root / "tls";
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        throw write_error(folder, errno);
    }
    const std::filesystem::path key = folder / "key.pem";
    const std::filesystem::path certificate = folder / "certificate.pem";
    // The key last: where it is there, so is its certificate.
    if (!std::filesystem::exists(key)) {
        const TlsIdentity made = make_identity(random);
        write_durably(certificate, view_of(made.certificate_pem), true);
        const ByteView pem = made.key_pem.view();
        write_durably(key, pem.first(pem.size() - 1), false);
    }
    return read_identity(certificate, key);
}

TlsIdentity given_identity(const std::filesystem::path& certificate, const std::filesystem::path& key) {
    return read_identity(certificate, key);
}

std::string pin_of(const TlsIdentity& identity) {
    const Certificate certificate;
    import(certificate, identity.certificate_pem);
    // The key id with SHA-256 is that of the whole public key as it stands in the certificate.
    unsigned char digest[32];
    std::size_t size = sizeof digest;
    check(gnutls_x509_crt_get_key_id(certificate.it, GNUTLS_KEYID_USE_SHA256, digest, &size));
    return "sha256//" + crypto::to_base64({digest, size});
}

}  // namespace fieldseal::hub
