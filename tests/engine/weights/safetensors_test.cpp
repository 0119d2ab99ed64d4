// SPDX-License-Identifier: Apache-2.0
#include "engine/weights/safetensors.h"

#include <cmath>

#include "engine/weights/half_float.h"
#include "tests/engine/weights/test_files.h"

namespace arcmeter::weights {
namespace {

using test::error_of;
using test::TempFolder;
using testing::ElementsAre;
using testing::HasSubstr;

std::string file_text(const std::string& header, const std::string& data) {
    const std::uint64_t length = header.size();
    return std::string(reinterpret_cast<const char*>(&length), sizeof length) + header + data;
}

template <typename T>
std::string raw(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

TEST(Safetensors, ReadsWhatItWrote) {
    const TempFolder folder;
    {
        OutputFile file(folder / "w");
        SafetensorsWriter writer(file, {{"b", {2, 3}}, {"a", {1}}, {"scalar", {}}}, {{"key", "value \"x\""}});
        writer.append(std::vector<float>{1, 2, 3, 4, 5, 6});
        writer.append(std::vector<float>{-0.5f});
        writer.append(std::vector<float>{7});
        writer.commit();
    }
    const SafetensorsFile file(folder / "w");
    EXPECT_EQ(file.tensors().size(), 3u);
    EXPECT_EQ(file.metadata(), (Metadata{{"key", "value \"x\""}}));
    EXPECT_EQ(file.tensors().at("b").dtype, "F32");
    EXPECT_THAT(file.tensors().at("b").shape, ElementsAre(2, 3));
    EXPECT_TRUE(file.tensors().at("scalar").shape.empty());
    EXPECT_THAT(file.read("b"), ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_THAT(file.read("a"), ElementsAre(-0.5f));
    EXPECT_THAT(file.read("scalar"), ElementsAre(7));
}

TEST(Safetensors, AlignsItsData) {
    const TempFolder folder;
    for (const char* name : {"a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh"}) {
        test::write_ones(folder / "w", {{name, {1}}});
        EXPECT_EQ(std::filesystem::file_size(folder / "w") % 8, 4u) << name;
    }
}

TEST(Safetensors, ConvertsEveryFloatType) {
    const TempFolder folder;
    const std::string data = raw<std::uint16_t>({0x3c00, 0xc000, 0x0001}) +  // 1, -2, 2^-24 as F16
                             raw<std::uint16_t>({0x3f80, 0xc040}) +          // 1, -3 as BF16
                             raw<double>({0.1}) + raw<std::int64_t>({42});
    test::write_text(folder / "w", file_text(R"({"h":{"dtype":"F16","shape":[3],"data_offsets":[0,6]},)"
                                             R"("b":{"dtype":"BF16","shape":[2],"data_offsets":[6,10]},)"
                                             R"("d":{"dtype":"F64","shape":[1],"data_offsets":[10,18]},)"
                                             R"("i":{"dtype":"I64","shape":[],"data_offsets":[18,26]}}  )",
                                             data));
    const SafetensorsFile file(folder / "w");
    EXPECT_THAT(file.read("h"), ElementsAre(1, -2, std::ldexp(1.0f, -24)));
    EXPECT_THAT(file.read("b"), ElementsAre(1, -3));
    EXPECT_THAT(file.read("d"), ElementsAre(0.1f));
    EXPECT_THAT(error_of([&] { file.read("i"); }).what(), HasSubstr("has dtype I64"));
}

TEST(HalfFloat, AgreesWithTheDefinition) {
    EXPECT_EQ(half_to_float(0x0000), 0.0f);
    EXPECT_TRUE(std::signbit(half_to_float(0x8000)));
    EXPECT_EQ(half_to_float(0x7bff), 65504.0f);
    EXPECT_EQ(half_to_float(0x0400), std::ldexp(1.0f, -14));
    EXPECT_EQ(half_to_float(0x03ff), std::ldexp(1023.0f, -24));
    EXPECT_EQ(half_to_float(0x3555), 0.333251953125f);
    EXPECT_TRUE(std::isinf(half_to_float(0xfc00)));
    EXPECT_TRUE(std::isnan(half_to_float(0x7e00)));
}

struct BadFile {
    std::string text;
    std::string complaint;
};

TEST(Safetensors, RefusesWhatIsWrongWithOneSentence) {
    const std::string data = raw<float>({1, 2});
    const std::string good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string header = good;
        return file_text(header.replace(header.find(from), from.size(), to), data);
    };
    const std::string two = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)";
    const std::vector<BadFile> cases{
        {"", "too short"},
        {"1234567", "too short"},
        {raw<std::uint64_t>({std::uint64_t{1} << 63}) + good, "its header claims"},
        {raw<std::uint64_t>({good.size() + 9}) + good + data, "its header claims"},
        {file_text("", ""), "not a JSON object"},
        {file_text("[1]", ""), "not a JSON object"},
        {file_text(good.substr(0, 20), data), "not a JSON object"},
        {file_text(std::string(100'000, '['), ""), "not a JSON object"},
        {file_text("{\"\xff\":1}", ""), "not a JSON object"},
        {file_text(good, data.substr(1)), "bytes 0 to 8 of 7"},
        {file_text(good, data + "x"), "take 8 bytes and 9 follow"},
        {with("F32", "F31"), "has dtype \"F31\""},
        {with("\"F32\"", "32"), "has a dtype that is not a string"},
        {with("\"dtype\":\"F32\",", ""), "has no dtype"},
        {file_text(R"({"a":[1]})", ""), "has no dtype"},
        {with("\"shape\":[2]", "\"shape\":2"), "has a shape that is not a list"},
        {with("\"shape\":[2],", ""), "has no shape"},
        {with("[2]", "[-2]"), "not whole numbers"},
        {with("[2]", "[2.0]"), "not whole numbers"},
        {with("[2]", "[3]"), "needs 12 bytes by its shape and has 8"},
        {with("[2]", "[4611686018427387904,4]"), "larger than any file"},
        {with("[2]", "[0,18446744073709551615]"), "larger than any file"},
        {with("[0,8]", "[0,8,9]"), "not two numbers"},
        {with("[0,8]", "[8,0]"), "lies at bytes 8 to 0"},
        {with("[0,8]", "[0,18446744073709551615]"), "lies at bytes"},
        {with("\"data_offsets\"", "\"offsets\""), "has no data_offsets"},
        {file_text(two + R"("b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", data),
         "\"b\" begins at byte 0"},
        {file_text(two + R"("b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}})", data),
         "\"b\" begins at byte 2"},
        {file_text(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", data),
         "\"a\" begins at byte 4"},
        {file_text(two + R"("a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", data),
         "names \"a\" twice"},
        {with("{\"a\"", R"({"__metadata__":{"x":1},"a")"), "__metadata__ \"x\" is not a string"},
        {with("{\"a\"", R"({"__metadata__":[],"a")"), "__metadata__ is not an object"},
    };
    const TempFolder folder;
    for (const BadFile& bad : cases) {
        test::write_text(folder / "bad", bad.text);
        const Error error = error_of([&] { SafetensorsFile file(folder / "bad"); });
        EXPECT_EQ(error.code(), ErrorCode::data_corrupt) << bad.complaint;
        EXPECT_THAT(error.what(), HasSubstr(bad.complaint));
        EXPECT_THAT(error.what(), HasSubstr((folder / "bad").string()));
    }
}

TEST(Safetensors, RefusesAFileThatIsNotThere) {
    EXPECT_EQ(error_of([] { SafetensorsFile file("/nonexistent"); }).code(), ErrorCode::data_missing);
}

TEST(Safetensors, RefusesValuesThatAreNotFinite) {
    const TempFolder folder;
    test::write_text(folder / "w", file_text(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
                                             raw<float>({1, INFINITY})));
    EXPECT_THAT(error_of([&] { SafetensorsFile(folder / "w").read("a"); }).what(),
                HasSubstr("\"a\" holds a value"));
}

TEST(Safetensors, WriterWantsEveryTensorInItsSize) {
    const TempFolder folder;
    OutputFile file(folder / "w");
    SafetensorsWriter writer(file, {{"a", {2}}, {"b", {1}}}, {});
    writer.append(std::vector<float>{1, 2});
    EXPECT_THROW(writer.commit(), std::logic_error);
    EXPECT_THROW(writer.append(std::vector<float>{1, 2}), std::logic_error);
}

}  // namespace
}  // namespace arcmeter::weights
