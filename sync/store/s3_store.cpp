// Objects in a bucket of an S3 service: docs/stores.md. A PUT there is all or nothing and replaces: names follow from
// contents, so replacing changes nothing. Addresses are path-style, since not every service has a name per bucket.
#include <algorithm>
#include <utility>

#include "model/crypto/sha256.h"
#include "sync/store/http_errors.h"
#include "sync/store/implementations.h"
#include "sync/store/server_answers.h"
#include "sync/store/upload_order.h"

namespace fieldseal::store {

namespace {

/// A page has at most 1,000 objects.
constexpr std::size_t page_limit = 4u << 20;
constexpr std::size_t s3_message_limit = 64u << 10;
/// So that a server that goes on for ever does not keep us for ever.
constexpr unsigned pages_limit = 10'000;

struct Bucket {
    HttpAddress address;  // its path is "/BUCKET"
    std::string root;     // what the keys of this store start with: "" or "PREFIX/"
    std::string region = "us-east-1";
};

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

/// As a signed query has it.
std::string encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_plain(c)) {
            out += c;
        } else {
            out += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return out;
}

Bucket parse_bucket(const std::string& rest, bool encrypted) {
    const auto usage = [] {
        return Error(ErrorCode::usage,
                     "A bucket's address is s3://HOST[:PORT]/BUCKET[/PREFIX][?region=REGION], of letters, digits and "
                     "-._~ only, without keys in it. Give the keys through a file.");
    };
    const std::size_t fragment = std::min(rest.find('#'), rest.size());
    std::string place = rest.substr(0, fragment);
    Bucket bucket;
    if (const std::size_t query = place.find('?'); query != std::string::npos) {
        constexpr std::string_view key = "?region=";
        bucket.region = place.substr(std::min(query + key.size(), place.size()));
        if (place.compare(query, key.size(), key) != 0 || bucket.region.empty() ||
            !std::all_of(bucket.region.begin(), bucket.region.end(), is_plain)) {
            throw usage();
        }
        place.resize(query);
    }
    bucket.address = parse_http_address(place + rest.substr(fragment), encrypted);
    const std::string path = bucket.address.path;
    const std::size_t end = std::min(path.find('/', 1), path.size());
    bucket.address.path = path.substr(0, end);
    if (end < path.size()) {
        bucket.root = path.substr(end + 1) + "/";
    }
    const bool odd = !std::all_of(path.begin(), path.end(), [](char c) { return c == '/' || is_plain(c); });
    // libcurl would take "." and ".." in a path for steps in it.
    if (end < 2 || odd || (path + "/").find("/./") != std::string::npos ||
        (path + "/").find("/../") != std::string::npos || path.find("//") != std::string::npos) {
        throw usage();
    }
    return bucket;
}

class S3Store final : public Store {
  public:
    S3Store(Bucket bucket, SharedOptions options)
        : http_(bucket.address, options, "aws:amz:" + bucket.region + ":s3"),
          root_(std::move(bucket.root)),
          clock_(options->clock) {}

    Put put_if_absent(const std::string& name, ByteView bytes) override {
        std::optional<Outgoing> object = Outgoing{name, bytes};
        put_all([&] { return std::exchange(object, std::nullopt); }, [](const Outgoing&, Put) {});
        return Put::created;
    }

    void put_all(const Source& source, const PutDone& done) override {
        UploadOrder order(source);
        std::size_t under_way = 0;
        http_.run([&](bool& finished) -> std::optional<HttpJob> {
            std::optional<Outgoing> next = order.next();
            if (!next) {
                finished = order.finished() || under_way == 0;
                return std::nullopt;
            }
            ++under_way;
            HttpJob job;
            job.request = request("PUT", next->name, next->bytes);
            job.request.headers.push_back("Content-Type: application/octet-stream");
            job.answered = [&, object = *next](HttpAnswer answer) -> std::optional<HttpRequest> {
                // Every service names what it stored; a sign-in page does not.
                if (answer.status != 200 || answer.entity_tag.empty()) {
                    unexpected(answer);
                }
                --under_way;
                order.done(object);
                done(object, Put::created);
                return std::nullopt;
            };
            return job;
        });
    }

    std::optional<Bytes> get(const std::string& name, std::size_t limit) override {
        std::optional<Bytes> result;
        get_all({name}, limit, [&](std::size_t, Fetched object) {
            if (object.state == Fetched::State::too_large) {
                throw object_too_large(name, limit);
            }
            if (object.state == Fetched::State::here) {
                result = std::move(object.bytes);
            }
        });
        return result;
    }

