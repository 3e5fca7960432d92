// Works on a vault until it is killed: fault_vault_worker VAULT PASSPHRASE SEED COUNTER [ATTACHMENT...]. One line on
// standard output for each thing begun and each acknowledged; a line is one write(), so it is there even if the next
// instruction never runs.
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "model/error/error.h"
#include "tests/fault/vault_workload.h"

int main(int argc, char** argv) {
    using namespace fieldseal;
    if (argc < 5) {
        return 2;
    }
    SystemClock clock;
    crypto::SystemRandom random;
    try {
        const auto vault = vault::Vault::open(argv[1], view_of(argv[2]), {clock, random});
        const auto say = [](const std::string& text) {
            const std::string line = text + "\n";
            if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
                std::_Exit(1);
            }
        };
        tests::Workload workload(std::stoull(argv[3]), std::stoull(argv[4]), {argv + 5, argv + argc}, say);
        while (true) {
            workload.step(*vault);
        }
    } catch (const Error& error) {
        std::cerr << error.what() << "\n";
        return 10 + static_cast<int>(error.code());
    }
}
