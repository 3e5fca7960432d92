// Servers' answers in XML.
#include "store_contract.h"
#include "sync/store/listing_order.h"
#include "sync/store/server_answers.h"

using namespace fieldseal;
using namespace fieldseal::test;

namespace {

std::vector<std::string> text_of(const std::vector<store::StoredObject>& objects) {
    std::vector<std::string> found;
    for (const store::StoredObject& object : objects) {
        found.push_back(object.name + ":" + std::to_string(object.size));
    }
    return found;
}

}  // namespace

TEST_CASE("A WebDAV listing is read whatever prefix, order and form of address its server uses") {
    const auto listing = store::read_multistatus(bytes_of(R"(<?xml version="1.0"?>
<d:multistatus xmlns:d="DAV:" xmlns:x="else">
 <d:response><d:href>/dav/outbox/</d:href><d:propstat><d:prop><d:resourcetype><d:collection/></d:resourcetype></d:prop></d:propstat></d:response>
 <d:response><d:href>http://host/dav/outbox/aa/</d:href><d:propstat><d:prop><d:getcontentlength/></d:prop><d:status>HTTP/1.1 404</d:status></d:propstat>
  <d:propstat><d:prop><d:resourcetype><d:collection/></d:resourcetype></d:prop></d:propstat></d:response>
 <d:response><d:propstat><d:prop><d:getcontentlength>12</d:getcontentlength><d:resourcetype/></d:prop></d:propstat><d:href>/dav/outbox/p%2D1</d:href></d:response>
 <d:response><d:href>/dav/outbox/_up-p-2.0123456789abcdef</d:href></d:response>
 <d:response><d:href>/dav/outbox/_up-0123456789abcdef</d:href></d:response>
 <d:response><d:href>/dav/outbox/README.TXT</d:href></d:response>
 <d:response><d:href>/dav/outbox/%2e%2e</d:href></d:response>
 <x:other><d:href>/dav/outbox/p-9</d:href></x:other>
</d:multistatus>)"),
                                                 "https://host/dav/outbox/", "outbox/");
    REQUIRE(listing);
    CHECK(text_of(listing->objects) == std::vector<std::string>{"outbox/p-1:12"});
    CHECK(listing->folders == std::vector<std::string>{"outbox/aa"});
    CHECK(listing->unfinished == std::vector<std::string>{"_up-p-2.0123456789abcdef"});
}

TEST_CASE("A WebDAV listing of all folders below one is told apart by them") {
    const auto listing = store::read_deep_multistatus(bytes_of(R"(<?xml version="1.0"?>
<D:multistatus xmlns:D="DAV:">
<D:response><D:href>/behind/outbox/</D:href><D:propstat><D:prop><D:resourcetype><D:collection/></D:resourcetype></D:prop></D:propstat></D:response>
<D:response><D:href>/behind/outbox/bb/</D:href><D:propstat><D:prop><D:resourcetype><D:collection/></D:resourcetype></D:prop></D:propstat></D:response>
<D:response><D:href>/behind/outbox/bb/p-1</D:href><D:propstat><D:prop><D:getcontentlength>7</D:getcontentlength></D:prop></D:propstat></D:response>
<D:response><D:href>/behind/outbox/bb/.up-p-2.0123456789abcdef</D:href></D:response>
<D:response><D:href>/behind/outbox/bb/Notes.txt</D:href></D:response>
<D:response><D:href>/behind/outbox/aa/below/p-3</D:href><D:propstat><D:prop><D:getcontentlength>8</D:getcontentlength></D:prop></D:propstat></D:response>
<D:response><D:href>/behind/outbox/../mailbox/p-4</D:href></D:response>
<D:response><D:href>/mailbox/aa/p-5</D:href></D:response>
<D:response><D:href>/behind/outbox</D:href></D:response>
</D:multistatus>)"),
                                                      "outbox/");
    REQUIRE(listing);
    CHECK(text_of(listing->objects) == std::vector<std::string>{"outbox/bb/p-1:7", "outbox/aa/below/p-3:8"});
    CHECK(listing->folders == std::vector<std::string>{"outbox/bb"});
    CHECK(listing->unfinished == std::vector<std::string>{"outbox/bb/.up-p-2.0123456789abcdef"});
    // Another folder's, or nothing at all.
    const std::string other = "<multistatus><response><href>/inbox/</href></response></multistatus>";
    CHECK_FALSE(store::read_deep_multistatus(bytes_of(other), "outbox/"));
    CHECK_FALSE(store::read_deep_multistatus(bytes_of("<multistatus/>"), "outbox/"));
}

