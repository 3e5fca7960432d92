#include "sync/team/hub_token.h"

#include <algorithm>

#include "model/codec/reader.h"
#include "model/codec/writer.h"
#include "model/crypto/base64.h"
#include "model/error/error.h"

namespace fieldseal::team {

namespace {

constexpr std::string_view token_purpose = "fieldseal/v1/hub-token";
constexpr std::uint8_t device_form = 1;
constexpr std::uint8_t newcomer_form = 2;

Bytes signed_message(const DeploymentId& deployment, std::string_view audience) {
    codec::Writer out;
    out.raw(deployment.view());
    out.text(audience);
    return out.take();
}

std::optional<HubToken> read_token(ByteView bytes) {
    if (bytes.size() <= 1 + crypto::Signature::size) {
        return std::nullopt;
    }
    const ByteView body = bytes.subspan(1, bytes.size() - 1 - crypto::Signature::size);
    HubToken token;
    token.signature = crypto::Signature::from(bytes.last(crypto::Signature::size));
    if (bytes[0] == device_form && body.size() == DeviceId::size) {
        token.by = DeviceId::from(body);
        return token;
    }
    if (bytes[0] != newcomer_form) {
        return std::nullopt;
    }
    try {
        token.by = decode_enrolment(body);
        return token;
    } catch (const Error&) {
        return std::nullopt;  // whatever is wrong with it, it opens nothing
    }
}

}  // namespace

HubToken make_hub_token(const DeploymentId& deployment, std::string_view audience, const crypto::SigningKey& key,
                        const std::optional<Enrolment>& enrolment) {
    HubToken token;
    if (enrolment) {
        token.by = *enrolment;
    } else {
        token.by = crypto::device_of(key.verify_key());
    }
    token.signature = key.sign(token_purpose, signed_message(deployment, audience));
    return token;
}

crypto::Secret encode(const HubToken& token) {
    codec::Writer out;
    if (const Enrolment* enrolment = std::get_if<Enrolment>(&token.by)) {
        out.u8(newcomer_form);
        out.raw(encode(*enrolment));
    } else {
        out.u8(device_form);
        out.raw(std::get<DeviceId>(token.by).view());
    }
    out.raw(token.signature.view());
    Bytes bytes = out.take();
    std::string text = crypto::to_base64url(bytes);
    crypto::Secret secret(view_of(text));
    crypto::wipe(bytes);
    crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    return secret;
}

std::optional<HubToken> decode_hub_token(std::string_view text) {
    if (text.size() > hub_token_limit) {
        return std::nullopt;
    }
    const std::optional<Bytes> bytes = crypto::from_base64url(text, hub_token_limit);
    std::optional<HubToken> token = bytes ? read_token(*bytes) : std::nullopt;
    // Base64 has spare bits at its end: only what would be written again is taken.
    if (token && text_of(encode(*token).view()) != text) {
        token.reset();
    }
    return token;
}

bool opens(const HubToken& token, const AccessBox& box, const DeploymentId& deployment,
           std::span<const std::string> audiences) {
    const auto signed_by = [&](const crypto::VerifyKey& key) {
        return std::ranges::any_of(audiences, [&](const std::string& audience) {
            return crypto::verify(key, token_purpose, signed_message(deployment, audience), token.signature);
        });
    };
    if (const DeviceId* device = std::get_if<DeviceId>(&token.by)) {
        return box.joined && crypto::device_of(box.key) == *device && signed_by(box.key);
    }
    const Enrolment& enrolment = std::get<Enrolment>(token.by);
    if (enrolment.invite != box.invite || !signed_by(enrolment.sign_key)) {
        return false;
    }
    return box.joined ? enrolment.sign_key == box.key : is_signed(enrolment, deployment, box.key);
}

}  // namespace fieldseal::team
