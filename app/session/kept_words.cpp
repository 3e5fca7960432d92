// Words to an assessor or a reviewer while they are typed: kept like any other typing, though they are no record yet.
#include "app/session/implementation.h"
#include "model/codec/reader.h"
#include "model/codec/writer.h"

namespace fieldseal::session {

namespace {

constexpr std::string_view words_shelf = "typed_words";
constexpr std::size_t place_limit = 200;

using Words = std::map<std::string, std::string>;

Words read_words(const std::optional<Bytes>& kept) {
    Words words;
    if (kept) {
        codec::Reader in(*kept, "typed words");
        for (std::size_t left = in.count(kept->size(), 2); left > 0; --left) {
            std::string place = in.text(place_limit);
            words[std::move(place)] = in.text(kept->size());
        }
        in.expect_end();
    }
    return words;
}

}  // namespace

void Session::Implementation::drop_words_of_gone() {
    vault::Shelf shelf = vault->shelf(words_shelf);
    for (const Bytes& key : shelf.keys()) {
        if (key.size() != RecordId::size || !vault->summary(RecordId::from(key))) {
            shelf.remove(key);
        }
    }
}

void Session::keep_words(const RecordId& assessment, const std::string& place, const std::string& words) {
    vault::Shelf shelf = implementation_->vault->shelf(words_shelf);
    Words all = read_words(shelf.get(assessment.view()));
    if (words.empty()) {
        all.erase(place);
    } else {
        all[place] = words;
    }
    if (all.empty()) {
        shelf.remove(assessment.view());
        return;
    }
    codec::Writer out;
    out.number(all.size());
    for (const auto& [each, text] : all) {
        out.text(each);
        out.text(text);
    }
    shelf.put(assessment.view(), out.view());
}

std::map<std::string, std::string> Session::kept_words(const RecordId& assessment) {
    return read_words(implementation_->vault->shelf(words_shelf).get(assessment.view()));
}

}  // namespace fieldseal::session
