#include "models/wire/sms/reassembly.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/hex.hpp"
#include "tests/models/wire/random_block.hpp"

#include <numeric>

namespace gridtwin::wire::sms {
namespace {

using namespace std::chrono_literals;

UserData read(std::vector<std::byte> const& octets) {
    auto data = decode_user_data(octets, true);
    EXPECT_TRUE(data.ok()) << data.problem;
    return data;
}

void expect_books_close(Reassembly const& reassembly) {
    auto const& c = reassembly.counts();
    EXPECT_EQ(c.heard, c.whole + c.joined + c.duplicate + c.expired + c.replaced + c.crowded_out +
                           reassembly.waiting());
}

TEST(ReassemblyTest, PartsInAnyOrderMakeTheMessageAndDuplicatesDoNotHarm) {
    auto const content = counted(500);
    auto const parts = cut(content, 9);
    ASSERT_EQ(parts.size(), 4U);
    Reassembly reassembly;
    for (std::size_t const i : {2U, 0U, 2U, 3U}) {
        EXPECT_FALSE(reassembly.add(7, read(parts[i]), kStart));
    }
    EXPECT_EQ(reassembly.add(7, read(parts[1]), kStart), content);
    EXPECT_EQ(reassembly.counts().duplicate, 1U);
    EXPECT_EQ(reassembly.senders(), 0U) << "nobody is remembered without parts";
    EXPECT_EQ(reassembly.waiting(), 0U);
    expect_books_close(reassembly);
}

TEST(ReassemblyTest, AMessageByItselfIsWholeAtOnce) {
    Reassembly reassembly;
    EXPECT_EQ(reassembly.add(7, decode_user_data(hex("AA BB"), false), kStart), hex("AA BB"));
    EXPECT_EQ(reassembly.add(7, read(hex("05 00 03 01 01 01 AA")), kStart), hex("AA"));
    EXPECT_EQ(reassembly.counts().whole, 2U);
    EXPECT_EQ(reassembly.senders(), 0U);
}

TEST(ReassemblyTest, SendersReferencesAndTheirWidthsAreKeptApart) {
    Reassembly reassembly;
    std::vector<std::byte> const contents[] = {counted(150), counted(160), counted(170),
                                               counted(180)};
    auto const a = cut(contents[0], 5);
    auto const b = cut(contents[1], 6);
    auto const c = cut(contents[2], 5, true);
    auto const d = cut(contents[3], 5);
    (void)reassembly.add(1, read(a[0]), kStart);
    (void)reassembly.add(1, read(b[1]), kStart);
    (void)reassembly.add(1, read(c[0]), kStart);
    (void)reassembly.add(2, read(d[1]), kStart);
    EXPECT_EQ(reassembly.senders(), 2U);
    EXPECT_EQ(reassembly.add(1, read(c[1]), kStart), contents[2]);
    EXPECT_EQ(reassembly.add(1, read(b[0]), kStart), contents[1]);
    EXPECT_EQ(reassembly.add(2, read(d[0]), kStart), contents[3]);
    EXPECT_EQ(reassembly.add(1, read(a[1]), kStart), contents[0]);
    expect_books_close(reassembly);
}

TEST(ReassemblyTest, WhatWaitsTooLongIsGivenUpBeforeItsReferenceComesAgain) {
    Reassembly reassembly({.longest = 1h});
    auto const old_parts = cut(counted(150), 5);
    auto const content = std::vector<std::byte>(200, std::byte{0xEE});
    auto const parts = cut(content, 5);
    (void)reassembly.add(1, read(old_parts[0]), kStart);
    EXPECT_FALSE(reassembly.add(1, read(parts[1]), kStart + 1h + 1ns));
    EXPECT_EQ(reassembly.counts().expired, 1U);
    EXPECT_EQ(reassembly.add(1, read(parts[0]), kStart + 1h + 2ns), content);
    (void)reassembly.add(1, read(old_parts[0]), kStart + 2h);
    reassembly.expire(kStart + 4h);
    EXPECT_EQ(reassembly.senders(), 0U);
    expect_books_close(reassembly);
}

TEST(ReassemblyTest, AReferenceUsedAgainIsSeenByOtherContentOrAnotherNumberOfParts) {
    Reassembly reassembly;
    auto const old_parts = cut(counted(150), 5);
    auto const content = std::vector<std::byte>(200, std::byte{0xEE});
    auto const parts = cut(content, 5);
    (void)reassembly.add(1, read(old_parts[0]), kStart);
    EXPECT_FALSE(reassembly.add(1, read(parts[0]), kStart)) << "part 1 with other content";
    EXPECT_EQ(reassembly.counts().replaced, 1U);
    EXPECT_EQ(reassembly.add(1, read(parts[1]), kStart), content);

    auto const longer = std::vector<std::byte>(300, std::byte{0xDD});
    auto const three = cut(longer, 5);
    (void)reassembly.add(1, read(old_parts[0]), kStart);
    EXPECT_FALSE(reassembly.add(1, read(three[1]), kStart)) << "of 3, not of 2";
    EXPECT_EQ(reassembly.counts().replaced, 2U);
    (void)reassembly.add(1, read(three[0]), kStart);
    EXPECT_EQ(reassembly.add(1, read(three[2]), kStart), longer);
    expect_books_close(reassembly);
}

TEST(ReassemblyTest, NoSenderTakesMoreThanItsShareAndItsOldestGoesFirst) {
    Reassembly reassembly({.most_parts_of_sender = 4, .most_parts = 6});
    auto const content = counted(3 * 134);
    for (std::uint16_t reference = 1; reference <= 100; ++reference) {
        EXPECT_FALSE(reassembly.add(1, read(cut(content, reference)[0]), kStart));
    }
    EXPECT_EQ(reassembly.waiting(), 4U);
    EXPECT_EQ(reassembly.counts().crowded_out, 96U);
    (void)reassembly.add(1, read(cut(content, 100)[1]), kStart); // pushes out 97
    EXPECT_EQ(reassembly.add(1, read(cut(content, 100)[2]), kStart), content);
    EXPECT_FALSE(reassembly.add(1, read(cut(counted(5 * 134), 1)[0]), kStart))
        << "5 parts could never wait together";
    for (std::uint64_t sender = 2; sender < 50; ++sender) {
        EXPECT_FALSE(reassembly.add(sender, read(cut(content, 1)[0]), kStart));
        EXPECT_LE(reassembly.waiting(), 6U);
    }
    EXPECT_EQ(reassembly.senders(), 6U);
    expect_books_close(reassembly);
    EXPECT_THROW(Reassembly({.most_parts_of_sender = 4, .most_parts = 3}), SimulationError);
}

TEST(ReassemblyTest, AnyOrderOfAnyPartsGivesBackWhatWasSentOrNothing) {
    for (std::uint64_t which = 0; which < 300; ++which) {
        TestDraws draws(which);
        Reassembly reassembly({.longest = 30min, .most_parts_of_sender = 40, .most_parts = 60});
        struct OnTheWay {
            std::uint64_t sender;
            std::size_t message;
            std::vector<std::byte> octets;
        };
        std::vector<std::vector<std::byte>> sent;
        std::vector<OnTheWay> way;
        for (std::size_t m = 0; m < 12; ++m) {
            auto content = counted(1 + draws.below(900));
            content[0] = static_cast<std::byte>(m); // tells them apart
            sent.push_back(content);
            std::uint64_t const sender = m % 3;
            for (auto& octets : cut(content, static_cast<std::uint16_t>(m), draws.below(2) == 0)) {
                for (std::uint64_t copies = draws.below(8) == 0 ? 0 : 1 + draws.below(3) / 2;
                     copies > 0; --copies) {
                    way.push_back({sender, m, octets});
                }
            }
        }
        SimTime now = kStart;
        std::size_t whole = 0;
        while (!way.empty()) {
            auto const at = draws.below(way.size());
            now += std::chrono::seconds(draws.below(60));
            auto const& one = way[at];
            bool const header = sent[one.message].size() > kUserDataOctets;
            auto const data = decode_user_data(one.octets, header);
            if (auto const content = reassembly.add(one.sender, data, now)) {
                ASSERT_EQ(*content, sent[one.message]);
                ++whole;
            }
            expect_books_close(reassembly);
            way.erase(way.begin() + static_cast<std::ptrdiff_t>(at));
        }
        EXPECT_GT(whole, 0U);
        Reassembly const copy = reassembly; // a value
        reassembly.expire(now + 1h);
        EXPECT_EQ(reassembly.waiting(), 0U);
        EXPECT_EQ(reassembly.senders(), 0U);
        expect_books_close(copy);
    }
}

} // namespace
} // namespace gridtwin::wire::sms
