// From a request to what the tree does: who asks, what may be asked, and what the answer is. The methods are in
// dav_methods.cpp.
#pragma once

#include "sync/hub/gate.h"
#include "sync/hub/hub.h"

namespace fieldseal::hub {

/// Headers that methods look at.
struct DavHeaders {
    std::string destination;
    std::string host;
    std::string depth;
    std::string range;
    std::string if_range;
    std::string if_match;
    std::string if_none_match;
    bool overwrite = true;
};

/// What the handler's conversations share.
struct DavContext {
    DavContext(const HubOptions& given, Environment outside, Tree& on_disk, Gate& at_door,
               std::function<void(const LogEntry&)> logged)
        : options(given),
          environment(outside),
          tree(on_disk),
          gate(at_door),
          log(std::move(logged)),
          of_token(given.requests_of_token),
          of_address(given.requests_of_address) {}

    const HubOptions& options;
    const Environment environment;
    Tree& tree;
    Gate& gate;
    const std::function<void(const LogEntry&)> log;
    TokenBuckets of_token;
    TokenBuckets of_address;
    std::mutex uploads_mutex;
    std::map<InviteId, unsigned> uploads;

    /// False where the device has as many under way as it may.
    bool begin_upload(const InviteId& invite);
    void end_upload(const InviteId& invite);
};

class DavHandler final : public Handler {
  public:
    explicit DavHandler(DavContext& context) : context_(context) {}
    std::unique_ptr<Conversation> begin(const Request& request) override;

  private:
    DavContext& context_;
};

/// A request by somebody who was let in and may ask this.
struct DavRequest {
    std::string method;
    RequestPath path;
    std::optional<RequestPath> destination;
    DavHeaders headers;
    Visitor visitor;
    /// Of methods other than PUT; bounded.
    std::string body;
};

/// A short text for people, and a status.
Reply plain_reply(unsigned status, std::string text);
Reply reply_to(Done done);
/// All but PUT.
Reply answer(DavContext& context, const DavRequest& request);
/// After a PUT's body has come.
Reply keep_upload(DavContext& context, const DavRequest& request, Incoming& incoming);
/// Access lists of before this version go; there is one.
void remove_older_lists(Tree& tree, std::uint64_t version);
/// Whether If-Match and If-None-Match let a change of what is there go on.
bool preconditions_hold(const DavHeaders& headers, const std::optional<Item>& there);
/// "GET, HEAD, ..." for OPTIONS and 405.
std::string_view allowed_methods();

}  // namespace fieldseal::hub
