// Where a hub on this computer keeps its objects, and how others reach it.
#pragma once

#include <filesystem>
#include <string>

namespace fieldseal::session {

struct HubPlace {
    std::filesystem::path folder;
    /// "HOST:PORT" as others type it; the host is a name or a number of this computer.
    std::string reached_at;
    bool operator==(const HubPlace&) const = default;
};

/// Where to listen for those who ask at `reached_at`: at all addresses, or at loopback where it names that.
/// Error(usage) where it is no host with a port.
std::string listen_address(const std::string& reached_at);
/// The address of this computer that others in the same network most likely reach it by, with the usual port; with an
/// empty host where it has none.
std::string likely_hub_address();

}  // namespace fieldseal::session