    void get_all(const std::vector<std::string>& names, std::size_t limit, const GetDone& done) override {
        std::size_t next = 0;
        http_.run([&](bool& finished) -> std::optional<HttpJob> {
            if (next == names.size()) {
                finished = true;
                return std::nullopt;
            }
            const std::size_t index = next++;
            HttpJob job;
            job.request = request("GET", names[index]);
            job.request.answer_limit = std::max(limit, s3_message_limit);
            job.answered = [&, index](HttpAnswer answer) -> std::optional<HttpRequest> {
                Fetched object;
                if (is_absent(answer)) {
                    object.state = Fetched::State::absent;
                } else if (answer.status != 200 || answer.entity_tag.empty()) {
                    unexpected(answer);
                } else if (answer.over_limit || answer.body.size() > limit) {
                    object.state = Fetched::State::too_large;
                } else {
                    object = {Fetched::State::here, std::move(answer.body)};
                }
                done(index, std::move(object));
                return std::nullopt;
            };
            return job;
        });
    }

    std::vector<StoredObject> list(const std::string& under) override {
        std::vector<StoredObject> found;
        list_all({under}, [&](std::size_t, std::vector<StoredObject> objects) { found = std::move(objects); });
        return found;
    }

    void list_all(const std::vector<std::string>& under, const ListDone& done) override {
        struct Listed {
            std::string prefix;
            std::vector<StoredObject> found;
            unsigned pages = 0;
        };
        std::size_t next = 0;
        http_.run(
            [&](bool& finished) -> std::optional<HttpJob> {
                if (next == under.size()) {
                    finished = true;
                    return std::nullopt;
                }
                const std::size_t index = next++;
                const auto listed = std::make_shared<Listed>();
                listed->prefix = root_ + listing_prefix(under[index]);
                HttpJob job;
                job.request = page_request(listed->prefix, "");
                job.answered = [&, index, listed](const HttpAnswer& answer) -> std::optional<HttpRequest> {
                    if (answer.status != 200) {
                        unexpected(answer);
                    }
                    const std::optional<BucketListing> page = read_bucket_listing(answer.body, root_);
                    if (!page) {
                        throw_portal(http_.address());
                    }
                    listed->found.insert(listed->found.end(), page->objects.begin(), page->objects.end());
                    if (!page->next.empty() && ++listed->pages < pages_limit) {
                        return page_request(listed->prefix, page->next);
                    }
                    std::sort(listed->found.begin(), listed->found.end(),
                              [](const StoredObject& a, const StoredObject& b) { return a.name < b.name; });
                    done(index, std::move(listed->found));
                    return std::nullopt;
                };
                return job;
            },
            listings_at_once);
    }

    void remove(const std::string& name) override { remove_all({name}); }

    void remove_all(const std::vector<std::string>& names) override {
        std::size_t next = 0;
        http_.run([&](bool& finished) -> std::optional<HttpJob> {
            if (next == names.size()) {
                finished = true;
                return std::nullopt;
            }
            HttpJob job;
            job.request = request("DELETE", names[next++]);
            job.answered = [this](HttpAnswer answer) -> std::optional<HttpRequest> {
                if (answer.status != 204 && (answer.status != 200 || is_web_page(answer)) && !is_absent(answer)) {
                    unexpected(answer);
                }
                return std::nullopt;
            };
            return job;
        });
    }

    Capabilities capabilities() const override { return {.creates_once = false, .remote = true}; }

    std::string description() const override {
        const std::string place = http_.address().origin() + http_.address().path + "/" + root_;
        return "S3 bucket " + place.substr(0, place.size() - 1);
    }

  private:
    HttpRequest page_request(const std::string& prefix, const std::string& next) const {
        // In the order of the alphabet: that is how the signature is made, and libcurl does not sort.
        std::string query = next.empty() ? "" : "continuation-token=" + encoded(next) + "&";
        query += "list-type=2&prefix=" + encoded(prefix);
        HttpRequest page = request_for("GET", http_.address().origin() + http_.address().path + "?" + query, {});
        page.answer_limit = page_limit;
        return page;
    }

    HttpRequest request(const char* method, const std::string& name, ByteView body = {}) const {
        require_object_name(name);
        return request_for(method, http_.address().origin() + http_.address().path + "/" + root_ + name, body);
    }

    static HttpRequest request_for(const char* method, std::string url, ByteView body) {
        // What arrives is checked against what was signed: a damaged upload is refused by the service itself.
        return {
            method, std::move(url), {"x-amz-content-sha256: " + to_hex(crypto::sha256(body))}, body, s3_message_limit};
    }

    static bool is_absent(const HttpAnswer& answer) {
        return answer.status == 404 && read_bucket_error(answer.body).code != "NoSuchBucket";
    }

    [[noreturn]] void unexpected(const HttpAnswer& answer) const {
        SystemClock system;
        throw_bucket_error(http_.address(), answer, (clock_ == nullptr ? system : *clock_).wall_ms());
    }

    HttpPool http_;
    std::string root_;
    Clock* clock_;
};

}  // namespace

std::unique_ptr<Store> make_s3_store(const std::string& rest, bool encrypted, SharedOptions options) {
    return std::make_unique<S3Store>(parse_bucket(rest, encrypted), std::move(options));
}

}  // namespace fieldseal::store
