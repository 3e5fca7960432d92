#include "sync/team/kit.h"

#include "model/codec/reader.h"
#include "model/codec/writer.h"
#include "model/error/error.h"
#include "sync/team/invitation_codec.h"
#include "sync/team/kit_codec.h"
#include "sync/team/roster_codec.h"
#include "sync/team/secret_tail.h"

namespace fieldseal::team {

namespace {

constexpr SealedFileKind kit_kind{"FSRECKIT", "fieldseal/v1/recovery-kit", "recovery kit",
                              "Copy the file again, or use another copy of the kit.", "the 40 digits"};
constexpr std::uint8_t kit_format = 1;

}  // namespace

Kit decode_kit(ByteView bytes) {
    codec::Reader in(bytes, "recovery kit");
    const std::uint8_t format = in.u8();
    if (format > kit_format) {
        throw Error(ErrorCode::newer_version, "A newer Fieldseal made this recovery kit. Update Fieldseal.");
    }
    if (format != kit_format) {
        in.fail("this format does not exist");
    }
    const auto deployment = in.fixed<DeploymentId>();
    std::string deployment_name = in.text(deployment_name_limit);
    const auto root = in.fixed<crypto::VerifyKey>();
    const auto person = in.fixed<PersonId>();
    std::string person_name = in.text(name_limit);
    const auto invite = in.fixed<InviteId>();
    std::string store_url = in.text(store_url_limit);
    Roster roster = decode_roster(in.bytes(sealed_file_limit));
    crypto::Secret shared_key(in.raw(crypto::key_size));
    const ByteView seed = in.raw(crypto::key_size);
    const ByteView box = in.raw(crypto::key_size);
    in.expect_end();
    return {deployment,
            std::move(deployment_name),
            root,
            person,
            std::move(person_name),
            invite,
            std::move(store_url),
            std::move(roster),
            std::move(shared_key),
            {crypto::SigningKey(seed), crypto::box_key_pair_from(box)}};
}

Deployment deployment_of(const Kit& kit) {
    return {kit.deployment, kit.deployment_name, kit.root,         kit.shared_key.clone(),
            kit.person,     kit.invite,          Role::coordinator};
}

crypto::Secret encode_kit(const Kit& kit) {
    codec::Writer out;
    out.u8(kit_format);
    out.raw(kit.deployment.view());
    out.text(kit.deployment_name);
    out.raw(kit.root.view());
    out.raw(kit.person.view());
    out.text(kit.person_name);
    out.raw(kit.invite.view());
    out.text(kit.store_url);
    out.bytes(encode(kit.roster));
    return with_secret_tail(out.view(),
                            {kit.shared_key.view(), kit.keys.signing.seed(), kit.keys.box.secret_key.view()});
}

Bytes seal_kit(const Kit& kit, const crypto::Secret& code, crypto::PassphraseCost cost, crypto::Random& random) {
    return seal_file(kit_kind, encode_kit(kit), code, cost, random);
}

Kit open_kit(ByteView file, const crypto::Secret& code) {
    const crypto::Secret content = open_file(kit_kind, file, code);
    Kit kit = decode_kit(content.view());
    const RosterDevice* own = kit.roster.device(kit.keys.id());
    if (kit.roster.deployment != kit.deployment || !check_first(kit.roster, kit.root) || own == nullptr ||
        own->person != kit.person || own->invite != kit.invite) {
        throw Error(
            ErrorCode::refused,
            "This recovery kit contradicts itself: its list of the team is not signed as it should be, or does not "
            "have the kit. Do not use it, and look for another copy.");
    }
    return kit;
}

}  // namespace fieldseal::team
