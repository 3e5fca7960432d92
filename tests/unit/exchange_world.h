// Machines of a deployment, each with a vault of its own, for tests of the exchange.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "model/codec/flatten.h"
#include "model/crypto/hash.h"
#include "model/record/record.h"
#include "sync/exchange/exchange.h"

namespace fieldseal::test {

constexpr std::int64_t day_ms = 24ll * 3600 * 1000;
constexpr std::int64_t start_ms = 1'764'000'000'000;  // November 2025

/// A fresh folder that goes away with its object.
class TestFolder {
  public:
    enum class On { memory, disk };
    explicit TestFolder(On where = On::memory) {
        crypto::SystemRandom random;
        // In memory where there is such a folder: these tests are about what travels, not about the disk.
        const std::filesystem::path memory = "/dev/shm";
        path_ =
            (where == On::memory && std::filesystem::is_directory(memory) ? memory
                                                                          : std::filesystem::temp_directory_path()) /
            ("fieldseal-exchange-" + to_hex(random.bytes(8)));
        std::filesystem::create_directory(path_);
    }
    ~TestFolder() { std::filesystem::remove_all(path_); }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// One laptop.
class Machine {
  public:
    Machine(const std::filesystem::path& file, std::uint64_t seed)
        : file_(file), clock_(start_ms), random_(seed), environment_{clock_, random_} {
        vault_ = vault::Vault::create(file, view_of("passphrase"), crypto::test_cost, environment_).vault;
    }

    vault::Vault& vault() { return *vault_; }
    ManualClock& clock() { return clock_; }
    crypto::Random& random() { return random_; }
    Environment& environment() { return environment_; }
    const std::filesystem::path& file() const { return file_; }
    exchange::Exchange& exchange() {
        if (!exchange_) {
            exchange_ = std::make_unique<exchange::Exchange>(*vault_);
        }
        return *exchange_;
    }
    void reopen() {
        exchange_.reset();
        vault_.reset();
        vault_ = vault::Vault::open(file_, view_of("passphrase"), environment_);
    }
    /// The vault as it is now, for replace_file.
    void copy_file(const std::filesystem::path& copy) {
        reopen();
        std::filesystem::copy_file(file_, copy, std::filesystem::copy_options::overwrite_existing);
    }
    /// An old copy of the vault is put back.
    void replace_file(const std::filesystem::path& copy) {
        exchange_.reset();
        vault_.reset();
        std::filesystem::copy_file(copy, file_, std::filesystem::copy_options::overwrite_existing);
        vault_ = vault::Vault::open(file_, view_of("passphrase"), environment_);
    }
    bool role_can_write_sites() { return exchange().own_role() != team::Role::reviewer; }
    DeviceId device() { return exchange().own_device(); }

    template <class Record>
    RecordId write(record::Kind kind, const Record& record) {
        const auto id = random_.id<RecordId>();
        change(id, kind, record);
        return id;
    }
    template <class Record>
    void change(const RecordId& id, record::Kind kind, const Record& record) {
        const history::MergedRecord merged = vault_->merged(id);
        const codec::Edits edits = codec::difference(merged.values(), codec::flatten(record));
        if (!edits.empty()) {
            vault_->append(id, kind, edits, merged.heads);
        }
    }
    void edit(const RecordId& id, record::Kind kind, const std::string& path, const codec::Value& value) {
        vault_->append(id, kind, {{path, value}}, vault_->merged(id).heads);
    }
    template <class Record>
    Record read(const RecordId& id) {
        return codec::unflatten<Record>(vault_->merged(id).values());
    }

