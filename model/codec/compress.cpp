#include "model/codec/compress.h"

#include <zstd.h>

#include <memory>

#include "model/error/error.h"

namespace fieldseal::codec {

namespace {

[[noreturn]] void fail(const std::string& reason) {
    throw Error(ErrorCode::damaged, "Compressed content is damaged: " + reason + ".");
}

struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

}  // namespace

Bytes compress(ByteView plain, int level) {
    const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
    if (!context) {
        throw Error(ErrorCode::failed, "Not enough memory to compress. Close other programs and try again.");
    }
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 0);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, 1);
    Bytes frame(ZSTD_compressBound(plain.size()));
    const std::size_t size = ZSTD_compress2(context.get(), frame.data(), frame.size(), plain.data(), plain.size());
    if (ZSTD_isError(size)) {
        throw Error(ErrorCode::failed, std::string("Compressing failed: ") + ZSTD_getErrorName(size) + ".");
    }
    frame.resize(size);
    frame.shrink_to_fit();
    return frame;
}

Bytes decompress(ByteView frame, std::size_t limit) {
    static constexpr std::uint8_t magic[] = {0x28, 0xb5, 0x2f, 0xfd};
    static constexpr std::uint8_t checksum_flag = 0x04;
    // Byte 4 describes the frame. A skippable frame or one with a checksum is never written.
    if (frame.size() < 5 || std::memcmp(frame.data(), magic, sizeof magic) != 0 || (frame[4] & checksum_flag) != 0) {
        fail("it does not start as a frame of Fieldseal's");
    }
    const std::size_t frame_size = ZSTD_findFrameCompressedSize(frame.data(), frame.size());
    if (ZSTD_isError(frame_size) || frame_size != frame.size()) {
        fail("it is cut off, or other bytes follow it");
    }
    const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR) {
        fail("it does not say its size");
    }
    if (size > limit) {
        throw Error(ErrorCode::too_large, "Compressed content has " + std::to_string(size) +
                                              " bytes, over the limit of " + std::to_string(limit) + ".");
    }
    // A block has at least 4 bytes and yields at most 128 KiB: what claims more is refused before memory is asked for.
    if (size / ZSTD_BLOCKSIZE_MAX > frame.size() / 4) {
        fail("it claims more than it can hold");
    }
    Bytes plain(static_cast<std::size_t>(size));
    const std::size_t written = ZSTD_decompress(plain.data(), plain.size(), frame.data(), frame.size());
    if (ZSTD_isError(written) || written != plain.size()) {
        fail("it cannot be unpacked");
    }
    return plain;
}

}  // namespace fieldseal::codec
