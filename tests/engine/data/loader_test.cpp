// SPDX-License-Identifier: Apache-2.0
#include "engine/data/loader.h"

#include <map>
#include <memory>
#include <set>

#include "engine/data/jpeg.h"
#include "tests/engine/data/test_files.h"

namespace arcmeter::data {
namespace {

using namespace test;
using ::testing::HasSubstr;

/// What a loader gave out, kept beyond the batches' life.
struct Seen {
    std::vector<std::int32_t> labels;
    Bytes pixels;
    bool operator==(const Seen&) const = default;
};

Seen take(Loader& loader, int batches) {
    Seen seen;
    for (int i = 0; i < batches; ++i) {
        const Batch& batch = loader.next();
        seen.labels.insert(seen.labels.end(), batch.labels, batch.labels + batch.size);
        seen.pixels.insert(seen.pixels.end(), batch.images,
                           batch.images + static_cast<std::size_t>(batch.size) * image_bytes);
    }
    return seen;
}

class LoaderTest : public ::testing::Test {
protected:
    /// A plain list of `count` images; image i has label i, and its left half is darker than its right half.
    std::shared_ptr<const FaceDataset> open_list(int count, int broken = -1) {
        std::vector<Bytes> images;
        for (int i = 0; i < count; ++i) images.push_back(i == broken ? Bytes(40, 7) : half_dark_jpeg(i));
        std::vector<ImageRecord> records;
        for (int i = 0; i < count; ++i) {
            records.push_back(labelled(static_cast<float>(i), images[static_cast<std::size_t>(i)]));
        }
        offsets = write_set(folder.path(), records, count);
        return std::make_shared<const FaceDataset>(folder.path());
    }

    static Bytes half_dark_jpeg(int i) {
        Bytes pixels(image_bytes);
        for (std::size_t p = 0; p < pixels.size(); ++p) {
            pixels[p] = static_cast<std::uint8_t>((p / 3) % 112 < 56 ? i % 100 : 150 + i % 100);
        }
        return JpegEncoder().encode(pixels.data(), 112, 112, 95);
    }

    static LoaderOptions options(int batch_size, int threads) {
        LoaderOptions result;
        result.batch_size = batch_size;
        result.data_threads = threads;
        result.seed = 11;
        return result;
    }

    TempFolder folder;
    std::vector<std::uint64_t> offsets;
};

TEST_F(LoaderTest, PixelsAndLabelsBelongTogether) {
    const auto set = open_list(30);
    auto plain = options(10, 2);
    plain.mirror = false;
    Loader loader(set, plain);
    const Batch& batch = loader.next();
    ASSERT_EQ(batch.size, 10);
    JpegDecoder decoder;
    Bytes scratch, expected(image_bytes);
    for (int i = 0; i < batch.size; ++i) {
        decoder.decode(set->image(batch.labels[i], scratch).jpeg, 112, 112, expected.data(), "");
        const std::uint8_t* pixels = batch.images + static_cast<std::size_t>(i) * image_bytes;
        EXPECT_TRUE(std::equal(expected.begin(), expected.end(), pixels)) << i;
    }
}

TEST_F(LoaderTest, EachEpochShowsEveryImageOnceInAnotherOrder) {
    Loader loader(open_list(40), options(8, 3));
    const Seen first = take(loader, 5), second = take(loader, 5);
    const std::set<std::int32_t> first_labels(first.labels.begin(), first.labels.end());
    const std::set<std::int32_t> second_labels(second.labels.begin(), second.labels.end());
    EXPECT_EQ(first_labels.size(), 40u);
    EXPECT_EQ(second_labels.size(), 40u);
    EXPECT_NE(first.labels, second.labels);
}

TEST_F(LoaderTest, NothingDependsOnThreadsOrReadAhead) {
    const auto set = open_list(37);
    Loader reference(set, options(7, 1));
    const Seen expected = take(reference, 12);
    for (const int threads : {2, 5, 16}) {
        for (const int ahead : {1, 4}) {
            auto changed = options(7, threads);
            changed.batches_ahead = ahead;
            Loader loader(set, changed);
            EXPECT_TRUE(take(loader, 12) == expected) << threads << " threads, " << ahead << " ahead";
        }
    }
}

TEST_F(LoaderTest, SeedDecidesOrderAndMirrors) {
    const auto set = open_list(50);
    auto other = options(10, 1);
    other.seed = 12;
    Loader a(set, options(10, 1)), b(set, other);
    EXPECT_NE(take(a, 5).labels, take(b, 5).labels);
}

TEST_F(LoaderTest, MirrorsAboutHalfExactlyLeftToRight) {
    const auto set = open_list(20);
    auto plain = options(20, 1);
    plain.mirror = false;
    Loader mirroring(set, options(20, 1)), as_is(set, plain);
    int mirrored = 0;
    for (int epoch = 0; epoch < 10; ++epoch) {
        const Seen a = take(mirroring, 1), b = take(as_is, 1);
        ASSERT_EQ(a.labels, b.labels);
        for (std::size_t i = 0; i < 20; ++i) {
            const std::uint8_t* pixels = a.pixels.data() + i * image_bytes;
            const std::uint8_t* original = b.pixels.data() + i * image_bytes;
            const bool is_mirrored = pixels[0] > pixels[111 * 3];
            mirrored += is_mirrored;
            for (std::size_t p = 0; p < image_bytes; ++p) {
                const std::size_t row = p / 336, column = p % 336 / 3;
                const std::size_t from = row * 336 + (is_mirrored ? 111 - column : column) * 3 + p % 3;
                ASSERT_EQ(pixels[p], original[from]);
            }
        }
    }
    // 200 fair coins: 60 to 140 is six deviations either way.
    EXPECT_GT(mirrored, 60);
    EXPECT_LT(mirrored, 140);
}

TEST_F(LoaderTest, RanksShareAnEpochWithoutOverlap) {
    const auto set = open_list(48);
    std::set<std::int32_t> all;
    for (int rank = 0; rank < 3; ++rank) {
        auto part = options(4, 2);
        part.rank = rank;
        part.world_size = 3;
        Loader loader(set, part);
        const Seen seen = take(loader, 4);
        all.insert(seen.labels.begin(), seen.labels.end());
    }
    EXPECT_EQ(all.size(), 48u);
}

TEST_F(LoaderTest, RanksTogetherSeeWhatOneRankSees) {
    const auto set = open_list(30);
    Loader alone(set, options(12, 1));
    const Seen whole = take(alone, 1);
    for (int rank = 0; rank < 4; ++rank) {
        auto part = options(3, 1);
        part.rank = rank;
        part.world_size = 4;
        Loader loader(set, part);
        const Seen seen = take(loader, 1);
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_EQ(seen.labels[i], whole.labels[i * 4 + static_cast<std::size_t>(rank)]);
        }
    }
}

TEST_F(LoaderTest, BatchLargerThanTheSetGoesOnIntoTheNextEpoch) {
    Loader loader(open_list(3), options(8, 2));
    const Seen seen = take(loader, 3);
    std::map<std::int32_t, int> shown;
    for (const auto label : seen.labels) ++shown[label];
    EXPECT_EQ(shown, (std::map<std::int32_t, int>{{0, 8}, {1, 8}, {2, 8}}));
}

TEST_F(LoaderTest, BatchStaysUntilTheFollowingNext) {
    Loader loader(open_list(64), options(4, 4));
    for (int i = 0; i < 40; ++i) {
        const Batch& batch = loader.next();
        const Bytes before(batch.images, batch.images + 4 * image_bytes);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));  // time for a thread to spoil it
        ASSERT_TRUE(std::equal(before.begin(), before.end(), batch.images)) << i;
    }
}

