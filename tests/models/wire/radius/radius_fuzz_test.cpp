// Packets that were spoilt: no octet beyond the span is read (a sanitizer sees it), and what is
// accepted is what its own encoding says.
#include "models/wire/radius/security.hpp"
#include "tests/models/wire/radius/random_packet.hpp"

namespace gridtwin::wire::radius {
namespace {

TEST(RadiusFuzz, SpoiltPacketsAreRefusedOrUnderstood) {
    int understood = 0;
    int believed = 0;
    constexpr std::size_t kCases = 50'000;
    for (std::size_t which = 0; which < kCases; ++which) {
        Draws draws(Seed{43}, which);
        auto const request = random_packet(draws, Code::access_request);
        auto octets = sign_request(request, "secret", {.password = "p"});
        for (auto left = 1 + draws.below(4); left > 0; --left) {
            octets[draws.below(octets.size())] ^= static_cast<std::byte>(1 + draws.below(255));
        }
        octets.resize(octets.size() - (draws.below(2) == 0 ? draws.below(octets.size()) : 0));
        octets.shrink_to_fit();
        auto const checked = check_request(octets, "secret", true);
        believed += checked.ok() ? 1 : 0;
        if (!checked.decoded.ok()) {
            ASSERT_EQ(checked.refusal, Refusal::malformed);
            continue;
        }
        ++understood;
        std::vector<std::byte> again;
        encode(checked.decoded.packet, again);
        octets.resize(again.size());
        ASSERT_EQ(again, octets);
    }
    EXPECT_GT(understood, 5000);
    EXPECT_LT(believed, 100) << "two changes of one octet may undo each other, nothing else";
}

} // namespace
} // namespace gridtwin::wire::radius
