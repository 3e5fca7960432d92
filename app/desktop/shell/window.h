// The real window: GLFW and OpenGL 3. Draws only when something changed; idle means no frame.
#pragma once

#include <functional>
#include <memory>

#include "app/desktop/app.h"

namespace fieldseal::desktop {

struct WindowOptions {
    int width = 1280;
    int height = 760;
    /// 0 follows the preferences, then the monitor.
    float scale = 0;
    /// Where fonts and translations lie.
    std::filesystem::path share;
};

class Window {
  public:
    /// Error(failed) in one line where there is no display.
    explicit Window(const WindowOptions& options);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    /// Wakes the loop from any thread.
    static void wake();
    /// Until the window is closed. Waits for events; after each it draws a few frames, so that what opens can settle, and rests again.
    void run(App& app);
    /// One frame at once, whatever happened. False when the window was closed.
    bool frame(App& app);
    /// Draws a frame and writes what it shows as PNG.
    void screenshot(App& app, const std::filesystem::path& file);
    /// Frames drawn so far.
    std::uint64_t frames() const { return frames_; }
    /// Called after the window's own input was read and before the frame is built: tests feed input here.
    std::function<void()> before_frame;
    /// False: frames are built, but only pictures are rasterised. Without a graphics card that takes most of the time,
    /// and tests look at few frames.
    bool rasterises = true;

  private:
    void apply(App& app);
    void write_picture(const std::filesystem::path& file) const;

    struct Handle;
    std::unique_ptr<Handle> handle_;
    WindowOptions options_;
    float scale_ = 0;
    ThemeName theme_ = ThemeName::light;
    bool themed_ = false;
    std::filesystem::path picture_;
    std::uint64_t frames_ = 0;
};

/// build/PRESET/share/fieldseal beside the program, or where it was installed.
std::filesystem::path share_folder();

}  // namespace fieldseal::desktop
