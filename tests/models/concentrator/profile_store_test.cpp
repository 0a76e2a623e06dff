#include "models/concentrator/profile_store.hpp"

namespace gridtwin::concentrator {
namespace {

std::vector<wire::ProfileRow> rows(std::size_t count) {
    return std::vector<wire::ProfileRow>(
        count, {.import_mwh = 250'000, .import_mvarh = 80'000, .voltage_dv = 2300});
}

TEST(ProfileStoreTest, GivesEachBlockToOneBatch) {
    ProfileStore store(10'000);
    for (std::uint32_t i = 0; i < 10; ++i) {
        store.add(MeterId{i}, 1, rows(4), i == 3);
    }
    std::vector<MeterId> seen;
    std::uint32_t taken = 0;
    while (store.waiting_octets() > 0) {
        std::vector<std::byte> batch;
        taken += store.take_batch(50, batch);
        EXPECT_LE(batch.size(), 50U);
        for (auto const& block : wire::decode(batch).blocks) {
            seen.push_back(block.meter);
        }
    }
    EXPECT_EQ(taken, 36U);
    EXPECT_EQ(seen.size(), 9U); // not the one that went another way
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST(ProfileStoreTest, ABlockLargerThanABatchStillGoes) {
    ProfileStore store(10'000);
    store.add(MeterId{1}, 1, rows(96), false);
    std::vector<std::byte> batch;
    EXPECT_EQ(store.take_batch(10, batch), 96U);
    EXPECT_EQ(store.waiting_octets(), 0U);
}

TEST(ProfileStoreTest, OverwritesTheOldestUploadedAndNeverWhatWaits) {
    ProfileStore store(2000);
    for (std::uint32_t i = 0; i < 100; ++i) {
        store.add(MeterId{i}, 1, rows(16), false);
    }
    EXPECT_TRUE(store.full());
    std::vector<std::byte> out;
    std::uint32_t taken = 0;
    while (store.waiting_octets() > 0) {
        taken += store.take_batch(500, out);
    }
    EXPECT_EQ(taken, 1600U); // over the limit, but all there
    for (std::uint32_t i = 100; i < 300; ++i) {
        store.add(MeterId{i}, 1, rows(16), false);
        (void)store.take_batch(500, out);
        EXPECT_LE(store.octets(), 2000U);
    }
    std::vector<wire::ProfileRow> found(16);
    std::vector<std::uint8_t> have(16, 0);
    store.collect(MeterId{0}, 1, found, have);
    EXPECT_EQ(std::count(have.begin(), have.end(), 1), 0);
    store.collect(MeterId{299}, 1, found, have);
    EXPECT_EQ(std::count(have.begin(), have.end(), 1), 16);
    // every row that went up did so once
    EXPECT_EQ(wire::decode(out).blocks.size(), 300U);
}

TEST(ProfileStoreTest, CollectsWhatOverlapsAndKeepsWhatIsThere) {
    ProfileStore store(10'000);
    store.add(MeterId{1}, 5, rows(4), false);
    store.add(MeterId{2}, 5, rows(4), false);
    store.add(MeterId{1}, 11, rows(4), true);
    std::vector<wire::ProfileRow> found(8);
    std::vector<std::uint8_t> have(8, 0);
    have[1] = 1; // interval 8: known otherwise
    found[1].import_mwh = -1;
    store.collect(MeterId{1}, 7, found, have);
    EXPECT_EQ(have, (std::vector<std::uint8_t>{1, 1, 0, 0, 1, 1, 1, 1}));
    EXPECT_EQ(found[0].import_mwh, 250'000);
    EXPECT_EQ(found[1].import_mwh, -1);
}

TEST(ProfileStoreTest, WhatGoesUpAnotherWayWaitsNoMore) {
    ProfileStore store(10'000);
    MeterId const meter{7};
    std::vector<wire::ProfileRow> written(10);
    for (std::size_t k = 0; k < written.size(); ++k) {
        written[k].import_mwh = static_cast<std::int32_t>(100 + k);
    }
    store.add(meter, 1, written, false);
    store.add(MeterId{8}, 1, written, false);
    store.withhold(meter, 4, 3);
    std::vector<std::byte> out;
    EXPECT_EQ(store.take_batch(10'000, out), 17U);
    EXPECT_EQ(store.waiting_octets(), 0U);
    std::set<std::uint32_t> up;
    for (auto const& block : wire::decode(out).blocks) {
        for (std::uint32_t i = 0; block.meter == meter && i < block.rows.size(); ++i) {
            EXPECT_TRUE(up.insert(block.first_interval + i).second);
            EXPECT_EQ(block.rows[i].import_mwh,
                      static_cast<std::int32_t>(99 + block.first_interval + i));
        }
    }
    EXPECT_EQ(up, (std::set<std::uint32_t>{1, 2, 3, 7, 8, 9, 10}));
    std::vector<wire::ProfileRow> read(10);
    std::vector<std::uint8_t> have(10, 0);
    store.collect(meter, 1, read, have);
    EXPECT_EQ(read, written) << "it is kept all the same";
}

} // namespace
} // namespace gridtwin::concentrator
