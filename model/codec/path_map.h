// Paths with what belongs to each, ascending and side by side in memory: a record of some hundred fields is read,
// merged and freed with a fraction of the allocations of a std::map, whose names the functions here have.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/error/error.h"

namespace fieldseal::codec {

/// As std::map<std::string, T, std::less<>>, but: any insertion or removal makes all iterators and references invalid,
/// and one at a place other than the end moves what lies behind it. Paths are not to be changed through an iterator.
template <class T>
class PathMap {
  public:
    using key_type = std::string;
    using mapped_type = T;
    using value_type = std::pair<std::string, T>;
    using iterator = typename std::vector<value_type>::iterator;
    using const_iterator = typename std::vector<value_type>::const_iterator;

    PathMap() = default;
    PathMap(std::initializer_list<value_type> entries) : PathMap(entries.begin(), entries.end()) {}
    /// Of equal paths the first one counts.
    template <std::input_iterator Iterator>
    requires requires(Iterator place) { place->first; }
    PathMap(Iterator first, Iterator last) {
        for (; first != last; ++first) {
            emplace(first->first, first->second);
        }
    }

    iterator begin() { return entries_.begin(); }
    iterator end() { return entries_.end(); }
    const_iterator begin() const { return entries_.begin(); }
    const_iterator end() const { return entries_.end(); }
    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }
    void clear() { entries_.clear(); }
    void reserve(std::size_t count) { entries_.reserve(count); }

    const_iterator lower_bound(std::string_view path) const { return std::lower_bound(begin(), end(), path, before); }
    iterator lower_bound(std::string_view path) { return std::lower_bound(begin(), end(), path, before); }
    const_iterator find(std::string_view path) const {
        const const_iterator place = lower_bound(path);
        return place != end() && place->first == path ? place : end();
    }
    iterator find(std::string_view path) {
        const iterator place = lower_bound(path);
        return place != end() && place->first == path ? place : end();
    }
    bool contains(std::string_view path) const { return find(path) != end(); }
    /// Error(usage) where it is not here.
    const T& at(std::string_view path) const {
        const const_iterator place = find(path);
        if (place == end()) {
            throw Error(ErrorCode::usage, "There is no field " + std::string(path) + ".");
        }
        return place->second;
    }
    T& operator[](std::string_view path) { return try_emplace(path).first->second; }

    /// Nothing happens where the path is here.
    template <class... Arguments>
    std::pair<iterator, bool> try_emplace(std::string_view path, Arguments&&... arguments) {
        const iterator place = lower_bound(path);
        if (place != end() && place->first == path) {
            return {place, false};
        }
        return {entries_.emplace(place, std::piecewise_construct, std::forward_as_tuple(path),
                                 std::forward_as_tuple(std::forward<Arguments>(arguments)...)),
                true};
    }
    template <class Value>
    std::pair<iterator, bool> emplace(std::string_view path, Value&& value) {
        return try_emplace(path, std::forward<Value>(value));
    }
    /// REQUIRES a path behind all that are here.
    template <class Path, class Value>
    void append(Path&& path, Value&& value) {
        entries_.emplace_back(std::forward<Path>(path), std::forward<Value>(value));
    }
    /// Takes a copy of what is not here.
    void merge(const PathMap& other) {
        for (const auto& [path, value] : other) {
            emplace(path, value);
        }
    }
    iterator erase(const_iterator place) { return entries_.erase(place); }
    /// How many were here, 0 or 1.
    std::size_t erase(std::string_view path) {
        const const_iterator place = find(path);
        if (place == end()) {
            return 0;
        }
        entries_.erase(place);
        return 1;
    }

    /// Makes a place for each path of `other` and calls visit(here, there) for each, ascending; what is new here is
    /// T{}. Takes time for both together, however many are new. Paths are taken out of an `other` that is given away.
    template <class Other, class Visit>
    void join(Other&& other, Visit visit) {
        const std::size_t fresh = count_missing(other);
        if (fresh == 0) {
            iterator here = begin();
            for (auto& [path, there] : other) {
                here = next_place(here, end(), path, walks(other.size()));
                visit(here->second, there);
            }
            return;
        }
        std::vector<value_type> joined;
        joined.reserve(size() + fresh);
        iterator here = begin();
        for (auto& [path, there] : other) {
            for (; here != end() && here->first < path; ++here) {
                joined.push_back(std::move(*here));
            }
            if (here != end() && here->first == path) {
                joined.push_back(std::move(*here));
                ++here;
            } else if constexpr (std::is_lvalue_reference_v<Other>) {
                joined.emplace_back(path, T{});
            } else {
                joined.emplace_back(std::move(path), T{});
            }
            visit(joined.back().second, there);
        }
        std::move(here, end(), std::back_inserter(joined));
        entries_ = std::move(joined);
    }

    bool operator==(const PathMap&) const = default;

  private:
    static constexpr std::size_t walk_share = 8;

    static bool before(const value_type& entry, std::string_view path) { return entry.first < path; }

    /// Whether what is joined is so much that the next place is walked to rather than searched for.
    bool walks(std::size_t joined) const { return joined * walk_share >= size(); }
    template <class Place>
    static Place next_place(Place from, Place end, std::string_view path, bool walk) {
        if (!walk) {
            return std::lower_bound(from, end, path, before);
        }
        while (from != end && from->first < path) {
            ++from;
        }
        return from;
    }
    template <class Other>
    std::size_t count_missing(const Other& other) const {
        if (empty()) {
            return other.size();
        }
        std::size_t missing = 0;
        const_iterator here = begin();
        for (const auto& entry : other) {
            here = next_place(here, end(), entry.first, walks(other.size()));
            if (here == end() || here->first != entry.first) {
                ++missing;
            }
        }
        return missing;
    }

    std::vector<value_type> entries_;
};

}  // namespace fieldseal::codec
