// A million messages that no meter may accept, each made wrong in a way that the test knows.
#include "models/wire/sms/guard.hpp"
#include "models/wire/sms/user_data.hpp"
#include "tests/models/wire/sms/random_content.hpp"

#include <fmt/format.h>

#include <chrono>
#include <set>

namespace gridtwin::wire::sms {
namespace {

constexpr std::uint64_t kForgeries = 1'000'000;
constexpr std::size_t kMeters = 64;
constexpr std::string_view kTopUps = "4477";

struct Meter {
    MeterCode code;
    AesGcm key;
    MeterMemory memory;
    std::uint32_t counter = 0; ///< of the utility's last message to it
    struct Sent {
        std::string sender;
        std::vector<std::byte> octets;
    };
    std::vector<Sent> taken; ///< every message that it accepted, in order
};

struct Attack {
    std::string sender;
    std::vector<std::byte> octets;
    Refusal reason{};
    Outcome outcome = Outcome::refused;
};

class Forger {
  public:
    Forger() {
        for (std::size_t i = 0; i < kMeters; ++i) {
            auto& meter = meters_.emplace_back();
            meter.code = make_meter_code({.manufacturer = 61, .year = 2024, .serial = i});
            AesKey key{};
            key[0] = static_cast<std::byte>(i);
            key[15] = std::byte{0x5A};
            meter.key.set_key(key);
        }
        AesKey key{};
        key.fill(std::byte{0xA7});
        stranger_.set_key(key);
    }

    Meter& meter(TestDraws& draws) { return meters_[draws.below(kMeters)]; }
    [[nodiscard]] std::span<std::string const> numbers() const { return numbers_; }
    [[nodiscard]] MeterRule rule(Meter const& meter) const {
        return {.code = meter.code, .short_numbers = numbers_, .top_up_number = kTopUps};
    }
    std::string gateway(TestDraws& draws) const { return numbers_[draws.below(2)]; }

    static std::vector<std::byte> content(TestDraws& draws, bool top_up = false) {
        std::vector<std::byte> octets;
        if (top_up) {
            encode(Command{TopUp{.token = 1 + draws.below(1000), .amount = {100}}}, octets);
        } else if (draws.below(2) == 0) {
            auto command = random_command(draws);
            while (std::holds_alternative<TopUp>(command)) {
                command = random_command(draws);
            }
            encode(command, octets);
        } else {
            constexpr MessageKind kOrders[] = {MessageKind::set_relay, MessageKind::read_registers,
                                               MessageKind::set_clock, MessageKind::read_profile};
            auto message = random_message(draws, kOrders[draws.below(4)]);
            encode_sms(message, octets);
        }
        return octets;
    }
    static std::vector<std::byte> sealed(EnvelopeHeader const& header, std::string_view number,
                                         std::vector<std::byte> const& what, AesGcm& key) {
        std::vector<std::byte> octets;
        seal(header, number, what, key, octets);
        return octets;
    }
    std::vector<std::byte> genuine(TestDraws& draws, Meter& to, std::string_view number,
                                   bool top_up = false) {
        return sealed(fresh(to), number, content(draws, top_up), to.key);
    }
    /// With a counter that was never used; the utility's own rises only with what it sends.
    static EnvelopeHeader fresh(Meter const& to) {
        return {.code = to.code, .direction = Direction::to_meter, .counter = to.counter + 1};
    }

    Attack forge(TestDraws& draws, Meter& to);
    Attack forge_authentic(TestDraws& draws, Meter& to, std::uint64_t how);

