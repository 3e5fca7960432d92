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

namespace {

/// The app with what it shows, frame by frame.
struct Shown {
    App app{[] {}, session::system_environment(crypto::test_cost)};
    std::vector<bench::Row> rows;

    void frame() {
        ImGui::NewFrame();
        app.draw();
        ImGui::Render();
    }
    /// Frames until the worker has nothing more to do.
    void settle() {
        do {
            frame();
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        } while (!app.idle());
        frame();
        frame();
    }
    /// 1,000 frames with the wheel turned both ways, so that each shows other rows.
    void scroll(const std::string& what, ImVec2 at = {700, 400}) {
        ImGuiIO& io = ImGui::GetIO();
        std::vector<double> times;
        for (int i = 0; i < 1000; ++i) {
            io.MousePos = at;
            io.MouseWheel = i % 200 < 100 ? -3.0f : 3.0f;
            times.push_back(bench::seconds_of([this] { frame(); }));
        }
        std::ranges::sort(times);
        const double p99 = times[static_cast<std::size_t>(static_cast<double>(times.size()) * 0.99)];
        rows.push_back({what + ", p99", "ms", p99 * 1e3, 0, "", "<= 8 ms", p99 <= 0.008});
        rows.push_back({what + ", median", "ms", bench::median(times) * 1e3, 0, "", "", true});
    }
    void show(Screen screen) {
        app.go(screen);
        settle();
    }
    /// Each key of a word, typed into the list; the slowest frame.
    void type_into_sites() {
        double slowest = 0;
        for (const char* query : {"л", "лі", "лік", "лікарня", "полтава", "водоканал 77"}) {
            app.sites.query = query;
            slowest = std::max(slowest, bench::seconds_of([this] { frame(); }));
        }
        app.sites.query.clear();
        settle();
        rows.push_back({"frame in which a key is typed into the list of sites, slowest", "ms", slowest * 1e3, 0, "", "<= 16 ms", slowest <= 0.016});
    }
    /// The search over all texts: how long the first reading takes, what a key takes until its results are shown, and the
    /// slowest frame meanwhile.
    void search_everything() {
        app.go(Screen::search);
        app.search.query = "насос";
        const double reading = bench::seconds_of([this] {
            do {
                settle();
            } while (!app.search.results || !app.search.results->reading.done());
        });
        rows.push_back({"first reading of all texts, beside which one works on", "s", reading, 0, "", "", true});
        for (const auto& [name, queries] : {std::pair("one letter", std::vector<const char*>{"р", "н", "п"}), std::pair("two letters", std::vector<const char*>{"ре", "на", "пр"}),
                                            std::pair("a word or more", std::vector<const char*>{"резерв", "журнал", "копії сервер", "лікарня 77"})}) {
            double key = 0;
            double slowest = 0;
            for (const char* query : queries) {
                app.search.query = query;
                key = std::max(key, bench::seconds_of([&] {
                                   do {
                                       slowest = std::max(slowest, bench::seconds_of([this] { frame(); }));
                                   } while (!app.search.results || app.search.results->query != query);
                               }));
                settle();
            }
            rows.push_back({std::string("search over all texts, ") + name + ": until it is shown, slowest", "ms", key * 1e3, 0, "", "<= 16 ms", key <= 0.016});
            rows.push_back({std::string("search over all texts, ") + name + ": slowest frame meanwhile", "ms", slowest * 1e3, 0, "", "<= 8 ms", slowest <= 0.008});
        }
    }
};

}  // namespace

/// bench_frames [SITES]: two visits of two revisions each to every site, so five revisions per site.
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
        std::cerr << "making " << count << " sites and " << 5 * count << " revisions\n";
        session->generate(count, 2 * count, 3);
    }
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {1366, 768};
    io.DeltaTime = 1.0f / 60;
    load_fonts(share_folder().c_str(), 1);
    apply_theme(ThemeName::light, 1);
    {
        Shown shown;
        const double unlocked = bench::seconds_of([&] {
            shown.app.run_unlocked(
                "unlock",
                [&](std::unique_ptr<session::Session>& session, const session::Progress&) { session = session::Session::open(vault, passphrase, session::system_environment(crypto::test_cost)); },
                [&] { shown.app.locked = false; });
            shown.settle();
        });
        std::cerr << "unlocked in " << unlocked << " s\n";
        shown.show(Screen::sites);
        shown.scroll("frame while scrolling " + std::to_string(count) + " sites");
        shown.type_into_sites();
        std::cerr << "overview\n";
        const double overview = bench::seconds_of([&] { shown.show(Screen::overview); });
        shown.rows.push_back({"the overview, first time, beside which one works on", "s", overview, 0, "", "", true});
        shown.scroll("frame of the overview");
        shown.app.overview.by = "map";
        shown.settle();
        shown.scroll("frame of the map");
        shown.app.needs.tab = "gaps";
        shown.show(Screen::needs);
        shown.scroll("frame of the frequent gaps");
        shown.show(Screen::reviews);
        shown.scroll("frame while scrolling " + std::to_string(2 * count) + " visits that wait for a review");
        shown.app.open_site(shown.app.snapshot->sites.front()->summary.id);
        shown.settle();
        shown.scroll("frame of a site with its history");
        shown.app.open_assessment(shown.app.snapshot->assessments.front()->summary.id);
        shown.settle();
        shown.scroll("frame of an assessment");
        shown.show(Screen::outbox);
        shown.scroll("frame while scrolling the outbox");
        std::cerr << "search\n";
        shown.search_everything();
        bench::print(shown.rows);
    }
    ImGui::DestroyContext();
    fs::remove_all(folder);
}
