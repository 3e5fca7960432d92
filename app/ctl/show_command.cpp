// show: one record, wholly.
#include <algorithm>
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/conflict_output.h"
#include "app/ctl/exchange_output.h"
#include "app/ctl/help_output.h"
#include "app/ctl/output.h"
#include "app/ctl/photo_output.h"
#include "model/interchange/record_json.h"

namespace fieldseal::ctl {

namespace {

struct ShowOptions {
    VaultOptions vault;
    std::string id;
};

Json evidence_json(const session::EvidenceView& item) {
    const record::Evidence& evidence = item.evidence;
    Json json;
    json["evidence"] = item.id.hex();
    json["assessment"] = evidence.assessment.hex();
    json["question"] = evidence.question;
    json["file_name"] = evidence.file_name;
    json["media_type"] = evidence.media_type;
    json["bytes"] = evidence.size;
    json["blake2b_256"] = evidence.content.hex();
    json["caption"] = evidence.caption;
    json["added_at"] = iso_time(evidence.added_ms);
    add_photo_json(item, json);
    return json;
}

Json review_json(const session::ReviewView& item) {
    Json json;
    json["review"] = item.id.hex();
    json["assessment"] = item.review.assessment.hex();
    json["verdict"] = verdict_name(item.review.verdict);
    json["question"] = item.review.question;
    json["text"] = item.review.text;
    json["author"] = item.author;
    json["seen"] = item.review.seen.hex();
    json["at"] = iso_time(item.review.at_ms);
    json["delivery"] = exchange::name_of(item.delivery);
    return json;
}

Json site_json(const session::Snapshot& snapshot, const session::SiteView& view) {
    Json json;
    json["kind"] = "site";
    json["id"] = view.id.hex();
    json["delivery"] = exchange::name_of(view.delivery);
    json["drafted"] = view.drafted;
    json["record"] = parsed(interchange::to_json(view.site));
    json["assessments"] = Json::array();
    for (const auto& row : snapshot.assessments) {
        if (row->summary.parent == view.id) {
            json["assessments"].push_back(
                {{"assessment", row->summary.id.hex()},
                 {"visited_on", row->summary.date},
                 {"state", state_name(static_cast<record::AssessmentState>(row->summary.state))},
                 {"score", row->summary.score < 0 ? Json(nullptr) : Json(row->summary.score / 1000.0)},
                 {"verdict", row->verdict ? Json(verdict_name(*row->verdict)) : Json(nullptr)},
                 {"delivery", exchange::name_of(row->delivery)}});
        }
    }
    json["conflicts"] = conflicts_json(view.id, view.conflicts);
    return json;
}

void print_site(const session::Snapshot& snapshot, const session::SiteView& view) {
    std::cout << "Site " << view.id.hex() << " (" << exchange::name_of(view.delivery) << ")\n"
              << plain(interchange::to_json(view.site));
    for (const auto& row : snapshot.assessments) {
        if (row->summary.parent == view.id) {
            std::cout << "Assessment " << short_id(row->summary.id.view()) << "  visited "
                      << one_line(row->summary.date, 10) << "  "
                      << state_name(static_cast<record::AssessmentState>(row->summary.state)) << "  "
                      << exchange::name_of(row->delivery) << '\n';
        }
    }
    print_conflicts(view.id, view.conflicts);
}

/// Answers that are numbers, with what the record does not say: the unit, the level reached, what was asked.
Json numbers_json(const session::AssessmentView& view) {
    Json numbers = Json::array();
    for (const auto& [id, answer] : view.assessment.answers) {
        const questionnaire::Question* question = view.questions ? view.questions->find(id) : nullptr;
        if (question == nullptr || !question->number || answer.value.state != record::AnswerValue::State::number) {
            continue;
        }
        const std::optional<int> level = questionnaire::level_of(*question, answer);
        numbers.push_back({{"question", id},
                           {"number", answer.value.number},
                           {"unit", question->number->unit},
                           {"label", question->number->label.en},
                           {"level", level ? Json(*level) : Json(nullptr)}});
    }
    return numbers;
}

Json assessment_json(session::Session& session, const session::AssessmentView& view) {
    const record::Assessment& assessment = view.assessment;
    Json json;
    json["kind"] = "assessment";
    json["id"] = view.id.hex();
    json["site"] = assessment.site.hex();
    json["site_name"] = view.site.name;
    json["template"] = {{"id", assessment.template_id},
                        {"version", assessment.template_version},
                        {"hash", assessment.template_hash.hex()}};
    json["assessor"] = session.name_of_person(assessment.assessor);
    json["state"] = state_name(assessment.state);
    json["started_at"] = iso_time(assessment.started_ms);
    json["finalised_at"] = assessment.finalised_ms == 0 ? Json(nullptr) : Json(iso_time(assessment.finalised_ms));
    json["delivery"] = exchange::name_of(view.delivery);
    json["drafted"] = view.drafted;
    json["score"] = score_json(view.questions.get(), view.score);
    json["record"] = parsed(interchange::to_json(assessment));
    json["numbers"] = numbers_json(view);
    json["evidence"] = Json::array();
    for (const session::EvidenceView& item : view.evidence) {
        Json evidence = evidence_json(item);
        evidence["bytes_here"] = item.held;
        evidence["delivery"] = exchange::name_of(item.delivery);
        json["evidence"].push_back(std::move(evidence));
    }
    json["findings"] = Json::array();
    for (const session::FindingView& item : view.findings) {
        json["findings"].push_back(item.id.hex());
    }
    json["needs"] = Json::array();
    for (const session::NeedView& item : view.needs) {
        json["needs"].push_back(item.id.hex());
    }
    json["reviews"] = Json::array();
    for (const session::ReviewView& item : view.reviews) {
        json["reviews"].push_back(review_json(item));
    }
    json["conflicts"] = conflicts_json(view.id, view.conflicts);
    json["heads"] = Json::array();
    for (const Hash& head : view.heads) {
        json["heads"].push_back(head.hex());
    }
    return json;
}

void print_assessment(session::Session& session, const session::AssessmentView& view) {
    const record::Assessment& assessment = view.assessment;
    std::cout << "Assessment " << view.id.hex() << " (" << exchange::name_of(view.delivery) << ")\nof "
              << one_line(view.site.name) << ", site " << short_id(assessment.site.view()) << "\nby "
              << one_line(session.name_of_person(assessment.assessor)) << ", " << state_name(assessment.state) << ", "
              << assessment.template_id << " " << assessment.template_version
              << "\nScore: " << score_text(view.questions.get(), view.score) << '\n'
              << plain(interchange::to_json(assessment));
    for (const Json& number : numbers_json(view)) {
        const std::string unit = number["unit"].get<std::string>();
        std::cout << "Number " << number["question"].get<std::string>() << "  "
                  << one_line(number["number"].get<std::string>(), 30) << (unit == "count" ? "" : " " + unit)
                  << "  level " << (number["level"].is_null() ? "-" : number["level"].dump()) << "  "
                  << one_line(number["label"].get<std::string>()) << '\n';
    }
    for (const session::EvidenceView& item : view.evidence) {
        std::cout << "Evidence " << short_id(item.id.view()) << "  " << one_line(item.evidence.file_name, 60) << "  "
                  << size_text(static_cast<std::uint64_t>(item.evidence.size)) << "  "
                  << one_line(item.evidence.question, 30) << "  " << exchange::name_of(item.delivery) << '\n';
        print_photo(item);
    }
    for (const session::ReviewView& item : view.reviews) {
        std::cout << "Review " << short_id(item.id.view()) << "  " << verdict_name(item.review.verdict) << " by "
                  << one_line(item.author, 40) << "  " << iso_time(item.review.at_ms) << "  "
                  << one_line(item.review.question, 30) << '\n';
        if (!item.review.text.empty()) {
            std::cout << "  " << plain(item.review.text) << '\n';
        }
    }
    print_conflicts(view.id, view.conflicts);
}

/// Evidence, reviews and members have no form of their own that people fill in: their fields, as docs/formats/record.md
/// names them.
void show_fields(const Context& context, session::Session& session, const RecordId& id, const session::Row& row) {
    const std::vector<Hash> heads = session.heads(id);
    const codec::FieldMap fields = heads.empty() ? codec::FieldMap{} : session.state_at(heads.front());
    Json json;
    json["kind"] = record::name_of(row.summary.kind);
    json["id"] = id.hex();
    json["delivery"] = exchange::name_of(row.delivery);
    json["record"] = Json::object();
    for (const auto& [path, value] : fields) {
        json["record"][path] = value_json(value);
    }
    if (context.json) {
        print(json);
        return;
    }
    std::cout << record::name_of(row.summary.kind) << ' ' << id.hex() << " (" << exchange::name_of(row.delivery)
              << ")\n";
    for (const auto& [path, value] : fields) {
        std::cout << "  " << path << ": " << value_text(value) << '\n';
    }
}

/// False where it is none of what `help` holds, a removed record for example.
bool show_help(const Context& context, session::Session& session, const session::Snapshot& snapshot,
               const session::Row& row) {
    const auto help = session.help();
    const RecordId& id = row.summary.id;
    Json line;
    if (const portfolio::FindingLine* finding = help->finding(id)) {
        line = finding_json(snapshot, *finding);
    } else if (const portfolio::NeedLine* need = help->need(id)) {
        line = need_json(*help, *need);
    } else if (const portfolio::OfferLine* offer = help->offer(id)) {
        line = offer_json(*offer);
    } else if (const portfolio::PledgeLine* pledge = help->pledge(id)) {
        line = pledge_json(*pledge);
    } else if (const auto found = std::ranges::find(help->assignments, id, &portfolio::AssignmentLine::id);
               found != help->assignments.end()) {
        line = assignment_json(snapshot, *found);
    } else {
        return false;
    }
    Json json;
    json["kind"] = record::name_of(row.summary.kind);
    json["id"] = id.hex();
    json["delivery"] = exchange::name_of(row.delivery);
    json.update(line);
    if (context.json) {
        print(json);
        return true;
    }
    std::cout << record::name_of(row.summary.kind) << ' ' << id.hex() << " (" << exchange::name_of(row.delivery)
              << ")\n"
              << plain(line.dump(2)) << '\n';
    return true;
}

int show(const Context& context, const ShowOptions& options) {
    const auto session = options.vault.open();
    const RecordId id = session->resolve_record(options.id);
    const auto snapshot = session->snapshot();
    const auto row = snapshot->find(id);
    for (const session::ErasedRow& erased : snapshot->erased) {
        if (erased.stub.record == id) {
            throw Error(
                ErrorCode::refused,
                "Record " + options.id +
                    (erased.stub.sealed ? " was sealed to the team when it was finalised: nobody can read it on "
                                          "this device. It comes back if a reviewer returns it."
                                        : " was erased on this device after it had been delivered; only "
                                          "`status` still shows where it stands. Coordinators have it."));
        }
    }
    for (const exchange::Erased& erased : session->erased_everywhere()) {
        if (!row && erased.record == id) {
            throw Error(ErrorCode::refused, erased_line(erased) + "Only that is left of it; `history` says the same.");
        }
    }
    if (!row) {
        throw Error(ErrorCode::not_found, "There is no record " + options.id + " in this vault.");
    }
    switch (row->summary.kind) {
        case record::Kind::site: {
            const session::SiteView view = session->site(id);
            context.json ? print(site_json(*snapshot, view)) : print_site(*snapshot, view);
            break;
        }
        case record::Kind::assessment: {
            const session::AssessmentView view = session->assessment(id);
            context.json ? print(assessment_json(*session, view)) : print_assessment(*session, view);
            break;
        }
        case record::Kind::finding:
        case record::Kind::need:
        case record::Kind::offer:
        case record::Kind::pledge:
        case record::Kind::assignment:
            if (!show_help(context, *session, *snapshot, *row)) {
                show_fields(context, *session, id, *row);
            }
            break;
        default:
            show_fields(context, *session, id, *row);
            break;
    }
    return exit_done;
}

}  // namespace

void add_show_command(CLI::App& app, Context& context) {
    auto options = std::make_shared<ShowOptions>();
    CLI::App& command =
        add_command(app, context, "show",
                    "Print one record: a site, an assessment with its score and reviews, a piece of evidence, a review",
                    [&context, options] { return show(context, *options); });
    options->vault.add_to(command);
    command.add_option("ID", options->id, "The record's id, or its first digits")->required()->type_name("");
}

}  // namespace fieldseal::ctl
