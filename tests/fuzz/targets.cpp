#include "targets.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "model/codec/compress.h"
#include "model/codec/value.h"
#include "model/crypto/hash.h"
#include "model/error/error.h"
#include "model/history/revision.h"
#include "sync/team/hub_token.h"
#include "sync/team/invitation_codec.h"
#include "team_world.h"

namespace fieldseal::fuzz {

namespace {

using vectors::TeamWorld;

const TeamWorld& team_world() {
    static crypto::SeededRandom random(5);
    static const TeamWorld one = [] {
        const crypto::ReplayedSodium replayed(random);
        return TeamWorld(random);
    }();
    return one;
}

/// What is accepted encodes to the same bytes.
template <class Decode, class Encode>
void read_and_write(ByteView input, Decode decode, Encode encode) {
    tolerate([&] {
        const auto value = decode(input);
        const auto again = encode(value);
        const ByteView bytes = [&] {
            if constexpr (requires { again.view(); }) {
                return again.view();
            } else {
                return ByteView(again);
            }
        }();
        insist(std::ranges::equal(bytes, input), "what was accepted encodes to the same bytes");
    });
}

void run_roster(ByteView input) {
    read_and_write(input, team::decode_roster, [](const team::Roster& roster) {
        team::check(roster, team_world().roster);
        team::check(team_world().roster, roster);
        return team::encode(roster);
    });
}

std::vector<Bytes> roster_seeds() {
    team::Roster extended = team_world().roster;
    extended.extensions = {{64, {1}}};
    extended.holds = {{team_world().open_invitation.invite, 0, Bytes(60, 1)}};
    return {team::encode(team_world().founding.roster), team::encode(extended)};
}

void run_invitation(ByteView input) {
    read_and_write(input, team::decode_invitation, team::encode_invitation);
}

std::vector<Bytes> invitation_seeds() {
    const crypto::Secret content = team::encode_invitation(team_world().open_invitation);
    return {Bytes(content.view().begin(), content.view().end())};
}

void run_enrolment(ByteView input) {
    read_and_write(input, team::decode_enrolment, [](const team::Enrolment& enrolment) {
        team::check(enrolment, team_world().roster, TeamWorld::now);
        return team::encode(enrolment);
    });
}

std::vector<Bytes> enrolment_seeds() {
    const TeamWorld& world = team_world();
    return {team::encode(team::make_enrolment(world.open_invitation, world.reviewer, TeamWorld::now))};
}

const team::AccessList& access_list() {
    static const team::AccessList one = team::access_list_of(
        team_world().roster, team_world().founding.deployment, team_world().founding.keys.signing);
    return one;
}

void run_access_list(ByteView input) {
    read_and_write(input, team::decode_access_list, [](const team::AccessList& list) {
        team::check(list, access_list());
        team::check(access_list(), list);
        return team::encode(list);
    });
}

std::vector<Bytes> access_list_seeds() {
    return {team::encode(access_list())};
}

void run_hub_token(ByteView input) {
    const std::optional<team::HubToken> token = team::decode_hub_token(text_of(input));
    if (!token) {
        return;
    }
    insist(std::ranges::equal(team::encode(*token).view(), input), "what was accepted encodes to the same bytes");
    const std::string audiences[] = {"sha256//pin"};
    for (const team::AccessBox& box : access_list().boxes) {
        team::opens(*token, box, access_list().deployment, audiences);
    }
}

std::vector<Bytes> hub_token_seeds() {
    std::vector<Bytes> seeds;
    const TeamWorld& world = team_world();
    for (const auto& enrolment : {std::optional<team::Enrolment>(), std::optional(team::make_enrolment(
                                                                        world.open_invitation, world.reviewer, 7))}) {
        const crypto::Secret text = team::encode(team::make_hub_token(world.founding.deployment.id, "sha256//pin",
                                                                      world.reviewer.signing, enrolment));
        seeds.emplace_back(text.view().begin(), text.view().end());
    }
    return seeds;
}

void run_edits(ByteView input) {
    const auto decode = [](ByteView bytes) {
        codec::Reader in(bytes, "edits");
        codec::Edits edits = codec::read_edits(in);
        in.expect_end();
        return edits;
    };
    read_and_write(input, decode, [](const codec::Edits& edits) {
        codec::Writer out;
        codec::write_edits(out, edits);
        return out.take();
    });
}

history::Revision some_revision() {
    history::Revision revision;
    revision.sequence = 2;
    revision.previous.bytes[0] = 1;
    revision.parents.push_back(revision.previous);
    revision.time = {1'800'000'000'000, 12, 1'800'000'000'001};
    revision.edits = {{"answers/CSB-GV-01/note", codec::Value(std::string("Ні"))},
                      {"answers/CSB-GV-01/basis", codec::Value(std::int64_t{3})},
                      {"area", codec::Value(2.5)},
                      {"gone", std::nullopt},
                      {"hash", codec::Value(Bytes{1, 2})},
                      {"unsure", codec::Value(true)}};
    return revision;
}

std::vector<Bytes> edits_seeds() {
    codec::Writer out;
    codec::write_edits(out, some_revision().edits);
    return {out.take(), {0}};
}

/// Head and body behind one another, the head's length in front.
void run_revision(ByteView input) {
    const auto decode = [](ByteView bytes) {
        codec::Reader in(bytes, "revision");
        const ByteView head = in.bytes(bytes.size());
        return history::decode_revision(head, in.raw(in.left()));
    };
    read_and_write(input, decode, [](const history::Revision& revision) {
        const Bytes body = history::encode_body(revision);
        codec::Writer out;
        out.bytes(history::encode_head(revision, crypto::hash("fieldseal/v1/revision-body", body)));
        out.raw(body);
        return out.take();
    });
}

std::vector<Bytes> revision_seeds() {
    const history::Revision revision = some_revision();
    const Bytes body = history::encode_body(revision);
    codec::Writer out;
    out.bytes(history::encode_head(revision, crypto::hash("fieldseal/v1/revision-body", body)));
    out.raw(body);
    return {out.take()};
}

void run_decompress(ByteView input) {
    tolerate([&] { codec::decompress(input, 1u << 20); });
}

std::vector<Bytes> decompress_seeds() {
    return {codec::compress(Bytes(1000, 7), 3), codec::compress(revision_seeds()[0], 19)};
}

constexpr Target all_targets[] = {
    {"bundle", run_bundle, bundle_seeds},
    {"bundle_file", run_bundle_file, bundle_file_seeds},
    {"roster", run_roster, roster_seeds},
    {"invitation", run_invitation, invitation_seeds},
    {"enrolment", run_enrolment, enrolment_seeds},
    {"access_list", run_access_list, access_list_seeds},
    {"hub_token", run_hub_token, hub_token_seeds},
    {"hub_path", run_hub_path, hub_path_seeds},
    {"propfind", run_propfind, propfind_seeds},
    {"edits", run_edits, edits_seeds},
    {"revision", run_revision, revision_seeds},
    {"decompress", run_decompress, decompress_seeds},
    {"log_item", run_log_item, log_item_seeds},
    {"receipt", run_receipt, receipt_seeds},
    {"questionnaire", run_questionnaire, questionnaire_seeds},
    {"sealed_file", run_sealed_file, sealed_file_seeds},
    {"kit", run_kit, kit_seeds},
    {"vault", run_vault, vault_seeds},
    {"import", run_import, import_seeds},
    {"server_answer", run_server_answer, server_answer_seeds},
    {"picture", run_picture, picture_seeds},
    {"site_table", run_site_table, site_table_seeds},
};

}  // namespace

std::span<const Target> targets() {
    return all_targets;
}

const Target& target(const std::string& name) {
    for (const Target& candidate : all_targets) {
        if (name == candidate.name) {
            return candidate;
        }
    }
    throw std::out_of_range("no such target: " + name);
}

void insist(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "does not hold: %s\n", what);
        std::abort();
    }
}

void tolerate(const std::function<void()>& read) {
    try {
        read();
    } catch (const Error& error) {
        const ErrorCode code = error.code();
        insist(code == ErrorCode::damaged || code == ErrorCode::too_large || code == ErrorCode::newer_version,
               "a reader refuses as damaged, too large or newer");
    }
}

}  // namespace fieldseal::fuzz