    RecordId add_site(const std::string& name) {
        record::Site site;
        site.name = name;
        site.sector = "health";
        return write(record::Kind::site, site);
    }
    RecordId add_assessment(const RecordId& site) {
        record::Assessment assessment;
        assessment.site = site;
        assessment.template_id = "csb";
        assessment.assessor = exchange().deployment().own_person;
        assessment.visited_on = "2025-11-24";
        return write(record::Kind::assessment, assessment);
    }
    void answer(const RecordId& assessment, const std::string& question, const std::string& value) {
        edit(assessment, record::Kind::assessment, "answers/" + question + "/value", value);
    }
    RecordId add_evidence(const RecordId& assessment, const Bytes& content, const std::filesystem::path& folder) {
        const std::filesystem::path file = folder / (to_hex(random_.bytes(8)) + ".jpg");
        std::ofstream(file, std::ios::binary)
            .write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
        const vault::BlobInfo blob = vault_->add_blob(file);
        record::Evidence evidence;
        evidence.assessment = assessment;
        evidence.question = "q1";
        evidence.file_name = "photo.jpg";
        evidence.content = blob.content;
        evidence.size = static_cast<std::int64_t>(blob.size);
        return write(record::Kind::evidence, evidence);
    }
    RecordId review(const RecordId& assessment, record::Verdict verdict, const std::string& text) {
        record::Review review;
        review.assessment = assessment;
        review.seen = vault_->merged(assessment).heads.front();
        review.verdict = verdict;
        review.text = text;
        review.author = exchange().deployment().own_person;
        return write(record::Kind::review, review);
    }

    /// Record id to the bytes of its state: equal on two machines that know the same.
    std::map<RecordId, Bytes> states() {
        std::map<RecordId, Bytes> states;
        for (const vault::Summary& summary : vault_->summaries()) {
            states.emplace(summary.id, history::deterministic_form(vault_->merged(summary.id)));
        }
        return states;
    }
    vault::VerifyReport verify() {
        return vault_->verify(exchange().deployment().id,
                              [this](const DeviceId& device) { return exchange().key_of(device); });
    }

  private:
    std::filesystem::path file_;
    ManualClock clock_;
    crypto::SeededRandom random_;
    Environment environment_;
    std::unique_ptr<vault::Vault> vault_;
    std::unique_ptr<exchange::Exchange> exchange_;
};

/// A deployment and its machines.
class World {
  public:
    explicit World(std::uint64_t seed = 1) : seed_(seed) {}

    Machine& found(const std::string& person = "Olena") {
        Machine& machine = add();
        exchange::Exchange::found(machine.vault(), "Kharkiv 2025", person);
        return machine;
    }
    team::Invitation invite(Machine& owner, team::Role role, const std::string& person) {
        const exchange::Invited invited = owner.exchange().invite(role, person, crypto::test_cost);
        return team::open_invitation(invited.file, invited.code);
    }
    Machine& join(const team::Invitation& invitation) {
        Machine& machine = add();
        exchange::Exchange::join(machine.vault(), invitation);
        return machine;
    }
    Machine& join(Machine& owner, team::Role role, const std::string& person) {
        return join(invite(owner, role, person));
    }
    Machine& add() {
        ++seed_;
        machines_.push_back(std::make_unique<Machine>(folder_.path() / (std::to_string(seed_) + ".fieldseal"), seed_));
        return *machines_.back();
    }
    const std::filesystem::path& folder() const { return folder_.path(); }

  private:
    TestFolder folder_;
    std::uint64_t seed_;
    std::vector<std::unique_ptr<Machine>> machines_;
};

inline const bundle::Lane team_lane{true, {}};
inline bundle::Lane lane_to(Machine& machine) {
    return {false, machine.device()};
}

/// Everything that `from` has for `to` on a lane, taken in.
inline std::vector<exchange::ImportReport> carry(Machine& from, Machine& to, const bundle::Lane& lane) {
    std::vector<exchange::ImportReport> reports;
    for (const bundle::Sealed& sealed : from.exchange().outgoing(lane)) {
        reports.push_back(to.exchange().import_bundle(sealed.bytes, "carried"));
    }
    return reports;
}

/// A full round at every machine, several times, until nothing moves.
inline void sync_all(std::vector<Machine*> machines, store::Store& store, int rounds = 4) {
    for (int round = 0; round < rounds; ++round) {
        for (Machine* machine : machines) {
            machine->exchange().sync(store);
        }
    }
}

}  // namespace fieldseal::test
