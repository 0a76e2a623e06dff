#include "models/wire/dlms_link/hdlc_deframer.hpp"
#include "models/wire/dlms_link/hdlc_frame.hpp"
#include "models/wire/dlms_link/hdlc_parameters.hpp"
#include "models/wire/hdlc.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/draws.hpp"
#include "tests/models/wire/hex.hpp"

namespace gridtwin::wire {
namespace {

using test::Draws;

HdlcAddress some_address(Draws& draws) {
    constexpr std::uint8_t kOctets[] = {1, 2, 4};
    auto const octets = kOctets[draws.below(3)];
    std::size_t const bits = octets == 4 ? 14 : 7;
    return {static_cast<std::uint16_t>(draws.below(std::size_t{1} << bits)),
            static_cast<std::uint16_t>(octets == 1 ? 0 : draws.below(std::size_t{1} << bits)),
            octets};
}

HdlcFrame some_frame(Draws& draws) {
    HdlcFrame frame{.destination = some_address(draws),
                    .source = some_address(draws),
                    .type = static_cast<HdlcType>(draws.below(9)),
                    .segmented = draws.below(2) == 0,
                    .poll = draws.below(2) == 0};
    bool const supervisory =
        frame.type == HdlcType::receive_ready || frame.type == HdlcType::receive_not_ready;
    if (frame.type == HdlcType::information || supervisory) {
        frame.receive = static_cast<std::uint8_t>(draws.below(8));
    }
    if (frame.type == HdlcType::information) {
        frame.send = static_cast<std::uint8_t>(draws.below(8));
    }
    if (!supervisory) {
        frame.information.resize(draws.below(draws.below(10) == 0 ? 2000 : 60));
    }
    for (auto& octet : frame.information) {
        octet = static_cast<std::byte>(draws.below(4) == 0 ? 0x7E : draws.below(256));
    }
    return frame;
}

TEST(HdlcFrameTest, WhatIsWrittenIsRead) {
    for (std::uint64_t i = 0; i < 2000; ++i) {
        Draws draws(Seed{1}, i);
        auto const frame = some_frame(draws);
        auto const line = encoded(frame);
        EXPECT_EQ(line.size(), encoded_octets(frame));
        auto const decoded = decode_hdlc_frame(std::span(line).subspan(1, line.size() - 2));
        ASSERT_TRUE(decoded.ok()) << decoded.problem;
        EXPECT_EQ(decoded.frame, frame);
    }
}

TEST(HdlcFrameTest, LengthsAreThoseOfTheSizeModel) {
    for (std::uint32_t apdu = 1; apdu <= 125; ++apdu) {
        HdlcFrame const frame{.destination = hdlc_client(1),
                              .source = hdlc_client(2),
                              .type = HdlcType::information,
                              .information = std::vector<std::byte>(kHdlcLlcOctets + apdu)};
        EXPECT_EQ(encoded_octets(frame), hdlc_octets(apdu, 128));
    }
}

// Two bits wrong anywhere are found by a 16-bit checksum of this polynomial in frames this short.
TEST(HdlcFrameTest, OneOrTwoWrongBitsAreFound) {
    Draws draws(Seed{3}, 0);
    for (int i = 0; i < 3000; ++i) {
        auto const frame = some_frame(draws);
        auto line = encoded(frame);
        for (std::size_t bits = 1 + draws.below(2); bits > 0; --bits) {
            line[1 + draws.below(line.size() - 2)] ^= static_cast<std::byte>(1U << draws.below(8));
        }
        if (line == encoded(frame)) {
            continue;
        }
        EXPECT_FALSE(decode_hdlc_frame(std::span(line).subspan(1, line.size() - 2)).ok());
    }
}

TEST(HdlcFrameTest, OurOwnMistakesAreErrors) {
    std::vector<std::byte> out;
    EXPECT_THROW(encode(HdlcFrame{.destination = {128, 0, 1}}, out), SimulationError);
    EXPECT_THROW(encode(HdlcFrame{.destination = {1, 0, 3}}, out), SimulationError);
    EXPECT_THROW(encode(HdlcFrame{.destination = {1, 1, 1}}, out), SimulationError);
    EXPECT_THROW(encode(HdlcFrame{.information = std::vector<std::byte>(2047)}, out),
                 SimulationError);
    EXPECT_THROW(
        encode(HdlcFrame{.type = HdlcType::receive_ready, .information = std::vector<std::byte>(1)},
               out),
        SimulationError);
    EXPECT_TRUE(out.empty());
}

TEST(HdlcParametersTest, LessOfBothIsSettledAndAbsentOnesHaveDefaults) {
    HdlcParameters const large{
        .information_transmit = 512, .information_receive = 256, .window_transmit = 3};
    EXPECT_EQ(decode_hdlc_parameters(encoded(large)).parameters, large);
    EXPECT_EQ(negotiated({.information_transmit = 1024, .information_receive = 400}, large),
              (HdlcParameters{.information_transmit = 256, .information_receive = 400}));
    EXPECT_EQ(decode_hdlc_parameters({}).parameters, HdlcParameters{});
    // Values of one octet, and the user-defined group, as some clients write them.
    auto const others = decode_hdlc_parameters(hex("818006 05019A 060180 C00101"));
    EXPECT_TRUE(others.ok()) << others.problem;
    EXPECT_EQ(others.parameters, (HdlcParameters{.information_transmit = 154}));
    for (auto const* const bad : {"80", "8180", "818003050100", "81800305020001", "818003070109"}) {
        EXPECT_FALSE(decode_hdlc_parameters(hex(bad)).ok()) << bad;
    }
}

/// Fed in pieces of any size.
std::vector<HdlcFrame> deframed(HdlcDeframer& deframer, std::vector<std::byte> const& line,
                                Draws& draws) {
    std::vector<HdlcFrame> frames;
    std::span<std::byte const> left = line;
    while (!left.empty()) {
        auto const piece = left.first(std::min(left.size(), 1 + draws.below(40)));
        deframer.feed(piece, frames);
        left = left.subspan(piece.size());
    }
    return frames;
}

TEST(HdlcDeframerTest, FindsEveryFrameBetweenNoiseAndWithSharedFlags) {
    for (std::uint64_t i = 0; i < 300; ++i) {
        Draws draws(Seed{4}, i);
        std::vector<HdlcFrame> sent;
        std::vector<std::byte> line;
        for (int k = 0; k < 12; ++k) {
            if (draws.below(3) == 0) { // noise, with flags and beginnings of frames in it
                for (std::size_t left = draws.below(60); left > 0; --left) {
                    constexpr std::uint8_t kLikely[] = {0x7E, 0xA0, 0xA7, 0x21};
                    line.push_back(static_cast<std::byte>(
                        draws.below(2) == 0 ? kLikely[draws.below(4)] : draws.below(256)));
                }
            }
            sent.push_back(some_frame(draws));
            auto const octets = encoded(sent.back());
            bool const shared = !line.empty() && line.back() == std::byte{0x7E};
            line.insert(line.end(), octets.begin() + (shared ? 1 : 0), octets.end());
        }
        HdlcDeframer deframer;
        auto found = deframed(deframer, line, draws);
        deframer.silence(found);
        EXPECT_EQ(found, sent);
        EXPECT_EQ(deframer.counts().frames, sent.size());
    }
}

TEST(HdlcDeframerTest, ACutFrameCostsOnlyItself) {
    HdlcFrame const frame{.destination = hdlc_client(1),
                          .source = hdlc_client(2),
                          .type = HdlcType::information,
                          .information = std::vector<std::byte>(100)};
    auto const whole = encoded(frame);
    for (std::size_t cut = 1; cut < whole.size() - 1; ++cut) {
        auto line = std::vector<std::byte>(whole.begin(), whole.begin() + static_cast<long>(cut));
        for (int i = 0; i < 2; ++i) {
            line.insert(line.end(), whole.begin(), whole.end());
        }
        HdlcDeframer deframer;
        std::vector<HdlcFrame> found;
        deframer.feed(line, found);
        deframer.silence(found);
        EXPECT_EQ(found, (std::vector<HdlcFrame>{frame, frame})) << cut;
    }
}

TEST(HdlcDeframerTest, OversizeAndUnknownFramesArePassedOverAndCounted) {
    HdlcFrame frame{.destination = hdlc_client(1),
                    .source = hdlc_client(2),
                    .type = HdlcType::information,
                    .information = std::vector<std::byte>(200)};
    auto line = encoded(frame);
    frame.information.resize(20);
    auto const small = encoded(frame);
    line.insert(line.end(), small.begin(), small.end());
    auto rej = hex("A007034119"); // REJ, which DLMS/COSEM does not use
    std::uint16_t const fcs = hdlc_fcs(rej);
    rej.insert(rej.begin(), std::byte{0x7E});
    rej.push_back(static_cast<std::byte>(fcs & 0xFF));
    rej.push_back(static_cast<std::byte>(fcs >> 8));
    rej.push_back(std::byte{0x7E});
    line.insert(line.end(), rej.begin(), rej.end());
    HdlcDeframer deframer(100);
    std::vector<HdlcFrame> found;
    deframer.feed(line, found);
    EXPECT_EQ(found, std::vector<HdlcFrame>{frame});
    EXPECT_EQ(deframer.counts().oversize, 1U);
    EXPECT_EQ(deframer.counts().unknown, 1U);
}

} // namespace
} // namespace gridtwin::wire
