// Evidence: attaching, with photos cleaned and their originals sealed; showing and saving.
#include <algorithm>

#include "app/session/implementation.h"
#include "app/session/media_type.h"
#include "model/codec/flatten.h"
#include "model/crypto/hash.h"
#include "model/environment/durable_file.h"
#include "sync/bundle/original.h"

namespace fieldseal::session {

namespace {

/// Whether a photo was attached before is looked for in so many pieces of evidence, newest first.
constexpr std::size_t look_back = 2'000;

std::string key_path(const DeviceId& device, const DeviceId& writer) { return device.hex() + "." + writer.hex(); }

/// Devices that every original is sealed to.
std::vector<const team::RosterDevice*> coordinator_devices(const team::Roster& roster) {
    std::vector<const team::RosterDevice*> devices;
    for (const team::RosterDevice& device : roster.devices) {
        if (!device.revoked && roster.role_of(device.device) == team::Role::coordinator) {
            devices.push_back(&device);
        }
    }
    return devices;
}

bool has_key(const record::SealedOriginal& original, const DeviceId& device) {
    const std::string prefix = device.hex() + ".";
    const auto found = original.keys.lower_bound(prefix);
    return found != original.keys.end() && found->first.starts_with(prefix);
}

/// The file's key, by the first of this device's boxes that opens.
std::optional<crypto::Secret> key_of(const exchange::Exchange& exchange, const record::SealedOriginal& original) {
    const std::string prefix = exchange.own_device().hex() + ".";
    for (auto it = original.keys.lower_bound(prefix); it != original.keys.end() && it->first.starts_with(prefix); ++it) {
        if (std::optional<crypto::Secret> key = exchange.open_box(it->second.view()); key && key->size() == crypto::key_size) {
            return key;
        }
    }
    return std::nullopt;
}

record::KeyBox box_for(const team::PublicKey& device, const crypto::Secret& key) {
    return record::KeyBox::from(crypto::seal_box(device, key.view()));
}

/// Gives the key to those who lack it.
void share(const exchange::Exchange& exchange, const crypto::Secret& key, record::SealedOriginal& original) {
    for (const team::RosterDevice* device : coordinator_devices(exchange.roster())) {
        if (!has_key(original, device->device)) {
            original.keys[key_path(device->device, exchange.own_device())] = box_for(device->box_key, key);
        }
    }
}

void put_content(vault::Vault& vault, const Hash& content, ByteView bytes) {
    const std::optional<vault::BlobInfo> known = vault.blob(content);
    if (known && known->complete()) {
        return;
    }
    std::uint32_t index = 0;
    for (std::size_t at = 0; at < bytes.size(); at += vault::blob_chunk_size) {
        vault.put_blob_chunk(content, bytes.size(), index++, bytes.subspan(at, std::min(vault::blob_chunk_size, bytes.size() - at)));
    }
}

/// Hands the pieces of a content to `take`, and checks the whole.
void each_chunk(vault::Vault& vault, const Hash& content, const Progress& progress, const std::function<void(ByteView)>& take) {
    const std::optional<vault::BlobInfo> blob = vault.blob(content);
    if (!blob || !blob->complete()) {
        throw Error(ErrorCode::not_found, "This file is not wholly here yet; it comes with a later bundle.");
    }
    crypto::Hasher hasher;
    const auto chunks = static_cast<std::uint32_t>((blob->size + vault::blob_chunk_size - 1) / vault::blob_chunk_size);
    for (std::uint32_t index = 0; index < chunks; ++index) {
        if (progress && !progress(index, chunks)) {
            throw Error(ErrorCode::cancelled, "Cancelled; nothing was written.");
        }
        const std::optional<Bytes> chunk = vault.blob_chunk(content, index);
        if (!chunk) {
            throw Error(ErrorCode::damaged, "A piece of this file is missing in the vault; run verify.");
        }
        hasher.add(*chunk);
        take(*chunk);
    }
    if (hasher.finish() != content) {
        throw Error(ErrorCode::damaged, "This file is not what was attached; run verify.");
    }
}

/// For what is small enough to be held at once.
Bytes whole_content(vault::Vault& vault, const Hash& content, std::size_t limit) {
    const std::optional<vault::BlobInfo> blob = vault.blob(content);
    if (blob && blob->size > limit) {
        throw Error(ErrorCode::too_large, "This file is too large to be shown. Save it and open it with another program.");
    }
    Bytes bytes;
    each_chunk(vault, content, {}, [&bytes](ByteView chunk) { bytes.insert(bytes.end(), chunk.begin(), chunk.end()); });
    return bytes;
}

Bytes opened_original(vault::Vault& vault, const exchange::Exchange& exchange, const record::Evidence& evidence) {
    if (!evidence.was_cleaned()) {
        throw Error(ErrorCode::refused, "This file was kept as it is: it has no separate original.");
    }
    const std::optional<crypto::Secret> key = key_of(exchange, evidence.original);
    if (!key) {
        throw Error(ErrorCode::refused, "The original of this photo is sealed to coordinators, and this device was not given its key. What readers get can be saved; a coordinator who has the "
                                        "key can share it.");
    }
    return bundle::open_original(whole_content(vault, evidence.original.sealed, bundle::sealed_original_limit), key->view(), evidence.original.commitment);
}

std::string name_for_record(const std::filesystem::path& file) {
    std::string name = file.filename().string();
    // File systems allow any bytes in a name; records hold text.
    return codec::is_text(view_of(name)) ? name : "evidence" + media_extension(file);
}

std::string size_of_mib(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

constexpr const char* as_it_is = " Convert it to JPEG, or attach it as it is: readers then see everything that it says.";

FileLook look_at(const std::string& name, std::uint64_t size, ByteView start, bool keep_metadata) {
    FileLook look{size, media_type_of(name, start), false, {}};
    if (size > vault::blob_limit) {
        look.problem = "This file has " + size_of_mib(size) + "; evidence may have " + size_of_mib(vault::blob_limit) + ". Nothing was attached.";
    }
    if (keep_metadata || !look.media_type.starts_with("image/")) {
        return look;
    }
    look.is_photo = picture::format_of(start) != picture::Format::none;
    if (!look.is_photo) {
        look.problem = "Pictures of this kind (" + look.media_type + ") cannot be cleaned here, and may say where and by whom they were taken." + as_it_is;
    } else if (size > picture::file_limit) {
        look.problem = "This photo has " + size_of_mib(size) + "; up to " + size_of_mib(picture::file_limit) + " can be cleaned here." + as_it_is;
    }
    return look;
}

}  // namespace

void Session::Implementation::fill_held(EvidenceView& item) {
    if (const std::optional<vault::BlobInfo> blob = vault->blob(item.evidence.content)) {
        item.held = blob->held;
    }
    if (!item.evidence.was_cleaned() || !exchange) {
        return;
    }
    const record::SealedOriginal& original = item.evidence.original;
    const std::optional<vault::BlobInfo> blob = vault->blob(original.sealed);
    item.original_opens = blob && blob->complete() && has_key(original, exchange->own_device());
    for (const team::RosterDevice* device : coordinator_devices(exchange->roster())) {
        ++item.coordinators;
        item.original_for += has_key(original, device->device) ? 1u : 0u;
    }
}

record::SealedOriginal Session::Implementation::seal_original(ByteView photo, const Hash& copy) {
    // The same photo, cleaned the same way: what was sealed then serves again.
    const auto snapshot = shown;
    std::size_t looked_at = 0;
    for (const auto& row : snapshot ? snapshot->evidence : std::vector<std::shared_ptr<const Row>>()) {
        if (++looked_at > look_back) {
            break;
        }
        const auto other = codec::unflatten<record::Evidence>(vault->merged(row->summary.id).values());
        const std::optional<vault::BlobInfo> blob = vault->blob(other.original.sealed);
        if (other.content != copy || !blob || !blob->complete()) {
            continue;
        }
        const std::optional<crypto::Secret> key = key_of(*exchange, other.original);
        if (key && bundle::original_commitment(key->view(), photo) == other.original.commitment) {
            record::SealedOriginal again = other.original;
            share(*exchange, *key, again);
            return again;
        }
    }
    const bundle::SealedOriginal sealed = bundle::seal_original(photo, vault->environment().random);
    record::SealedOriginal original;
    original.media_type = picture::media_type_of(picture::format_of(photo));
    original.size = static_cast<std::int64_t>(sealed.file.size());
    original.sealed = crypto::plain_hash(sealed.file);
    original.commitment = sealed.commitment;
    const DeviceId own = exchange->own_device();
    share(*exchange, sealed.key, original);
    if (!has_key(original, own)) {
        original.keys[key_path(own, own)] = box_for(exchange->box_key(), sealed.key);
    }
    put_content(*vault, original.sealed, sealed.file);
    return original;
}

FileLook Session::look_at_file(const std::filesystem::path& file, bool keep_metadata) {
    FileReader reader(file);
    Bytes start(512);
    start.resize(reader.read(start));
    return look_at(file.filename().string(), reader.size(), start, keep_metadata);
}

RecordId Session::attach(const RecordId& assessment, const std::string& question, const std::filesystem::path& file, const std::string& caption,
                         const Progress& progress, const AttachChoice& choice) {
    implementation_->joined();
    implementation_->require_editable(assessment);
    snapshot();
    const FileLook look = look_at_file(file, choice.keep_metadata);
    if (!look.problem.empty()) {
        throw Error(look.size > picture::file_limit ? ErrorCode::too_large : ErrorCode::refused, look.problem);
    }
    if (look.is_photo) {
        Bytes photo = read_file(file, picture::file_limit);
        return implementation_->attach_photo(assessment, question, name_for_record(file), photo, caption, choice.cleaning);
    }
    if (choice.cleaning != picture::Cleaning{}) {
        throw Error(ErrorCode::usage, "Only photos that are cleaned can be turned, made smaller or blacked out.");
    }
    const vault::BlobInfo blob = implementation_->vault->add_blob(file, progress);
    record::Evidence evidence;
    evidence.assessment = assessment;
    evidence.question = question;
    evidence.file_name = name_for_record(file);
    evidence.media_type = look.media_type;
    evidence.size = static_cast<std::int64_t>(blob.size);
    evidence.content = blob.content;
    evidence.caption = caption;
    return implementation_->append_evidence(evidence);
}

RecordId Session::attach_photo(const RecordId& assessment, const std::string& question, const std::string& file_name, ByteView photo,
                               const std::string& caption, const AttachChoice& choice) {
    implementation_->joined();
    implementation_->require_editable(assessment);
    snapshot();
    const FileLook look = look_at(file_name, photo.size(), photo, false);
    if (!look.is_photo || !look.problem.empty()) {
        throw Error(ErrorCode::refused, look.problem.empty() ? "This is no picture that can be cleaned here." : look.problem);
    }
    return implementation_->attach_photo(assessment, question, file_name, photo, caption, choice.cleaning);
}

RecordId Session::Implementation::attach_photo(const RecordId& assessment, const std::string& question, const std::string& file_name, ByteView photo, const std::string& caption,
                                               const picture::Cleaning& cleaning) {
    const picture::Cleaned cleaned = picture::clean(photo, cleaning);
    record::Evidence evidence;
    evidence.assessment = assessment;
    evidence.question = question;
    evidence.file_name = file_name;
    evidence.media_type = picture::media_type_of(cleaned.format);
    evidence.size = static_cast<std::int64_t>(cleaned.file.size());
    evidence.content = crypto::plain_hash(cleaned.file);
    evidence.caption = caption;
    evidence.cleaning.quarter_turns = (cleaning.quarter_turns % 4 + 4) % 4;
    evidence.cleaning.boxes = picture::boxes_text(cleaning.boxes);
    evidence.cleaning.longest_side = cleaning.longest_side;
    evidence.cleaning.width = cleaned.width;
    evidence.cleaning.height = cleaned.height;
    evidence.cleaning.location = cleaned.removed.location;
    evidence.cleaning.camera = cleaned.removed.camera;
    evidence.cleaning.other = cleaned.removed.other;
    vault::Transaction transaction(*vault);
    put_content(*vault, evidence.content, cleaned.file);
    evidence.original = seal_original(photo, evidence.content);
    const RecordId id = append_evidence(evidence);
    transaction.commit();
    return id;
}

RecordId Session::Implementation::append_evidence(record::Evidence& evidence) {
    evidence.added_ms = now();
    const auto id = vault->environment().random.id<RecordId>();
    append(id, record::Kind::evidence, codec::difference({}, codec::flatten(evidence)), {});
    return id;
}

void Session::Implementation::mark_evidence(const RecordId& evidence, bool removed) {
    joined();
    const auto item = codec::unflatten<record::Evidence>(current(evidence, record::Kind::evidence));
    require_editable(item.assessment);
    if (item.removed == removed) {
        return;
    }
    const codec::Edits edits{{"removed", removed ? std::optional<codec::Value>(true) : std::nullopt}};
    append(evidence, record::Kind::evidence, edits, vault->merged(evidence).heads);
}

void Session::remove_evidence(const RecordId& evidence) {
    implementation_->mark_evidence(evidence, true);
}

void Session::put_back_evidence(const RecordId& evidence) {
    implementation_->mark_evidence(evidence, false);
}

picture::Pixels Session::evidence_picture(const RecordId& evidence, std::uint32_t longest_side, bool original) {
    Implementation& self = *implementation_;
    const auto item = codec::unflatten<record::Evidence>(self.current(evidence, record::Kind::evidence));
    Bytes file = original ? opened_original(*self.vault, self.joined(), item) : whole_content(*self.vault, item.content, picture::file_limit);
    picture::Pixels pixels = picture::fitted(picture::upright(picture::decode(file, longest_side), picture::metadata_of(file).orientation), longest_side);
    crypto::wipe(file);
    return pixels;
}

void Session::save_evidence(const RecordId& evidence, const std::filesystem::path& file, const Progress& progress, bool original) {
    Implementation& self = *implementation_;
    const auto item = codec::unflatten<record::Evidence>(self.current(evidence, record::Kind::evidence));
    if (original) {
        Bytes opened = opened_original(*self.vault, self.joined(), item);
        FileWriter out(file);
        out.write(opened);
        out.finish();
        crypto::wipe(opened);
        return;
    }
    const std::optional<vault::BlobInfo> blob = self.vault->blob(item.content);
    if (!blob || !blob->complete()) {
        throw Error(ErrorCode::not_found, "This file is not wholly here yet; it comes with a later bundle.");
    }
    FileWriter out(file);
    each_chunk(*self.vault, item.content, progress, [&out](ByteView chunk) { out.write(chunk); });
    out.finish();
}

std::uint64_t Session::share_originals(const Progress& progress) {
    Implementation& self = *implementation_;
    exchange::Exchange& exchange = self.joined();
    if (exchange.own_role() != team::Role::coordinator) {
        throw Error(ErrorCode::refused, "Only a coordinator gives the keys of originals to other coordinators.");
    }
    std::uint64_t changed = 0;
    std::uint64_t looked_at = 0;
    const std::shared_ptr<const Snapshot> now = snapshot();
    for (const auto& row : now->evidence) {
        if (progress && !progress(looked_at++, now->evidence.size())) {
            throw Error(ErrorCode::cancelled, "Cancelled; the keys shared so far stay shared.");
        }
        const history::MergedRecord merged = self.vault->merged(row->summary.id);
        auto evidence = codec::unflatten<record::Evidence>(merged.values());
        const codec::FieldMap before = codec::flatten(evidence);
        const std::optional<crypto::Secret> key = evidence.was_cleaned() ? key_of(exchange, evidence.original) : std::nullopt;
        if (!key) {
            continue;
        }
        share(exchange, *key, evidence.original);
        const codec::Edits edits = codec::difference(before, codec::flatten(evidence));
        if (!edits.empty()) {
            self.append(row->summary.id, record::Kind::evidence, edits, merged.heads);
            ++changed;
        }
    }
    return changed;
}

}  // namespace fieldseal::session
