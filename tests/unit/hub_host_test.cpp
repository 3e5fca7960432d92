// The hub inside a program: on, off, refused, and told of changes of the team.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "app/session/hub_host.h"
#include "app/session/session.h"
#include "model/environment/durable_file.h"

using namespace fieldseal;
using session::HubHost;
using session::HubStatus;
namespace fs = std::filesystem;

namespace {

/// A port of loopback; listened at as long as this lives, unless it was let go.
class Port {
  public:
    Port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(socket_.number(), reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::listen(socket_.number(), 1) == 0);
        REQUIRE(::getsockname(socket_.number(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
        number_ = ntohs(address.sin_port);
    }
    std::string address() const { return "127.0.0.1:" + std::to_string(number_); }
    void let_go() { socket_.close(); }

  private:
    Descriptor socket_;
    std::uint16_t number_ = 0;
};

record::Site site(const char* name, const char* sector) {
    record::Site made;
    made.name = name;
    made.sector = sector;
    return made;
}

struct Office {
    fs::path folder = fs::temp_directory_path() / ("fieldseal-hub-host-" + std::to_string(::getpid()));
    crypto::Secret passphrase{view_of("correct horse battery")};
    std::unique_ptr<session::Session> office;
    std::atomic<int> told{0};
    HubHost host{session::system_environment(crypto::test_cost), [this] { ++told; }};

    Office() {
        crypto::start();
        fs::create_directories(folder);
        office = create("office");
        office->found("Test", "Olena");
    }
    ~Office() { fs::remove_all(folder); }
    std::unique_ptr<session::Session> create(const std::string& name) {
        return session::Session::create(folder / (name + ".fieldseal"), passphrase,
                                        session::system_environment(crypto::test_cost))
            .first;
    }
    std::unique_ptr<session::Session> join(const std::string& name) {
        const exchange::Invited invited = office->invite(team::Role::assessor, name);
        const fs::path file = folder / (name + ".fsinvite");
        write_durably(file, invited.file, true);
        auto joined = create(name);
        joined->join(file, invited.code);
        return joined;
    }
    void settle() {
        const auto start = std::chrono::steady_clock::now();
        while (host.busy()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            REQUIRE(std::chrono::steady_clock::now() - start < std::chrono::seconds(60));
        }
    }
    HubStatus start(const std::string& reached_at, Bytes list) {
        host.start({folder / "hub", reached_at}, std::move(list));
        settle();
        return host.status();
    }
};

}  // namespace

TEST_CASE_FIXTURE(Office, "A hub inside a program serves the team, hears of newcomers, and is found again") {
    Port port;
    port.let_go();
    CHECK(host.status().state == HubStatus::State::off);
    HubStatus status = start(port.address(), office->hub_access_list());
    REQUIRE_MESSAGE(status.state == HubStatus::State::on, status.message);
    const std::string address = status.address;
    CHECK(address.starts_with("hub://" + port.address() + "/#pin=sha256//"));
    CHECK(status.boxes == 1);
    CHECK(status.requests_in_all == 0);
    // Nobody asks: nothing to draw.
    const int before = told;
    CHECK(before > 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    CHECK(told == before);
    office->set_store_url(address);
    const auto laptop = join("Ihor");
    // The invitation brought the address.
    CHECK(laptop->store_url() == address);
    laptop->add_site(site("Hospital", "health"));
    CHECK_THROWS_AS(laptop->sync(address), const Error&);
    host.take_access_list(office->hub_access_list());
    settle();
    CHECK(host.status().message == "");
    CHECK(host.status().boxes == 2);
    laptop->sync(address);
    office->sync(address);
    CHECK(office->snapshot()->sites.size() == 1);
    status = host.status();
    CHECK(status.requests_in_all > status.requests.size());
    CHECK(status.requests.size() == HubHost::requests_shown);
    CHECK(status.requests.front().key == office->snapshot()->own_device.hex().substr(0, 8));
    host.stop();
    settle();
    CHECK(host.status().state == HubStatus::State::off);
    CHECK(host.status().address == "");
    CHECK(host.status().requests.empty());
    CHECK_THROWS_AS(laptop->sync(address), const Error&);
    // The folder knows who may use it.
    status = start(port.address(), {});
    REQUIRE_MESSAGE(status.state == HubStatus::State::on, status.message);
    CHECK(status.address == address);
    CHECK(status.boxes == 2);
    laptop->sync(address);
}

TEST_CASE_FIXTURE(Office, "A hub inside a program says why it cannot be switched on, and then can") {
    Port port;
    const Bytes list = office->hub_access_list();
    HubStatus status = start(port.address(), list);
    CHECK(status.state == HubStatus::State::failed);
    CHECK(status.message ==
          "Another program listens at " + port.address() + " already. Stop it, or choose another port.");
    CHECK(status.address == "");
    // A list that comes late changes nothing.
    host.take_access_list(list);
    settle();
    CHECK(host.status().state == HubStatus::State::failed);
    status = start("hub", list);
    CHECK(status.state == HubStatus::State::failed);
    CHECK(status.message.find("192.168.1.20:8443") != std::string::npos);
    port.let_go();
    status = start(port.address(), list);
    CHECK(status.state == HubStatus::State::on);
}

TEST_CASE_FIXTURE(Office, "A hub inside a program goes on by the list it has when another deployment's comes") {
    Port port;
    port.let_go();
    REQUIRE(start(port.address(), office->hub_access_list()).state == HubStatus::State::on);
    const auto other = create("other");
    other->found("Other", "Oksana");
    const Bytes others = other->hub_access_list();
    host.take_access_list(others);
    settle();
    CHECK(host.status().state == HubStatus::State::on);
    CHECK(host.status().message.starts_with("The hub serves another deployment"));
    office->sync(host.status().address);
    host.stop();
    settle();
    // The folder belongs to the first.
    const HubStatus status = start(port.address(), others);
    CHECK(status.state == HubStatus::State::failed);
    CHECK(status.message.starts_with("The hub serves another deployment"));
}

TEST_CASE("A hub inside a program listens everywhere for others, and at loopback for loopback") {
    crypto::start();
    CHECK(session::listen_address("192.168.1.20:8443") == "0.0.0.0:8443");
    CHECK(session::listen_address("hub.example.org:443") == "0.0.0.0:443");
    CHECK(session::listen_address("[2001:db8::1]:8443") == "[::]:8443");
    CHECK(session::listen_address("127.0.0.1:8443") == "127.0.0.1:8443");
    CHECK(session::listen_address("[::1]:8443") == "[::1]:8443");
    CHECK(session::listen_address("localhost:8443") == "127.0.0.1:8443");
    for (const char* wrong : {"", ":", "8443", ":8443", "host", "host:", "host:0", "host:65536", "host:84x", "a b:1",
                              "2001:db8::1:8443", "hub://host:8443", "host/x:1"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(session::listen_address(wrong), const Error&);
    }
    CHECK(session::likely_hub_address().ends_with(":8443"));
}
