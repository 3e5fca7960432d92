// The owner's recovery kit: a file and a printed code from which a lost machine is replaced. docs/formats/kit.md.
#pragma once

#include "sync/team/deployment.h"
#include "sync/team/sealed_file.h"

namespace fieldseal::team {

constexpr std::size_t kit_code_digits = 40;

/// A device of the owner that sleeps in a file: it stands in the roster, so that nobody needs to sign it in when it is
/// needed.
struct Kit {
    DeploymentId deployment;
    std::string deployment_name;
    /// Key that the roster below is signed with.
    crypto::VerifyKey root;
    PersonId person;
    std::string person_name;
    InviteId invite;
    std::string store_url;
    Roster roster;
    crypto::Secret shared_key;
    DeviceKeys keys;
};

/// What the restored device keeps of it.
Deployment deployment_of(const Kit& kit);

/// The `*.fskit` file. Error(too_large).
Bytes seal_kit(const Kit& kit, const crypto::Secret& code, crypto::PassphraseCost cost, crypto::Random& random);
/// Errors as open_invitation.
Kit open_kit(ByteView file, const crypto::Secret& code);

}  // namespace fieldseal::team
