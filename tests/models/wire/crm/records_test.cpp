// Subscribers' records, one document after the other.
#include "models/wire/crm/records.hpp"

namespace gridtwin::wire::crm {
namespace {

std::string const kMeters[] = {"00417000000000000017", "00417000000000000114",
                               "00417000000000000211"};
std::string const kNumbers[] = {"+499912340", "+499912341", "+499912342"};

/// Of that contract, with the meters of those rows and their SIMs.
Subscriber subscriber(int flat, std::string contract,
                      std::vector<std::pair<int, int>> const& meters) {
    Subscriber out{.code = fmt::format("01060020026{:04}", flat),
                   .contract = std::move(contract),
                   .registered = {},
                   .ended = {},
                   .household = {},
                   .rooms = {},
                   .assumed_wh = {},
                   .name = "A",
                   .phone = {},
                   .note = {},
                   .meters = {}};
    for (auto const& [meter, number] : meters) {
        out.meters.push_back({kMeters[meter], kNumbers[number], 0, {}});
    }
    return out;
}

Subscriber closed(Subscriber one) {
    one.status = Status::closed;
    return one;
}

class RecordsTest : public ::testing::Test {
  protected:
    std::string take(std::vector<Subscriber> const& subscribers, std::string const& mark = {}) {
        Exchange exchange{.number = 1, .created = {}, .entries = {}};
        exchange.created += std::chrono::years{40};
        exchange.entries.assign(subscribers.begin(), subscribers.end());
        auto const text = mark + write_xml(exchange);
        auto const parsed = parse_xml(text);
        EXPECT_TRUE(parsed.ok()) << parsed.diagnostics.text();
        return records_.take(parsed, text, "in.xml").text();
    }

  private:
    Records records_;
};

TEST_F(RecordsTest, TheSameRecordMayComeAgainAndChange) {
    auto one = subscriber(1, "C-1", {{0, 0}});
    EXPECT_EQ(take({one}), "");
    EXPECT_EQ(take({one}), "");
    one.status = Status::interrupted;
    one.meters[0].number = kNumbers[1];
    EXPECT_EQ(take({one}), "") << "another SIM";
    EXPECT_EQ(take({subscriber(2, "C-2", {{1, 0}})}), "") << "the first SIM in another meter";
}

TEST_F(RecordsTest, WhatAnotherHasIsAMistakeAtItsSubscriber) {
    EXPECT_EQ(take({subscriber(1, "C-1", {{0, 0}})}), "");
    std::vector const wrong{subscriber(2, "C-2", {{2, 2}}), subscriber(1, "C-9", {}),
                            subscriber(3, "C-3", {{1, 0}})};
    for (auto const* mark : {"", "\xEF\xBB\xBF"}) {
        EXPECT_EQ(take(wrong, mark),
                  "in.xml:7:3: subscriber 010600200260001 is 'A' of contract 'C-1'; expected a "
                  "subscriber-code of its own for each 'subscriber'\n");
    }
    EXPECT_EQ(take({subscriber(2, "C-2", {{0, 1}, {1, 0}})}),
              "in.xml:3:3: meter 00417000000000000017 is subscriber 010600200260001's; expected a "
              "meter-code of its own for each 'meter'\n")
        << "and its SIM is free, as it gets another one";
    EXPECT_EQ(take({subscriber(2, "C-2", {{1, 0}})}),
              "in.xml:3:3: number +499912340 is meter 00417000000000000017's; expected a phone of "
              "its own for each 'meter'\n");
    EXPECT_EQ(take({subscriber(4, "C-4", {{2, 2}})}), "") << "nothing was taken of the wrong ones";
}

TEST_F(RecordsTest, WhatIsGivenUpMayBeTaken) {
    EXPECT_EQ(take({subscriber(1, "C-1", {{0, 0}}), subscriber(2, "C-2", {{1, 1}})}), "");
    EXPECT_EQ(take({subscriber(1, "C-1", {{0, 1}}), subscriber(2, "C-2", {{1, 0}})}), "")
        << "SIMs exchanged";
    EXPECT_EQ(take({subscriber(2, "C-2", {{0, 1}}), subscriber(1, "C-1", {{1, 0}})}), "")
        << "meters exchanged";
    EXPECT_EQ(take({subscriber(1, "C-1", {{2, 0}})}), "") << "a new meter with the old SIM";
    EXPECT_NE(take({subscriber(1, "C-9", {{2, 0}})}), "");
    EXPECT_EQ(take({closed(subscriber(1, "C-1", {{2, 0}}))}), "");
    EXPECT_EQ(take({subscriber(1, "C-9", {{2, 0}})}), "") << "who moved in";
    EXPECT_EQ(take({closed(subscriber(1, "C-9", {})), subscriber(3, "C-3", {{2, 0}})}), "")
        << "in one document";
}

} // namespace
} // namespace gridtwin::wire::crm
