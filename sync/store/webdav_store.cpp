// Objects on a WebDAV server: docs/stores.md. Servers differ in what they honour: Overwrite: F on MOVE is what all of
// them do, so that nothing is replaced and nothing half-written ever has an object's name.
#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "sync/store/http_errors.h"
#include "sync/store/implementations.h"
#include "sync/store/listing_order.h"
#include "sync/store/server_answers.h"
#include "sync/store/upload_order.h"

namespace fieldseal::store {

namespace {

/// A listing of 10,000 objects takes some 10 MB.
constexpr std::size_t listing_limit = 64u << 20;
constexpr std::size_t webdav_message_limit = 64u << 10;
constexpr std::string_view propfind_body =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><propfind xmlns=\"DAV:\"><prop><resourcetype/><getcontentlength/></prop>"
    "</propfind>";

bool succeeded(const HttpAnswer& answer) {
    // Apache says what it created in a page; a network's sign-in page comes with 200.
    return (answer.status == 200 && !is_web_page(answer)) || answer.status == 201 || answer.status == 204;
}

/// "a/b/" of "a/b/c".
std::string folder_of(const std::string& name) {
    return name.substr(0, name.rfind('/') + 1);
}

class WebdavStore final : public Store {
  public:
    WebdavStore(HttpAddress address, SharedOptions options) : http_(std::move(address), std::move(options)) {}

    Put put_if_absent(const std::string& name, ByteView bytes) override {
        std::optional<Outgoing> object = Outgoing{name, bytes};
        Put result = Put::existed;
        put_all([&] { return std::exchange(object, std::nullopt); },
                [&](const Outgoing&, Put outcome) { result = outcome; });
        return result;
    }

    void put_all(const Source& source, const PutDone& done) override {
        UploadOrder order(source);
        std::optional<Outgoing> next;
        std::size_t under_way = 0;
        for (;;) {
            // Folders are made while nothing else is under way.
            if (next) {
                make_folders(next->name);
            }
            http_.run([&](bool& finished) -> std::optional<HttpJob> {
                if (!next) {
                    next = order.next();
                }
                if (!next) {
                    finished = order.finished() || under_way == 0;
                    return std::nullopt;
                }
                require_object_name(next->name);
                if (needs_folders(next->name)) {
                    finished = true;
                    return std::nullopt;
                }
                ++under_way;
                const auto upload = std::make_shared<Upload>();
                upload->object = *std::exchange(next, std::nullopt);
                HttpJob job;
                job.request = begin(*upload);
                job.answered = [&, upload](HttpAnswer answer) {
                    std::optional<HttpRequest> request = go_on(*upload, std::move(answer));
                    if (!request) {
                        --under_way;
                        order.done(upload->object);
                        done(upload->object, upload->outcome);
                    }
                    return request;
                };
                job.broken = [this, upload] { leave(*upload); };
                return job;
            });
            if (!next) {
                return;
            }
        }
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
            require_object_name(names[index]);
            HttpJob job;
            job.request = {"GET", url_of(names[index]), {}, {}, std::max(limit, webdav_message_limit)};
            job.answered = [&, index](HttpAnswer answer) -> std::optional<HttpRequest> {
                done(index, fetched(std::move(answer), limit));
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
            std::vector<StoredObject> found;
            std::size_t under_way = 1;  // itself and folders below it
        };
        std::vector<Listed> listed(under.size());
        std::deque<ListingQuestion> questions = questions_about(under, http_.address().hub);
        std::size_t unfinished = under.size();
        const auto answered_for = [&](std::size_t index) {
            Listed& listing = listed[index];
            if (--listing.under_way == 0) {
                --unfinished;
                std::sort(listing.found.begin(), listing.found.end(),
                          [](const StoredObject& a, const StoredObject& b) { return a.name < b.name; });
                done(index, std::move(listing.found));
            }
        };
        http_.run(
            [&](bool& finished) -> std::optional<HttpJob> {
                if (questions.empty()) {
                    finished = unfinished == 0;
                    return std::nullopt;
                }
                const ListingQuestion question = std::move(questions.front());
                questions.pop_front();
                HttpJob job;
                job.request = listing_request(question);
                job.answered = [&, question](const HttpAnswer& answer) -> std::optional<HttpRequest> {
                    if (!question.whole) {
                        const std::size_t index = question.about.front();
                        for (std::string& folder : listed_folder(question.prefix, answer, listed[index].found)) {
                            questions.push_back({std::move(folder), {index}, false});
                            ++listed[index].under_way;
                        }
                    } else if (answer.over_limit || answer.status == 403) {
                        // Too much at once (RFC 4918, 9.1): each folder alone.
                        for (const std::size_t index : question.about) {
                            questions.push_back({listing_prefix(under[index]), {index}, false});
                        }
                        return std::nullopt;
                    } else {
                        const std::vector<StoredObject> all = listed_whole(question.prefix, answer);
                        for (const std::size_t index : question.about) {
                            listed[index].found = objects_below(listing_prefix(under[index]), all);
                        }
                    }
                    for (const std::size_t index : question.about) {
                        answered_for(index);
                    }
                    return std::nullopt;
                };
                return job;
            },
            listings_at_once);
    }

