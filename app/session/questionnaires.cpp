// Questionnaires: those that coordinators handed out, handing out one more, and which assessments keep to which.
#include <algorithm>

#include "app/session/implementation.h"
#include "model/crypto/hash.h"

namespace fieldseal::session {

namespace {

constexpr std::string_view summaries_key = "summaries";

/// Throws for a file that is not to become a version beside those at hand.
void require_next_version(const portfolio::TemplateShelf& shelf, const questionnaire::Template& questions) {
    if (shelf.by_hash(questionnaire::content_hash(questions))) {
        throw Error(ErrorCode::refused, "Version " + questions.version + " of " + questions.id +
                                            " is here already, with the same contents: there is nothing to publish.");
    }
    if (shelf.by_version(questions.id, questions.version)) {
        throw Error(ErrorCode::refused, "Version " + questions.version + " of " + questions.id +
                                            " exists already with other contents, and a version never changes. Give "
                                            "the file a higher version.");
    }
    const auto newest = shelf.by_id(questions.id);
    if (newest && questionnaire::version_order(questions.version, newest->version) <= 0) {
        throw Error(ErrorCode::refused, "The newest version of " + questions.id + " here is " + newest->version + ". " +
                                            questions.version +
                                            " is not higher, so no new assessment would take it. Give the file a "
                                            "higher version.");
    }
}

}  // namespace

void Session::Implementation::load_questionnaires() {
    for (const Bytes& file : exchange->questionnaires()) {
        const Hash hash = crypto::plain_hash(file);
        if (templates.by_hash(hash)) {
            continue;
        }
        try {
            templates.add(std::make_shared<const questionnaire::Template>(
                questionnaire::load_template(file, hash.hex().substr(0, 16))));
        } catch (const Error&) {
            // Of a newer program, or kept by an older one that took everything: the vault opens without it, and its
            // assessments say that their questionnaire is not here.
        }
    }
}

void Session::Implementation::renew_summaries() {
    const std::string made_with = portfolio::summaries_made_with(templates);
    const std::optional<Bytes> before = vault->shelf("setting").get(summaries_key);
    if ((before && text_of(*before) == made_with) || made_with == summaries_tried) {
        return;
    }
    summaries_tried = made_with;
    try {
        vault->refresh_summaries();
        vault->shelf("setting").put(summaries_key, view_of(made_with));
    } catch (const Error&) {
        // A record that cannot be read is told by `verify`, a full disk by whatever writes next; tried again when the vault is
        // opened next.
    }
    touch_everything();
}

Publication Session::would_publish(ByteView file) {
    Implementation& self = *implementation_;
    exchange::Exchange& exchange = self.joined();
    Publication publication;
    publication.questions =
        std::make_shared<const questionnaire::Template>(questionnaire::load_template(file, "questionnaire"));
    const questionnaire::Template& questions = *publication.questions;
    publication.before = self.templates.by_id(questions.id);
    if (publication.before) {
        publication.changes = questionnaire::compare_templates(*publication.before, questions);
        const Hash newest = questionnaire::content_hash(*publication.before);
        for (const auto& [hash, uses] : template_uses()) {
            const auto used = self.templates.by_hash(hash);
            publication.keep_theirs += used && used->id == questions.id ? uses : 0;
            publication.use_before += hash == newest ? uses : 0;
        }
    }
    try {
        exchange.require_may_publish();
        require_next_version(self.templates, questions);
    } catch (const Error& refusal) {
        publication.problem = refusal.what();
    }
    return publication;
}

Publication Session::publish(ByteView file) {
    Implementation& self = *implementation_;
    Publication publication = would_publish(file);
    if (!publication.problem.empty()) {
        throw Error(ErrorCode::refused, publication.problem);
    }
    self.joined().add_questionnaire(file);
    self.templates.add(publication.questions);
    // Assessments of a colleague who had it before may lie here without a score.
    self.renew_summaries();
    return publication;
}

std::map<Hash, std::uint64_t> Session::template_uses() {
    const std::shared_ptr<const Snapshot> now = snapshot();
    std::map<std::string, Hash, std::less<>> marks;
    for (const auto& questions : now->templates) {
        const Hash hash = questionnaire::content_hash(*questions);
        marks.emplace(portfolio::template_mark(hash), hash);
    }
    std::map<Hash, std::uint64_t> uses;
    for (const std::shared_ptr<const Row>& row : now->assessments) {
        const auto found = marks.find(portfolio::template_mark_of(row->summary));
        if (found != marks.end()) {
            ++uses[found->second];
        }
    }
    return uses;
}

}  // namespace fieldseal::session
