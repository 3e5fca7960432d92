// The summary of a record: what lists, filters and tables show of it.
#pragma once

#include <memory>

#include "model/questionnaire/template.h"
#include "model/vault/summary.h"

namespace fieldseal::portfolio {

/// The templates at hand, by content hash; built-in ones and those that came in bundles.
class TemplateShelf {
  public:
    /// Holds the built-in templates, the newest first.
    TemplateShelf();
    void add(std::shared_ptr<const questionnaire::Template> item);
    std::shared_ptr<const questionnaire::Template> by_hash(const Hash& hash) const;
    /// By the mark that summaries hold: template_mark().
    std::shared_ptr<const questionnaire::Template> by_mark(std::string_view mark) const;
    /// The newest version with this id: the one that a new assessment takes. Of equal versions one that came before a
    /// built-in one, and of several that came the one with the greater hash, so that every device takes the same.
    std::shared_ptr<const questionnaire::Template> by_id(std::string_view id) const;
    /// This version of it, chosen likewise; null where there is none.
    std::shared_ptr<const questionnaire::Template> by_version(std::string_view id, std::string_view version) const;
    /// All: the built-in ones as questionnaire::built_in_versions() has them, then as they came.
    std::vector<std::shared_ptr<const questionnaire::Template>> all() const;
    /// by_id() of each id, in the order of all().
    std::vector<std::shared_ptr<const questionnaire::Template>> newest() const;
    std::size_t size() const { return items_.size(); }
    /// In ascending order.
    std::vector<Hash> hashes() const;

  private:
    /// A template is asked for with every assessment, and its file is long: what is asked of it stands beside it.
    struct Item {
        Hash hash;
        std::string id;
        std::string version;
        /// Null for a built-in one, which is read when it is asked for: most vaults never need the oldest.
        std::shared_ptr<const questionnaire::Template> questions;
    };
    static std::shared_ptr<const questionnaire::Template> read(const Item& item);
    /// Whether `a` is taken before `b`, of one id.
    static bool goes_before(const Item& a, const Item& b);

    std::vector<Item> items_;
};

/// Tells apart what summaries were made with: the questionnaires at hand, and the version of this code.
std::string summaries_made_with(const TemplateShelf& templates);

/// What an assessment's summary says of its template: the beginning of the content hash, short enough to cost no memory
/// of its own.
std::string template_mark(const Hash& hash);
/// Of an assessment; empty in summaries that an older program made.
const std::string& template_mark_of(const vault::Summary& summary);
/// Of an assignment: day of the last visit that it tells of; empty where there was none.
const std::string& told_visit_of(const vault::Summary& summary);

/// Content part of a summary (title, sector, score, ...): for Vault::use_summarise. An assessment needs its site's
/// sector for add-ons: `sector_of` gives it. `now_ms` is asked once per call, for staleness.
vault::Summarise make_summarise(const TemplateShelf& templates,
                                std::function<std::string(const RecordId& site)> sector_of,
                                std::function<std::int64_t()> now_ms);

}  // namespace fieldseal::portfolio