    void remove(const std::string& name) override { remove_all({name}); }

    void remove_all(const std::vector<std::string>& names) override {
        std::vector<std::string> urls;
        for (const std::string& name : names) {
            require_object_name(name);
            urls.push_back(url_of(name));
            if (const auto left = left_behind_.find(name); left != left_behind_.end()) {
                for (const std::string& temporary : left->second) {
                    urls.push_back(url_of(temporary));
                }
                left_behind_.erase(left);
            }
        }
        std::size_t next = 0;
        http_.run([&](bool& finished) -> std::optional<HttpJob> {
            if (next == urls.size()) {
                finished = true;
                return std::nullopt;
            }
            HttpJob job;
            job.request = {"DELETE", urls[next++], {}, {}, webdav_message_limit};
            job.answered = [this](HttpAnswer answer) -> std::optional<HttpRequest> {
                if (!succeeded(answer) && answer.status != 404) {
                    unexpected(answer);
                }
                return std::nullopt;
            };
            return job;
        });
    }

    Capabilities capabilities() const override { return {.creates_once = true, .remote = true}; }

    std::string description() const override {
        return (http_.address().hub ? "hub " : "WebDAV folder ") + http_.address().origin() + http_.address().path;
    }

  private:
    enum class Step { tidy, put, move, check, discard };

    /// One object on its way.
    struct Upload {
        Outgoing object;
        std::string temporary;
        std::vector<std::string> rubbish;  // of earlier attempts, to be removed
        Step step = Step::put;
        Put outcome = Put::created;
        HttpAnswer refusal;  // of the MOVE
    };

    std::string url_of(const std::string& name) const {
        return http_.address().origin() + http_.address().path + "/" + name;
    }

    [[noreturn]] void unexpected(const HttpAnswer& answer) const { throw_status(http_.address(), answer); }

    TransientError lost() const {
        return TransientError(
            StoreError(ErrorCode::unreachable, Obstacle::busy,
                       "The store at " + http_.address().authority +
                           " lost what was sent. Try again later; if it stays, tell whoever runs it."));
    }

    HttpRequest request(const char* method, const std::string& name, std::vector<std::string> headers = {},
                        ByteView body = {}) const {
        return {method, url_of(name), std::move(headers), body, webdav_message_limit};
    }

    HttpRequest begin(Upload& upload) {
        const std::string& name = upload.object.name;
        crypto::SystemRandom random;
        // A new name each time: a server may still be busy with what a broken connection left.
        upload.temporary =
            folder_of(name) + temporary_name(name.substr(folder_of(name).size()), random.bytes(8), http_.address().hub);
        if (const auto left = left_behind_.find(name); left != left_behind_.end()) {
            upload.rubbish = std::move(left->second);
            left_behind_.erase(left);
        }
        return tidy_or_put(upload);
    }

    HttpRequest tidy_or_put(Upload& upload) const {
        if (!upload.rubbish.empty()) {
            upload.step = Step::tidy;
            return request("DELETE", upload.rubbish.back());
        }
        upload.step = Step::put;
        return request("PUT", upload.temporary, {"Content-Type: application/octet-stream"}, upload.object.bytes);
    }

    /// What comes after this answer; nothing when the object is there.
    std::optional<HttpRequest> go_on(Upload& upload, HttpAnswer answer) {
        const std::string& name = upload.object.name;
        switch (upload.step) {
            case Step::tidy:
                upload.rubbish.pop_back();  // whether it could be removed or not: it is in nobody's way
                return tidy_or_put(upload);
            case Step::put:
                if (answer.status == 404 || answer.status == 409) {
                    folders_.clear();  // somebody else removed them: they are made anew, or said to be missing
                    make_again(upload, answer);
                }
                if (!succeeded(answer)) {
                    leave(upload);
                    unexpected(answer);
                }
                upload.step = Step::move;
                return request("MOVE", upload.temporary, {"Destination: " + url_of(name), "Overwrite: F"});
            case Step::move:
                if (answer.status == 201 || answer.status == 204) {
                    return std::nullopt;
                }
                upload.refusal = std::move(answer);
                if (upload.refusal.status == 404) {
                    upload.step = Step::check;
                    return HttpRequest{
                        "GET", url_of(name), {}, {}, std::max(upload.object.bytes.size(), webdav_message_limit)};
                }
                upload.step = Step::discard;
                return request("DELETE", upload.temporary);
            case Step::check:
                // Moved, and the answer got lost; or the server lost it.
                if (answer.status == 200 && answer.body.size() == upload.object.bytes.size() &&
                    std::equal(answer.body.begin(), answer.body.end(), upload.object.bytes.begin())) {
                    return std::nullopt;
                }
                throw lost();
            case Step::discard:
                if (upload.refusal.status != 412) {
                    unexpected(upload.refusal);
                }
                upload.outcome = Put::existed;
                return std::nullopt;
        }
        return std::nullopt;
    }

    /// Once for each object: the folder was there a moment ago.
    [[noreturn]] void make_again(const Upload& upload, const HttpAnswer& answer) {
        if (remade_.insert(upload.object.name).second) {
            throw lost();
        }
        unexpected(answer);
    }

