// The machine-readable vectors, made anew from a seed: file name and JSON text.
#pragma once

#include <map>
#include <string>

#include "model/crypto/bytes.h"

namespace fieldseal::vectors {

std::string bundle_vectors();
std::string parts_vectors();
std::string roster_vectors();
std::string enrolment_vectors();
std::string invitation_vectors();
std::string kit_vectors();
std::string access_vectors();
std::string log_vectors();
std::string receipt_vectors();
std::string original_vectors();

/// By name below tests/vectors. Takes libsodium's generator over meanwhile.
std::map<std::string, std::string> all_vectors();

std::string to_base64(ByteView bytes);
Bytes from_base64(const std::string& text);

/// A seed for each name, so that a new vector leaves the others as they are.
std::uint64_t seed_of(const std::string& name);

}  // namespace fieldseal::vectors
