// make_vectors FOLDER: writes the vectors into a folder; the same bytes each time.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "model/crypto/secret.h"
#include "vectors.h"

int main(int count, char** arguments) {
    if (count != 2) {
        std::fputs("usage: make_vectors FOLDER\n", stderr);
        return 2;
    }
    fieldseal::crypto::start();
    for (const auto& [name, text] : fieldseal::vectors::all_vectors()) {
        std::ofstream file(std::filesystem::path(arguments[1]) / name, std::ios::binary);
        file << text;
        if (!file.flush()) {
            std::fprintf(stderr, "make_vectors: cannot write %s\n", name.c_str());
            return 1;
        }
    }
    return 0;
}
