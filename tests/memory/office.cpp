#include "tests/memory/office.h"

#include <unistd.h>

#include <fstream>

#include "model/crypto/hash.h"
#include "model/environment/durable_file.h"
#include "model/vault/slots.h"
#include "sync/team/deployment.h"

namespace fieldseal::test {

namespace fs = std::filesystem;

Office::Office() {
    folder = fs::temp_directory_path() / ("fieldseal-memory-" + to_hex(random_.bytes(6)));
    fs::create_directories(folder);
    passphrase = crypto::Secret(view_of("passphrase of " + to_hex(random_.bytes(12))));
    codes.push_back({"passphrase", Bytes(passphrase.view().begin() + 14, passphrase.view().end())});
    auto [owner, code] =
        session::Session::create(vault(), passphrase, session::system_environment(crypto::test_cost));
    recovery = code.clone();
    const std::string grouped = crypto::DigitCode::grouped(recovery);
    codes.push_back({"recovery code", Bytes(recovery.view().begin(), recovery.view().end())});
    codes.push_back({"recovery code as printed", Bytes(grouped.begin(), grouped.end())});
    owner->found(text("name of the deployment", 22, names), text("owner's name", 13, names));
    const exchange::Invited invited = owner->invite(team::Role::assessor, text("assessor's name", 14, names));
    const fs::path invitation = folder / "a.fsinvite";
    write_durably(invitation, invited.file, true);
    auto assessor = session::Session::create(folder / "assessor.fieldseal", passphrase, session::system_environment(crypto::test_cost))
                        .first;
    assessor->join(invitation, invited.code);
    assess(*assessor, "stick", 200'000);
    assess(*assessor, "second-stick", 1'000'000);
    owner.reset();
    find_keys();
}

Office::~Office() {
    fs::remove_all(folder);
}

std::string Office::text(const std::string& what, std::size_t letters, std::vector<Needle>& list) {
    const std::string made = to_hex(random_.bytes(letters)).substr(0, letters);
    list.push_back({what, Bytes(made.begin() + 2, made.end())});
    return made;
}

fs::path Office::picture(const std::string& name, std::size_t size, std::vector<Needle>& list) {
    const Bytes content = random_.bytes(size);
    // Often enough that whatever piece of it is in a buffer holds one.
    for (std::size_t at = 100; at + 32 <= size; at += std::size_t{1} << 15) {
        const auto from = content.begin() + static_cast<std::ptrdiff_t>(at);
        list.push_back({name + " from byte " + std::to_string(at), Bytes(from, from + 32)});
    }
    const fs::path file = folder / (name + ".jpg");
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
    return file;
}

void Office::assess(session::Session& assessor, const std::string& stick, std::size_t picture_size) {
    record::Site site;
    site.name = text(stick + ": name of a site", 12, contents);
    site.contact = text(stick + ": whom to ask at a site", 15, contents);
    site.notes = text(stick + ": notes on a site", 300, contents);
    site.sector = "health";
    const RecordId place = assessor.add_site(site);
    const RecordId visit = assessor.start_assessment(place, "csb", "2026-11-20");
    record::Answer answer;
    answer.value = record::AnswerValue::of_level(1);
    answer.note = text(stick + ": note of an answer", 60, contents);
    assessor.save_answer(visit, "CSB-GV-01", answer);
    assessor.attach(visit, "CSB-GV-01", picture(stick + "-photo", picture_size, pictures),
                    text(stick + ": caption of a picture", 14, contents));
    assessor.cut_all();
    fs::create_directories(folder / stick);
    assessor.export_bundles(folder / stick);
}

void Office::find_keys() {
    const auto add = [this](const std::string& what, ByteView key) {
        keys.push_back({what, Bytes(key.begin(), key.end())});
    };
    Environment environment = session::system_environment(crypto::test_cost);
    {
        SQLite::Database database(vault().string(), SQLite::OPEN_READONLY);
        SQLite::Statement get(database, "SELECT id FROM vault");
        get.executeStep();
        const auto id = vault::VaultId::from({static_cast<const std::uint8_t*>(get.getColumn(0).getBlob()), 16});
        const crypto::Secret vault_key = vault::open_slot(database, vault::SlotKind::passphrase, passphrase.view(), id);
        add("vault key", vault_key.view());
        for (const char* table :
             {"shelf_key", "shelf", "record", "state", "revision", "segment", "draft", "blob", "chunk"}) {
            const crypto::Secret key =
                crypto::keyed_hash(vault_key.view(), std::string("fieldseal/v1/vault/table/") + table, id.view());
            add(std::string("key of table ") + table, key.view());
        }
    }
    const auto opened = vault::Vault::open(vault(), passphrase.view(), environment);
    const vault::Shelf shelf = opened->shelf("exchange");
    const team::DeviceKeys device = team::decode_device_keys(shelf.get("device-keys").value());
    add("device's signing seed", device.signing.seed());
    add("device's box key", device.box.secret_key.view());
    add("pre-shared key", team::decode_deployment(shelf.get("deployment").value()).shared_key.view());
    for (const Bytes& key : shelf.keys()) {
        if (text_of(key).starts_with("team-key/")) {
            add("team key", shelf.get(key).value());
        }
    }
}

std::vector<Needle> Office::everything() const {
    std::vector<Needle> all;
    for (const auto* list : {&names, &contents, &pictures, &keys, &codes}) {
        all.insert(all.end(), list->begin(), list->end());
    }
    return all;
}

}  // namespace fieldseal::test
