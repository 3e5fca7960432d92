// Lists in canonical encodings: a count, then the elements in strictly ascending order of their key.
#pragma once

#include <utility>
#include <vector>

#include "model/codec/reader.h"
#include "model/codec/writer.h"

namespace fieldseal::team {

template <class Element, class Write>
void write_list(codec::Writer& out, const std::vector<Element>& list, Write write) {
    out.number(list.size());
    for (const Element& element : list) {
        write(element);
    }
}

/// `least`: bytes that an element has at least; `key` gives what ascends.
template <class Element, class Read, class Key>
std::vector<Element> read_list(codec::Reader& in, std::size_t limit, std::size_t least, Read read, Key key) {
    const std::size_t count = in.count(limit, least);
    std::vector<Element> list;
    for (std::size_t i = 0; i < count; ++i) {
        Element element = read();
        if (!list.empty() && !(key(list.back()) < key(element))) {
            in.fail("a list is not in ascending order, or holds something twice");
        }
        list.push_back(std::move(element));
    }
    return list;
}

}  // namespace fieldseal::team
