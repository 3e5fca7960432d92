// Any struct with `serialize` to the canonical encoding of docs/formats/encoding.md and back: its fields in order,
// without names.
//
// What a struct may hold: bool, integers, double, enums over std::uint8_t (whose `bool is_valid(E)`, found by ADL, is
// asked where there is one), std::string, Bytes, FixedBytes, std::array<std::uint8_t, N>, types with a flat form
// (flatten.h), nested structs, and std::vector, std::map, std::optional, std::variant, std::pair of these.
#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <tuple>
#include <variant>

#include "model/codec/archive_types.h"
#include "model/codec/value.h"

namespace fieldseal::codec {

/// How deep structs may lie in one another; only a type that holds itself gets there.
constexpr int nesting_limit = 32;

template <class T>
constexpr bool is_byte_array = false;
template <std::size_t N>
constexpr bool is_byte_array<std::array<std::uint8_t, N>> = true;

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;

template <class T>
constexpr bool is_variant = false;
template <class... T>
constexpr bool is_variant<std::variant<T...>> = true;

template <class T>
constexpr bool is_pair = false;
template <class A, class B>
constexpr bool is_pair<std::pair<A, B>> = true;

/// The fewest bytes that a T takes: what a count is checked with.
template <class T>
constexpr std::size_t least_size() {
    if constexpr (is_fixed_bytes<T>) {
        return T::size;
    } else if constexpr (is_byte_array<T>) {
        return std::tuple_size_v<T>;
    } else if constexpr (is_pair<T>) {
        return least_size<typename T::first_type>() + least_size<typename T::second_type>();
    } else if constexpr (std::same_as<T, double>) {
        return 8;
    } else {
        return 1;
    }
}

/// Throws Error(refused) for text that is no UTF-8 or reals that are not finite, Error(too_large) for text above
/// value_limit.
void write_checked_text(Writer& out, std::string_view text);
void write_checked_real(Writer& out, double value);

class CanonicalWriter {
  public:
    explicit CanonicalWriter(Writer& out) : out_(out) {}

    template <class... T>
    void operator()(T&&... fields) {
        (put(fields), ...);
    }

    template <class T>
    void put(const T& value) {
        if constexpr (is_named<T>) {
            put(value.value);
        } else if constexpr (HasFlatForm<T>) {
            write_checked_text(out_, flat_form(value));
        } else if constexpr (std::same_as<T, bool>) {
            out_.boolean(value);
        } else if constexpr (std::is_enum_v<T>) {
            static_assert(std::same_as<std::underlying_type_t<T>, std::uint8_t>, "an enum is one byte");
            out_.u8(static_cast<std::uint8_t>(value));
        } else if constexpr (std::unsigned_integral<T>) {
            out_.number(value);
        } else if constexpr (std::signed_integral<T>) {
            out_.integer(value);
        } else if constexpr (std::same_as<T, double>) {
            write_checked_real(out_, value);
        } else if constexpr (std::same_as<T, std::string>) {
            write_checked_text(out_, value);
        } else if constexpr (std::same_as<T, Bytes>) {
            out_.bytes(value);
        } else if constexpr (is_fixed_bytes<T>) {
            out_.raw(value.view());
        } else if constexpr (is_byte_array<T>) {
            out_.raw(value);
        } else if constexpr (is_vector<T> || is_map<T>) {
            out_.number(value.size());
            for (const auto& element : value) {
                put(element);
            }
        } else if constexpr (is_optional<T>) {
            out_.boolean(value.has_value());
            if (value) {
                put(*value);
            }
        } else if constexpr (is_variant<T>) {
            out_.number(value.index());
            std::visit([&](const auto& alternative) { put(alternative); }, value);
        } else if constexpr (is_pair<T>) {
            put(value.first);
            put(value.second);
        } else if constexpr (Serialized<T, CanonicalWriter>) {
            put_object(value);
        } else {
            static_assert(no_such_archive_type<T>, "the canonical encoding has no form for this type");
        }
    }

  private:
    template <class T>
    void put_object(const T& value) {
        if (++depth_ > nesting_limit) {
            throw Error(ErrorCode::refused, "Things that lie too deep in one another cannot be written.");
        }
        // serialize is not const, as it serves reading too; here it only reads.
        const_cast<T&>(value).serialize(*this);
        --depth_;
    }

    Writer& out_;
    int depth_ = 0;
};

class CanonicalReader {
  public:
    explicit CanonicalReader(Reader& in) : in_(in) {}

    template <class... T>
    void operator()(T&&... fields) {
        (get(fields), ...);
    }

