// Another process, started with pipes at both ends, and all that lies in its memory, read from outside.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "model/crypto/bytes.h"

namespace fieldseal::test {

/// Something that may not lie in a process's memory, and what to call it in a failure.
struct Needle {
    std::string what;
    Bytes bytes;
};

class OtherProcess {
  public:
    explicit OtherProcess(const std::vector<std::string>& words);
    /// Killed, where it still runs.
    ~OtherProcess();
    OtherProcess(const OtherProcess&) = delete;
    OtherProcess& operator=(const OtherProcess&) = delete;

    /// Length (8 bytes, lowest first) and bytes, to its standard input.
    void tell(ByteView bytes);
    void tell(std::string_view word) { tell(view_of(word)); }
    /// Reads its standard output up to a line that is "@" and the word; throws with what it said instead when it ends.
    void wait_for(const std::string& word);
    /// What of the needles lies anywhere in its memory: every mapping that can be read, stacks and libraries too.
    std::vector<std::string> holds(const std::vector<Needle>& needles) const;
    /// Waits for its end; its exit status.
    int end();

  private:
    pid_t process_ = 0;
    int to_ = -1;
    int from_ = -1;
    std::string read_;
};

}  // namespace fieldseal::test
