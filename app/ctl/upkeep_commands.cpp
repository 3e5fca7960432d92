// evidence save and share-originals, verify, generate.
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "model/crypto/hash.h"
#include "model/environment/durable_file.h"

namespace fieldseal::ctl {

namespace {

struct EvidenceOptions {
    VaultOptions vault;
    std::string id;
    std::string out;
    bool original = false;
};

/// As `b2sum -l 256` prints it.
std::string hash_of_file(const std::filesystem::path& path) {
    FileReader reader(path);
    crypto::Hasher hasher;
    Bytes piece(1u << 18);
    while (const std::size_t got = reader.read(piece)) {
        hasher.add(ByteView(piece).first(got));
    }
    return hasher.finish().hex();
}

int save_evidence(const Context& context, const EvidenceOptions& options) {
    const Cancellable cancellable;
    const auto session = options.vault.open();
    const RecordId id = session->resolve_record(options.id);
    session->save_evidence(id, options.out, cancellable.progress("writing"), options.original);
    const std::string hash = hash_of_file(options.out);
    if (context.json) {
        print({{"evidence", id.hex()},
               {"file", options.out},
               {"bytes", std::filesystem::file_size(options.out)},
               {"original", options.original},
               {"blake2b_256", hash}});
    } else {
        std::cout << "Wrote " << options.out << (options.original ? ", the original" : "")
                  << ", checked against what was attached. It lies there unsealed.\n  BLAKE2b-256 " << hash << '\n';
    }
    return exit_done;
}

int share_originals(const Context& context, const VaultOptions& options) {
    const Cancellable cancellable;
    const auto session = options.open();
    const std::uint64_t shared = session->share_originals(cancellable.progress("sharing"));
    if (context.json) {
        print({{"photos", shared}});
    } else {
        std::cout << "Gave the keys of " << shared << " originals to coordinators' devices that lacked them.\n";
    }
    return exit_done;
}

std::string_view name_of(vault::Finding::Kind kind) {
    using Kind = vault::Finding::Kind;
    switch (kind) {
        case Kind::seal:
            return "seal";
        case Kind::state:
            return "state";
        case Kind::chain:
            return "chain";
        case Kind::signature:
            return "signature";
        case Kind::blob:
            return "evidence";
        case Kind::database:
            return "database";
    }
    return "database";
}

int verify(const Context& context, const VaultOptions& vault) {
    const Cancellable cancellable;
    const auto session = vault.open();
    const vault::VerifyReport report = session->verify(cancellable.progress("verifying"));
    if (context.json) {
        Json findings = Json::array();
        for (const vault::Finding& finding : report.findings) {
            findings.push_back({{"kind", name_of(finding.kind)}, {"place", finding.place}, {"reason", finding.reason}});
        }
        print({{"sound", report.findings.empty()},
               {"rows", report.rows},
               {"revisions", report.revisions},
               {"signed_segments", report.segments},
               {"records", report.records},
               {"evidence", report.blobs},
               {"findings", findings}});
    } else {
        std::cout << "Checked " << report.rows << " rows, " << report.revisions << " revisions, " << report.segments
                  << " signed segments, " << report.records << " records, " << report.blobs
                  << " pieces of evidence: " << (report.findings.empty() ? "all sound." : "NOT SOUND.") << '\n';
        for (const vault::Finding& finding : report.findings) {
            std::cout << "  " << name_of(finding.kind) << ", " << plain(finding.place) << ": " << plain(finding.reason)
                      << '\n';
        }
    }
    return report.findings.empty() ? exit_done : exit_damaged;
}

struct GenerateOptions {
    VaultOptions vault;
    std::uint64_t sites = 0;
    std::uint64_t assessments = 0;
    std::uint64_t seed = 0;
};

int generate(const Context& context, const GenerateOptions& options) {
    const Cancellable cancellable;
    const auto session = options.vault.open();
    session->generate(options.sites, options.assessments, options.seed, cancellable.progress("generating"));
    if (context.json) {
        print({{"sites", options.sites}, {"assessments", options.assessments}, {"seed", options.seed}});
    } else {
        std::cout << "Generated " << options.sites << " sites and " << options.assessments << " assessments.\n";
    }
    return exit_done;
}

}  // namespace

void add_upkeep_commands(CLI::App& app, Context& context) {
    CLI::App& evidence = add_group(app, "evidence", "Take evidence out of the vault");
    auto saved = std::make_shared<EvidenceOptions>();
    CLI::App& save = add_command(evidence, context, "save", "Write a piece of evidence to a file",
                                 [&context, saved] { return save_evidence(context, *saved); });
    saved->vault.add_to(save);
    save.add_option("ID", saved->id, "The evidence's id, or its first digits")->required()->type_name("");
    save.add_option("--out", saved->out, "The file to write")->required()->type_name("FILE");
    save.add_flag("--original", saved->original,
                  "A photo as the camera wrote it; for coordinators, and on the device that attached it");
    auto sharing = std::make_shared<VaultOptions>();
    sharing->add_to(add_command(evidence, context, "share-originals",
                                "Let coordinators who joined later open the originals of photos that this device can open",
                                [&context, sharing] { return share_originals(context, *sharing); }));

    auto checked = std::make_shared<VaultOptions>();
    checked->add_to(add_command(app, context, "verify", "Check every seal, chain, signature and state of the vault",
                                [&context, checked] { return verify(context, *checked); }));

    auto made = std::make_shared<GenerateOptions>();
    CLI::App& command =
        add_command(app, context, "generate", "Fill the vault with realistic data, for benchmarks and trials",
                    [&context, made] { return generate(context, *made); });
    made->vault.add_to(command);
    command.add_option("--sites", made->sites, "How many sites")->required()->type_name("N");
    command.add_option("--assessments", made->assessments, "How many assessments")->required()->type_name("N");
    command.add_option("--seed", made->seed, "The same seed gives the same data")->required()->type_name("S");
}

}  // namespace fieldseal::ctl
