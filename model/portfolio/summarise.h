// The summary of a record: what lists, filters and tables show of it.
#pragma once

#include <memory>

#include "model/questionnaire/template.h"
#include "model/vault/summary.h"

namespace fieldseal::portfolio {

/// The templates at hand, by content hash; built-in ones and those that came in bundles.
class TemplateShelf {
  public:
    /// Holds the built-in templates.
    TemplateShelf();
    void add(std::shared_ptr<const questionnaire::Template> item);
    std::shared_ptr<const questionnaire::Template> by_hash(const Hash& hash) const;
    /// The newest version with this id.
    std::shared_ptr<const questionnaire::Template> by_id(std::string_view id) const;
    std::vector<std::shared_ptr<const questionnaire::Template>> all() const;

  private:
    std::vector<std::shared_ptr<const questionnaire::Template>> items_;
    /// Of each item, by place: a template is asked for with every assessment, and its file is long.
    std::vector<Hash> hashes_;
};

/// Content part of a summary (title, sector, score, ...): for Vault::use_summarise. An assessment needs its site's
/// sector for add-ons: `sector_of` gives it. `now_ms` is asked once per call, for staleness.
vault::Summarise make_summarise(const TemplateShelf& templates,
                                std::function<std::string(const RecordId& site)> sector_of,
                                std::function<std::int64_t()> now_ms);

}  // namespace fieldseal::portfolio
