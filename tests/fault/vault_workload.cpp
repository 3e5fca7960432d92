#include "tests/fault/vault_workload.h"

#include <algorithm>
#include <sstream>

#include "model/crypto/hash.h"
#include "model/error/error.h"

namespace fieldseal::tests {

namespace {

constexpr std::uint64_t record_count = 5;

crypto::SigningKey key_from(std::string_view name) {
    return crypto::SigningKey(crypto::hash("test/key", view_of(name)).view());
}

/// A text that names its number, of a length that follows from it.
std::string text_of_number(std::uint64_t number) {
    return std::to_string(number) + "|" + std::string(number * 37 % 2500, 'x');
}

std::uint64_t number_in(const codec::FieldMap& fields, const char* path) {
    const auto found = fields.find(path);
    return found == fields.end() ? 0 : std::stoull(std::get<std::string>(found->second));
}

}  // namespace

Cast::Cast()
    : here(key_from("here")),
      elsewhere(key_from("elsewhere")),
      deployment(DeploymentId::from(crypto::hash("test/deployment", {}).view().first(DeploymentId::size))) {}

std::optional<crypto::VerifyKey> Cast::key_of(const DeviceId& device) const {
    for (const crypto::SigningKey* key : {&here, &elsewhere}) {
        if (crypto::device_of(key->verify_key()) == device) {
            return key->verify_key();
        }
    }
    return std::nullopt;
}

std::string passphrase(std::uint64_t n) {
    return "passphrase " + std::to_string(n);
}

Workload::Workload(std::uint64_t seed, std::uint64_t counter, std::vector<std::filesystem::path> attachments, Say say)
    : random_(seed), counter_(counter), attachments_(std::move(attachments)), say_(std::move(say)) {}

RecordId Workload::any_record() {
    return RecordId::from(
        crypto::hash("test/record", view_of(std::to_string(random_() % record_count))).view().first(RecordId::size));
}

void Workload::step(vault::Vault& vault) {
    ++counter_;
    const std::uint64_t dice = random_() % 100;
    if (dice < 50) {
        save(vault);
    } else if (dice < 75) {
        cut(vault);
    } else if (dice < 82) {
        close(vault);
    } else if (dice < 93) {
        import(vault);
    } else if (dice < 98) {
        attach(vault);
    } else {
        change_passphrase(vault);
    }
}

void Workload::save(vault::Vault& vault) {
    const RecordId record = any_record();
    const std::string line = "save " + record.hex() + " " + std::to_string(counter_);
    say_("? " + line);
    const std::string text = text_of_number(counter_);
    vault.save_draft(record, record::Kind::site, {{"name", text}, {"notes", text}});
    say_("! " + line);
}

void Workload::cut(vault::Vault& vault) {
    const RecordId record = any_record();
    say_("? cut " + record.hex() + " " + std::to_string(counter_));
    const std::optional<Hash> name = vault.cut_draft(record);
    say_("! cut " + (name ? name->hex() : "nothing") + " " + std::to_string(counter_));
}

void Workload::close(vault::Vault& vault) {
    say_("? close - " + std::to_string(counter_));
    vault.close_segment(cast_.deployment, cast_.here);
    say_("! close - " + std::to_string(counter_));
}

void Workload::import(vault::Vault& vault) {
    const DeviceId device = crypto::device_of(cast_.elsewhere.verify_key());
    std::uint64_t known = 0;
    for (const vault::LogExtent& log : vault.logs()) {
        known = log.device == device ? log.highest : known;
    }
    history::LogSegment segment{device, known + 1, known == 0 ? Hash{} : *vault.log_entry(device, known), {}, {}};
    std::vector<std::optional<history::Revision>> bodies;
    const std::uint64_t count = 1 + random_() % 150;
    for (std::uint64_t i = 0; i < count; ++i) {
        history::Revision revision;
        revision.record =
            RecordId::from(crypto::hash("test/imported", view_of(std::to_string(i % 7))).view().first(RecordId::size));
        revision.device = device;
        revision.sequence = segment.first + i;
        revision.previous = segment.revisions.empty() ? segment.previous : segment.revisions.back();
        revision.edits = {{"notes", text_of_number(revision.sequence)}};
        segment.revisions.push_back(history::name_of(revision));
        bodies.emplace_back(std::move(revision));
    }
    history::sign_segment(segment, cast_.deployment, cast_.elsewhere);
    const std::string line = "import - " + std::to_string(segment.last());
    say_("? " + line);
    vault::Transaction transaction(vault);
    vault::Vault::Intake intake(vault);
    if (intake.add(segment, bodies) != vault::Accepted::added) {
        throw Error(ErrorCode::failed, "an import that continues the log was refused");
    }
    intake.finish();
    vault.shelf("receipts").put("up to", view_of(std::to_string(segment.last())));
    transaction.commit();
    say_("! " + line);
}

void Workload::attach(vault::Vault& vault) {
    if (attachments_.empty()) {
        return;
    }
    say_("? attach - " + std::to_string(counter_));
    const vault::BlobInfo blob = vault.add_blob(attachments_[random_() % attachments_.size()]);
    say_("! attach " + blob.content.hex() + " " + std::to_string(counter_));
}

void Workload::change_passphrase(vault::Vault& vault) {
    const std::string line = "passphrase - " + std::to_string(counter_);
    say_("? " + line);
    vault.change_passphrase(view_of(passphrase(counter_)), crypto::test_cost);
    say_("! " + line);
}

void Expectation::note(const std::string& line) {
    std::istringstream in(line);
    std::string mark;
    Doing doing;
    in >> mark >> doing.verb >> doing.what >> doing.number;
    if (doing.verb != "import") {
        counter_ = std::max(counter_, doing.number);
    }
    if (mark == "?") {
        doing_ = doing;
        return;
    }
    doing_.reset();
    ++acknowledged_;
    if (doing.verb == "save") {
        written_[doing.what] = doing.number;
    } else if (doing.verb == "cut" && doing.what != "nothing") {
        revisions_.push_back(doing.what);
    } else if (doing.verb == "import") {
        imported_ = doing.number;
    } else if (doing.verb == "attach") {
        blobs_.push_back(doing.what);
    } else if (doing.verb == "passphrase") {
        passphrase_ = doing.number;
    }
}

std::unique_ptr<vault::Vault> Expectation::open(const std::filesystem::path& path, Environment environment) {
    try {
        return vault::Vault::open(path, view_of(passphrase(passphrase_)), environment);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::locked || !doing_ || doing_->verb != "passphrase") {
            throw;
        }
    }
    auto vault = vault::Vault::open(path, view_of(passphrase(doing_->number)), environment);
    passphrase_ = doing_->number;
    return vault;
}

