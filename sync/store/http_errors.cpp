#include "sync/store/http_errors.h"

#include "sync/store/implementations.h"

namespace fieldseal::store {

bool is_web_page(const HttpAnswer& answer) {
    return answer.content_type.starts_with("text/html");
}

void throw_portal(const HttpAddress& address) {
    throw StoreError(
        ErrorCode::unreachable, Obstacle::sign_in,
        "Instead of the store at " + address.authority +
            " a web page answered: the network may want you to sign in. Open any page in a browser, sign in, "
            "and try again; if that is not it, check the store's address.");
}

void throw_status(const HttpAddress& address, const HttpAnswer& answer) {
    const std::string& at = address.authority;
    const std::int64_t wait_ms = answer.retry_after_s * 1000;
    switch (answer.status) {
        case 401:
            if (address.hub) {
                throw StoreError(
                    ErrorCode::refused, Obstacle::credentials,
                    "The hub at " + at +
                        " does not let this device in. Either it has not heard of the device yet: then the "
                        "coordinator must sync with it first. Or the device was taken out of the team: ask "
                        "the coordinator.");
            }
            throw StoreError(
                ErrorCode::refused, Obstacle::credentials,
                "The store at " + at +
                    " did not accept the user name or the secret. Check the credentials, or ask whoever runs "
                    "the store for new ones.");
        case 403:
            throw StoreError(ErrorCode::refused, Obstacle::forbidden,
                             "The store at " + at +
                                 " does not allow this user to do that. Ask whoever runs the store "
                                 "for permission to read and write there.");
        case 404:
        case 405:
        case 409:
            throw StoreError(ErrorCode::refused, Obstacle::no_folder,
                             "The folder that the store's address names is not there on " + at +
                                 ", or is no WebDAV folder. Check the address, or create the folder.");
        case 412:
            throw StoreError(ErrorCode::unreachable, Obstacle::busy,
                             "Somebody else holds a lock on the store at " + at + ". Try again later.");
        case 423:
            // Some servers hold what a broken upload of ours left behind for a moment.
            throw TransientError(StoreError(ErrorCode::unreachable, Obstacle::busy,
                                            "Somebody else holds a lock on the store at " + at + ". Try again later."),
                                 wait_ms);
        case 413:
        case 507:
            throw StoreError(
                ErrorCode::unreachable, Obstacle::full,
                "The store at " + at + " is full. Ask whoever runs it to make room; what is sealed waits here.");
        case 429:
            throw TransientError(
                StoreError(ErrorCode::unreachable, Obstacle::busy,
                           "The store at " + at + " asks to be left alone for a while. Try again later."),
                wait_ms);
        default:
            break;
    }
    if ((answer.status >= 200 && answer.status < 400) || answer.status == 511) {
        throw_portal(address);
    }
    if (answer.status >= 500) {
        const StoreError error =
            StoreError(ErrorCode::unreachable, Obstacle::busy,
                       "The store at " + at + " has a fault of its own (" + std::to_string(answer.status) +
                           "). Try again later; if it stays, tell whoever runs the store.");
        if (answer.status == 500 || (answer.status >= 502 && answer.status <= 504)) {
            throw TransientError(error, wait_ms);
        }
        throw error;
    }
    throw StoreError(ErrorCode::refused, Obstacle::forbidden,
                     "The store at " + at + " refused with status " + std::to_string(answer.status) +
                         ". Check the address, or ask whoever runs the store.");
}

}  // namespace fieldseal::store
