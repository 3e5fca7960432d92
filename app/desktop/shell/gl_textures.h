// Textures in OpenGL, for the window.
#pragma once

#include <vector>

#include "app/desktop/shell/textures.h"

namespace fieldseal::desktop {

/// Needs the window's OpenGL context; clear() comes before that goes.
class GlTextures final : public Textures {
  public:
    ImTextureID make(const picture::Pixels& pixels) override;
    void drop(ImTextureID texture) override;
    /// Between frames: overwrites and deletes what was dropped.
    void clear();

  private:
    std::vector<unsigned> dropped_;
};

}  // namespace fieldseal::desktop