std::string Expectation::check_records(vault::Vault& vault) {
    std::map<std::string, std::uint64_t> allowed = written_;
    if (doing_ && doing_->verb == "save") {
        allowed[doing_->what] = doing_->number;
    }
    for (const auto& [record, number] : allowed) {
        const RecordId id = *RecordId::parse(record);
        codec::FieldMap fields = vault.merged(id).values();
        if (const std::optional<vault::Draft> draft = vault.draft(id)) {
            codec::apply(fields, draft->edits);
        }
        const std::uint64_t name = number_in(fields, "name");
        const std::uint64_t acknowledged = written_.contains(record) ? written_.at(record) : 0;
        if (name != number_in(fields, "notes")) {
            return "half of an edit is in record " + record;
        }
        if (name != number && name != acknowledged) {
            return "record " + record + " holds " + std::to_string(name) + ", not " + std::to_string(acknowledged);
        }
    }
    return {};
}

std::string Expectation::check_logs(vault::Vault& vault) {
    const DeviceId elsewhere = crypto::device_of(Cast().elsewhere.verify_key());
    std::uint64_t imported = 0;
    for (const vault::LogExtent& log : vault.logs()) {
        if (!log.missing.empty()) {
            return "a log has a hole";
        }
        imported = log.device == elsewhere ? log.highest : imported;
    }
    if (imported != imported_ && !(doing_ && doing_->verb == "import" && imported == doing_->number)) {
        return "imported up to " + std::to_string(imported) + ", not " + std::to_string(imported_);
    }
    for (std::uint64_t i = 1; i <= imported; ++i) {
        if (!vault.has_body(elsewhere, i)) {
            return "a revision that was imported is missing";
        }
    }
    const std::optional<Bytes> receipt = vault.shelf("receipts").get("up to");
    if ((receipt ? std::string(text_of(*receipt)) : "0") != std::to_string(imported)) {
        return "the receipt is not that of what was imported";
    }
    for (const std::string& name : revisions_) {
        if (!vault.revision(*Hash::parse(name))) {
            return "revision " + name + " was acknowledged and is missing";
        }
    }
    return {};
}

std::string Expectation::check(vault::Vault& vault) {
    for (const std::string& wrong : {check_records(vault), check_logs(vault)}) {
        if (!wrong.empty()) {
            return wrong;
        }
    }
    for (const std::string& content : blobs_) {
        const std::optional<vault::BlobInfo> blob = vault.blob(*Hash::parse(content));
        if (!blob || !blob->complete()) {
            return "an attachment was acknowledged and is missing";
        }
    }
    for (const vault::BlobInfo& blob : vault.blobs()) {
        if (!blob.complete()) {
            return "half an attachment is there";
        }
    }
    const Cast cast;
    const vault::VerifyReport report =
        vault.verify(cast.deployment, [&](const DeviceId& device) { return cast.key_of(device); });
    if (!report.findings.empty()) {
        return "verify: " + report.findings.front().place + ": " + report.findings.front().reason;
    }
    settle(vault);
    return {};
}

/// What was being done either happened or did not: from here on it is known.
void Expectation::settle(vault::Vault& vault) {
    if (!doing_) {
        return;
    }
    if (doing_->verb == "save") {
        const RecordId id = *RecordId::parse(doing_->what);
        const std::optional<vault::Draft> draft = vault.draft(id);
        const auto name = draft ? draft->edits.find("name") : codec::Edits::const_iterator();
        if (draft && name != draft->edits.end() && name->second &&
            std::stoull(std::get<std::string>(*name->second)) == doing_->number) {
            written_[doing_->what] = doing_->number;
        }
    } else if (doing_->verb == "import" &&
               vault.log_entry(crypto::device_of(Cast().elsewhere.verify_key()), doing_->number)) {
        imported_ = doing_->number;
    }
    doing_.reset();
}

}  // namespace fieldseal::tests
