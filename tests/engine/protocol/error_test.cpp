// SPDX-License-Identifier: Apache-2.0
#include "engine/protocol/error.h"

#include <gtest/gtest.h>

namespace arcmeter {
namespace {

TEST(Error, EveryCodeHasANameThatReadsBack) {
    for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        EXPECT_EQ(error_code_from_string(to_string(code)), code) << i;
    }
    EXPECT_EQ(error_code_from_string("no_such_code"), std::nullopt);
    EXPECT_EQ(error_code_from_string(""), std::nullopt);
}

TEST(Error, ExitCodesAreTheDocumentedOnes) {
    EXPECT_EQ(exit_code_of(ErrorCode::invalid_config), 2);
    EXPECT_EQ(exit_code_of(ErrorCode::device_unavailable), 4);
    for (const ErrorCode code :
         {ErrorCode::out_of_memory, ErrorCode::device_fault, ErrorCode::data_missing, ErrorCode::data_corrupt,
          ErrorCode::rank_lost, ErrorCode::timeout, ErrorCode::internal}) {
        EXPECT_EQ(exit_code_of(code), 1) << to_string(code);
    }
}

TEST(Error, KeepsSentenceAndHint) {
    const Error error(ErrorCode::data_corrupt, "train.rec is short.", "Copy it again.");
    EXPECT_STREQ(error.what(), "train.rec is short.");
    EXPECT_EQ(error.hint(), "Copy it again.");
    EXPECT_EQ(error.code(), ErrorCode::data_corrupt);
}

}  // namespace
}  // namespace arcmeter
