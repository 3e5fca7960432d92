#include "app/desktop/shell/gl_textures.h"

#include <GL/gl.h>

#include <cstdint>

namespace fieldseal::desktop {

ImTextureID GlTextures::make(const picture::Pixels& pixels) {
    GLuint name = 0;
    glGenTextures(1, &name);
    glBindTexture(GL_TEXTURE_2D, name);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    // 0x812f: GL_CLAMP_TO_EDGE, which the oldest headers lack.
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, 0x812f);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, 0x812f);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGB, static_cast<GLsizei>(pixels.width), static_cast<GLsizei>(pixels.height), 0, GL_RGB, GL_UNSIGNED_BYTE, pixels.rgb.data());
    return reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(name));
}

void GlTextures::drop(ImTextureID texture) { dropped_.push_back(static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(texture))); }

void GlTextures::clear() {
    for (const GLuint name : dropped_) {
        GLint width = 0;
        GLint height = 0;
        glBindTexture(GL_TEXTURE_2D, name);
        glGetTexLevelParameteriv(GL_TEXTURE_2D, 0, GL_TEXTURE_WIDTH, &width);
        glGetTexLevelParameteriv(GL_TEXTURE_2D, 0, GL_TEXTURE_HEIGHT, &height);
        const std::vector<std::uint8_t> black(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
        glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
        glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, black.data());
        glDeleteTextures(1, &name);
    }
    dropped_.clear();
}

}  // namespace fieldseal::desktop
