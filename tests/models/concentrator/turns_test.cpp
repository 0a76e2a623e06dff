// Whose turn it is: the head-end's reads beside the schedule.
#include "tests/models/concentrator/fake_field.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

constexpr SimTime kRound = kStart + 4h + 2min; ///< the first one

TEST(Turns, TheHeadEndsReadsAndTheScheduleAlternate) {
    // given twenty meters that answer nothing, be it the head-end's or the concentrator's question
    FakeField field(polling(), 40, {});
    for (std::size_t i = 0; i < 20; ++i) {
        field.silent[field.ids[i]] = true;
    }
    field.run_to(kRound - 1s);
    for (std::size_t i = 0; i < 20; ++i) {
        field.order(MessageKind::read_profile, field.ids[i], 100 + i, 1, 2);
    }
    // when
    field.run_to(kRound + 1h);
    // then
    std::size_t in_a_row = 0;
    std::size_t reads = 1;
    for (std::size_t i = 1; reads < 60; ++i) { // until the last of them is given up
        bool const read = field.requests.at(i).command != CommandId{};
        bool const before = field.requests[i - 1].command != CommandId{};
        in_a_row += read == before ? 1U : 0U;
        reads += read ? 1U : 0U;
    }
    EXPECT_EQ(in_a_row, 0U);
    EXPECT_EQ(field.concentrator->counts().commands_given_up, 20U);
    EXPECT_EQ(field.uploaded.size(), 20U * 16U) << "of those that answer";
}

TEST(Turns, CommandsAndReadsOnDemandOvertakeBoth) {
    FakeField field(polling(), 4, {});
    field.run_to(kRound);
    field.order(MessageKind::read_profile, field.ids[0], 1, 1, 2);
    field.order(MessageKind::read_registers, field.ids[1], 2, 0);
    field.order(MessageKind::read_events, field.ids[2], 3, 1, 4);
    field.order(MessageKind::set_relay, field.ids[3], 4, 0);
    field.run_to(kRound + 1min);
    std::vector<CommandId> order;
    for (auto const& request : field.requests) {
        order.push_back(request.command);
    }
    EXPECT_EQ(order, (std::vector{CommandId{}, CommandId{4}, CommandId{2}, CommandId{3},
                                  CommandId{1}, CommandId{}, CommandId{}, CommandId{}}));
}

} // namespace
} // namespace gridtwin::concentrator
