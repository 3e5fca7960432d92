// What servers' refusals mean for people, and what to do next.
#pragma once

#include "sync/store/http_pool.h"

namespace fieldseal::store {

bool is_web_page(const HttpAnswer& answer);

/// Throws what an answer with an unexpected status means: TransientError where trying again soon may help,
/// Error(unreachable) where trying later does, Error(refused) where it does not.
[[noreturn]] void throw_status(const HttpAddress& address, const HttpAnswer& answer);
/// The same for S3 services, which say more in the answer's body; `now_ms` is what this machine's clock says.
[[noreturn]] void throw_bucket_error(const HttpAddress& address, const HttpAnswer& answer, std::int64_t now_ms);
/// A page came where a store should have answered.
[[noreturn]] void throw_portal(const HttpAddress& address);

}  // namespace fieldseal::store
