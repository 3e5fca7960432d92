// The two archives behind flatten.h. They take the same `serialize` as Cereal's own archives do.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/codec/archive_types.h"
#include "model/codec/value.h"

namespace fieldseal::codec {

/// Elements joined by line ends. Throws Error(refused) for an element that is empty or holds a line end: it would come
/// back as another list.
std::string join_lines(const std::vector<std::string>& lines);
/// What join_lines joined, or nothing if no list is written so.
std::optional<std::vector<std::string>> split_lines(std::string_view joined);

/// The path being walked: one text that grows and shrinks, so that no field costs an allocation of its own.
class PathCursor {
  public:
    /// Runs `inner` one element further down.
    template <class Inner>
    void within(std::string_view element, Inner inner) {
        const std::size_t size = text_.size();
        if (size > 0) {
            text_.push_back('/');
        }
        text_.append(element);
        inner();
        text_.resize(size);
    }
    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

/// Writes a struct's fields into a FieldMap; zeros are left out. Throws Error(refused) for what cannot be a field.
class FlattenArchive {
  public:
    explicit FlattenArchive(FieldMap& fields) : fields_(fields) {}

    template <class T>
    void object(T& record) {
        record.serialize(*this);
    }

    template <class... T>
    void operator()(cereal::NameValuePair<T>... fields) {
        (path_.within(fields.name, [&] { put(fields.value); }), ...);
    }

  private:
    template <class T>
    void put(T& value) {
        if constexpr (HasFlatForm<T>) {
            leaf(Value(flat_form(value)));
        } else if constexpr (std::same_as<T, bool> || std::same_as<T, std::string>) {
            leaf(Value(value));
        } else if constexpr (std::is_enum_v<T>) {
            leaf(Value(static_cast<std::int64_t>(value)));
        } else if constexpr (Number<T>) {
            if (!std::in_range<std::int64_t>(value)) {
                refuse("is too large a number");
            }
            leaf(Value(static_cast<std::int64_t>(value)));
        } else if constexpr (std::same_as<T, double>) {
            if (!std::isfinite(value)) {
                refuse("is not a finite number");
            }
            leaf(Value(value));
        } else if constexpr (is_fixed_bytes<T>) {
            if (!value.is_zero()) {
                leaf(Value(Bytes(value.bytes.begin(), value.bytes.end())));
            }
        } else if constexpr (std::same_as<T, std::vector<std::string>>) {
            leaf(Value(join_lines(value)));
        } else if constexpr (is_map<T>) {
            put_map(value);
        } else if constexpr (Serialized<T, FlattenArchive>) {
            object(value);
        } else {
            static_assert(no_such_archive_type<T>, "a record cannot hold a field of this type");
        }
    }

    template <class T>
    void put_map(T& map) {
        static_assert(std::same_as<typename T::key_type, std::string>, "a record's maps have texts as keys");
        for (auto& [key, value] : map) {
            if (!is_key(key)) {
                refuse("has an entry whose id cannot be written. Ids have letters, digits and _ . : - only");
            }
            path_.within(key, [&] { put(value); });
        }
    }

    void leaf(Value value);
    [[noreturn]] void refuse(const std::string& reason) const;

    FieldMap& fields_;
    PathCursor path_;
};

/// Fills a struct from fields and remembers which of them it took.
class UnflattenArchive {
  public:
    explicit UnflattenArchive(const FieldRefs& fields) : fields_(fields), near_(fields) {
        taken_.reserve(fields.size());
    }

    template <class T>
    void object(T& record) {
        record.serialize(*this);
    }

    template <class... T>
    void operator()(cereal::NameValuePair<T>... fields) {
        (path_.within(fields.name, [&] { get(fields.value); }), ...);
    }

    /// Appends the paths that no field took, ascending.
    void unknown_paths(std::vector<std::string>& paths) const;

