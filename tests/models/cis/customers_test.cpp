#include "models/cis/customers.hpp"
#include "models/cis/search.hpp"
#include "tests/models/cis/backend.hpp"

namespace gridtwin::cis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_P(Cis, RecordsComeBackAsTheyWerePutAndPuttingThemTwiceChangesNothing) {
    Database db = open(url_);
    Session admin{db, "admin"};
    furnish(admin);
    auto const leyla = a_subscriber(kCode, "Leyla Məmmədova", "Nizami 26, Baku");
    EXPECT_EQ(subscriber(admin, "01 06 002 0026 0012"), leyla);
    EXPECT_FALSE(put_subscriber(admin, leyla));
    EXPECT_FALSE(subscriber(admin, kNobody).has_value());

    auto moved = leyla;
    moved.ended = at_day(9);
    moved.status = SubscriberStatus::ended;
    moved.payment_allowed = false;
    EXPECT_TRUE(put_subscriber(admin, moved));
    EXPECT_EQ(subscriber(admin, kCode), moved);

    EXPECT_EQ(tariff(admin, "T1")->rates.at(1), (TariffRate{"night", 5'000}));
    Agreement const agreement{"A-1", kCode, "T1", true, at_day(1), std::nullopt};
    EXPECT_TRUE(put_agreement(admin, agreement));
    EXPECT_FALSE(put_agreement(admin, agreement));
    auto ended = agreement;
    ended.to = at_day(5);
    EXPECT_TRUE(put_agreement(admin, ended));
    EXPECT_THAT(agreements(admin, kCode), ElementsAre(ended));
    EXPECT_EQ(transformer(admin, LvNetworkId{0}),
              (Transformer{LvNetworkId{0}, "TP-1", FeederId{0}, ConcentratorId{0}, 400'000}));
    EXPECT_EQ(meter(admin, "SN2"), (Meter{"SN2", MeterId{2}, "CE", LvNetworkId{0}}));
}

TEST_P(Cis, WhatCannotBeIsRefusedInWordsAndChangesNothing) {
    Database db = open(url_);
    Session admin{db, "admin"};
    furnish(admin);
    auto wrong = a_subscriber("00 06 002 0026 0012", "x", "y");
    EXPECT_THAT(words_of<InputError>([&] { put_subscriber(admin, wrong); }),
                HasSubstr("region 00: there is none"));
    wrong = a_subscriber(kNobody, "x", "y");
    wrong.household = -1;
    EXPECT_THAT(words_of<InputError>([&] { put_subscriber(admin, wrong); }),
                HasSubstr("household -1"));
    EXPECT_FALSE(subscriber(admin, kNobody).has_value());
    EXPECT_THAT(words_of<InputError>([&] {
                    put_agreement(admin, {"A", kNobody, "T1", false, kStart, std::nullopt});
                }),
                HasSubstr(fmt::format("no subscriber {}", kNobody)));
    EXPECT_THAT(words_of<InputError>([&] {
                    put_agreement(admin, {"A", kCode, "T9", false, kStart, std::nullopt});
                }),
                HasSubstr("no tariff 'T9'"));
    EXPECT_THAT(words_of<InputError>([&] {
                    put_tariff(admin, {"T2", "x", kStart, {{"day", 1}, {"night", -1}}});
                }),
                HasSubstr("price -1"));
    EXPECT_FALSE(tariff(admin, "T2").has_value()); // nor its first rate
    EXPECT_THAT(words_of<InputError>([&] {
                    put_meter(admin, {"SN9", MeterId{2}, "CE", LvNetworkId{0}});
                }),
                HasSubstr("'SN2' has the readings of row 2"));
    EXPECT_THAT(words_of<InputError>([&] { install_meter(admin, "SN9", kCode, kStart, 0); }),
                HasSubstr("no meter 'SN9'"));
}

TEST_P(Cis, AMeterIsAtOneSubscriberAtATimeAndAnExchangeIsAllOrNothing) {
    Database db = open(url_);
    Session admin{db, "admin"};
    furnish(admin);
    EXPECT_TRUE(install_meter(admin, "SN0", kCode, at_day(1), 100));
    EXPECT_FALSE(install_meter(admin, "SN0", kCode, at_day(1), 100));
    EXPECT_THAT(words_of<InputError>([&] { install_meter(admin, "SN0", kOther, at_day(2), 100); }),
                HasSubstr("meter 'SN0' is at 010600200260012 since 1d 00:00:00"));
    install_meter(admin, "SN1", kOther, at_day(1), 0);

    // the new one is elsewhere: the old one stays
    EXPECT_THROW(exchange_meter(admin, "SN0", 500, "SN1", 7, at_day(4)), InputError);
    EXPECT_FALSE(installations_of(admin, kCode).at(0).to.has_value());

    EXPECT_TRUE(exchange_meter(admin, "SN0", 500, "SN2", 7, at_day(4)));
    EXPECT_FALSE(exchange_meter(admin, "SN0", 500, "SN2", 7, at_day(4)));
    EXPECT_THAT(installations_of(admin, kCode),
                ElementsAre(Installation{"SN0", kCode, at_day(1), 100, at_day(4), 500},
                            Installation{"SN2", kCode, at_day(4), 7, std::nullopt, std::nullopt}));
    // an installation in the past of another one
    EXPECT_THROW(install_meter(admin, "SN0", kOther, at_day(2), 0), InputError);
    EXPECT_TRUE(install_meter(admin, "SN0", kOther, at_day(4), 500));
    EXPECT_THROW(remove_meter(admin, "SN0", at_day(4), 500), InputError); // after no time at all
}

TEST_P(Cis, SubscribersAreFoundByAddressCodeAndMeter) {
    Database db = open(url_);
    Session admin{db, "admin"};
    furnish(admin);
    put_subscriber(admin, a_subscriber("020100300040005", "Far", "nizamov 1"));
    install_meter(admin, "SN0", kCode, at_day(1), 0);
    Found const leyla{kCode, "Leyla Məmmədova", "Nizami 26, Baku", "SN0"};
    Found const brien{kOther, "O'Brien <&\"", "Nizami 27, Baku", ""};
    EXPECT_THAT(search_address(admin, "NIZAMI  2"), ElementsAre(leyla, brien));
    EXPECT_THAT(search_address(admin, "nizam", 1), ElementsAre(leyla));
    EXPECT_EQ(search_address(admin, "nizam").size(), 3U);
    EXPECT_TRUE(search_address(admin, "%").empty());
    EXPECT_THAT(search_code(admin, "01 06"), ElementsAre(leyla, brien));
    EXPECT_THAT(search_code(admin, kOther), ElementsAre(brien));
    EXPECT_THROW(static_cast<void>(search_code(admin, "01 O6")), InputError);
    EXPECT_THAT(search_meter(admin, "SN0"), ElementsAre(leyla));
    remove_meter(admin, "SN0", at_day(2), 9);
    EXPECT_TRUE(search_meter(admin, "SN0").empty());
}

TEST_P(Cis, TextOfAnyKindComesBackAndNulIsRefused) {
    Database db = open(url_);
    Session admin{db, "admin"};
    auto odd = a_subscriber(kCode, "'; DROP TABLE subscribers; --", "?1 $1 {int} \\ %");
    odd.notes = "\xF0\x9F\x92\xA1 \t\n";
    put_subscriber(admin, odd);
    EXPECT_EQ(subscriber(admin, kCode), odd);
    auto broken = odd;
    broken.notes = "\xFF";
    put_subscriber(admin, broken);
    EXPECT_EQ(subscriber(admin, kCode)->notes, "\xEF\xBF\xBD");
    broken.notes = std::string("a\0b", 3);
    EXPECT_THROW(put_subscriber(admin, broken), SimulationError);
}

} // namespace
} // namespace gridtwin::cis
