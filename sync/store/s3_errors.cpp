#include <ctime>

#include "sync/store/http_errors.h"
#include "sync/store/implementations.h"
#include "sync/store/server_answers.h"

namespace fieldseal::store {

namespace {

/// A server's words go on a screen: plain characters only, and few of them.
std::string printable(const std::string& words) {
    std::string out;
    for (const char c : words.substr(0, 40)) {
        out += c >= ' ' && c < '\x7f' ? c : '?';
    }
    return out.empty() ? "nothing" : out;
}

std::string iso_time(std::int64_t ms) {
    const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
    return text;
}

/// Signatures are good for some minutes around the server's time.
[[noreturn]] void throw_skewed(const HttpAddress& address, const BucketError& error, const HttpAnswer& answer,
                               std::int64_t now_ms) {
    const std::string theirs = error.server_time.empty() ? answer.date : error.server_time;
    throw StoreError(ErrorCode::refused, Obstacle::clock,
                     "This machine's clock says " + iso_time(now_ms) + ", the store at " + address.authority +
                         " says " + printable(theirs) +
                         ", and it takes nothing from clocks that far apart. Set this machine's "
                         "clock and sync again.");
}

}  // namespace

void throw_bucket_error(const HttpAddress& address, const HttpAnswer& answer, std::int64_t now_ms) {
    const std::string& at = address.authority;
    const BucketError error = read_bucket_error(answer.body);
    if (error.code == "RequestTimeTooSkewed") {
        throw_skewed(address, error, answer, now_ms);
    }
    if (error.code == "SignatureDoesNotMatch" || error.code == "InvalidAccessKeyId") {
        throw StoreError(
            ErrorCode::refused, Obstacle::credentials,
            "The store at " + at +
                " did not accept the access key or its secret. Check the credentials, or ask whoever runs the "
                "store for new ones.");
    }
    if (error.code == "NoSuchBucket") {
        throw StoreError(ErrorCode::refused, Obstacle::no_folder,
                         "There is no bucket " + address.path.substr(1) + " on " + at +
                             ". Check the store's address, or create the bucket.");
    }
    if (error.code == "AuthorizationHeaderMalformed" || error.code == "PermanentRedirect" ||
        error.code == "IllegalLocationConstraintException") {
        throw StoreError(ErrorCode::refused, Obstacle::no_folder,
                         "The bucket on " + at + " lies in another region (" + printable(error.region) +
                             "). Put ?region=REGION behind the store's address.");
    }
    if (error.code == "SlowDown" || error.code == "TooManyRequests") {
        throw TransientError(StoreError(ErrorCode::unreachable, Obstacle::busy,
                                        "The store at " + at + " asks to be left alone for a while. Try again later."),
                             answer.retry_after_s * 1000);
    }
    if (error.code == "BadDigest" || error.code == "XAmzContentSHA256Mismatch" || error.code == "IncompleteBody" ||
        error.code == "RequestTimeout") {
        throw TransientError(
            StoreError(ErrorCode::unreachable, Obstacle::away,
                       "What was sent to the store at " + at +
                           " was damaged on the way. Try again later; if it stays, try another network."));
    }
    if (error.code == "QuotaExceeded" || error.code == "XMinioStorageFull") {
        throw StoreError(
            ErrorCode::unreachable, Obstacle::full,
            "The store at " + at + " is full. Ask whoever runs it to make room; what is sealed waits here.");
    }
    throw_status(address, answer);
}

}  // namespace fieldseal::store
