// The stream halves of seal.h.
#include <sodium.h>

#include "model/crypto/locked_state.h"
#include "model/crypto/seal.h"

namespace fieldseal::crypto {

static_assert(stream_header_size == crypto_secretstream_xchacha20poly1305_HEADERBYTES);
static_assert(stream_overhead == crypto_secretstream_xchacha20poly1305_ABYTES);
static_assert(key_size == crypto_secretstream_xchacha20poly1305_KEYBYTES);

struct StreamSealer::State {
    crypto_secretstream_xchacha20poly1305_state stream;
    bool ended = false;
};

StreamSealer::StreamSealer(ByteView key) {
    require(key.size() == key_size, "A stream's key must have 32 bytes.");
    state_ = make_locked<State>();
    crypto_secretstream_xchacha20poly1305_init_push(&state_->stream, header_.data(), key.data());
}

StreamSealer::~StreamSealer() {
    free_locked(state_);
}

void StreamSealer::push(ByteView chunk, bool last, Bytes& out) {
    require(!state_->ended, "Nothing can follow the last chunk of a stream.");
    const std::size_t start = out.size();
    out.resize(start + chunk.size() + stream_overhead);
    const unsigned char tag =
        last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    crypto_secretstream_xchacha20poly1305_push(&state_->stream, out.data() + start, nullptr, chunk.data(), chunk.size(),
                                               nullptr, 0, tag);
    state_->ended = last;
}

struct StreamOpener::State {
    crypto_secretstream_xchacha20poly1305_state stream;
    bool ended = false;
};

StreamOpener::StreamOpener(ByteView key, ByteView header) {
    require(key.size() == key_size, "A stream's key must have 32 bytes.");
    require(header.size() == stream_header_size, "A stream's header must have 24 bytes.");
    state_ = make_locked<State>();
    crypto_secretstream_xchacha20poly1305_init_pull(&state_->stream, header.data(), key.data());
}

StreamOpener::~StreamOpener() {
    free_locked(state_);
}

StreamOpener::Pulled StreamOpener::pull(ByteView sealed, Bytes& out) {
    if (state_->ended || sealed.size() < stream_overhead) {
        state_->ended = true;
        return Pulled::bad;
    }
    const std::size_t start = out.size();
    out.resize(start + sealed.size() - stream_overhead);
    unsigned char tag = 0;
    const bool opened = crypto_secretstream_xchacha20poly1305_pull(&state_->stream, out.data() + start, nullptr, &tag,
                                                                   sealed.data(), sealed.size(), nullptr, 0) == 0;
    if (opened && tag == crypto_secretstream_xchacha20poly1305_TAG_MESSAGE) {
        return Pulled::chunk;
    }
    state_->ended = true;
    if (opened && tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
        return Pulled::last;
    }
    // Neither PUSH nor REKEY is ever written, so a stream with them is none of ours.
    out.resize(start);
    return Pulled::bad;
}

}  // namespace fieldseal::crypto
