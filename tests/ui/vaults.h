// Vaults of a team in a folder of their own, made and used without the window: where every test of a screen starts.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "app/session/session.h"
#include "model/environment/durable_file.h"

namespace fieldseal::desktop::test {

struct Vaults {
    static constexpr const char* passphrase_text = "correct horse battery";

    std::filesystem::path folder;
    crypto::Secret passphrase = [] {
        crypto::start();
        return crypto::Secret(view_of(passphrase_text));
    }();

    explicit Vaults(std::filesystem::path own) : folder(std::move(own)) {
        std::filesystem::create_directories(folder / "store");
    }
    ~Vaults() { std::filesystem::remove_all(folder); }
    Vaults(const Vaults&) = delete;
    Vaults& operator=(const Vaults&) = delete;

    std::filesystem::path vault(const std::string& name) const { return folder / (name + ".fieldseal"); }
    /// A vault of this name, not open in the app, with its recovery code.
    std::pair<std::unique_ptr<session::Session>, crypto::Secret> create(const std::string& name) const {
        return session::Session::create(vault(name), passphrase, session::system_environment(crypto::test_cost));
    }
    std::unique_ptr<session::Session> open(const std::string& name) const {
        return session::Session::open(vault(name), passphrase, session::system_environment(crypto::test_cost));
    }
    /// A vault of this name that joined by `owner`'s invitation.
    std::unique_ptr<session::Session> join(session::Session& owner, const std::string& name, team::Role role,
                                           const std::string& person) const {
        const exchange::Invited invited = owner.invite(role, person);
        const std::filesystem::path file = folder / (name + ".fsinvite");
        write_durably(file, invited.file, true);
        std::unique_ptr<session::Session> joined = create(name).first;
        joined->join(file, invited.code);
        return joined;
    }
    /// With the store that all of them share.
    void sync(session::Session& one) const { one.sync("folder:" + (folder / "store").string()); }
};

}  // namespace fieldseal::desktop::test
