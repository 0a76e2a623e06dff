#include "sim/core/random.hpp"

namespace gridtwin {
namespace {

// Known answers of philox4x32-10 as published with the Random123 library.
TEST(PhiloxTest, GivesThePublishedKnownAnswers) {
    using Block = std::array<std::uint32_t, 4>;
    EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
              (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(
        philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
        (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(
        philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
        (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomTest, HasTheMomentsOfItsDistributions) {
    Seed const seed{42};
    EntityKey const who(EntityKind::meter, 7);
    constexpr int kDraws = 200'000;
    double sum = 0.0;
    double sum_n = 0.0;
    double sum_n2 = 0.0;
    double sum_e = 0.0;
    for (std::uint64_t n = 0; n < kDraws; ++n) {
        double const u = draw01(seed, who, Purpose::test, n);
        ASSERT_GE(u, 0.0);
        ASSERT_LT(u, 1.0);
        sum += u;
        double const z = draw_normal(seed, who, Purpose::test, n);
        sum_n += z;
        sum_n2 += z * z;
        sum_e += draw_exponential(seed, who, Purpose::test, n, 3.0);
    }
    // five standard errors each
    EXPECT_NEAR(sum / kDraws, 0.5, 5 * 0.2887 / 447);
    EXPECT_NEAR(sum_n / kDraws, 0.0, 5.0 / 447);
    EXPECT_NEAR(sum_n2 / kDraws, 1.0, 5 * 1.4143 / 447);
    EXPECT_NEAR(sum_e / kDraws, 3.0, 5 * 3.0 / 447);
}

TEST(RandomTest, NamesAreIndependent) {
    EntityKey const a(EntityKind::meter, 1);
    EntityKey const b(EntityKind::medium, 1);
    Seed const seed{1};
    EXPECT_NE(draw_bits(seed, a, Purpose::test, 0), draw_bits(seed, b, Purpose::test, 0));
    EXPECT_NE(draw_bits(seed, a, Purpose::test, 0), draw_bits(seed, a, Purpose::backoff, 0));
    EXPECT_NE(draw_bits(seed, a, Purpose::test, 0), draw_bits(Seed{2}, a, Purpose::test, 0));
    EXPECT_EQ(draw_bits(seed, a, Purpose::test, 9), draw_bits(seed, a, Purpose::test, 9));
}

} // namespace
} // namespace gridtwin
