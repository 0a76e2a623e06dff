#include "models/wire/dlms/block_transfer.hpp"
#include "models/wire/dlms/get_service.hpp"
#include "models/wire/dlms/objects.hpp"
#include "models/wire/dlms/services.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/dlms/random_apdu.hpp"

namespace gridtwin::wire::dlms {
namespace {

using Fate = BlockReceiver::Fate;
using Next = BlockSender::Next;

std::vector<std::byte> some(std::size_t octets) {
    std::vector<std::byte> some(octets);
    for (std::size_t i = 0; i < octets; ++i) {
        some[i] = static_cast<std::byte>(i * 7);
    }
    return some;
}

TEST(DlmsBlocks, RoomIsTheMostThatFitsTheApdu) {
    for (std::size_t apdu = 0; apdu < 70'000; apdu = apdu < 400 ? apdu + 1 : apdu + 97) {
        std::size_t const room = block_room(apdu, kGetBlockHead);
        auto const octets = [](std::size_t raw) {
            std::vector<std::byte> const block(raw);
            std::vector<std::byte> out;
            encode(GetResponseWithDatablock{{}, false, 1, Octets(block)}, out);
            return out.size();
        };
        if (room > 0) {
            ASSERT_LE(octets(room), apdu);
        }
        ASSERT_GT(octets(room + 1), apdu);
    }
}

TEST(DlmsBlocks, HeadsAreThoseOfTheApdus) {
    std::vector<std::byte> const raw(10);
    DataBlock const block{.last = true, .number = 1, .raw = raw};
    auto const head = [](auto const& apdu) {
        std::vector<std::byte> out;
        encode(apdu, out);
        return out.size() - 11;
    };
    EXPECT_EQ(head(SetRequestWithDatablock{{}, block}), kBlockHead);
    EXPECT_EQ(head(ActionRequestWithPblock{{}, block}), kBlockHead);
    EXPECT_EQ(head(ActionResponseWithPblock{{}, block}), kBlockHead);
    EXPECT_EQ(head(SetRequestWithFirstDatablock{{}, {}, block}), kFirstSetBlockHead);
    EXPECT_EQ(head(ActionRequestWithFirstPblock{{}, {}, block}), kFirstActionBlockHead);
}

// Both directions may lose or double any message; the sender sends again what is not answered.
TEST(DlmsBlocks, EverythingArrivesOnceOverALinkThatLosesAndDoubles) {
    TestDraws draws(70);
    for (int round = 0; round < 500; ++round) {
        auto const octets = some(draws.below(2000));
        BlockSender sender(octets, draws.below(40), 1 + draws.below(40));
        BlockReceiver receiver(octets.size());
        bool finished = false;
        for (int tries = 0; tries < 100'000 && !finished; ++tries) {
            for (auto copies = draws.below(3); copies > 0; --copies) {
                auto const fate = receiver.take(sender.block());
                ASSERT_TRUE(fate == Fate::more || fate == Fate::complete || fate == Fate::repeated);
            }
            auto const answer = receiver.number();
            for (auto copies = answer == 0 ? 0 : draws.below(3); copies > 0 && !finished;
                 --copies) {
                auto const next = sender.received(answer);
                ASSERT_NE(next, Next::wrong_number);
                finished = next == Next::finished;
            }
        }
        ASSERT_TRUE(finished && receiver.complete());
        ASSERT_EQ(receiver.octets(), octets);
    }
}

TEST(DlmsBlocks, WrongNumbersEndIt) {
    BlockSender sender(some(100), 10, 10);
    EXPECT_EQ(sender.received(0), Next::wrong_number);
    EXPECT_EQ(sender.received(2), Next::wrong_number);
    EXPECT_EQ(sender.received(1), Next::send);
    EXPECT_EQ(sender.block().number, 2U);
    EXPECT_EQ(sender.received(1), Next::send_again);
    EXPECT_EQ(sender.block().number, 2U);

    auto const raw = some(4);
    BlockReceiver receiver(100);
    EXPECT_EQ(receiver.take({.last = false, .number = 1, .raw = raw}), Fate::more);
    EXPECT_EQ(receiver.take({.last = false, .number = 1, .raw = raw}), Fate::repeated);
    EXPECT_EQ(receiver.take({.last = true, .number = 3, .raw = raw}), Fate::wrong_number);
    EXPECT_EQ(receiver.take({.last = true, .number = 2, .raw = raw}), Fate::wrong_number);
    EXPECT_FALSE(receiver.complete());
    EXPECT_EQ(receiver.octets(), raw);
}

TEST(DlmsBlocks, NoMoreOctetsThanAgreedAndNoEndlessEmptyBlocks) {
    auto const raw = some(60);
    BlockReceiver receiver(100);
    EXPECT_EQ(receiver.take({.last = false, .number = 1, .raw = raw}), Fate::more);
    EXPECT_EQ(receiver.take({.last = false, .number = 2, .raw = raw}), Fate::too_long);
    EXPECT_EQ(receiver.octets().size(), 60U);

    BlockReceiver empty(100);
    EXPECT_EQ(empty.take({.last = false, .number = 1, .raw = {}}), Fate::more);
    EXPECT_EQ(empty.take({.last = false, .number = 2, .raw = {}}), Fate::empty);

    EXPECT_THROW(BlockSender(some(3), 1, 0), SimulationError);
    BlockSender nothing({}, 10, 10);
    EXPECT_TRUE(nothing.block().last);
}

TEST(DlmsObis, TextGoesBothWays) {
    TestDraws draws(71);
    for (int round = 0; round < 2'000; ++round) {
        auto const group = [&draws] { return static_cast<std::uint8_t>(draws.bits()); };
        Obis const code{group(), group(), group(), group(), group(), group()};
        auto const parsed = parse_obis(text(code));
        ASSERT_TRUE(parsed.ok()) << parsed.problem;
        ASSERT_EQ(parsed.value, code);
        auto const octets = octets_of(code);
        ASSERT_EQ(obis_of(octets), code);
    }
    EXPECT_EQ(text(kImportName), "1-0:1.8.0.255");
    for (std::string_view const same :
         {"1.0.1.8.0.255", "1-0:1.8.0*255", "1-0:1.8.0", "1-0:1.8.0.255"}) {
        EXPECT_EQ(parse_obis(same).value, kImportName) << same;
    }
}

TEST(DlmsObis, SaysWhatIsWrongAndWhere) {
    auto const problem = [](std::string_view code) { return parse_obis(code).problem; };
    EXPECT_EQ(problem("1-0:256.8.0.255"), "column 5: '256', expected a number from 0 to 255");
    EXPECT_EQ(problem("1-0:99999999999.8.0.255"),
              "column 5: '99999999999', expected a number from 0 to 255");
    EXPECT_EQ(problem("1-0:.8.0.255"), "column 5: '.', expected a number from 0 to 255");
    EXPECT_EQ(problem("1-0:1.8"), "column 8: '', expected '.'");
    EXPECT_EQ(problem("1/0:1.8.0.255"), "column 2: '/', expected '-'");
    EXPECT_EQ(problem("1-0:1.8.0.255.3"), "column 14: '.', expected the end");
    EXPECT_EQ(problem(""), "column 1: '', expected a number from 0 to 255");
}

TEST(DlmsObjects, RegistersHaveATotalAndEightTariffs) {
    auto const* import = find_object({1, 0, 1, 8, 8, 255});
    ASSERT_NE(import, nullptr);
    EXPECT_EQ(import->class_id, ClassId::register_);
    EXPECT_EQ(import->scaler_unit, (ScalerUnit{-3, kUnitWh}));
    EXPECT_EQ(tariff_of({1, 0, 8, 8, 3, 255}), 3);
    EXPECT_EQ(find_object({1, 0, 1, 8, 9, 255}), nullptr);
    EXPECT_EQ(find_object({1, 0, 3, 8, 0, 255}), nullptr);
    EXPECT_EQ(find_object({1, 0, 1, 8, 0, 254}), nullptr);
    EXPECT_EQ(find_object({0, 0, 0, 0, 0, 0}), nullptr);
    EXPECT_EQ(find_object({0, 0, 96, 3, 11, 255}), nullptr);
    EXPECT_FALSE(tariff_of(kClockName).has_value());
}

TEST(DlmsObjects, EachIsFoundByItsName) {
    EXPECT_EQ(meter_objects().size(), 18U);
    for (auto const& object : meter_objects()) {
        EXPECT_EQ(find_object(object.name), &object) << object.what;
        EXPECT_GE(object.attributes, 2) << object.what;
        EXPECT_FALSE(object.source.empty()) << object.what;
    }
    std::vector<Obis> names;
    for_each_name([&](MeterObject const& object, Obis const& name) {
        EXPECT_EQ(find_object(name), &object) << object.what;
        names.push_back(name);
    });
    EXPECT_EQ(names.size(), 12U + 6U * 9U) << "six rows of registers, each a total and 8 tariffs";
    EXPECT_TRUE(std::ranges::is_sorted(names));
    EXPECT_EQ(find_object(kDisconnectName)->class_id, ClassId::disconnect_control);
    EXPECT_EQ(find_object(kCreditName)->class_id, ClassId::credit);
}

} // namespace
} // namespace gridtwin::wire::dlms
