#include "app/session/hub_place.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <charconv>
#include <cstring>

#include "model/error/error.h"

namespace fieldseal::session {

namespace {

constexpr const char* usual_port = ":8443";

}  // namespace

std::string listen_address(const std::string& reached_at) {
    const std::size_t colon = reached_at.rfind(':');
    const std::string host = reached_at.substr(0, colon == std::string::npos ? 0 : colon);
    const std::string port = colon == std::string::npos ? std::string() : reached_at.substr(colon + 1);
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    const bool v6 = host.starts_with('[') && host.ends_with(']');
    const bool odd = host.find_first_of(" \t/@#?\"<>") != std::string::npos ||
                     (!v6 && host.find_first_of(":[]") != std::string::npos);
    if (host.empty() || odd || error != std::errc() || end != port.data() + port.size() || number == 0) {
        throw Error(ErrorCode::usage,
                    "The hub needs a host and a port by which others reach this computer, such as 192.168.1.20:8443.");
    }
    if (host == "[::1]" || host.starts_with("127.")) {
        return reached_at;
    }
    return (host == "localhost" ? "127.0.0.1:" : v6 ? "[::]:" : "0.0.0.0:") + port;
}

std::string likely_hub_address() {
    std::string found;
    ifaddrs* all = nullptr;
    if (getifaddrs(&all) != 0) {
        return usual_port;
    }
    for (const ifaddrs* at = all; at != nullptr && found.empty(); at = at->ifa_next) {
        if (at->ifa_addr == nullptr || at->ifa_addr->sa_family != AF_INET || (at->ifa_flags & IFF_LOOPBACK) != 0 ||
            (at->ifa_flags & IFF_UP) == 0) {
            continue;
        }
        sockaddr_in address{};
        std::memcpy(&address, at->ifa_addr, sizeof address);
        char text[INET_ADDRSTRLEN] = {};
        if (inet_ntop(AF_INET, &address.sin_addr, text, sizeof text) != nullptr) {
            found = text;
        }
    }
    freeifaddrs(all);
    return found + usual_port;
}

}  // namespace fieldseal::session
