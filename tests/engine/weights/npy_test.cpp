// SPDX-License-Identifier: Apache-2.0
#include "engine/weights/npy.h"

#include <limits>

#include "tests/engine/weights/test_files.h"

namespace arcmeter::weights {
namespace {

using test::error_of;
using test::TempFolder;
using testing::ElementsAre;
using testing::HasSubstr;

/// A file as NumPy writes it, around the given dictionary and data.
std::string npy_text(const std::string& dictionary, const std::string& data, char version = 1) {
    std::string out = std::string("\x93NUMPY") + version + '\0';
    const std::size_t length = dictionary.size();
    for (int byte = 0; byte < (version == 1 ? 2 : 4); ++byte) out += static_cast<char>(length >> (8 * byte));
    return out + dictionary + data;
}

template <typename T>
std::string raw(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

template <typename T>
void write(const std::filesystem::path& path, const std::vector<std::int64_t>& shape,
           const std::vector<T>& values) {
    OutputFile file(path);
    NpyWriter<T> writer(file, shape);
    const std::size_t half = values.size() / 2;
    writer.append(std::span(values).first(half));
    writer.append(std::span(values).subspan(half));
    writer.commit();
}

std::vector<float> floats_of(const NpyFile& file) {
    std::vector<float> values(static_cast<std::size_t>(file.elements()));
    file.read_floats(0, values);
    return values;
}

TEST(Npy, ReadsWhatItWroteInEveryType) {
    const TempFolder folder;
    write<float>(folder / "f4", {2, 2}, {1.5f, -2, 3, 4});
    write<double>(folder / "f8", {3}, {0.25, 1e30, -7});
    write<std::int32_t>(folder / "i4", {1, 2}, {-5, 2147483647});
    write<std::int64_t>(folder / "i8", {2, 1, 1}, {1'099'511'627'776, -1});

    const NpyFile f4(folder / "f4");
    EXPECT_EQ(f4.type(), NpyType::f32);
    EXPECT_THAT(f4.shape(), ElementsAre(2, 2));
    EXPECT_THAT(floats_of(f4), ElementsAre(1.5f, -2, 3, 4));
    EXPECT_THAT(floats_of(NpyFile(folder / "f8")), ElementsAre(0.25f, 1e30f, -7.0f));
    EXPECT_THAT(NpyFile(folder / "i4").read_integers(), ElementsAre(-5, 2147483647));
    EXPECT_THAT(NpyFile(folder / "i8").read_integers(), ElementsAre(1'099'511'627'776, -1));
}

TEST(Npy, AlignsItsDataAsNumPyDoes) {
    const TempFolder folder;
    for (std::size_t dimensions = 1; dimensions < 30; ++dimensions) {
        OutputFile file(folder / "x");
        NpyWriter<float> writer(file, std::vector<std::int64_t>(dimensions, 0));
        writer.commit();
        EXPECT_EQ(std::filesystem::file_size(folder / "x") % 64, 0u);
    }
}

TEST(Npy, ReadsAPart) {
    const TempFolder folder;
    write<float>(folder / "x", {5}, {0, 1, 2, 3, 4});
    std::vector<float> part(2);
    NpyFile(folder / "x").read_floats(3, part);
    EXPECT_THAT(part, ElementsAre(3, 4));
    EXPECT_THROW(NpyFile(folder / "x").read_floats(4, part), std::logic_error);
}

TEST(Npy, ReadsNumPysOwnForms) {
    const TempFolder folder;
    const std::string data = raw<float>({1, 2});
    // numpy.save of version 1.13 and later; a scalar; version 2.0; another order and quotes.
    test::write_text(folder / "a",
                     npy_text("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }      \n", data));
    EXPECT_THAT(floats_of(NpyFile(folder / "a")), ElementsAre(1, 2));
    test::write_text(folder / "b",
                     npy_text("{'descr': '<f4', 'fortran_order': False, 'shape': (), }\n", raw<float>({3})));
    EXPECT_THAT(floats_of(NpyFile(folder / "b")), ElementsAre(3));
    test::write_text(folder / "c",
                     npy_text("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)}\n", data, 2));
    EXPECT_THAT(NpyFile(folder / "c").shape(), ElementsAre(1, 2));
    test::write_text(folder / "d",
                     npy_text("{\"shape\":(2,1),\"fortran_order\":False,\"descr\":\"<f4\"}", data));
    EXPECT_THAT(NpyFile(folder / "d").shape(), ElementsAre(2, 1));
}

struct BadNpy {
    std::string text;
    std::string complaint;
};

TEST(Npy, RefusesWhatIsWrongWithOneSentence) {
    const std::string data = raw<float>({1, 2});
    const std::string good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string dictionary = good;
        return npy_text(dictionary.replace(dictionary.find(from), from.size(), to), data);
    };
    const std::vector<BadNpy> cases{
        {"", "not an NPY file"},
        {"PK\x03\x04 a zip archive", "not an NPY file"},
        {npy_text(good, data, 3), "version 3.0"},
        {npy_text(good, data).substr(0, 11), "ends inside its header"},
        {npy_text(good, data, 2).substr(0, 11), "ends inside its header"},
        {npy_text(good, data).substr(0, 40), "ends inside its header"},
        {npy_text(good, data + "x"), "8 bytes and 9 follow"},
        {npy_text(good, data.substr(1)), "8 bytes and 7 follow"},
        {with("<f4", ">f4"), "type is '>f4'"},
        {with("<f4", "|O"), "type is '|O'"},
        {with("False", "True"), "Fortran order"},
        {with("False", "Maybe"), "neither True nor False"},
        {with("(2,)", "(-2,)"), "not made of whole numbers"},
        {with("(2,)", "(2.5,)"), "lacks a ')'"},
        {with("(2,)", "(99999999999999999999,)"), "not made of whole numbers"},
        {with("(2,)", "(4294967296, 4294967296)"), "larger than any file"},
        {with("'shape': (2,), ", ""), "lacks 'shape'"},
        {with("'shape'", "'size'"), "has a field 'size'"},
        {with("'fortran_order': False", "'descr': '<f4'"), "names 'descr' twice"},
        {with(", }", ", } x"), "goes on after"},
        {with("'<f4'", "'<f4"), "header"},
        {with("}", ""), "lacks a"},
    };
    const TempFolder folder;
    for (const BadNpy& bad : cases) {
        test::write_text(folder / "bad", bad.text);
        const Error error = error_of([&] { NpyFile file(folder / "bad"); });
        EXPECT_EQ(error.code(), ErrorCode::data_corrupt) << bad.complaint;
        EXPECT_THAT(error.what(), HasSubstr(bad.complaint));
        EXPECT_THAT(error.what(), HasSubstr((folder / "bad").string()));
    }
}

TEST(Npy, RefusesAFileThatIsNotThere) {
    EXPECT_EQ(error_of([] { NpyFile file("/nonexistent.npy"); }).code(), ErrorCode::data_missing);
}

TEST(Npy, RefusesValuesOfTheWrongKind) {
    const TempFolder folder;
    write<float>(folder / "f", {1}, {1});
    write<std::int32_t>(folder / "i", {1}, {1});
    write<float>(folder / "nan", {2}, {1, std::numeric_limits<float>::quiet_NaN()});
    write<double>(folder / "large", {1}, {1e300});
    EXPECT_THAT(error_of([&] { NpyFile(folder / "f").read_integers(); }).what(),
                HasSubstr("allowed: int32, int64"));
    EXPECT_THAT(error_of([&] { floats_of(NpyFile(folder / "i")); }).what(),
                HasSubstr("allowed: float32, float64"));
    EXPECT_THAT(error_of([&] { floats_of(NpyFile(folder / "nan")); }).what(),
                HasSubstr("element 1 is not a finite"));
    EXPECT_THAT(error_of([&] { floats_of(NpyFile(folder / "large")); }).what(),
                HasSubstr("element 0 is not a finite"));
}

TEST(Npy, WriterWantsEveryElement) {
    const TempFolder folder;
    OutputFile file(folder / "x");
    NpyWriter<float> writer(file, {2});
    writer.append(std::vector<float>{1});
    EXPECT_THROW(writer.commit(), std::logic_error);
}

}  // namespace
}  // namespace arcmeter::weights