    /// Its temporary object may lie on the server now.
    void leave(const Upload& upload) {
        std::vector<std::string>& left = left_behind_[upload.object.name];
        left.insert(left.end(), upload.rubbish.begin(), upload.rubbish.end());
        if (upload.step != Step::tidy) {
            left.push_back(upload.temporary);
        }
    }

    Fetched fetched(HttpAnswer answer, std::size_t limit) const {
        if (answer.status == 404) {
            return {Fetched::State::absent, {}};
        }
        if (answer.status != 200 || is_web_page(answer)) {
            unexpected(answer);
        }
        if (answer.over_limit || answer.body.size() > limit) {
            return {Fetched::State::too_large, {}};
        }
        return {Fetched::State::here, std::move(answer.body)};
    }

    bool needs_folders(const std::string& name) const {
        const std::string folder = folder_of(name);
        return !folder.empty() && !folders_.contains(folder);
    }

    /// The folders on the way to `name`, before anything is put there: nginx answers 500 where one is missing. The
    /// folder that the store's address names must be there.
    void make_folders(const std::string& name) {
        if (!needs_folders(name)) {
            return;
        }
        for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
            if (folders_.contains(name.substr(0, slash + 1))) {
                continue;
            }
            const HttpAnswer answer = http_.perform(request("MKCOL", name.substr(0, slash + 1)));
            // 405 where it is there already.
            if (!succeeded(answer) && answer.status != 405) {
                unexpected(answer);
            }
            folders_.insert(name.substr(0, slash + 1));
        }
    }

    HttpRequest listing_request(const ListingQuestion& question) const {
        const ByteView body(reinterpret_cast<const std::uint8_t*>(propfind_body.data()), propfind_body.size());
        return {"PROPFIND",
                url_of(question.prefix),
                {question.whole ? "Depth: infinity" : "Depth: 1", "Content-Type: application/xml; charset=utf-8"},
                body,
                listing_limit};
    }

    /// Takes what lies in a folder; gives the folders below it.
    std::vector<std::string> listed_folder(const std::string& prefix, const HttpAnswer& answer,
                                           std::vector<StoredObject>& found) {
        if (answer.status == 404 && !prefix.empty()) {
            return {};
        }
        if (answer.over_limit) {
            throw Error(ErrorCode::too_large,
                        "The list of objects on the server is longer than the " + std::to_string(listing_limit) +
                            " bytes that are allowed. Let the coordinator sync, so that old objects are removed.");
        }
        if (answer.status != 207) {
            unexpected(answer);
        }
        std::optional<FolderListing> listing = read_multistatus(answer.body, url_of(prefix), prefix);
        if (!listing) {
            throw_portal(http_.address());
        }
        folders_.insert(prefix);
        for (const std::string& temporary : listing->unfinished) {
            remember_left(prefix + temporary);
        }
        found.insert(found.end(), listing->objects.begin(), listing->objects.end());
        for (std::string& folder : listing->folders) {
            folder += '/';
        }
        return std::move(listing->folders);
    }

    /// All objects below a folder in order, from an answer that tells them at once.
    std::vector<StoredObject> listed_whole(const std::string& prefix, const HttpAnswer& answer) {
        if (answer.status != 207) {
            unexpected(answer);
        }
        std::optional<FolderListing> listing = read_deep_multistatus(answer.body, prefix);
        if (!listing) {
            throw_portal(http_.address());
        }
        folders_.insert(prefix);
        for (const std::string& folder : listing->folders) {
            folders_.insert(folder + "/");
        }
        for (const std::string& temporary : listing->unfinished) {
            remember_left(temporary);
        }
        std::sort(listing->objects.begin(), listing->objects.end(),
                  [](const StoredObject& a, const StoredObject& b) { return a.name < b.name; });
        return std::move(listing->objects);
    }

    void remember_left(const std::string& temporary) {
        const std::string folder = folder_of(temporary);
        std::vector<std::string>& left = left_behind_[folder + uploaded_name(temporary.substr(folder.size())).value()];
        if (std::find(left.begin(), left.end(), temporary) == left.end()) {
            left.push_back(temporary);
        }
    }

    HttpPool http_;
    std::set<std::string> folders_;  // known to be there, each with a slash at its end
    std::set<std::string> remade_;   // objects whose folders vanished once
    /// Object to the temporary objects that broken uploads of it left. Only whoever puts the object again removes them:
    /// names follow from contents that one device sealed, so it is the one that left them.
    std::map<std::string, std::vector<std::string>> left_behind_;
};

}  // namespace

std::unique_ptr<Store> make_webdav_store(const std::string& rest, bool encrypted, SharedOptions options) {
    return std::make_unique<WebdavStore>(parse_http_address(rest, encrypted), std::move(options));
}

std::unique_ptr<Store> make_hub_store(const std::string& rest, SharedOptions options) {
    HttpAddress address = parse_http_address(rest, true);
    address.hub = true;
    return std::make_unique<WebdavStore>(std::move(address), std::move(options));
}

}  // namespace fieldseal::store
