// What a hub reads of strangers: paths and destinations, and of devices: PROPFIND.
#include <algorithm>

#include "sync/hub/propfind.h"
#include "targets.h"

namespace fieldseal::fuzz {

using namespace hub;

namespace {

void check_path(const std::optional<RequestPath>& path) {
    if (!path) {
        return;
    }
    for (const std::string& element : path->elements) {
        insist(!element.empty() && element != "." && element != ".." && element.find('/') == std::string::npos &&
                   element.find('\0') == std::string::npos && element.size() <= element_limit,
               "elements of a path are names");
    }
    insist(path->elements.size() <= depth_limit + 2, "a path has an end");
    insist(parse_target(encoded(*path, false)) == path && parse_target(encoded(*path, true)) == path,
           "a path that was accepted, encoded again, is the same");
}

}  // namespace

void run_hub_path(ByteView input) {
    const std::string_view text = text_of(input);
    check_path(parse_target(text));
    check_path(parse_destination(text, "hub.example.org"));
}

std::vector<Bytes> hub_path_seeds() {
    std::vector<Bytes> seeds;
    for (const std::string_view text :
         {std::string_view("/"), std::string_view("/outbox/"), std::string_view("/healthz"),
          std::string_view("/outbox/00000000000000000000000000000000000000000000000000000000000000ff/p-1/%D1%97%20x"),
          std::string_view("/mailbox/%2e%2e/%00/../x"), std::string_view("https://hub.example.org/access/l-1"),
          std::string_view("//a?b#c")}) {
        seeds.emplace_back(view_of(text).begin(), view_of(text).end());
    }
    return seeds;
}

void run_propfind(ByteView input) {
    const std::optional<PropfindRequest> request = parse_propfind(text_of(input));
    if (request && request->kind == PropfindRequest::Kind::some) {
        insist(request->properties.size() <= 64, "not more properties than are answered");
        insist(std::ranges::none_of(request->properties,
                                    [](const PropertyName& name) {
                                        return name.name.empty() ||
                                               name.name.find_first_of("<>&\"' \n/=:") != std::string::npos;
                                    }),
               "names can be written back as they stand");
    }
}

std::vector<Bytes> propfind_seeds() {
    std::vector<Bytes> seeds;
    for (const std::string_view text :
         {std::string_view("<?xml version=\"1.0\" encoding=\"utf-8\"?><propfind xmlns=\"DAV:\"><prop><resourcetype/>"
                           "<getcontentlength/></prop></propfind>"),
          std::string_view("<D:propfind xmlns:D=\"DAV:\"><D:allprop/></D:propfind>"),
          std::string_view("<D:propfind xmlns:D=\"DAV:\"><D:propname/></D:propfind>"),
          std::string_view("<D:propfind xmlns:D=\"DAV:\"><D:prop><x:a xmlns:x=\"urn:x\"/><b xmlns=\"\"/></D:prop>"
                           "</D:propfind>")}) {
        seeds.emplace_back(view_of(text).begin(), view_of(text).end());
    }
    return seeds;
}

}  // namespace fieldseal::fuzz
