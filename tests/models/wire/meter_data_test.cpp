#include "models/wire/meter_data.hpp"
#include "models/wire/sizes.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/codec_laws.hpp"
#include "tests/models/wire/random_data.hpp"

namespace gridtwin::wire {
namespace {

TEST(MeterData, WhatIsEncodedIsDecoded) {
    TestDraws draws(3);
    for (int round = 0; round < 2000; ++round) {
        expect_round_trip(std::vector{random_registers(draws), random_registers(draws)},
                          decode_registers);
        expect_round_trip(std::vector{random_events(draws), random_events(draws)}, decode_events);
        expect_round_trip(std::vector{random_load(draws), random_load(draws)}, decode_load);
        expect_round_trip(std::vector{random_parameter(draws)}, decode_parameters);
        expect_round_trip(std::vector{random_balance(draws), random_balance(draws)},
                          decode_balance);
        expect_round_trip(std::vector{random_found(draws), random_found(draws)}, decode_found);
    }
}

TEST(MeterData, ExtremesFit) {
    constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    expect_round_trip(std::vector{RegisterBlock{.meter = MeterId{0xffff'fffe},
                                                .read = from_ns(kMost),
                                                .sets = {{kLeast, kMost, 0, -1, 1, kMost}}}},
                      decode_registers);
    expect_round_trip(
        std::vector{LoadBlock{.meter = MeterId{1},
                              .first_interval = 0xffff'fffe,
                              .channels = 1,
                              .rows = {{.value = {std::numeric_limits<std::int32_t>::min()}},
                                       {.value = {std::numeric_limits<std::int32_t>::max()}}}}},
        decode_load);
}

TEST(MeterData, FaultsAreNamedWithTheirPlace) {
    std::vector<std::byte> octets;
    encode(RegisterBlock{.meter = MeterId{7}, .read = {}, .sets = {{1, 2, 3, 4, 5, 6}}}, octets);
    octets.pop_back();
    EXPECT_EQ(decode_registers(octets).problem,
              "octet 3: the number of sets is 1, more than can follow");
    std::vector<std::byte> const longer{std::byte{0x80}, std::byte{0}};
    EXPECT_EQ(decode_events(longer).problem, "octet 2: the meter is not in its shortest form");
    std::vector<std::byte> const channels{std::byte{1}, std::byte{1}, std::byte{0x20}};
    EXPECT_EQ(decode_load(channels).problem, "octet 3: channels that there are none of");
    std::vector<std::byte> const cost{std::byte{1}, std::byte{0x80}, std::byte{0x80}, std::byte{4}};
    EXPECT_EQ(decode_found(cost).problem, "octet 4: a cost of 65536, at most 65534 can be");
}

TEST(MeterData, WhatHasNoEncodingIsRefused) {
    std::vector<std::byte> out;
    EXPECT_THROW(encode(RegisterBlock{.sets = {10, std::array<std::int64_t, 6>{}}}, out),
                 SimulationError);
    EXPECT_THROW(encode(EventBlock{.events = std::vector<LoggedEvent>(1025)}, out),
                 SimulationError);
    EXPECT_THROW(encode(LoadBlock{.channels = 0, .rows = {LoadRow{}}}, out), SimulationError);
    EXPECT_THROW(encode(LoadBlock{.channels = 32, .rows = {}}, out), SimulationError);
    EXPECT_THROW(encode(FoundMeter{.cost_milli = 65'536}, out), SimulationError);
}

TEST(MeterData, WhatAWayCostsIsKeptInThousandthsOfTransmissions) {
    EXPECT_EQ(to_cost_milli(1.0), 1000U);
    EXPECT_EQ(to_cost_milli(2.0004), 2000U);
    EXPECT_EQ(to_cost_milli(1e9), kMostCostMilli);
    EXPECT_EQ(to_cost_milli(std::numeric_limits<double>::infinity()), kMostCostMilli);
}

TEST(MeterData, SizesFollowTheServicesThatCarryThem) {
    Message m;
    m.meter = MeterId{17};
    m.concentrator = ConcentratorId{1};
    m.kind = MessageKind::registers;
    encode(RegisterBlock{.meter = m.meter, .sets = {3, std::array<std::int64_t, 6>{}}}, m.payload);
    EXPECT_EQ(get_registers_response_octets(18), 4U + 2 + 14 + 18 * 9);
    EXPECT_EQ(encoded_octets(m, Channel::plc), 182U + 20 + 3 + 2 * 11)
        << "two frames, and a length of two octets";
    m.payload.clear();
    m.kind = MessageKind::events;
    encode(EventBlock{.meter = m.meter, .first = 1, .events = std::vector<LoggedEvent>(2)},
           m.payload);
    EXPECT_EQ(encoded_octets(m, Channel::plc), 6U + (5 + 1) + 2 * (2 + 14 + 3 + 5) + 19 + 14);
    m.payload.clear();
    m.kind = MessageKind::load;
    encode(
        LoadBlock{.meter = m.meter, .first_interval = 1, .channels = 0b111, .rows = {2, LoadRow{}}},
        m.payload);
    EXPECT_EQ(encoded_octets(m, Channel::plc), get_load_profile_response_octets(2, 3) + 19 + 14);
    m.payload.clear();
    m.kind = MessageKind::set_parameter;
    encode(ParameterSetting{.parameter = 1, .delayed = true, .value_milli = 5'000'000}, m.payload);
    EXPECT_EQ(encoded_octets(m, Channel::plc), 38U + 19 + 14);
    EXPECT_LE(encoded_octets(m, Channel::sms), 140U);
    m.payload.pop_back();
    EXPECT_THROW((void)encoded_octets(m, Channel::plc), SimulationError);
    m.payload.clear();
    m.kind = MessageKind::read_registers;
    EXPECT_EQ(encoded_octets(m, Channel::plc), 13U + 19 + 14);
    m.kind = MessageKind::read_events;
    EXPECT_EQ(encoded_octets(m, Channel::plc), 3U + 9 + 1 + 1 + 18 + 19 + 14);
    m.kind = MessageKind::read_load;
    EXPECT_EQ(encoded_octets(m, Channel::plc), 64U + 19 + 14);
}

} // namespace
} // namespace gridtwin::wire
