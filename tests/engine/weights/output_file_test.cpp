// SPDX-License-Identifier: Apache-2.0
#include "engine/weights/output_file.h"

#include "tests/engine/weights/test_files.h"

namespace arcmeter::weights {
namespace {

using test::error_of;
using test::TempFolder;
using testing::HasSubstr;

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

TEST(OutputFile, HasItsNameOnlyOnceItIsWhole) {
    const TempFolder folder;
    {
        OutputFile file(folder / "out");
        file.append(bytes_of("one "));
        EXPECT_FALSE(std::filesystem::exists(folder / "out"));
        file.append(bytes_of("two"));
        file.commit();
    }
    EXPECT_EQ(test::read_text(folder / "out"), "one two");
    EXPECT_FALSE(std::filesystem::exists(folder / "out.part"));
}

TEST(OutputFile, LeavesTheOldFileWhenItIsNotCommitted) {
    const TempFolder folder;
    test::write_text(folder / "out", "old");
    { OutputFile(folder / "out").append(bytes_of("new")); }
    EXPECT_EQ(test::read_text(folder / "out"), "old");
    EXPECT_FALSE(std::filesystem::exists(folder / "out.part"));
}

TEST(OutputFile, RefusesAPathThatCannotBeWrittenAtOnce) {
    const TempFolder folder;
    for (const auto& path : {folder.path(), folder / "none" / "out", std::filesystem::path("/dev/null")}) {
        const Error error = error_of([&] { OutputFile file(path); });
        EXPECT_EQ(error.code(), ErrorCode::invalid_config);
        EXPECT_THAT(error.what(), HasSubstr(path.string()));
    }
}

}  // namespace
}  // namespace arcmeter::weights