  private:
    std::vector<Meter> meters_;
    std::vector<std::string> numbers_{"1912", "1913"};
    AesGcm stranger_;
};

/// By somebody with the meter's key: what the guard refuses all the same, or has had before.
Attack Forger::forge_authentic(TestDraws& draws, Meter& to, std::uint64_t how) {
    auto const by = gateway(draws);
    switch (how) {
    case 0: { // a recording, older than what counts as the network's copy
        auto const old = to.taken.size() - kRecent;
        auto const& taken = to.taken[draws.below(old)];
        return {taken.sender, taken.octets, Refusal::replayed};
    }
    case 1: { // the network's copy: not refused, and not accepted
        auto const& taken = to.taken[to.taken.size() - 1 - draws.below(kRecent)];
        return {taken.sender, taken.octets, Refusal::none, Outcome::duplicate};
    }
    case 2: // a top-up by the wrong way
        return {by, genuine(draws, to, by, true), Refusal::top_up_sender};
    case 3: // an order by the way of top-ups
        return {std::string(kTopUps), genuine(draws, to, kTopUps), Refusal::wrong_sender};
    case 4: { // no such command, version, or nothing a meter is told
        std::vector<std::byte> what;
        if (draws.below(2) == 0) {
            what = {std::byte{kCommandVersion}, static_cast<std::byte>(10 + draws.below(246))};
        } else if (draws.below(2) == 0) {
            what = {std::byte{0x22}, std::byte{1}};
        } else {
            encode_sms(random_message(draws, MessageKind::acknowledgement), what);
        }
        return {by, sealed(fresh(to), by, what, to.key), Refusal::unknown_command};
    }
    case 5: { // content that is broken off or goes on
        auto what = content(draws);
        if (draws.below(2) == 0) {
            what.resize(draws.below(2)); // nothing, or a first octet alone
        } else {
            what.insert(what.end(), 1 + draws.below(5), std::byte{0});
        }
        return {by, sealed(fresh(to), by, what, to.key), Refusal::malformed};
    }
    default: { // what the meter could have said, sent back to it
        auto header = fresh(to);
        header.direction = Direction::from_meter;
        return {by, sealed(header, by, content(draws), to.key), Refusal::malformed};
    }
    }
}

Attack Forger::forge(TestDraws& draws, Meter& to) {
    auto const by = gateway(draws);
    switch (auto const how = draws.below(19); how) {
    case 0: // genuine, but from any telephone
        return {fmt::format("99{}", draws.below(100'000'000)), genuine(draws, to, by),
                Refusal::wrong_sender};
    case 1: // by the other gateway's number
        return {by == numbers_[0] ? numbers_[1] : numbers_[0], genuine(draws, to, by),
                Refusal::bad_tag};
    case 2: // without the key
        return {by, sealed(fresh(to), by, content(draws), stranger_), Refusal::bad_tag};
    case 3: { // bits of counter, content or tag changed
        auto octets = genuine(draws, to, by);
        std::size_t const bits = 8 * (octets.size() - 13);
        std::set<std::size_t> flipped;
        for (std::uint64_t left = 1 + draws.below(4); left > 0; --left) {
            flipped.insert(draws.below(bits));
        }
        for (auto const bit : flipped) {
            octets[13 + bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        }
        bool const no_counter = std::all_of(octets.begin() + 13, octets.begin() + 17,
                                            [](std::byte b) { return b == std::byte{0}; });
        return {by, std::move(octets), no_counter ? Refusal::malformed : Refusal::bad_tag};
    }
    case 4: { // cut off
        auto octets = genuine(draws, to, by);
        octets.resize(draws.below(octets.size()));
        octets.shrink_to_fit();
        return {by, std::move(octets), Refusal::wrong_length};
    }
    case 5: { // something more
        auto octets = genuine(draws, to, by);
        for (std::uint64_t left = 1 + draws.below(20); left > 0; --left) {
            octets.push_back(static_cast<std::byte>(draws.bits()));
        }
        return {by, std::move(octets), Refusal::wrong_length};
    }
    case 6: { // another meter's
        auto& other = meter(draws);
        if (&other == &to) {
            return {"0", genuine(draws, to, by), Refusal::wrong_sender};
        }
        return {by, genuine(draws, other, by), Refusal::wrong_code};
    }
    case 7: { // another meter's, with this one's address
        auto& other = meter(draws);
        if (&other == &to) {
            return {"", genuine(draws, to, by), Refusal::wrong_sender};
        }
        auto octets = genuine(draws, other, by);
        std::copy(to.code.bcd.begin(), to.code.bcd.end(), octets.begin());
        return {by, std::move(octets), Refusal::bad_tag};
    }
    case 8: { // no code
        auto octets = genuine(draws, to, by);
        octets[draws.below(10)] = static_cast<std::byte>(0xA0 + draws.below(96));
        return {by, std::move(octets), Refusal::malformed};
    }
    case 9: { // other security, or the other direction
        auto octets = genuine(draws, to, by);
        octets[12] ^= static_cast<std::byte>(1 + draws.below(255));
        return {by, std::move(octets), Refusal::malformed};
    }
    case 10: { // anything at all, of an envelope's length
        std::vector<std::byte> octets(draws.below(kUserDataOctets + 1));
        for (auto& octet : octets) {
            octet = static_cast<std::byte>(draws.bits());
        }
        bool const long_enough = octets.size() >= kEnvelopeOctets;
        if (long_enough) { // the length would fit by chance once in 65536
            octets[10] = std::byte{0xFF};
        }
        return {by, std::move(octets), Refusal::wrong_length};
    }
    case 11: { // one message's tag on another's content
        auto const first = genuine(draws, to, by);
        auto octets = genuine(draws, to, by);
        std::copy(first.end() - kGcmTagOctets, first.end(), octets.end() - kGcmTagOctets);
        if (octets == first) {
            octets.back() ^= std::byte{0x80};
        }
        return {by, std::move(octets), Refusal::bad_tag};
    }
    default:
        return forge_authentic(draws, to, how - 12);
    }
}

TEST(ForgedMessagesTest, AMillionAreTriedNoneIsAcceptedAllAreCountedByTheirReason) {
    Forger forger;
    GuardCounts counts;
    GuardCounts expected;
    std::uint64_t genuine = 0;
    std::chrono::nanoseconds judging{};
    auto const receive = [&](Meter& meter, std::string_view sender,
                             std::vector<std::byte> const& octets) {
        auto const rule = forger.rule(meter);
        auto const begin = std::chrono::steady_clock::now();
        auto const verdict = judge(rule, meter.memory, sender, octets, meter.key);
        judging += std::chrono::steady_clock::now() - begin;
        counts.add(verdict.outcome, verdict.reason);
        return verdict;
    };
    auto const serve = [&](TestDraws& draws, Meter& meter) {
        bool const top_up = draws.below(8) == 0;
        std::string const by(top_up ? std::string(kTopUps) : forger.gateway(draws));
        auto octets = forger.genuine(draws, meter, by, top_up);
        auto const verdict = receive(meter, by, octets);
        ASSERT_EQ(verdict.outcome, Outcome::accepted) << name(verdict.reason);
        remember(meter.memory, verdict.counter);
        (void)next_counter(meter.counter);
        meter.taken.push_back({by, std::move(octets)});
        expected.add(Outcome::accepted, Refusal::none);
        ++genuine;
    };
    TestDraws draws(20261122);
    for (int i = 0; i < 2000; ++i) { // so that there is something to replay
        serve(draws, forger.meter(draws));
    }
    for (std::uint64_t i = 0; i < kForgeries; ++i) {
        auto& meter = forger.meter(draws);
        auto const attack = forger.forge(draws, meter);
        auto const before = meter.memory;
        auto const verdict = receive(meter, attack.sender, attack.octets);
        ASSERT_EQ(verdict.outcome, attack.outcome) << "forgery " << i;
        ASSERT_EQ(name(verdict.reason), name(attack.reason)) << "forgery " << i;
        ASSERT_TRUE(std::holds_alternative<std::monostate>(verdict.content));
        ASSERT_EQ(meter.memory, before);
        expected.add(attack.outcome, attack.reason);
        if (i % 1000 == 0) { // and the meter listens still
            serve(draws, meter);
        }
    }
    EXPECT_EQ(counts.accepted, genuine);
    EXPECT_EQ(counts.refused, expected.refused);
    EXPECT_EQ(counts.duplicates, expected.duplicates);
    EXPECT_EQ(counts.refused_total() + counts.duplicates, kForgeries);
    for (std::size_t reason = 1; reason < kRefusals; ++reason) {
        EXPECT_GT(counts.refused[reason], 10'000U) << name(static_cast<Refusal>(reason));
    }
    double const us = static_cast<double>(judging.count()) / 1e3;
    fmt::print("{:.2f} us a message judged, {} forged and {} genuine\n",
               us / static_cast<double>(kForgeries + genuine), kForgeries, genuine);
}

} // namespace
} // namespace gridtwin::wire::sms