    template <class T>
    void get(T& value) {
        if constexpr (is_named<T>) {
            get(value.value);
        } else if constexpr (HasFlatForm<T>) {
            get_flat_form(value);
        } else if constexpr (std::same_as<T, bool>) {
            value = in_.boolean();
        } else if constexpr (std::is_enum_v<T>) {
            get_enum(value);
        } else if constexpr (std::unsigned_integral<T>) {
            value = static_cast<T>(in_.number_up_to(std::numeric_limits<T>::max()));
        } else if constexpr (std::signed_integral<T>) {
            get_integer(value);
        } else if constexpr (std::same_as<T, double>) {
            value = in_.real();
        } else if constexpr (std::same_as<T, std::string>) {
            value = in_.text(value_limit);
        } else if constexpr (std::same_as<T, Bytes>) {
            const ByteView bytes = in_.bytes(std::numeric_limits<std::size_t>::max());
            value.assign(bytes.begin(), bytes.end());
        } else if constexpr (is_fixed_bytes<T>) {
            value = in_.fixed<T>();
        } else if constexpr (is_byte_array<T>) {
            const ByteView bytes = in_.raw(value.size());
            std::copy(bytes.begin(), bytes.end(), value.begin());
        } else if constexpr (is_vector<T>) {
            get_vector(value);
        } else if constexpr (is_map<T>) {
            get_map(value);
        } else if constexpr (is_optional<T>) {
            value.reset();
            if (in_.boolean()) {
                get(value.emplace());
            }
        } else if constexpr (is_variant<T>) {
            get_variant(value, std::make_index_sequence<std::variant_size_v<T>>());
        } else if constexpr (is_pair<T>) {
            get(value.first);
            get(value.second);
        } else if constexpr (Serialized<T, CanonicalReader>) {
            get_object(value);
        } else {
            static_assert(no_such_archive_type<T>, "the canonical encoding has no form for this type");
        }
    }

  private:
    template <class T>
    void get_object(T& value) {
        if (++depth_ > nesting_limit) {
            in_.fail("things lie too deep in one another");
        }
        value.serialize(*this);
        --depth_;
    }

    template <class T>
    void get_flat_form(T& value) {
        const std::string text = in_.text(value_limit);
        // Only the form that would be written again is taken.
        if (!from_flat_form(text, value) || flat_form(value) != text) {
            in_.fail("a text is none of the forms that this field may have");
        }
    }

    template <class T>
    void get_enum(T& value) {
        static_assert(std::same_as<std::underlying_type_t<T>, std::uint8_t>, "an enum is one byte");
        const std::uint8_t byte = in_.u8();
        value = static_cast<T>(byte);
        if (!enum_is_valid(value)) {
            in_.fail("the value " + std::to_string(byte) + " has no meaning here");
        }
    }

    template <class T>
    void get_integer(T& value) {
        const std::int64_t number = in_.integer();
        if (!std::in_range<T>(number)) {
            in_.fail("the number " + std::to_string(number) + " does not fit here");
        }
        value = static_cast<T>(number);
    }

    template <class T>
    void get_vector(std::vector<T>& value) {
        const std::size_t count = in_.count(std::numeric_limits<std::size_t>::max(), least_size<T>());
        value.clear();
        // An element may be larger in memory than in the file, so memory grows with what was read and not with what is
        // announced.
        for (std::size_t i = 0; i < count; ++i) {
            if constexpr (std::same_as<T, bool>) {
                value.push_back(in_.boolean());
            } else {
                get(value.emplace_back());
            }
        }
    }

    template <class Key, class T, class Order>
    void get_map(std::map<Key, T, Order>& value) {
        const std::size_t count =
            in_.count(std::numeric_limits<std::size_t>::max(), least_size<Key>() + least_size<T>());
        value.clear();
        for (std::size_t i = 0; i < count; ++i) {
            Key key{};
            get(key);
            if (!value.empty() && !value.key_comp()(value.rbegin()->first, key)) {
                in_.fail("keys are not in ascending order");
            }
            get(value.emplace_hint(value.end(), std::move(key), T{})->second);
        }
    }

    template <class T, std::size_t... I>
    void get_variant(T& value, std::index_sequence<I...>) {
        const std::uint64_t index = in_.number();
        if (index >= sizeof...(I)) {
            in_.fail("the kind " + std::to_string(index) + " has no meaning here");
        }
        (void)((index == I && (get(value.template emplace<I>()), true)) || ...);
    }

    Reader& in_;
    int depth_ = 0;
};

/// Appends the encoding of `value`.
template <class T>
void write(Writer& out, const T& value) {
    CanonicalWriter(out).put(value);
}

/// Reads one T where `in` stands; what follows is the caller's.
template <class T>
T read(Reader& in) {
    T value{};
    CanonicalReader(in).get(value);
    return value;
}

/// The canonical encoding of `value`.
template <class T>
Bytes encode(const T& value) {
    Writer out;
    write(out, value);
    return out.take();
}

/// The T whose canonical encoding `bytes` are, to the last byte; `what` names it in messages. Throws Error(damaged) or
/// Error(too_large).
template <class T>
T decode(ByteView bytes, std::string_view what) {
    Reader in(bytes, what);
    T value = read<T>(in);
    in.expect_end();
    return value;
}

}  // namespace fieldseal::codec
