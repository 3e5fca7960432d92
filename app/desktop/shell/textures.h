// Pictures on the screen. The window makes textures of them; without a window (tests) none are made, and grey stands for the picture.
#pragma once

#include <imgui.h>

#include <utility>

#include "model/picture/picture.h"

namespace fieldseal::desktop {

class Textures {
  public:
    virtual ~Textures() = default;
    virtual ImTextureID make(const picture::Pixels& pixels) = 0;
    /// May be called in the middle of a frame that still shows it; what it showed is overwritten before the next one.
    virtual void drop(ImTextureID texture) = 0;
};

/// One picture on the screen, gone with this object. `textures` outlives it; null where there is no window.
class Texture {
  public:
    Texture() = default;
    Texture(Textures* textures, const picture::Pixels& pixels)
        : textures_(textures), id_(textures == nullptr ? nullptr : textures->make(pixels)), width_(pixels.width), height_(pixels.height) {}
    Texture(Texture&& other) noexcept { *this = std::move(other); }
    Texture& operator=(Texture&& other) noexcept {
        std::swap(textures_, other.textures_);
        std::swap(id_, other.id_);
        std::swap(width_, other.width_);
        std::swap(height_, other.height_);
        return *this;
    }
    ~Texture() {
        if (id_ != nullptr) {
            textures_->drop(id_);
        }
    }
    /// False until there is a picture.
    explicit operator bool() const { return width_ != 0; }
    /// Null without a window.
    ImTextureID id() const { return id_; }
    float width() const { return static_cast<float>(width_); }
    float height() const { return static_cast<float>(height_); }

  private:
    Textures* textures_ = nullptr;
    ImTextureID id_ = nullptr;
    std::uint32_t width_ = 0;
    std::uint32_t height_ = 0;
};

}  // namespace fieldseal::desktop
