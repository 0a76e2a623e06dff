#include "models/wire/sizes.hpp"
#include "models/wire/sms/envelope.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/hex.hpp"

#include <limits>

namespace gridtwin::wire::sms {
namespace {

EnvelopeHeader header(Direction direction = Direction::to_meter, std::uint32_t counter = 258) {
    return {.code = make_meter_code({.manufacturer = 61, .year = 2024, .serial = 7}),
            .direction = direction,
            .counter = counter};
}

std::vector<std::byte> sealed(EnvelopeHeader const& head, std::vector<std::byte> const& content,
                              AesGcm& key) {
    std::vector<std::byte> octets;
    seal(head, "1912", content, key, octets);
    return octets;
}

class EnvelopeTest : public ::testing::Test {
  protected:
    AesGcm key{AesKey{std::byte{1}}};
    std::vector<std::byte> plain;
};

TEST_F(EnvelopeTest, HasTheLengthThatTheSizesGiveIt) {
    SizeSpec const sizes;
    EXPECT_EQ(kEnvelopeOctets, sizes.sms_identity_octets + sizes.glo_octets);
    EXPECT_EQ(sealed(header(), counted(20), key).size(), 20U + 29U);
    EXPECT_EQ(sealed(header(), counted(700), key).size(), 700U + 29U) << "whatever the content's";
}

TEST_F(EnvelopeTest, LaysOutCodeLengthControlAndCounterInTheClear) {
    auto octets = sealed(header(), counted(3), key);
    octets.resize(17);
    EXPECT_EQ(octets, hex("00612024000000000749 0003 30 00000102"));
    EXPECT_EQ(sealed(header(Direction::from_meter), counted(3), key)[12], std::byte{0xB0});
}

TEST_F(EnvelopeTest, OpensWithTheSameKeyAndNumberAlone) {
    auto const content = counted(50);
    auto const octets = sealed(header(), content, key);
    auto const envelope = read_envelope(octets);
    ASSERT_TRUE(envelope.ok()) << envelope.problem();
    EXPECT_EQ(envelope.header, header());
    EXPECT_TRUE(open(envelope, "1912", key, plain));
    EXPECT_EQ(plain, content);
    EXPECT_FALSE(open(envelope, "1913", key, plain));
    EXPECT_TRUE(plain.empty());
    EXPECT_FALSE(open(envelope, "191", key, plain));
    EXPECT_FALSE(open(envelope, std::string(200, '1'), key, plain));
    AesGcm other{AesKey{std::byte{2}}};
    EXPECT_FALSE(open(envelope, "1912", other, plain));
}

TEST_F(EnvelopeTest, AnyBitChangedIsFound) {
    auto const octets = sealed(header(), counted(12), key);
    for (std::size_t bit = 0; bit < 8 * octets.size(); ++bit) {
        auto changed = octets;
        changed[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        EXPECT_FALSE(open(read_envelope(changed), "1912", key, plain)) << "bit " << bit;
    }
}

TEST_F(EnvelopeTest, DirectionsAndCountersDoNotShareTheirKeystream) {
    auto const content = counted(16);
    auto const down = sealed(header(), content, key);
    auto const up = sealed(header(Direction::from_meter), content, key);
    auto const later = sealed(header(Direction::to_meter, 259), content, key);
    auto const cipher = [](auto const& octets) {
        return std::vector(octets.begin() + 17, octets.end() - 12);
    };
    EXPECT_NE(cipher(down), cipher(up));
    EXPECT_NE(cipher(down), cipher(later));
}

TEST_F(EnvelopeTest, WhatIsNoEnvelopeSaysWhere) {
    auto const octets = sealed(header(), counted(5), key);
    auto changed = octets;
    changed.pop_back();
    EXPECT_EQ(read_envelope(changed).problem(),
              "octet 10: the length is not that of what is there");
    changed = octets;
    changed[3] = std::byte{0x9C};
    EXPECT_EQ(read_envelope(changed).problem(),
              "octet 0: the meter's code is not of decimal digits");
    changed = octets;
    changed[12] = std::byte{0x20};
    EXPECT_EQ(read_envelope(changed).problem(),
              "octet 12: not authenticated and encrypted by suite 0");
    changed = octets;
    std::fill(changed.begin() + 13, changed.begin() + 17, std::byte{0});
    EXPECT_EQ(read_envelope(changed).problem(), "octet 13: counters begin with 1");
    EXPECT_FALSE(read_envelope({}).ok());
    EXPECT_TRUE(read_envelope(sealed(header(), {}, key)).ok()) << "no content is content, too";
}

TEST_F(EnvelopeTest, OurOwnMistakesAreThrown) {
    std::vector<std::byte> out;
    EXPECT_THROW(seal(header(Direction::to_meter, 0), "1912", {}, key, out), SimulationError);
    EXPECT_THROW(seal(header(), std::string(21, '1'), {}, key, out), SimulationError);
    EXPECT_THROW(seal(header(), "1912", counted(65'536), key, out), SimulationError);
    auto bad = header();
    bad.code.bcd[0] = std::byte{0xAA};
    EXPECT_THROW(seal(bad, "1912", {}, key, out), SimulationError);
    EXPECT_TRUE(out.empty());
    std::uint32_t last = std::numeric_limits<std::uint32_t>::max() - 1;
    EXPECT_EQ(next_counter(last), std::numeric_limits<std::uint32_t>::max());
    EXPECT_THROW((void)next_counter(last), SimulationError) << "it never begins again";
}

} // namespace
} // namespace gridtwin::wire::sms
