// attach: one file to an assessment, with what is done to a photo before others see it.
#include <charconv>
#include <cmath>
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "app/ctl/photo_output.h"

namespace fieldseal::ctl {

namespace {

struct AttachOptions {
    VaultOptions vault;
    std::string assessment;
    std::string file;
    std::string question;
    std::string caption;
    int rotate = 0;
    std::uint32_t max_side = 0;
    std::vector<std::string> redact;
    bool keep_metadata = false;
};

/// "0.1,0.2,0.5,0.25": left, top, width, height as parts of the picture. A box covers what it touches, so it is rounded outwards.
picture::Box box_of(const std::string& text) {
    double parts[4];
    const char* at = text.data();
    const char* const end = at + text.size();
    bool good = true;
    for (int i = 0; i < 4 && good; ++i) {
        const auto [behind, error] = std::from_chars(at, end, parts[i], std::chars_format::fixed);
        good = error == std::errc{} && parts[i] >= 0 && parts[i] <= 1 && (i == 3 ? behind == end : behind != end && *behind == ',');
        at = good && i < 3 ? behind + 1 : behind;
    }
    if (!good || parts[2] == 0 || parts[3] == 0 || parts[0] + parts[2] > 1 + 1e-9 || parts[1] + parts[3] > 1 + 1e-9) {
        throw Error(ErrorCode::usage, "--redact takes X,Y,WIDTH,HEIGHT as parts of the picture between 0 and 1, such as 0.25,0.1,0.5,0.2; it must lie within the picture.");
    }
    const auto low = [](double part) { return static_cast<std::uint16_t>(std::floor(part * picture::box_unit)); };
    const auto high = [](double part) { return static_cast<std::uint16_t>(std::min(std::ceil(part * picture::box_unit), double{picture::box_unit})); };
    const std::uint16_t left = low(parts[0]);
    const std::uint16_t top = low(parts[1]);
    return {left, top, static_cast<std::uint16_t>(high(parts[0] + parts[2]) - left), static_cast<std::uint16_t>(high(parts[1] + parts[3]) - top)};
}

int attach(const Context& context, const AttachOptions& options) {
    if (options.rotate % 90 != 0 || options.rotate < -270 || options.rotate > 270) {
        throw Error(ErrorCode::usage, "--rotate takes 90, 180 or 270 degrees, clockwise.");
    }
    session::AttachChoice choice{options.keep_metadata, {(options.rotate / 90 + 4) % 4, {}, options.max_side}};
    for (const std::string& text : options.redact) {
        choice.cleaning.boxes.push_back(box_of(text));
    }
    const auto session = options.vault.open();
    const RecordId assessment = session->resolve_record(options.assessment);
    const session::AssessmentView before = session->assessment(assessment);
    if (!options.question.empty() && before.questions && before.questions->find(options.question) == nullptr) {
        throw Error(ErrorCode::failed, "--question " + options.question + ": " + before.questions->id + " has no such question.");
    }
    const Cancellable cancellable;
    const RecordId id = session->attach(assessment, options.question, options.file, options.caption, cancellable.progress("attaching"), choice);
    const session::AssessmentView view = session->assessment(assessment);
    const session::EvidenceView item = *std::ranges::find(view.evidence, id, &session::EvidenceView::id);
    if (context.json) {
        Json json{{"evidence", id.hex()},
                  {"assessment", assessment.hex()},
                  {"media_type", item.evidence.media_type},
                  {"bytes", item.evidence.size},
                  {"blake2b_256", item.evidence.content.hex()}};
        add_photo_json(item, json);
        print(json);
        return exit_done;
    }
    std::cout << "Attached " << id.hex() << ", " << size_text(static_cast<std::uint64_t>(item.evidence.size)) << '\n';
    print_photo(item);
    if (!item.evidence.was_cleaned()) {
        std::cout << "  kept as it is: readers see everything that the file says\n";
    }
    return exit_done;
}

}  // namespace

void add_attach_command(CLI::App& app, Context& context) {
    auto options = std::make_shared<AttachOptions>();
    CLI::App& command = add_command(app, context, "attach", "Attach a file to an assessment; a photo is cleaned for readers, its original sealed",
                                    [&context, options] { return attach(context, *options); });
    options->vault.add_to(command);
    command.add_option("ASSESSMENT", options->assessment, "The assessment's id, or its first digits")->required()->type_name("");
    command.add_option("FILE", options->file, "The file")->required()->type_name("");
    command.add_option("--question", options->question, "The question that it is about")->type_name("ID");
    command.add_option("--caption", options->caption, "What it shows")->type_name("TEXT");
    command.add_option("--rotate", options->rotate, "Turn a photo clockwise by 90, 180 or 270 degrees, after it was turned as its camera says")->type_name("DEGREES");
    command.add_option("--redact", options->redact, "Black out a part of a photo: left, top, width, height as parts of it, such as 0.25,0.1,0.5,0.2; may be given again")
        ->type_name("X,Y,W,H")
        ->expected(1)
        ->take_all();
    command.add_option("--max-side", options->max_side, "Make a photo smaller, so that its longest side has at most so many pixels")->type_name("N")->check(CLI::Range(16u, 32'000u));
    command.add_flag("--keep-metadata", options->keep_metadata, "Attach a photo as it is: readers see where it was taken, with which camera and when");
}

}  // namespace fieldseal::ctl
