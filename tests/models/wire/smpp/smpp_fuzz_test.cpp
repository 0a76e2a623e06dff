// PDUs that were spoilt: no octet beyond the span is read (a sanitizer sees it), and what is
// accepted is what its own encoding says.
#include "models/wire/smpp/receipt.hpp"
#include "models/wire/smpp/session.hpp"
#include "tests/models/wire/hex.hpp"
#include "tests/models/wire/smpp/random_pdu.hpp"

namespace gridtwin::wire::smpp {
namespace {

TEST(SmppFuzz, SpoiltPdusAreRefusedOrUnderstood) {
    int accepted = 0;
    int refused = 0;
    for (std::size_t which = 0; which < 100'000; ++which) {
        Draws draws(Seed{37}, which);
        std::vector<std::byte> octets;
        encode(RandomPdu(draws)(), octets);
        for (auto left = 1 + draws.below(4); left > 0; --left) {
            octets[draws.below(octets.size())] = static_cast<std::byte>(draws.below(256));
        }
        if (draws.below(2) == 0) {
            octets.resize(octets.size() - draws.below(octets.size()));
        }
        for (std::size_t i = 0; i < 4 && draws.below(8) != 0 && i < octets.size(); ++i) {
            octets[i] = static_cast<std::byte>(octets.size() >> (8 * (3 - i)));
        }
        octets.shrink_to_fit();
        auto const decoded = decode(octets);
        ASSERT_EQ(decoded.ok(), decoded.refusal == CommandStatus::ok);
        (void)parse_receipt(wire::text_of(content(decoded.pdu)));
        auto session = open_session(kStart);
        session.state = static_cast<SessionState>(draws.below(5));
        auto const reaction = receive(session, {}, decoded, kStart);
        ASSERT_FALSE(!decoded.ok() && reaction.for_caller && !reaction.answers);
        if (!decoded.ok()) {
            ++refused;
            continue;
        }
        ++accepted;
        std::vector<std::byte> again;
        encode(decoded.pdu, again);
        auto const twice = decode(again);
        ASSERT_TRUE(twice.ok()) << twice.problem;
        ASSERT_EQ(twice.pdu, decoded.pdu);
    }
    EXPECT_GT(accepted, 10'000);
    EXPECT_GT(refused, 10'000);
}

} // namespace
} // namespace gridtwin::wire::smpp
