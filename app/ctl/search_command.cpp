// search: where words stand, in everything that one may see.
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

struct SearchOptions {
    VaultOptions vault;
    std::vector<std::string> words;
    std::size_t most = 20;
};

/// Records read at a time, between looks at Ctrl+C.
constexpr std::size_t reading_step = 200;

Json found_json(const session::FoundText& found) {
    Json marks = Json::array();
    for (const portfolio::TextMark& mark : found.snippet.marks) {
        marks.push_back(found.snippet.text.substr(mark.start, mark.size));
    }
    const auto id = [](const RecordId& record) { return record.is_zero() ? Json(nullptr) : Json(record.hex()); };
    return {{"record", found.record.hex()},
            {"site", id(found.site)},
            {"assessment", id(found.assessment)},
            {"title", found.title},
            {"visited_on", found.visited_on.empty() ? Json(nullptr) : Json(found.visited_on)},
            {"question", found.question.empty() ? Json(nullptr) : Json(found.question)},
            {"path", found.path},
            {"text", found.snippet.text},
            {"found", marks}};
}

void print_found(const session::FoundText& found) {
    std::cout << "  " << short_id(found.record.view()) << "  " << one_line(found.title, 60);
    if (!found.visited_on.empty()) {
        std::cout << ", " << one_line(found.visited_on, 10);
    }
    std::cout << ", " << one_line(found.path, 60);
    // The path of an answer names it already.
    if (!found.question.empty() && !found.path.starts_with("answers/")) {
        std::cout << ", " << one_line(found.question, 40);
    }
    std::cout << "\n      " << one_line(found.snippet.text, 200) << '\n';
}

int search(const Context& context, const SearchOptions& options) {
    const auto session = options.vault.open();
    std::string query;
    for (const std::string& word : options.words) {
        query += (query.empty() ? "" : " ") + word;
    }
    if (portfolio::words_in(query).empty()) {
        throw Error(ErrorCode::usage, "Give a word to search for.");
    }
    const Cancellable cancellable;
    const vault::Progress progress = cancellable.progress("Reading");
    for (session::TextReading reading; !(reading = session->read_for_search(reading_step)).done();) {
        if (!progress(reading.read, reading.of)) {
            throw Error(ErrorCode::cancelled, "Cancelled.");
        }
    }
    const session::TextResults results = session->search_text(query, options.most);
    if (context.json) {
        Json groups = Json::array();
        for (const session::FoundGroup& group : results.groups) {
            Json list = Json::array();
            for (const session::FoundText& found : group.found) {
                list.push_back(found_json(found));
            }
            groups.push_back({{"kind", record::name_of(group.kind)}, {"total", group.total}, {"found", list}});
        }
        print({{"query", query}, {"groups", groups}});
        return exit_done;
    }
    if (results.groups.empty()) {
        std::cout << "Nothing found.\n";
    }
    for (const session::FoundGroup& group : results.groups) {
        std::cout << record::name_of(group.kind) << ": " << group.total << '\n';
        for (const session::FoundText& found : group.found) {
            print_found(found);
        }
        if (group.found.size() < group.total) {
            std::cout << "  and " << group.total - group.found.size() << " more\n";
        }
    }
    return exit_done;
}

}  // namespace

void add_search_command(CLI::App& app, Context& context) {
    auto options = std::make_shared<SearchOptions>();
    CLI::App& command =
        add_command(app, context, "search",
                    "Find words in all texts: sites, answers, findings, needs, offers, pledges, assignments, reviews, evidence",
                    [&context, options] { return search(context, *options); });
    options->vault.add_to(command);
    command
        .add_option("WORDS", options->words,
                    "Words that stand together in one text, in any order; each may be the beginning of a word")
        ->required()
        ->type_name("");
    command.add_option("--most", options->most, "Print at most so many places of each kind (20)")
        ->check(CLI::Range(1, 1000))
        ->type_name("N");
}

}  // namespace fieldseal::ctl
