// Registers, logs and second profiles, each by its schedule; and what overtakes them.
#include "tests/models/concentrator/fake_field.hpp"

#include <set>

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

ConcentratorSpec collecting(std::array<Schedule, kCollected> schedules) {
    auto spec = polling();
    spec.collect.schedules = schedules;
    return spec;
}

/// What has come to the head-end, by kind; each thing must come once.
struct Arrived {
    std::map<MeterId, std::vector<SimTime>> registers;
    std::set<std::pair<MeterId, std::uint32_t>> events;
    std::set<std::pair<MeterId, std::uint32_t>> rows;

    explicit Arrived(FakeField const& field) {
        for (auto const& m : field.uplinked) {
            if (m.kind == MessageKind::registers) {
                for (auto const& block : wire::decode_registers(m.payload).blocks) {
                    registers[block.meter].push_back(block.read);
                }
            } else if (m.kind == MessageKind::events) {
                for (auto const& block : wire::decode_events(m.payload).blocks) {
                    for (std::uint32_t k = 0; k < block.events.size(); ++k) {
                        EXPECT_TRUE(events.insert({block.meter, block.first + k}).second);
                    }
                }
            } else if (m.kind == MessageKind::load) {
                for (auto const& block : wire::decode_load(m.payload).blocks) {
                    for (std::uint32_t k = 0; k < block.rows.size(); ++k) {
                        std::uint32_t const interval = block.first_interval + k;
                        EXPECT_EQ(block.rows[k].value[1], static_cast<std::int32_t>(interval));
                        EXPECT_TRUE(rows.insert({block.meter, interval}).second);
                    }
                }
            }
        }
    }
};

TEST(Collections, RegistersAreReadOnceADayAfterARound) {
    FakeField field(collecting({Schedule{.every = 24h, .offset = 6h}}), 5, {});
    field.run_to(kStart + 7h);
    EXPECT_TRUE(Arrived(field).registers.empty());
    field.run_to(kStart + 48h);
    Arrived const arrived(field);
    ASSERT_EQ(arrived.registers.size(), 5U);
    for (auto const& [meter, read] : arrived.registers) {
        ASSERT_EQ(read.size(), 2U);
        EXPECT_GE(read[0], kStart + 8h) << "the first round that ends after six";
        EXPECT_LT(read[0], kStart + 8h + 10min);
        EXPECT_GE(read[1], kStart + 32h);
    }
    EXPECT_EQ(field.concentrator->collections().counts().failed, 0U);
}

TEST(Collections, LogsAreReadFromWhereTheyWereLeft) {
    FakeField field(collecting({Schedule{}, Schedule{.every = 4h}}), 3, {});
    auto const log = [&](MeterId meter, int count) {
        for (int k = 0; k < count; ++k) {
            field.logs[meter].push_back({.kind = 4, .occurred = field.now, .value = 1.0F});
        }
    };
    log(field.ids[0], 40);
    field.run_to(kStart + 8h);
    EXPECT_EQ(Arrived(field).events.size(), 40U) << "in pieces of 16";
    log(field.ids[0], 2);
    log(field.ids[2], 16);
    field.run_to(kStart + 16h);
    EXPECT_EQ(Arrived(field).events.size(), 58U);
    EXPECT_EQ(field.concentrator->collections().counts().events_gone, 0U);
}

TEST(Collections, SecondProfilesAreReadByBlocksOfTheirOwnInterval) {
    FakeField field(collecting({Schedule{}, Schedule{}, Schedule{.every = 4h}}), 3, {});
    std::vector<SimDuration> const interval{5min, 0min, 5min};
    field.concentrator->expect_load(interval);
    field.run_to(kStart + 24h);
    Arrived const arrived(field);
    // The last round ends some minutes past eight in the evening.
    for (auto const meter : {field.ids[0], field.ids[2]}) {
        for (std::uint32_t k = 1; k <= 20 * 12; ++k) {
            ASSERT_TRUE(arrived.rows.contains({meter, k})) << k;
        }
    }
    EXPECT_TRUE(std::none_of(arrived.rows.begin(), arrived.rows.end(), [&](auto const& row) {
        return row.first == field.ids[1];
    })) << "it has none and is not asked";
}

TEST(Collections, CommandsAndReadsOnDemandOvertakeASweep) {
    FakeField field(collecting({Schedule{.every = 24h}}), 30, {});
    field.run_to(kStart + 4h + 3min);
    while (field.requests.back().kind != MessageKind::read_registers) {
        field.run_to(field.now + 1s);
    }
    std::size_t const before = field.requests.size();
    field.order(MessageKind::read_registers, field.ids[29], 71, 0);
    field.order(MessageKind::set_parameter, field.ids[28], 72, 0);
    field.run_to(field.now + 10s);
    ASSERT_GE(field.requests.size(), before + 3);
    EXPECT_EQ(field.requests[before].command, CommandId{72}) << "commands before reads";
    EXPECT_EQ(field.requests[before + 1].command, CommandId{71});
    EXPECT_EQ(field.requests[before + 2].kind, MessageKind::read_registers) << "and on it goes";
    field.run_to(kStart + 5h);
    Arrived const arrived(field);
    EXPECT_EQ(arrived.registers.size(), 30U);
    EXPECT_EQ(arrived.registers.at(field.ids[29]).size(), 2U) << "the sweep's, and the order's";
    auto const answered = field.uplinked_of(MessageKind::registers);
    EXPECT_EQ(std::count_if(answered.begin(), answered.end(),
                            [](auto const& m) { return m.command == CommandId{71}; }),
              1);
    EXPECT_EQ(field.uplinked_of(MessageKind::set_result).size(), 1U);
    EXPECT_EQ(field.executed[CommandId{72}], 1);
}

class AnyCollection : public testing::TestWithParam<std::uint64_t> {};

TEST_P(AnyCollection, OverLossDelayAndDoublingNothingComesTwiceAndInTheEndAllOfIt) {
    Line const line{.loss = 0.02 * static_cast<double>(GetParam()),
                    .doubled = 0.4,
                    .delay = 500ms,
                    .late = 0.2,
                    .draws_row = 50 + GetParam()};
    FakeField field(
        collecting({Schedule{.every = 12h}, Schedule{.every = 4h}, Schedule{.every = 4h}}), 6,
        line);
    field.concentrator->expect_load(std::vector<SimDuration>(6, 15min));
    field.load_interval = 15min;
    for (auto const id : field.ids) {
        field.logs[id].assign(20, {.kind = 4});
    }
    field.run_to(kStart + 96h);
    Arrived const arrived(field); // checks that nothing comes twice
    EXPECT_EQ(arrived.events.size(), 6U * 20U);
    for (auto const id : field.ids) {
        for (std::uint32_t k = 1; k <= 4 * 72; ++k) {
            ASSERT_TRUE(arrived.rows.contains({id, k})) << k;
        }
    }
    EXPECT_EQ(arrived.registers.size(), 6U);
    EXPECT_LE(field.most_outstanding, 1);
}

INSTANTIATE_TEST_SUITE_P(Patterns, AnyCollection, testing::Range<std::uint64_t>(0, 15));

} // namespace
} // namespace gridtwin::concentrator
