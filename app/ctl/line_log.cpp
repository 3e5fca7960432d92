#include "app/ctl/line_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "model/environment/durable_file.h"

namespace fieldseal::ctl {

namespace {

Descriptor open_log(const std::string& file) {
    if (file.empty()) {
        return Descriptor(dup(STDOUT_FILENO));
    }
    // Made by hand, so that only its owner may read it.
    if (!std::filesystem::exists(file)) {
        write_durably(file, {}, false);
    }
    Descriptor opened(open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!opened.valid()) {
        throw Error(ErrorCode::disk, "Cannot write the log " + file + ". Name another file.");
    }
    return opened;
}

}  // namespace

LineLog::LineLog(const std::string& file) : file_(open_log(file)) {}

bool LineLog::append(const std::string& text) {
    // No stream: after an error one keeps both the error and what it could not write.
    const std::string whole = (half_a_line_ ? "\n" : "") + text + '\n';
    std::size_t done = 0;
    while (done < whole.size()) {
        const ssize_t written = ::write(file_.number(), whole.data() + done, whole.size() - done);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            break;
        }
        done += static_cast<std::size_t>(written);
        half_a_line_ = true;
    }
    half_a_line_ = half_a_line_ && done < whole.size();
    return done == whole.size();
}

}  // namespace fieldseal::ctl
