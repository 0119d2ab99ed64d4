// SPDX-License-Identifier: Apache-2.0
#include "engine/weights/npy_header.h"

#include <charconv>
#include <set>
#include <stdexcept>

namespace arcmeter::weights {
namespace {

/// Reads the few kinds of Python literal that the format allows.
class Parser {
public:
    explicit Parser(std::string_view text) : left_(text) {}

    NpyHeader parse() {
        NpyHeader header;
        std::set<std::string> seen;
        expect('{');
        while (!accept('}')) {
            const std::string key = quoted();
            if (!seen.insert(key).second) throw std::invalid_argument("its header names '" + key + "' twice");
            expect(':');
            read_value(key, header);
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        for (const char* key : {"descr", "fortran_order", "shape"}) {
            if (!seen.count(key)) throw std::invalid_argument(std::string("its header lacks '") + key + "'");
        }
        skip_space();
        if (!left_.empty()) throw std::invalid_argument("its header goes on after the dictionary");
        return header;
    }

private:
    void read_value(const std::string& key, NpyHeader& header) {
        if (key == "descr") {
            header.descr = quoted();
        } else if (key == "fortran_order") {
            header.fortran_order = boolean();
        } else if (key == "shape") {
            header.shape = tuple();
        } else {
            throw std::invalid_argument("its header has a field '" + key + "'");
        }
    }

    void skip_space() {
        const std::size_t first = left_.find_first_not_of(" \t\r\n");
        left_.remove_prefix(first == std::string_view::npos ? left_.size() : first);
    }

    bool accept(char wanted) {
        skip_space();
        if (left_.empty() || left_.front() != wanted) return false;
        left_.remove_prefix(1);
        return true;
    }

    void expect(char wanted) {
        if (!accept(wanted)) throw std::invalid_argument(std::string("its header lacks a '") + wanted + "'");
    }

    bool accept_word(std::string_view word) {
        skip_space();
        if (!left_.starts_with(word)) return false;
        left_.remove_prefix(word.size());
        return true;
    }

    std::string quoted() {
        const char quote = accept('"') ? '"' : '\'';
        if (quote == '\'') expect('\'');
        const std::size_t end = left_.find(quote);
        if (end == std::string_view::npos) throw std::invalid_argument("its header has an unfinished string");
        const std::string out(left_.substr(0, end));
        left_.remove_prefix(end + 1);
        return out;
    }

    bool boolean() {
        if (accept_word("True")) return true;
        if (accept_word("False")) return false;
        throw std::invalid_argument("its fortran_order is neither True nor False");
    }

    std::int64_t dimension() {
        skip_space();
        std::int64_t value = -1;
        const auto [end, status] = std::from_chars(left_.data(), left_.data() + left_.size(), value);
        if (status != std::errc{} || value < 0)
            throw std::invalid_argument("its shape is not made of whole numbers");
        left_.remove_prefix(static_cast<std::size_t>(end - left_.data()));
        return value;
    }

    std::vector<std::int64_t> tuple() {
        std::vector<std::int64_t> out;
        expect('(');
        while (!accept(')')) {
            out.push_back(dimension());
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return out;
    }

    std::string_view left_;
};

}  // namespace

NpyHeader parse_npy_header(std::string_view text) {
    return Parser(text).parse();
}

std::string npy_header_bytes(const NpyHeader& header) {
    std::string shape;
    for (const std::int64_t size : header.shape) shape += std::to_string(size) + ", ";
    std::string dictionary = "{'descr': '" + header.descr +
                             "', 'fortran_order': " + (header.fortran_order ? "True" : "False") +
                             ", 'shape': (" + shape + "), }";
    constexpr std::size_t preamble = 10;
    dictionary.append(63 - (preamble + dictionary.size()) % 64, ' ');
    dictionary += '\n';
    const auto length = static_cast<std::uint16_t>(dictionary.size());
    std::string out("\x93NUMPY\x01\x00", 8);
    out += static_cast<char>(length & 0xff);
    out += static_cast<char>(length >> 8);
    return out + dictionary;
}

}  // namespace arcmeter::weights
