// fieldsealctl for the tests of tests/cli: the same in everything but one, that passphrases and codes set by it are stretched
// cheaply. The tests unlock vaults some two thousand times, and each time at the real cost takes most of a second.
#include <iostream>

#include "app/ctl/command_line.h"
#include "app/ctl/context.h"

namespace fieldseal::ctl {

Environment environment() {
    return session::system_environment(crypto::test_cost);
}

}  // namespace fieldseal::ctl

int main(int count, char** words) {
    try {
        return fieldseal::ctl::run_command_line(count, words);
    } catch (const std::exception& error) {
        std::cerr << "fieldsealctl: " << error.what() << '\n';
        return fieldseal::ctl::exit_failed;
    }
}
