// APDUs that somebody with the keys has spoilt: refused, or a message that a meter may be told.
#include "models/wire/apdu/apdu.hpp"
#include "tests/models/wire/secured/random_local.hpp"

namespace gridtwin::wire::secured {
namespace {

apdu::Context context_of(SecondProfile second) {
    auto context = test_spec().context;
    context.load = second.interval;
    context.load_channels = second.channels;
    return context;
}

TEST(ApduFuzz, WhateverWasSpoiltIsRefusedOrCanBeEncodedAgain) {
    std::size_t refused = 0;
    std::size_t taken = 0;
    for (auto const kind : kLocalKinds) {
        for (std::uint64_t which = 0; which < 2000; ++which) {
            TestDraws draws(which);
            auto const [message, second] = random_local(draws, kind);
            auto const context = context_of(second);
            std::vector<std::byte> octets;
            apdu::encode(message, context, octets);
            for (std::uint64_t left = 1 + draws.below(3); left > 0 && !octets.empty(); --left) {
                auto const at = static_cast<std::ptrdiff_t>(draws.below(octets.size()));
                switch (draws.below(3)) {
                case 0:
                    octets[static_cast<std::size_t>(at)] = static_cast<std::byte>(draws.bits());
                    break;
                case 1:
                    octets.erase(octets.begin() + at);
                    break;
                default:
                    octets.insert(octets.begin() + at, static_cast<std::byte>(draws.bits()));
                    break;
                }
            }
            Message read = message;
            if (!apdu::decode(octets, context, read).empty()) {
                ++refused;
                continue;
            }
            ++taken;
            std::vector<std::byte> again;
            EXPECT_NO_THROW(apdu::encode(read, context, again)) << name(kind) << which;
            Message twice = read;
            EXPECT_EQ(apdu::decode(again, context, twice), "") << name(kind) << which;
            EXPECT_EQ(told_by(twice), told_by(read)) << name(kind) << which;
        }
    }
    EXPECT_GT(refused, 10'000U);
    EXPECT_GT(taken, 1'000U) << "another number is a number";
}

} // namespace
} // namespace gridtwin::wire::secured
