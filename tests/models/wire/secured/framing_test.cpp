#include "models/wire/dlms_link/hdlc_frame.hpp"
#include "models/wire/dlms_link/wrapper.hpp"
#include "models/wire/hdlc.hpp"
#include "models/wire/secured/framing.hpp"

namespace gridtwin::wire::secured {
namespace {

std::vector<std::byte> apdu_of(std::size_t octets) {
    std::vector<std::byte> apdu(octets);
    for (std::size_t k = 0; k < octets; ++k) {
        apdu[k] = static_cast<std::byte>(k * 37 + 0x7E);
    }
    return apdu;
}

TEST(FramingTest, TakesTheOctetsThatAreCountedAndComesBack) {
    for (std::size_t const octets : {1U, 13U, 125U, 126U, 253U, 254U, 2000U}) {
        for (bool const down : {false, true}) {
            std::vector<std::byte> frames;
            frame_apdu(apdu_of(octets), down, 128, frames);
            EXPECT_EQ(frames.size(), hdlc_octets(static_cast<std::uint32_t>(octets), 128));
            std::vector<std::byte> apdu;
            EXPECT_EQ(unframe_apdu(frames, down, apdu), "");
            EXPECT_EQ(apdu, apdu_of(octets));
            EXPECT_NE(unframe_apdu(frames, !down, apdu), "");
        }
    }
}

TEST(FramingTest, RefusesSoundFramesOfOthersAndOutOfTurn) {
    HdlcFrame due{.destination = {1, 0, 1},
                  .source = hdlc_client(1),
                  .type = HdlcType::information,
                  .poll = true};
    due.information.assign(std::begin(kLlcCommand), std::end(kLlcCommand));
    due.information.push_back(std::byte{0xC0});
    auto const problem = [](HdlcFrame const& frame) {
        std::vector<std::byte> octets;
        encode(frame, octets);
        std::vector<std::byte> apdu;
        return unframe_apdu(octets, true, apdu);
    };
    EXPECT_EQ(problem(due), "");
    auto const refused = [&](auto&& change) {
        auto other = due;
        change(other);
        return !problem(other).empty();
    };
    EXPECT_TRUE(refused([](HdlcFrame& f) { f.source = hdlc_client(16); })) << "the public client";
    EXPECT_TRUE(refused([](HdlcFrame& f) { f.destination = {2, 0, 1}; }));
    EXPECT_TRUE(refused([](HdlcFrame& f) { f.destination = {1, 0, 2}; }));
    EXPECT_TRUE(refused([](HdlcFrame& f) { f.send = 1; }));
    EXPECT_TRUE(refused([](HdlcFrame& f) { f.receive = 1; }));
    EXPECT_TRUE(refused([](HdlcFrame& f) { f.poll = false; }));
    EXPECT_TRUE(refused([](HdlcFrame& f) { f.type = HdlcType::unnumbered_information; }));
}

TEST(FramingTest, RefusesAWrapperBetweenOthers) {
    for (auto const kind : {MessageKind::set_relay, MessageKind::profile}) {
        std::vector<std::byte> octets;
        enclose(apdu_of(20), kind, Channel::wan, 128, octets);
        std::vector<std::byte> apdu;
        EXPECT_EQ(disclose(octets, kind, Channel::wan, apdu), "");
        EXPECT_EQ(apdu, apdu_of(20));
        apdu.clear();
        for (auto const& [source, destination] : {std::pair{16, 1}, std::pair{1, 16}}) {
            octets.clear();
            encode_wrapper(static_cast<std::uint16_t>(source),
                           static_cast<std::uint16_t>(destination), apdu_of(20), octets);
            EXPECT_NE(disclose(octets, kind, Channel::wan, apdu), "");
            EXPECT_TRUE(apdu.empty());
        }
    }
}

TEST(FramingTest, RefusesFramesThatAreCutDoubledOrExchanged) {
    std::vector<std::byte> frames;
    frame_apdu(apdu_of(250), true, 128, frames); // 139 and 136 octets
    std::span<std::byte const> const all(frames);
    std::vector<std::byte> apdu;
    for (std::size_t cut = 0; cut < all.size(); ++cut) {
        EXPECT_NE(unframe_apdu(all.first(cut), true, apdu), "");
    }
    std::vector<std::byte> mixed(all.begin() + 139, all.end());
    mixed.insert(mixed.end(), all.begin(), all.begin() + 139);
    EXPECT_NE(unframe_apdu(mixed, true, apdu), "");
    std::vector<std::byte> twice(all.begin(), all.begin() + 139);
    twice.insert(twice.end(), all.begin(), all.end());
    EXPECT_NE(unframe_apdu(twice, true, apdu), "");
    std::vector<std::byte> empty;
    frame_apdu({}, true, 128, empty);
    EXPECT_NE(unframe_apdu(empty, true, apdu), "");
    EXPECT_TRUE(apdu.empty());
}

} // namespace
} // namespace gridtwin::wire::secured
