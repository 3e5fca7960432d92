// Listings and refusals of servers. Nothing is written again here: what counts is that only names of objects come out.
#include "sync/store/server_answers.h"

#include <string_view>

#include "targets.h"

namespace fieldseal::fuzz {

namespace {

Bytes seed(std::uint8_t kind, std::string_view text) {
    Bytes bytes{kind};
    bytes.insert(bytes.end(), text.begin(), text.end());
    return bytes;
}

void insist_on_names(const std::vector<store::StoredObject>& objects) {
    for (const store::StoredObject& object : objects) {
        insist(store::is_object_name(object.name), "only names of objects come out");
    }
}

}  // namespace

void run_server_answer(ByteView input) {
    if (input.empty()) {
        return;
    }
    const ByteView body = input.subspan(1);
    switch (input[0] % 3) {
        case 0:
            if (const auto listing = store::read_multistatus(body, "https://host/dav/outbox/", "outbox/")) {
                insist_on_names(listing->objects);
                for (const std::string& folder : listing->folders) {
                    insist(store::is_object_name(folder), "only names of folders come out");
                }
                for (const std::string& temporary : listing->unfinished) {
                    const auto name = store::uploaded_name(temporary);
                    insist(name && store::is_object_name("outbox/" + *name), "what was uploaded has an object's name");
                    insist(temporary.find('/') == std::string::npos, "a temporary object lies in its folder");
                }
            }
            if (const auto listing = store::read_deep_multistatus(body, "outbox/")) {
                insist_on_names(listing->objects);
                for (const std::string& folder : listing->folders) {
                    insist(store::is_object_name(folder), "only names of folders come out");
                }
                for (const std::string& temporary : listing->unfinished) {
                    const auto name = store::uploaded_name(temporary.substr(temporary.rfind('/') + 1));
                    insist(name && temporary.starts_with("outbox/"), "what was uploaded has a name in its folder");
                }
            }
            break;
        case 1:
            if (const auto listing = store::read_bucket_listing(body, "field/")) {
                insist_on_names(listing->objects);
            }
            break;
        default:
            store::read_bucket_error(body);
            break;
    }
}

std::vector<Bytes> server_answer_seeds() {
    return {
        seed(0,
             "<?xml version=\"1.0\"?><D:multistatus xmlns:D=\"DAV:\"><D:response><D:href>/dav/outbox/p%2D1</D:href>"
             "<D:propstat><D:prop><D:getcontentlength>12</D:getcontentlength><D:resourcetype/></D:prop></D:propstat>"
             "</D:response><D:response><D:href>/dav/outbox/_up-p-2.0123456789abcdef</D:href></D:response><D:response>"
             "<D:href>http://host/dav/outbox/aa/</D:href><D:propstat><D:prop><D:resourcetype><D:collection/>"
             "</D:resourcetype></D:prop></D:propstat></D:response></D:multistatus>"),
        seed(1,
             "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken>"
             "<Contents><Key>field/outbox/p-1</Key><Size>7</Size></Contents></ListBucketResult>"),
        seed(2, "<Error><Code>RequestTimeTooSkewed</Code><ServerTime>2031-02-03T04:05:06Z</ServerTime></Error>"),
    };
}

}  // namespace fieldseal::fuzz
