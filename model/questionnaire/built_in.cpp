#include "model/questionnaire/built_in.h"

extern "C" {
extern const std::uint8_t fieldseal_baseline_start[];
extern const std::uint8_t fieldseal_baseline_end[];
}

namespace fieldseal::questionnaire {

const std::vector<std::shared_ptr<const Template>>& built_in_templates() {
    static const std::vector<std::shared_ptr<const Template>> templates = [] {
        const ByteView baseline(fieldseal_baseline_start, fieldseal_baseline_end);
        return std::vector<std::shared_ptr<const Template>>{std::make_shared<const Template>(load_template(baseline, "civilian_site_baseline.json"))};
    }();
    return templates;
}

}  // namespace fieldseal::questionnaire