TEST_F(LoaderTest, ABadImageFailsItsOwnBatchAndNoEarlier) {
    const auto set = open_list(40, 17);
    int place = 0;
    while (sample_place(static_cast<std::uint64_t>(place), 40, 11, true).image != 17) ++place;
    for (const int threads : {1, 8}) {
        Loader loader(set, options(5, threads));
        for (int batch = 0; batch < place / 5; ++batch) EXPECT_NO_THROW(loader.next()) << batch;
        for (int again = 0; again < 2; ++again) {
            const Error error = error_of([&] { loader.next(); });
            EXPECT_EQ(error.code(), ErrorCode::data_corrupt);
            EXPECT_THAT(error.what(), HasSubstr("record 17 at byte " + std::to_string(offsets[17]) +
                                                ": expected a JPEG image"));
        }
    }
}

TEST_F(LoaderTest, StopsAtAnyMoment) {
    const auto set = open_list(64);
    for (int batches = 0; batches < 10; ++batches) {
        Loader loader(set, options(16, 4));
        take(loader, batches);
    }
}

TEST_F(LoaderTest, OptionsThatCannotWorkAreNamed) {
    const auto set = open_list(2);
    const auto message = [&](auto change) {
        auto bad = options(2, 1);
        change(bad);
        const Error error = error_of([&] { Loader loader(set, bad); });
        EXPECT_EQ(error.code(), ErrorCode::invalid_config);
        return std::string(error.what());
    };
    EXPECT_THAT(message([](auto& o) { o.batch_size = 0; }),
                HasSubstr("batch_size_per_device is 0, allowed is 1"));
    EXPECT_THAT(message([](auto& o) { o.rank = 1; }), HasSubstr("rank is 1"));
    EXPECT_THAT(message([](auto& o) { o.world_size = 0; }), HasSubstr("world_size is 0"));
    EXPECT_THAT(message([](auto& o) { o.data_threads = -1; }), HasSubstr("data_threads is -1"));
    EXPECT_THAT(message([](auto& o) { o.batches_ahead = 0; }), HasSubstr("batches_ahead is 0"));
}

TEST(AutoDataThreads, IsAtLeastOneAndAtMostSixteen) {
    EXPECT_GE(auto_data_threads(), 1);
    EXPECT_LE(auto_data_threads(), 16);
    EXPECT_EQ(auto_data_threads(100000), 1);
}

TEST(LoaderBytes, CountsTheBatchesOfTheRing) {
    LoaderOptions options;
    options.batch_size = 10;
    options.batches_ahead = 3;
    EXPECT_EQ(loader_bytes(options), 4u * 10u * (3u * 112u * 112u + 4u));
}

}  // namespace
}  // namespace arcmeter::data