  private:
    template <class T>
    void get(T& value) {
        if constexpr (HasFlatForm<T>) {
            // A text that is none of T's forms must leave T as it was.
            T parsed{};
            take<std::string>([&](const std::string& text) {
                const bool known = from_flat_form(text, parsed);
                if (known) {
                    value = std::move(parsed);
                }
                return known;
            });
        } else if constexpr (std::same_as<T, bool> || std::same_as<T, std::string> || std::same_as<T, double>) {
            take<T>([&](const T& field) {
                value = field;
                return true;
            });
        } else if constexpr (std::is_enum_v<T>) {
            take<std::int64_t>([&](std::int64_t number) {
                const bool known =
                    std::in_range<std::underlying_type_t<T>>(number) && enum_is_valid(static_cast<T>(number));
                value = known ? static_cast<T>(number) : value;
                return known;
            });
        } else if constexpr (Number<T>) {
            take<std::int64_t>([&](std::int64_t number) {
                const bool fits = std::in_range<T>(number);
                value = fits ? static_cast<T>(number) : value;
                return fits;
            });
        } else if constexpr (is_fixed_bytes<T>) {
            take<Bytes>([&](const Bytes& bytes) {
                const bool fits = bytes.size() == T::size;
                value = fits ? T::from(bytes) : value;
                return fits;
            });
        } else if constexpr (std::same_as<T, std::vector<std::string>>) {
            take<std::string>([&](const std::string& joined) {
                auto lines = split_lines(joined);
                value = lines ? std::move(*lines) : value;
                return lines.has_value();
            });
        } else if constexpr (is_map<T>) {
            get_map(value);
        } else if constexpr (Serialized<T, UnflattenArchive>) {
            object(value);
        } else {
            static_assert(no_such_archive_type<T>, "a record cannot hold a field of this type");
        }
    }

    template <class T>
    void get_map(T& map) {
        Place field;
        path_.within({}, [&] { field = first_from(path_.text()); });
        // With the slash behind it.
        const std::size_t prefix = path_.text().size() + 1;
        while (field != near_.end() && field->path.size() >= prefix && field->path[prefix - 1] == '/' &&
               field->path.starts_with(path_.text())) {
            const std::string key(field->path.substr(prefix, field->path.find('/', prefix) - prefix));
            const auto after = after_entry(field, prefix + key.size());
            // An entry that no field fills is none: all its paths are unknown here. Keys nearly always ascend.
            const bool is_last = map.empty() || map.rbegin()->first < key;
            if (is_key(key) && (is_last || !map.contains(key))) {
                const std::size_t taken_before = taken_.size();
                typename T::mapped_type value{};
                // What lies below an entry's path lies side by side, so the search for its fields stays there.
                const std::span<const FieldRef> wide = near_;
                const std::size_t wide_base = base_;
                if (field->path.size() > prefix + key.size()) {
                    near_ = {field, after};
                    base_ = prefix + key.size();
                }
                path_.within(key, [&] { get(value); });
                near_ = wide;
                base_ = wide_base;
                if (taken_.size() > taken_before) {
                    map.emplace_hint(map.end(), key, std::move(value));
                }
            }
            field = after;
        }
    }

    /// Hands the field at the path to `accept`, if it is there with this type; what is accepted counts as taken.
    template <class T, class Accept>
    void take(Accept accept) {
        const auto field = first_from(path_.text());
        if (field == near_.end() || beyond_base(field->path) != beyond_base(path_.text())) {
            return;
        }
        const T* value = std::get_if<T>(field->value);
        if (value != nullptr && accept(*value)) {
            taken_.push_back(&*field);
        }
    }

    using Place = std::span<const FieldRef>::iterator;
    /// First field at or after the path, among those near.
    Place first_from(std::string_view path) const;
    Place after_entry(Place field, std::size_t entry_size) const;
    std::string_view beyond_base(std::string_view path) const { return path.substr(base_); }

    const FieldRefs& fields_;
    /// Where the fields of what is being filled lie: all, or those of one entry of a map.
    std::span<const FieldRef> near_;
    /// How much of their paths, and of the path being walked, is the same for all near.
    std::size_t base_ = 0;
    PathCursor path_;
    std::vector<const FieldRef*> taken_;
};

}  // namespace fieldseal::codec
