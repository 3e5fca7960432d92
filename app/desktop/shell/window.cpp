#include "app/desktop/shell/window.h"

#define GLFW_INCLUDE_NONE
#include <GL/gl.h>
#include <GLFW/glfw3.h>
#include <imgui.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <unistd.h>

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>

#include <cmath>

#include "app/desktop/shell/gl_textures.h"
#include "app/desktop/shell/sleep_watch.h"
#include "app/desktop/shell/wake_watch.h"

namespace fieldseal::desktop {

namespace {

/// Dear ImGui needs a frame to notice input and one or two more to lay out what it opened.
constexpr int frames_after_event = 3;

std::vector<std::filesystem::path>& dropped() {
    static std::vector<std::filesystem::path> files;
    return files;
}

}  // namespace

struct Window::Handle {
    GLFWwindow* window = nullptr;
    GlTextures textures;
    ~Handle() {
        if (window != nullptr) {
            textures.clear();
            ImGui_ImplOpenGL3_Shutdown();
            ImGui_ImplGlfw_Shutdown();
            ImGui::DestroyContext();
            glfwDestroyWindow(window);
        }
        glfwTerminate();
    }
};

std::filesystem::path share_folder() {
    std::error_code error;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
    for (const std::filesystem::path& folder : {program.parent_path().parent_path() / "share" / "fieldseal", std::filesystem::path("/usr/share/fieldseal")}) {
        if (std::filesystem::exists(folder / "NotoSans-Regular.ttf", error)) {
            return folder;
        }
    }
    return program.parent_path();
}

Window::Window(const WindowOptions& options) : handle_(std::make_unique<Handle>()), options_(options) {
    if (glfwInit() == 0) {
        throw Error(ErrorCode::failed, "There is no display here. Try ./dev demo, or a virtual one: apt-get install xvfb xauth && xvfb-run -a ./dev run");
    }
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 0);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    // No site's name in the title: other programs and the task bar show it.
    handle_->window = glfwCreateWindow(options.width, options.height, "Fieldseal", nullptr, nullptr);
    if (handle_->window == nullptr) {
        throw Error(ErrorCode::failed, "The window cannot be opened: this display has no OpenGL 3. Install libgl1-mesa-dri for software drawing.");
    }
    glfwMakeContextCurrent(handle_->window);
    glfwSwapInterval(1);
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    // A blinking cursor would need frames for ever.
    io.ConfigInputTextCursorBlink = false;
    glfwSetDropCallback(handle_->window, [](GLFWwindow*, int count, const char** paths) {
        for (int i = 0; i < count; ++i) {
            dropped().emplace_back(paths[i]);
        }
    });
    ImGui_ImplGlfw_InitForOpenGL(handle_->window, true);
    ImGui_ImplOpenGL3_Init("#version 130");
}

Window::~Window() = default;

void Window::wake() {
    glfwPostEmptyEvent();
}

void Window::apply(App& app) {
    float scale = options_.scale > 0 ? options_.scale : app.preferences.scale;
    if (scale <= 0) {
        float vertical = 1;
        glfwGetWindowContentScale(handle_->window, &scale, &vertical);
    }
    scale = std::min(std::max(scale, 0.75f), 4.0f);
    if (std::abs(scale - scale_) > 0.01f) {
        // Fonts are drawn at their size in pixels, not stretched: sharp at every scale.
        load_fonts(options_.share.c_str(), scale);
        if (frames_ > 0) {
            ImGui_ImplOpenGL3_DestroyFontsTexture();
            ImGui_ImplOpenGL3_CreateFontsTexture();
        }
        themed_ = false;
        scale_ = scale;
    }
    if (!themed_ || theme_ != app.preferences.theme) {
        theme_ = app.preferences.theme;
        apply_theme(theme_, scale_);
        themed_ = true;
    }
}

bool Window::frame(App& app) {
    if (glfwWindowShouldClose(handle_->window) != 0) {
        return false;
    }
    apply(app);
    app.textures = &handle_->textures;
    handle_->textures.clear();
    if (!dropped().empty()) {
        app.drop(std::exchange(dropped(), {}));
    }
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    if (before_frame) {
        before_frame();
    }
    ImGui::NewFrame();
    app.draw();
    ImGui::Render();
    ++frames_;
    if (!rasterises && picture_.empty()) {
        return true;
    }
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(handle_->window, &width, &height);
    glViewport(0, 0, width, height);
    const ImVec4& back = palette().background;
    glClearColor(back.x, back.y, back.z, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    if (!picture_.empty()) {
        // Before the buffers change places: afterwards what was drawn is not ours to read.
        write_picture(std::exchange(picture_, {}));
    }
    glfwSwapBuffers(handle_->window);
    return true;
}

void Window::run(App& app) {
    const WakeWatch watch(&Window::wake);
    SleepWatch sleeps(&Window::wake);
    int due = frames_after_event;
    bool open = true;
    while (open && !app.destroyed()) {
        if (due > 0) {
            glfwPollEvents();
            --due;
        } else {
            // Asleep until something happens, the vault is to be locked, or a page turns: idle means no frame in between.
            const std::int64_t left = app.wake_left_ms();
            if (left < 0) {
                glfwWaitEvents();
            } else {
                glfwWaitEventsTimeout(static_cast<double>(left) / 1000 + 0.01);
            }
            due = frames_after_event;
        }
        app.lock_if_due(slept_ms());
        if (sleeps.waited_for() && !app.locked) {
            app.lock();
        }
        open = frame(app);
        // The keys are gone once the worker has closed the vault: until then the sleep is held up.
        if (sleeps.waited_for() && app.locked && app.worker.idle()) {
            sleeps.ready();
        }
    }
    if (!app.destroyed()) {
        app.lock();
    }
}

void Window::screenshot(App& app, const std::filesystem::path& file) {
    picture_ = file;
    frame(app);
}

void Window::write_picture(const std::filesystem::path& file) const {
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(handle_->window, &width, &height);
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
    glReadBuffer(GL_BACK);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
    std::filesystem::create_directories(file.parent_path());
    stbi_flip_vertically_on_write(1);
    // Flat surfaces need no filter, and trying all of them takes longer than drawing.
    stbi_write_force_png_filter = 0;
    stbi_write_png_compression_level = 5;
    stbi_write_png(file.c_str(), width, height, 3, pixels.data(), width * 3);
}

}  // namespace fieldseal::desktop
