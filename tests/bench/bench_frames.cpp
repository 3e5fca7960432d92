// Frame times of the sites screen with many rows: the app's own work (input, layout, draw lists), without the graphics driver.
#include <imgui.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <iostream>
#include <thread>

#include "app/desktop/app.h"
#include "app/desktop/shell/window.h"
#include "tests/bench/measure.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
namespace fs = std::filesystem;

int main(int argc, char** argv) {
    crypto::start();
    const std::uint64_t count = argc > 1 ? std::stoull(argv[1]) : 100'000;
    const fs::path folder = fs::temp_directory_path() / ("fieldseal-frames-" + std::to_string(::getpid()));
    fs::create_directories(folder);
    const crypto::Secret passphrase(view_of("a passphrase of the benchmark"));
    const fs::path vault = folder / "v.fieldseal";
    {
        auto session = session::Session::create(vault, passphrase, session::system_environment(crypto::test_cost)).first;
        session->found("Bench", "Coordinator");
        std::cerr << "making " << count << " sites\n";
        session->generate(count, 0, 3);
    }
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {1366, 768};
    io.DeltaTime = 1.0f / 60;
    load_fonts(share_folder().c_str(), 1);
    apply_theme(ThemeName::light, 1);
    App app([] {}, session::system_environment(crypto::test_cost));
    app.run_unlocked(
        "unlock",
        [&](std::unique_ptr<session::Session>& session, const session::Progress&) { session = session::Session::open(vault, passphrase, session::system_environment(crypto::test_cost)); },
        [&app] { app.locked = false; });
    const auto frame = [&] {
        ImGui::NewFrame();
        app.draw();
        ImGui::Render();
    };
    while (app.locked || !app.idle()) {
        frame();
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    frame();
    std::vector<double> times;
    for (int i = 0; i < 1000; ++i) {
        // Scrolling, so that every frame shows other rows.
        io.MousePos = {700, 400};
        io.MouseWheel = i % 200 < 100 ? -3.0f : 3.0f;
        times.push_back(bench::seconds_of(frame));
    }
    std::ranges::sort(times);
    std::vector<double> keys;
    for (const char* query : {"л", "лі", "лік", "лікарня", "полтава", "водоканал 77"}) {
        app.sites.query = query;
        keys.push_back(bench::seconds_of(frame));
    }
    const double p99 = times[static_cast<std::size_t>(static_cast<double>(times.size()) * 0.99)];
    std::vector<bench::Row> rows;
    rows.push_back({"frame while scrolling " + std::to_string(count) + " sites, p99", "ms", p99 * 1e3, 0, "", "<= 8 ms", p99 <= 0.008});
    rows.push_back({"frame while scrolling, median", "ms", bench::median(times) * 1e3, 0, "", "", true});
    rows.push_back({"frame in which a search key is typed, slowest", "ms", *std::ranges::max_element(keys) * 1e3, 0, "", "<= 16 ms", *std::ranges::max_element(keys) <= 0.016});
    bench::print(rows);
    ImGui::DestroyContext();
    fs::remove_all(folder);
}
