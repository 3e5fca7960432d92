// Which types the two archives take, told apart at compile time.
#pragma once

#include <array>
#include <concepts>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <cereal/cereal.hpp>

#include "model/crypto/bytes.h"

namespace fieldseal::codec {

/// A type with a text form of its own, both functions found by ADL; from_flat_form says whether the text is one.
template <class T>
concept HasFlatForm = requires(const T& value, T& out, std::string_view text) {
    { flat_form(value) } -> std::convertible_to<std::string>;
    { from_flat_form(text, out) } -> std::same_as<bool>;
};

/// An enum that says which of its values are in use (by ADL).
template <class T>
concept HasIsValid = std::is_enum_v<T> && requires(T value) {
    { is_valid(value) } -> std::same_as<bool>;
};

template <class T>
bool enum_is_valid(T value) {
    if constexpr (HasIsValid<T>) {
        return is_valid(value);
    }
    return true;
}

template <class T>
concept Number = std::integral<T> && !std::same_as<T, bool>;

template <class T>
constexpr bool is_fixed_bytes = false;
template <class Tag, std::size_t N>
constexpr bool is_fixed_bytes<FixedBytes<Tag, N>> = true;

template <class T>
constexpr bool is_vector = false;
template <class T>
constexpr bool is_vector<std::vector<T>> = true;

template <class T>
constexpr bool is_map = false;
template <class Key, class T, class Order>
constexpr bool is_map<std::map<Key, T, Order>> = true;

template <class T>
constexpr bool is_named = false;
template <class T>
constexpr bool is_named<cereal::NameValuePair<T>> = true;

/// A struct with `template <class Archive> void serialize(Archive&)`.
template <class T, class Archive>
concept Serialized = requires(T& value, Archive& archive) {
    value.serialize(archive);
};

template <class T>
constexpr bool no_such_archive_type = false;

}  // namespace fieldseal::codec
