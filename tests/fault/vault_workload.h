// What the fault tests let a vault do, at random from a seed, and what must be there afterwards.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "model/vault/vault.h"

namespace fieldseal::tests {

/// Two devices and a deployment, the same in every process.
struct Cast {
    Cast();
    crypto::SigningKey here;
    crypto::SigningKey elsewhere;
    DeploymentId deployment;
    std::optional<crypto::VerifyKey> key_of(const DeviceId& device) const;
};

/// The passphrase number `n`.
std::string passphrase(std::uint64_t n);

/// Does random things to a vault. Before each it says what it is going to do, after it that this was acknowledged: one
/// line each, as `Expectation` reads them.
class Workload {
  public:
    using Say = std::function<void(const std::string&)>;
    /// `attachments` are files to take in.
    Workload(std::uint64_t seed, std::uint64_t counter, std::vector<std::filesystem::path> attachments, Say say);
    void step(vault::Vault& vault);

  private:
    void save(vault::Vault& vault);
    void cut(vault::Vault& vault);
    void close(vault::Vault& vault);
    void import(vault::Vault& vault);
    void attach(vault::Vault& vault);
    void change_passphrase(vault::Vault& vault);
    RecordId any_record();

    Cast cast_;
    std::mt19937_64 random_;
    std::uint64_t counter_;
    std::vector<std::filesystem::path> attachments_;
    Say say_;
};

/// What was acknowledged, and the one thing that was being done when it stopped.
class Expectation {
  public:
    void note(const std::string& line);
    /// What is wrong; empty if everything acknowledged is there and nothing is half-applied.
    std::string check(vault::Vault& vault);
    /// Opens with the passphrase that was acknowledged last, or the one that was being set.
    std::unique_ptr<vault::Vault> open(const std::filesystem::path& path, Environment environment);
    std::uint64_t passphrase_number() const { return passphrase_; }
    std::uint64_t counter() const { return counter_; }
    std::uint64_t acknowledged() const { return acknowledged_; }

  private:
    struct Doing {
        std::string verb;
        std::string what;
        std::uint64_t number = 0;
    };
    std::string check_records(vault::Vault& vault);
    std::string check_logs(vault::Vault& vault);
    void settle(vault::Vault& vault);

    /// Record to the number of what was last written into it.
    std::map<std::string, std::uint64_t> written_;
    std::vector<std::string> revisions_;
    std::vector<std::string> blobs_;
    std::uint64_t imported_ = 0;
    std::uint64_t passphrase_ = 0;
    std::uint64_t counter_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::optional<Doing> doing_;
};

}  // namespace fieldseal::tests
