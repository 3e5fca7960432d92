// What lies on the hub's disk: objects below ROOT/objects, and uploads under way in ROOT/incoming, where nobody sees
// them.
//
// No call follows a link or leaves the root: each element of a path is opened below the one before. What a call says
// was created is durable; what could not be made so is taken back before the call throws, or whoever tried again would
// be told that it is there already. Only one process works on a root (a lock says so), and changes are made one at a
// time, so that what was checked still holds when it is done; flushing waits outside.
#pragma once

#include <dirent.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

#include "model/environment/descriptor.h"
#include "model/environment/environment.h"
#include "sync/hub/request_path.h"

namespace fieldseal::hub {

struct TreeLimits {
    std::uint64_t object_bytes = (1u << 20) + (64u << 10);
    /// Of one outbox or mailbox, folders counting as objects.
    std::uint64_t box_bytes = 4ull << 30;
    std::uint64_t box_objects = 20'000;
    /// What stays free on the disk.
    std::uint64_t free_bytes = 128ull << 20;
};

struct Item {
    bool folder = false;
    std::uint64_t size = 0;
    std::int64_t modified_ns = 0;
    std::uint64_t inode = 0;

    std::int64_t modified_s() const { return modified_ns / 1'000'000'000; }
    /// Quoted, as HTTP has it.
    std::string tag() const;
};

struct Usage {
    std::uint64_t bytes = 0;
    std::uint64_t objects = 0;
};

enum class Done : std::uint8_t {
    created,
    replaced,
    existed,  // and was to be left as it is
    not_found,
    no_parent,  // the folder that it was to lie in is not there
    is_folder,  // or is no folder, where one was needed
    into_itself,
    no_room,  // on the disk, or in the box
};

/// A file that is being received.
class Incoming {
  public:
    ~Incoming();
    Incoming(const Incoming&) = delete;
    Incoming& operator=(const Incoming&) = delete;

    /// False where the disk is full. Throws Error(disk).
    bool write(ByteView bytes);
    std::uint64_t size() const { return size_; }

  private:
    friend class Tree;
    Incoming(int folder, std::string name, Descriptor file)
        : folder_(folder), name_(std::move(name)), file_(std::move(file)) {}

    int folder_;
    std::string name_;
    Descriptor file_;
    std::uint64_t size_ = 0;
    bool kept_ = false;
};

/// A folder's items, one after the other, as the system gives them.
class FolderReader {
  public:
    explicit FolderReader(Descriptor folder);
    ~FolderReader();
    FolderReader(const FolderReader&) = delete;
    FolderReader& operator=(const FolderReader&) = delete;
    struct Entry {
        std::string name;
        Item item;
    };
    std::optional<Entry> next();

  private:
    DIR* stream_;
};

class Tree {
  public:
    /// Makes what is missing, removes what uploads left behind, and counts what is there. Error(in_use) where another
    /// hub works on this root; Error(disk), Error(not_found).
    Tree(const std::filesystem::path& root, TreeLimits limits, Environment environment);

    const std::filesystem::path& root() const { return root_; }
    const TreeLimits& limits() const { return limits_; }

    std::optional<Item> find(const RequestPath& path) const;
    /// Nothing where there is no such file.
    std::optional<Descriptor> open_file(const RequestPath& path, Item& item) const;
    std::unique_ptr<FolderReader> open_folder(const RequestPath& path) const;
    /// Of at most `limit` bytes; nothing where it is none of that size.
    std::optional<Bytes> read(const RequestPath& path, std::size_t limit) const;

    /// Whether so much more may come for the box that the path lies in.
    bool has_room(const RequestPath& path, std::uint64_t bytes) const;
    /// Null where the disk is full. Throws Error(disk).
    std::unique_ptr<Incoming> receive() const;
    /// Puts a received file in its place.
    Done keep(Incoming& incoming, const RequestPath& path, bool replace);
    Done make_folder(const RequestPath& path);
    /// With all that is below.
    Done remove(const RequestPath& path);
    Done move(const RequestPath& from, const RequestPath& to, bool replace);
    Done copy(const RequestPath& from, const RequestPath& to, bool replace, bool deep);

    Usage usage(const RequestPath& path) const;

  private:
    std::optional<Descriptor> folder_at(const std::vector<std::string>& elements, std::size_t count) const;
    std::optional<Descriptor> parent_of(const RequestPath& path) const;
    Usage measure(int parent, const std::string& name) const;
    Usage clear(int parent, const std::string& name);
    bool fits(const RequestPath& path, const Usage& more, const Usage& less) const;
    void account(const RequestPath& path, const Usage& more, const Usage& less);
    void tidy(int folder, const std::string& key, std::int64_t now_s);
    Done copy_file(const RequestPath& from, const RequestPath& to);

    const std::filesystem::path root_;
    const TreeLimits limits_;
    const Environment environment_;
    Descriptor lock_;
    Descriptor objects_;
    Descriptor incoming_;
    mutable std::mutex mutex_;
    std::map<std::string, Usage> usage_;
};

}  // namespace fieldseal::hub
