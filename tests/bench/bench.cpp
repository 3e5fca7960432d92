// `./dev bench`: what Fieldseal's own work costs beside the bare libraries. Needs a few minutes and some hundred
// megabytes of disk.
#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "app/session/session.h"
#include "model/codec/flatten.h"
#include "model/environment/durable_file.h"
#include "model/portfolio/search.h"
#include "tests/bench/bare_sqlite.h"
#include "tests/bench/bench_destroy.h"
#include "tests/bench/measure.h"

using namespace fieldseal;
using namespace fieldseal::bench;
namespace fs = std::filesystem;

namespace {

struct Folder {
    fs::path path = fs::temp_directory_path() / ("fieldseal-bench-" + std::to_string(::getpid()));
    Folder() { fs::create_directories(path); }
    ~Folder() { fs::remove_all(path); }
};

crypto::Secret passphrase() {
    return crypto::Secret(view_of("a passphrase of the benchmark"));
}

std::unique_ptr<session::Session> founded(const fs::path& path) {
    auto made = session::Session::create(path, passphrase(), session::system_environment(crypto::test_cost));
    made.first->found("Bench", "Coordinator");
    return std::move(made.first);
}

/// An assessor that joined by an invitation of `coordinator`.
std::unique_ptr<session::Session> joined(const Folder& folder, session::Session& coordinator, const std::string& name,
                                         team::Role role) {
    const exchange::Invited invited = coordinator.invite(role, name);
    const fs::path file = folder.path / (name + ".fsinvite");
    write_durably(file, invited.file, true);
    auto made = session::Session::create(folder.path / (name + ".fieldseal"), passphrase(), session::system_environment(crypto::test_cost));
    made.first->join(file, invited.code);
    return std::move(made.first);
}

void import_all(session::Session& session, const exchange::OutgoingReport& report) {
    for (const exchange::ImportReport& each : session.import_files(report.files)) {
        if (each.outcome != exchange::ImportReport::Outcome::imported) {
            throw std::runtime_error(each.source + ": " + each.reason);
        }
    }
}

record::Site plain_site() {
    record::Site site;
    site.name = "Міська лікарня № 5";
    site.sector = "health";
    site.region = "UA-53";
    site.criticality = 2;
    return site;
}

void measure_save(const Folder& folder, std::vector<Row>& rows) {
    auto session = founded(folder.path / "save.fieldseal");
    const RecordId site = session->add_site(plain_site());
    const std::string questions = session->templates().all().front()->id;
    const RecordId assessment = session->start_assessment(site, questions, "");
    BareSqlite bare(folder.path / "save.sqlite");
    crypto::SystemRandom random;
    Bytes payload = random.bytes(256);
    constexpr int saves = 300;
    int level = 0;
    const Pair pair = by_turns(
        5,
        [&] {
            for (int i = 0; i < saves; ++i) {
                session->save(assessment,
                              {{"answers/Q-" + std::to_string(i % 70) + "/value", std::to_string(level++ % 4)}});
            }
        },
        [&] {
            for (int i = 0; i < saves; ++i) {
                // Other bytes each time: SQLite writes nothing where a row stays as it is.
                ++payload[static_cast<std::size_t>(i) % payload.size()];
                bare.put(i % 70, payload);
            }
        });
    rows.push_back({"durable save of one answer", "ms", pair.ours / saves * 1e3, pair.bare / saves * 1e3,
                    "SQLite WAL commit, synchronous=FULL, of a 256-byte row", "<= 1.3x", pair.ours <= 1.3 * pair.bare});
}

void measure_stream(std::vector<Row>& rows) {
    crypto::SystemRandom random;
    const crypto::SigningKey signer = crypto::SigningKey::make(random);
    const crypto::BoxKeyPair recipient = crypto::make_box_key_pair(random);
    const Bytes shared = random.bytes(32);
    const auto deployment = random.id<DeploymentId>();
    constexpr std::size_t size = 32u << 20;
    constexpr int rounds = 7;
    const auto contents = [&] {
        bundle::Contents result;
        result.manifest.deployment = deployment;
        result.manifest.counter = 1;
        for (std::uint32_t i = 0; i < size / vault::blob_chunk_size; ++i) {
            result.chunks.push_back({random.id<Hash>(), size, i, random.bytes(vault::blob_chunk_size)});
        }
        return result;
    }();
    const Bytes key = random.bytes(crypto::key_size);
    Bytes raw(size);
    Bytes raw_sealed;
    Bytes raw_header;
    // Both write into memory that is new each time, as a bundle's is.
    const auto seal_raw = [&] {
        crypto::StreamSealer sealer(key);
        raw_header.assign(sealer.header().begin(), sealer.header().end());
        raw_sealed = Bytes();
        raw_sealed.reserve(size + size / 1024);
        for (std::size_t at = 0; at < size; at += 65536) {
            sealer.push(ByteView(raw).subspan(at, 65536), at + 65536 == size, raw_sealed);
        }
    };
    Bytes sealed;
    // Copied beforehand: sealing takes its contents over.
    std::vector<bundle::Contents> copies(rounds, contents);
    const Pair sealing = by_turns(
        rounds,
        [&] {
            bundle::Contents copy = std::move(copies.back());
            copies.pop_back();
            sealed = bundle::seal(std::move(copy), {recipient.public_key}, shared, signer, random).bytes;
        },
        seal_raw);
    const double mb = static_cast<double>(size) / 1e6;
    rows.push_back({"seal 32 MiB of evidence", "MB/s", mb / sealing.ours, mb / sealing.bare,
                    "secretstream, 64 KiB chunks", ">= 0.9x", sealing.bare >= 0.9 * sealing.ours});
    const crypto::BoxKeyPair* keys[] = {&recipient};
    const Pair opening = by_turns(
        7,
        [&] {
            const bundle::Opened opened = bundle::open(sealed, keys, shared, deployment);
            if (!opened) {
                throw std::runtime_error(opened.reason);
            }
        },
        [&] {
            crypto::StreamOpener opener(key, raw_header);
            Bytes plain;
            plain.reserve(size);
            for (std::size_t at = 0; at < raw_sealed.size(); at += 65536 + crypto::stream_overhead) {
                const std::size_t length = std::min(raw_sealed.size() - at, 65536 + crypto::stream_overhead);
                opener.pull(ByteView(raw_sealed).subspan(at, length), plain);
            }
        });
    rows.push_back({"open 32 MiB of evidence", "MB/s", mb / opening.ours, mb / opening.bare,
                    "secretstream, 64 KiB chunks", ">= 0.9x", opening.bare >= 0.9 * opening.ours});
}

void measure_import(const Folder& folder, std::size_t revisions, std::vector<Row>& rows) {
    auto coordinator = founded(folder.path / "import.fieldseal");
    auto assessor = joined(folder, *coordinator, "sender", team::Role::assessor);
    std::cerr << "making " << revisions << " revisions\n";
    assessor->generate(revisions / 10, revisions / 20 * 9, 1);
    const fs::path out = folder.path / "import-bundles";
    fs::create_directories(out);
    const exchange::OutgoingReport report = assessor->export_bundles(out);
    const double ours = seconds_of([&] { import_all(*coordinator, report); });
    const std::size_t held = coordinator->snapshot()->by_id.size();
    if (held < revisions / 2) {
        throw std::runtime_error("the import took too little");
    }
    // The same number of rows of the same mean size, decrypted, sealed anew and inserted in one transaction.
    crypto::SystemRandom random;
    const Bytes key = random.bytes(crypto::key_size);
    vault::VerifyReport verified = coordinator->verify();
    const std::uint64_t bytes = fs::file_size(folder.path / "import.fieldseal");
    const std::size_t mean =
        std::max<std::size_t>(256, std::min<std::size_t>(4096, bytes / std::max<std::uint64_t>(verified.rows, 1) - 64));
    const Bytes place = random.bytes(40);
    std::vector<Bytes> sealed;
    for (std::size_t i = 0; i < verified.revisions; ++i) {
        sealed.push_back(crypto::seal_value(key, place, random.bytes(mean), random));
    }
    BareSqlite bare(folder.path / "import.sqlite");
    const double plain = seconds_of([&] {
        bare.run("BEGIN");
        std::int64_t id = 0;
        for (const Bytes& row : sealed) {
            const std::optional<Bytes> opened = crypto::open_value(key, place, row);
            bare.put(++id, crypto::seal_value(key, place, *opened, random));
        }
        bare.run("COMMIT");
    });
    const double thousands = static_cast<double>(verified.revisions) / 1000;
    rows.push_back({"import of " + std::to_string(verified.revisions) + " revisions", "ms per 1000",
                    ours * 1e3 / thousands, plain * 1e3 / thousands,
                    "open, seal and insert rows of " + std::to_string(mean) + " bytes in one transaction", "<= 1.5x",
                    ours <= 1.5 * plain});
}

/// Small bundles of many devices in one folder: one changed answer each, taken in by a coordinator, one durable
/// transaction for each.
void measure_small_bundles(const Folder& folder, std::size_t bundles, std::vector<Row>& rows) {
    constexpr std::size_t devices = 20;
    auto coordinator = founded(folder.path / "many.fieldseal");
    const fs::path store = folder.path / "many-store";
    fs::create_directories(store);
    std::cerr << "making " << bundles << " bundles\n";
    for (std::size_t i = 0; i < devices; ++i) {
        auto device = joined(folder, *coordinator, "many" + std::to_string(i), team::Role::assessor);
        const questionnaire::Template& questions = *device->templates().all().front();
        const RecordId visit = device->start_assessment(device->add_site(plain_site()), questions.id, "");
        for (std::size_t n = 0; n < bundles / devices; ++n) {
            const auto order = questions.questions_in_order();
            device->save(visit, {{"answers/" + order[n % 60]->id + "/note", "visit " + std::to_string(n)}});
            device->sync(store.string(), {}, {}, {.check_sent = false});
        }
    }
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(store)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::size_t taken = 0;
    const double ours = seconds_of([&] { taken = coordinator->sync(store.string()).received.size(); });
    if (taken < bundles) {
        throw std::runtime_error("the coordinator took too little");
    }
    // The same files read, and for each pair of part and index one durable transaction of eight sealed rows.
    crypto::SystemRandom random;
    const Bytes key = random.bytes(crypto::key_size);
    const Bytes place = random.bytes(40);
    const Bytes value = random.bytes(300);
    BareSqlite bare(folder.path / "many.sqlite");
    std::int64_t id = 0;
    const double plain = seconds_of([&] {
        for (std::size_t i = 0; i < files.size(); ++i) {
            read_file(files[i], 1u << 20);
            if (i % 2 == 0) {
                continue;
            }
            bare.run("BEGIN");
            for (int row = 0; row < 8; ++row) {
                bare.put(++id, crypto::seal_value(key, place, value, random));
            }
            bare.run("COMMIT");
        }
    });
    const auto count = static_cast<double>(taken);
    rows.push_back({"import of " + std::to_string(taken) + " small bundles from a folder", "ms each", ours * 1e3 / count,
                    plain * 1e3 / (static_cast<double>(files.size()) / 2),
                    "read the same files, one transaction of eight rows each", "", true});
}

void measure_unlock(const Folder& folder, std::size_t records, std::vector<Row>& rows) {
    const fs::path path = folder.path / "unlock.fieldseal";
    {
        auto session = founded(path);
        std::cerr << "making " << records << " records\n";
        session->generate(records, 0, 2);
    }
    crypto::SystemRandom random;
    const Bytes key = random.bytes(crypto::key_size);
    const Bytes place = random.bytes(40);
    BareSqlite bare(folder.path / "unlock.sqlite");
    bare.run("BEGIN");
    for (std::size_t i = 0; i < records; ++i) {
        bare.put(static_cast<std::int64_t>(i + 1), crypto::seal_value(key, place, random.bytes(256), random));
    }
    bare.run("COMMIT");
    const Pair pair = by_turns(
        3,
        [&] {
            auto session = session::Session::open(path, passphrase(), session::system_environment(crypto::test_cost));
            if (session->snapshot()->sites.size() < records) {
                throw std::runtime_error("sites are missing");
            }
        },
        [&] {
            std::size_t count = 0;
            crypto::stretch(view_of("x"), crypto::Salt{}, crypto::test_cost);
            bare.each([&](ByteView row) { count += crypto::open_value(key, place, row)->size(); });
            if (count == 0) {
                throw std::runtime_error("nothing opened");
            }
        });
    rows.push_back({"unlock and list " + std::to_string(records) + " records", "ms", pair.ours * 1e3, pair.bare * 1e3,
                    "Argon2id of the same cost and AEAD opens of as many 256-byte rows", "<= 1.5x",
                    pair.ours <= 1.5 * pair.bare});

    auto session = session::Session::open(path, passphrase(), session::system_environment(crypto::test_cost));
    portfolio::SearchIndex index;
    for (const auto& row : session->snapshot()->sites) {
        index.put(row->summary.id, row->summary.title);
    }
    std::vector<double> keys;
    for (const char* query : {"л", "лі", "лік", "ліка", "лікарня", "лікарня пол", "полтава 77", "xyz"}) {
        keys.push_back(seconds_of([&] { index.find(query, 1000); }));
    }
    rows.push_back({"search as you type, slowest key, " + std::to_string(records) + " records", "ms",
                    *std::ranges::max_element(keys) * 1e3, 0, "", "<= 16 ms",
                    *std::ranges::max_element(keys) <= 0.016});
}

void measure_wire(const Folder& folder, std::vector<Row>& rows) {
    auto coordinator = founded(folder.path / "office.fieldseal");
    auto assessor = joined(folder, *coordinator, "wire", team::Role::assessor);
    const fs::path store = folder.path / "wire-store";
    const fs::path out = folder.path / "wire-out";
    fs::create_directories(store);
    fs::create_directories(out);
    const auto stored = [&] {
        std::uint64_t size = 0;
        for (const auto& entry : fs::recursive_directory_iterator(store)) {
            size += entry.is_regular_file() ? entry.file_size() : 0;
        }
        return size;
    };
    const RecordId site = assessor->add_site(plain_site());
    const auto questions = assessor->templates().all().front();
    const RecordId assessment = assessor->start_assessment(site, questions->id, "");
    int count = 0;
    for (const questionnaire::Question* question : questions->questions_in_order()) {
        if (count == 70) {
            break;
        }
        record::Answer answer;
        answer.value = question->is_numeric() ? record::AnswerValue::of_number(std::to_string(count))
                                              : record::AnswerValue::of_level(count * 7 % 4);
        answer.basis = static_cast<record::Basis>(1 + count % 4);
        answer.answered_ms = 1'790'000'000'000 + count * 47'123;
        if (count % 7 == 0) {
            answer.note = "Перевірено на місці, журнал за 30 днів показали.";
        }
        assessor->save_answer(assessment, question->id, answer);
        ++count;
    }
    assessor->sync(store.string());
    const std::uint64_t first = stored();
    coordinator->sync(store.string());
    assessor->sync(store.string());
    const std::uint64_t before = stored();
    assessor->save(assessment,
                   {{"answers/" + questions->questions_in_order().front()->id + "/value", std::string("3")}});
    const exchange::SyncReport report = assessor->sync(store.string());
    rows.push_back({"first sync of a 70-question assessment", "bytes", static_cast<double>(first), 0, "", "<= 6144",
                    first <= 6144});
    rows.push_back({"sync of one changed answer", "bytes", static_cast<double>(report.sent.bytes), 0, "", "<= 1024",
                    report.sent.bytes <= 1024});
    static_cast<void>(before);
}

}  // namespace

int main(int argc, char** argv) {
    crypto::start();
    const std::string filter = argc > 1 ? argv[1] : "";
    const std::size_t scale = argc > 2 ? std::stoul(argv[2]) : 100'000;
    const Folder folder;
    std::vector<Row> rows;
    const auto wanted = [&](const char* name) { return filter.empty() || filter == name || filter == "all"; };
    if (wanted("save")) {
        measure_save(folder, rows);
    }
    if (wanted("seal")) {
        measure_stream(rows);
    }
    if (wanted("import")) {
        measure_import(folder, scale, rows);
    }
    if (filter == "bundles") {
        measure_small_bundles(folder, std::min<std::size_t>(scale, 10'000), rows);
    }
    if (wanted("unlock")) {
        measure_unlock(folder, scale, rows);
    }
    if (wanted("destroy")) {
        measure_destroy(folder.path, scale, rows);
    }
    if (wanted("wire")) {
        measure_wire(folder, rows);
    }
    print(rows);
}
