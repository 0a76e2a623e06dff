#include "models/wire/dlms/date_time.hpp"
#include "models/wire/dlms/objects.hpp"
#include "models/wire/dlms/services.hpp"
#include "models/wire/sizes.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/dlms/random_apdu.hpp"
#include "tests/models/wire/hex.hpp"

namespace gridtwin::wire::dlms {
namespace {

std::string problem_of(std::string_view text) {
    auto const octets = hex(text);
    return decode_apdu(octets).problem;
}

template <typename One>
std::size_t octets_of_apdu(One const& apdu) {
    std::vector<std::byte> octets;
    encode(apdu, octets);
    return octets.size();
}

TEST(DlmsServices, AnyApduComesBackAsItWasWritten) {
    TestDraws draws(60);
    for (int round = 0; round < 20'000; ++round) {
        ApduDraws apdus(draws);
        Apdu const apdu = apdus.next();
        std::vector<std::byte> octets;
        encode(apdu, octets);
        auto const decoded = decode_apdu(octets);
        ASSERT_TRUE(decoded.ok()) << decoded.problem << ", alternative " << apdu.index();
        ASSERT_EQ(decoded.value, apdu);
    }
}

TEST(DlmsServices, ListsThatGoInBlocksComeBackAsTheyWereWritten) {
    TestDraws draws(61);
    for (int round = 0; round < 2'000; ++round) {
        ApduDraws apdus(draws);
        Apdu const apdu = apdus.next();
        std::vector<std::byte> octets;
        if (auto const* get = std::get_if<GetResponseWithList>(&apdu)) {
            encode(get->results, octets);
            ASSERT_EQ(results_of(octets).value, get->results);
        } else if (auto const* set = std::get_if<SetRequestWithList>(&apdu)) {
            encode(set->values, octets);
            ASSERT_EQ(values_of(octets).value, set->values);
        } else if (auto const* action = std::get_if<ActionResponseWithList>(&apdu)) {
            encode(action->outcomes, octets);
            ASSERT_EQ(outcomes_of(octets).value, action->outcomes);
        } else if (auto const* single = std::get_if<ActionResponseNormal>(&apdu)) {
            encode(single->outcome, octets);
            ASSERT_EQ(outcome_of(octets).value, single->outcome);
        }
        RangeDescriptor const range = apdus.range();
        octets.clear();
        encode(range, octets);
        ASSERT_EQ(decode_range(octets).value, range);
    }
}

TEST(DlmsServices, SelectionByEntryComesBackAndNamesWhatIsWrong) {
    EntryDescriptor const entries{.from = 5, .to = 9, .from_column = 1, .to_column = 3};
    std::vector<std::byte> octets;
    encode(entries, octets);
    EXPECT_EQ(octets, hex("0204 0600000005 0600000009 120001 120003"));
    EXPECT_EQ(decode_entries(octets).value, entries);
    EXPECT_EQ(decode_entries(hex("0204 0600000005 1109")).problem,
              "octet 7: the last entry is unsigned, expected double-long-unsigned");
    EXPECT_EQ(decode_range(hex("0204 0204 120008 0905 0000010000")).problem,
              "octet 14: a logical name of 5 octets");
}

TEST(DlmsServices, SaysWhatIsWrongAndWhere) {
    EXPECT_EQ(problem_of(""), "octet 0: ends within the tag of an APDU");
    EXPECT_EQ(problem_of("C8 00"), "octet 0: glo-get-request is not decoded here");
    EXPECT_EQ(problem_of("05 01"), "octet 0: read-request is not decoded here");
    EXPECT_EQ(problem_of("FF"), "octet 0: 0xff is the tag of no APDU");
    EXPECT_EQ(problem_of("C0 04 C1"), "octet 1: get-request has no form 4");
    EXPECT_EQ(problem_of("C001C1 0001 00008000"), "octet 5: ends within the logical name");
    EXPECT_EQ(problem_of("C001C1 0001 0000800000FF 02 00 00"),
              "octet 13: the end was expected, 1 more");
    EXPECT_EQ(problem_of("C003C1 84FFFFFFFF 00"),
              "octet 3: the number of attributes is 4294967295, more than can follow");
    EXPECT_EQ(problem_of("C401C1 02 00"), "octet 3: neither data nor a result, but choice 2");
    EXPECT_EQ(problem_of("C401C1 00 0203 00"),
              "octet 5: the number of elements of a structure is 3, more than can follow");
    EXPECT_EQ(problem_of("C104C1 01 0001 0000800000FF 02 00 02 00 00"),
              "octet 14: 2 values for 1 attributes");
    EXPECT_EQ(problem_of("D8 03 01"), "octet 1: there is no exception 3 1");
    EXPECT_EQ(problem_of("0F 00000001 0C 07E80D01FF00000000800000 00"),
              "octet 5: the time, its octet 0: there is no month 13");
}

TEST(DlmsServices, WhatCannotBeSentIsOurMistake) {
    std::vector<std::byte> out;
    EXPECT_THROW(encode(GetRequestNext{.invoke = {.id = 16}, .block = 1}, out), SimulationError);
    EXPECT_THROW(encode(GetResponseNormal{.invoke = {}, .result = Octets{}}, out), SimulationError);
    auto const two = hex("0000");
    EXPECT_THROW(encode(GetResponseNormal{.invoke = {}, .result = Octets(two)}, out),
                 SimulationError);
    EXPECT_THROW(encode(SetRequestWithList{.invoke = {}, .attributes = {{}}, .values = {}}, out),
                 SimulationError);
    EXPECT_THROW(
        encode(ExceptionResponse{StateError::service_unknown, ServiceError::other_reason, 1U}, out),
        SimulationError);
}

TEST(DlmsServices, ResultsHaveTheStandardsNames) {
    EXPECT_EQ(name(DataAccessResult::read_write_denied), "read-write-denied");
    EXPECT_EQ(name(DataAccessResult::data_block_number_invalid), "data-block-number-invalid");
    EXPECT_EQ(name(ActionResult::long_action_aborted), "long-action-aborted");
    EXPECT_EQ(name(static_cast<ActionResult>(19)), "result 19");
    EXPECT_EQ(name(static_cast<DataAccessResult>(77)), "result 77");
}

// What channels are timed with (models/wire/sizes.hpp) is what these services take.
TEST(DlmsServices, SizesAreThoseThatChannelsAreTimedWith) {
    std::vector<std::byte> clock;
    Writer writer(clock);
    write(DateTime{}, writer);
    SelectedAttribute const time{{8, kClockName, 2}, {}};
    EXPECT_EQ(octets_of_apdu(GetRequestNormal{{}, time}), get_request_octets());
    EXPECT_EQ(octets_of_apdu(GetResponseNormal{{}, Octets(clock)}), get_clock_response_octets());
    EXPECT_EQ(octets_of_apdu(SetRequestNormal{{}, time, clock}), set_clock_request_octets());
    EXPECT_EQ(octets_of_apdu(SetResponseNormal{}), set_response_octets());
    auto const zero = hex("0F00");
    EXPECT_EQ(octets_of_apdu(ActionRequestNormal{{}, {70, kDisconnectName, 1}, Octets(zero)}),
              action_request_octets());
    EXPECT_EQ(octets_of_apdu(ActionResponseNormal{}), action_response_octets());

    std::vector<std::byte> parameters;
    encode(RangeDescriptor{{8, kClockName, 2, 0}, clock, clock, {}}, parameters);
    GetRequestNormal request{{}, {{7, kBillingProfileName, 2}, {}}};
    request.attribute.access = {kSelectByRange, parameters};
    EXPECT_EQ(octets_of_apdu(request), get_range_request_octets());
    parameters.clear();
    encode(EntryDescriptor{}, parameters);
    request.attribute.access = {kSelectByEntry, parameters};
    EXPECT_EQ(octets_of_apdu(request), get_entries_request_octets());

    for (std::uint32_t const rows : {1U, 16U, 127U, 128U, 400U}) {
        std::vector<std::byte> buffer;
        Writer profile(buffer);
        profile.array(rows);
        for (std::uint32_t row = 0; row < rows; ++row) {
            profile.structure(5);
            if (row == 0) {
                write(DateTime{}, profile);
            } else {
                profile.null();
            }
            profile.unsigned8(0).integer32(-1).integer32(1).unsigned16(2300);
        }
        EXPECT_EQ(octets_of_apdu(GetResponseNormal{{}, Octets(buffer)}),
                  get_profile_response_octets(rows));
    }
    std::vector<std::byte> event;
    Writer(event).structure(2).octet_string(std::vector<std::byte>(16)).unsigned16(46);
    EXPECT_EQ(octets_of_apdu(DataNotification{{}, DateTime{}, event}), notification_octets());
}

} // namespace
} // namespace gridtwin::wire::dlms
