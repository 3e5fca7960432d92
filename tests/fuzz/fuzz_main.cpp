// One libFuzzer program: FIELDSEAL_TARGET names what it throws bytes at.
#include "model/crypto/secret.h"
#include "targets.h"

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/) {
    fieldseal::crypto::start();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fieldseal::fuzz::Target& target = fieldseal::fuzz::target(FIELDSEAL_TARGET);
    target.run({data, size});
    return 0;
}
