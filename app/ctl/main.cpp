// fieldsealctl: everything that needs no window, for scripts, servers and tests.
#include <iostream>

#include "app/ctl/command_line.h"
#include "app/ctl/context.h"

namespace fieldseal::ctl {

Environment environment() {
    return session::system_environment();
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
