#include "tests/models/sms/sms_fixture.hpp"

namespace gridtwin::sms {
namespace {
using namespace std::chrono_literals;

/// When a message to an absent meter ends, by its own validity.
SimTime end_with(SimDuration validity) {
    auto spec = certain();
    spec.validity_s = 3600.0;
    Operator sms(spec, Seed{1});
    Journal journal;
    sms.set_reachable(MeterId{1}, false, kStart);
    sms.submit({.handle = 1, .subscriber = MeterId{1}, .octets = 40, .validity = validity}, kStart);
    sms.run_until(kStart + 3h, journal);
    EXPECT_EQ(journal.lost.size(), 1U);
    EXPECT_EQ(journal.lost.at(0).reason, LossReason::expired);
    return journal.lost.at(0).at;
}

TEST(ValidityTest, AMessagesOwnEndsItEarlierThanTheOperators) {
    EXPECT_EQ(end_with({}), kStart + 1h);
    EXPECT_EQ(end_with(10min), kStart + 10min);
    EXPECT_EQ(end_with(2h), kStart + 1h) << "never later";
}

} // namespace
} // namespace gridtwin::sms
