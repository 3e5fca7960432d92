#include "model/questionnaire/built_in.h"

#include <array>
#include <mutex>

extern "C" {
extern const std::uint8_t fieldseal_csb_1_0_0_start[];
extern const std::uint8_t fieldseal_csb_1_0_0_end[];
extern const std::uint8_t fieldseal_csb_1_1_0_start[];
extern const std::uint8_t fieldseal_csb_1_1_0_end[];
extern const std::uint8_t fieldseal_csb_1_2_0_start[];
extern const std::uint8_t fieldseal_csb_1_2_0_end[];
}

namespace fieldseal::questionnaire {

namespace {

constexpr std::array<BuiltIn, 3> versions{
    {{"csb", "1.2.0", "csb-1.2.0.json", "a137d722b9fcb36bb9f365f543807d5c9c13ae5ae01431fc23056f4ae36d9fa5"},
     {"csb", "1.1.0", "csb-1.1.0.json", "521fdc22a5fa98a9b896bcae821a523d9f0b3f2732a98e7f96f3ed83060a0508"},
     {"csb", "1.0.0", "csb-1.0.0.json", "2e2631ed7521f6e10614222b63b165ed7057ce4e623bdc064bdaf9e562e5ac3c"}}};

ByteView file_of(std::size_t place) {
    static const std::array<ByteView, versions.size()> files{
        ByteView(fieldseal_csb_1_2_0_start, fieldseal_csb_1_2_0_end),
        ByteView(fieldseal_csb_1_1_0_start, fieldseal_csb_1_1_0_end),
        ByteView(fieldseal_csb_1_0_0_start, fieldseal_csb_1_0_0_end)};
    return files[place];
}

/// Read once each, by whichever thread asks first.
std::shared_ptr<const Template> read(std::size_t place) {
    static std::array<std::once_flag, versions.size()> once;
    static std::array<std::shared_ptr<const Template>, versions.size()> templates;
    std::call_once(once[place], [place] {
        templates[place] = std::make_shared<const Template>(load_template(file_of(place), versions[place].file_name));
    });
    return templates[place];
}

}  // namespace

std::span<const BuiltIn> built_in_versions() {
    return versions;
}

std::shared_ptr<const Template> built_in_template(const Hash& hash) {
    const std::string wanted = hash.hex();
    for (std::size_t i = 0; i < versions.size(); ++i) {
        if (versions[i].hash == wanted) {
            return read(i);
        }
    }
    return nullptr;
}

const std::vector<std::shared_ptr<const Template>>& built_in_templates() {
    static const std::vector<std::shared_ptr<const Template>> templates = [] {
        std::vector<std::shared_ptr<const Template>> all;
        for (std::size_t i = 0; i < versions.size(); ++i) {
            all.push_back(read(i));
        }
        return all;
    }();
    return templates;
}

}  // namespace fieldseal::questionnaire