TEST_CASE("A hub is asked about many folders at once, and about a few one by one") {
    using Asked = std::vector<std::pair<std::string, std::vector<std::size_t>>>;
    const auto asked = [](const std::vector<std::string>& under, bool together) {
        Asked all;
        for (const store::ListingQuestion& question : store::questions_about(under, together)) {
            CHECK(question.whole == (question.about.size() > 1));
            all.emplace_back(question.prefix, question.about);
        }
        return all;
    };
    const std::vector<std::string> few{"outbox/a", "outbox/b", "mailbox/a"};
    CHECK(asked(few, true) == Asked{{"outbox/a/", {0}}, {"outbox/b/", {1}}, {"mailbox/a/", {2}}});
    std::vector<std::string> many = few;
    std::vector<std::size_t> outboxes{0, 1};
    for (std::size_t i = 0; i < store::listings_at_once; ++i) {
        outboxes.push_back(many.size());
        many.push_back("outbox/c" + std::to_string(i));
    }
    many.push_back("access");
    CHECK(asked(many, true) == Asked{{"access/", {many.size() - 1}}, {"mailbox/a/", {2}}, {"outbox/", outboxes}});
    CHECK(asked(many, false).size() == many.size());
    const std::vector<store::StoredObject> objects{
        {"outbox/a/p", 1}, {"outbox/b/p", 2}, {"outbox/b/q", 3}, {"outbox/c", 4}};
    CHECK(text_of(store::objects_below("outbox/b/", objects)) ==
          std::vector<std::string>{"outbox/b/p:2", "outbox/b/q:3"});
    CHECK(store::objects_below("outbox/bb/", objects).empty());
    CHECK(store::objects_below("outbox/d/", objects).empty());
}

TEST_CASE("What is no listing is none") {
    for (const char* body : {"", "x", "<html/>", "<multistatus>", "{}", "<?xml version='1.0'?>"}) {
        INFO(body);
        CHECK_FALSE(store::read_multistatus(bytes_of(body), "http://h/", ""));
        CHECK_FALSE(store::read_deep_multistatus(bytes_of(body), ""));
        CHECK_FALSE(store::read_bucket_listing(bytes_of(body), ""));
        CHECK(store::read_bucket_error(bytes_of(body)).code.empty());
    }
}

TEST_CASE("Names of temporary objects tell what was uploaded, and are no names of objects") {
    const std::string name = store::temporary_name("p-1", Bytes(8, 0xab), false);
    CHECK(name == "_up-p-1.abababababababab");
    CHECK(store::uploaded_name(name) == "p-1");
    CHECK(store::uploaded_name(store::temporary_name("p-1", Bytes(8, 0xab), true)) == "p-1");
    CHECK_FALSE(store::is_object_name("a/" + name));
    for (const char* other :
         {"", "_up-", "_up-0123456789abcdef", "_up-.0123456789abcdef", "_up-p-1.0123456789abcdeg",
          "_up-p-10123456789abcdef0", "_up-P.0123456789abcdef", "_up-a/b.0123456789abcdef", "p-1"}) {
        INFO(other);
        CHECK_FALSE(store::uploaded_name(other));
    }
}

TEST_CASE("A bucket's listing is read page by page") {
    const auto page =
        store::read_bucket_listing(bytes_of(R"(<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
<IsTruncated>true</IsTruncated><NextContinuationToken>a+b/=</NextContinuationToken>
<Contents><Key>field/outbox/p-1</Key><Size>7</Size></Contents><Contents><Size>8</Size><Key>field/OTHER</Key></Contents>
<Contents><Key>elsewhere/p-2</Key><Size>9</Size></Contents><CommonPrefixes><Prefix>field/x/</Prefix></CommonPrefixes></ListBucketResult>)"),
                                   "field/");
    REQUIRE(page);
    CHECK(text_of(page->objects) == std::vector<std::string>{"outbox/p-1:7"});
    CHECK(page->next == "a+b/=");
    const auto last = store::read_bucket_listing(
        bytes_of("<ListBucketResult><IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken>"
                 "</ListBucketResult>"),
        "");
    REQUIRE(last);
    CHECK(last->next.empty());
}

TEST_CASE("An S3 service's refusal is read") {
    const store::BucketError error = store::read_bucket_error(bytes_of(
        "<?xml version='1.0' encoding='UTF-8'?><Error><Code>RequestTimeTooSkewed</Code><RequestTime>a</RequestTime>"
        "<ServerTime>b</ServerTime></Error>"));
    CHECK(error.code == "RequestTimeTooSkewed");
    CHECK(error.request_time == "a");
    CHECK(error.server_time == "b");
}
