// make_corpus FOLDER: writes each target's good inputs to FOLDER/TARGET/seed-N, to start fuzzing from.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "model/crypto/secret.h"
#include "targets.h"

int main(int count, char** arguments) {
    if (count != 2) {
        std::fputs("usage: make_corpus FOLDER\n", stderr);
        return 2;
    }
    fieldseal::crypto::start();
    for (const auto& target : fieldseal::fuzz::targets()) {
        const std::filesystem::path folder = std::filesystem::path(arguments[1]) / target.name;
        std::filesystem::create_directories(folder);
        std::size_t number = 0;
        for (const fieldseal::Bytes& seed : target.seeds()) {
            std::ofstream file(folder / ("seed-" + std::to_string(number++)), std::ios::binary);
            const std::string_view text = fieldseal::text_of(seed);
            file.write(text.data(), static_cast<std::streamsize>(text.size()));
        }
    }
    return 0;
}
