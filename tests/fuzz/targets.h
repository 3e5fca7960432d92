// Every parser of bytes from outside, as something to throw bytes at.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model/crypto/bytes.h"

namespace fieldseal::fuzz {

struct Target {
    const char* name;
    /// Reads the bytes. Errors of the kind that readers throw are fine; what is accepted must encode to the same bytes
    /// again, or the program stops.
    void (*run)(ByteView);
    /// Good inputs to start from.
    std::vector<Bytes> (*seeds)();
};

std::span<const Target> targets();
/// Throws std::out_of_range for a name that is none.
const Target& target(const std::string& name);

/// Stops the program (fuzzers notice that, and so do tests) unless it holds.
void insist(bool holds, const char* what);

/// Runs `read`, letting pass the errors that a reader may throw.
void tolerate(const std::function<void()>& read);

// In bundle_target.cpp: the first byte says which part of a bundle the others are; everything around it is valid and
// signed.
void run_bundle(ByteView input);
std::vector<Bytes> bundle_seeds();
/// A whole file.
void run_bundle_file(ByteView input);
std::vector<Bytes> bundle_file_seeds();

// In exchange_target.cpp.
void run_log_item(ByteView input);
std::vector<Bytes> log_item_seeds();
void run_receipt(ByteView input);
std::vector<Bytes> receipt_seeds();

// In sealed_file_target.cpp.
/// A whole file, an invitation's or a kit's by the first byte.
void run_sealed_file(ByteView input);
std::vector<Bytes> sealed_file_seeds();
void run_kit(ByteView input);
std::vector<Bytes> kit_seeds();

// In vault_target.cpp.
void run_vault(ByteView input);
std::vector<Bytes> vault_seeds();

// In import_target.cpp.
void run_import(ByteView input);
std::vector<Bytes> import_seeds();

// In hub_target.cpp.
void run_hub_path(ByteView input);
std::vector<Bytes> hub_path_seeds();
void run_propfind(ByteView input);
std::vector<Bytes> propfind_seeds();

// In server_answer_target.cpp.
/// What a WebDAV server or an S3 service answers, by the first byte.
void run_server_answer(ByteView input);
std::vector<Bytes> server_answer_seeds();

// In picture_target.cpp.
/// JPEG and PNG as pixels, what their files say besides, and what is done to them.
void run_picture(ByteView input);
std::vector<Bytes> picture_seeds();

// In site_table_target.cpp.
/// CSV and GeoJSON as sites.
void run_site_table(ByteView input);
std::vector<Bytes> site_table_seeds();

// In questionnaire_target.cpp.
void run_questionnaire(ByteView input);
std::vector<Bytes> questionnaire_seeds();

}  // namespace fieldseal::fuzz
