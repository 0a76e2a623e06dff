#include "models/wire/dlms_link/hls_gmac.hpp"
#include "models/wire/dlms_link/meter_keys.hpp"
#include "models/wire/dlms_link/security.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/draws.hpp"
#include "tests/models/wire/dlms_link/green_book_pair.hpp"

#include <map>
#include <set>

namespace gridtwin::wire {
namespace {

using test::Draws;

struct Pair {
    SecurityContext sender;
    SecurityContext receiver;
};

Pair pair_of(MeterId meter) {
    auto const keys = derive_meter_keys({}, Seed{2026}, meter);
    auto const title = meter_system_title(meter);
    auto const head_end = green_book_client();
    return {.sender = {.own = head_end, .peer = title, .keys = keys},
            .receiver = {.own = title, .peer = head_end, .keys = keys}};
}

std::vector<std::byte> sent(SecurityContext& sender, AesGcm& gcm,
                            std::vector<std::byte> const& apdu,
                            SecurityControl control = kAuthenticatedEncryption,
                            Envelope envelope = Envelope::service_specific) {
    std::vector<std::byte> out;
    EXPECT_TRUE(protect(sender, gcm, control, envelope, apdu, out));
    return out;
}

std::vector<std::byte> some_apdu(Draws& draws, std::size_t longest = 300) {
    constexpr std::uint8_t kTags[] = {0xC0, 0xC1, 0xC3, 0xC4, 0xC5, 0xC7};
    std::vector<std::byte> apdu(1 + draws.below(longest));
    for (auto& octet : apdu) {
        octet = static_cast<std::byte>(draws.below(256));
    }
    apdu[0] = static_cast<std::byte>(kTags[draws.below(std::size(kTags))]);
    return apdu;
}

/// Refused for this reason, and nothing has changed.
void expect_refused(SecurityContext& receiver, AesGcm& gcm, std::vector<std::byte> const& message,
                    Refusal reason) {
    auto const before = receiver;
    auto const result = unprotect(receiver, gcm, message);
    EXPECT_EQ(name(result.refusal), name(reason)) << result.problem;
    EXPECT_FALSE(result.problem.empty());
    EXPECT_TRUE(result.apdu.empty());
    EXPECT_EQ(receiver, before);
}

TEST(SecurityControlTest, EveryOctetIsItself) {
    for (unsigned octet = 0; octet < 256; ++octet) {
        EXPECT_EQ(encode(decode_security_control(static_cast<std::uint8_t>(octet))), octet);
    }
}

TEST(SecurityTest, WhatIsProtectedComesBackInEveryWay) {
    AesGcm gcm;
    for (std::uint64_t i = 0; i < 400; ++i) {
        Draws draws(Seed{1}, i);
        auto pair = pair_of(MeterId{static_cast<std::uint32_t>(draws.below(50))});
        SecurityControl control{.authenticated = draws.below(2) == 0,
                                .broadcast = draws.below(3) == 0};
        control.encrypted = !control.authenticated || draws.below(2) == 0;
        auto const envelope = draws.below(2) == 0 ? Envelope::general : Envelope::service_specific;
        pair.receiver.required = {.authenticated = control.authenticated,
                                  .encrypted = control.encrypted};
        for (int turn = 0; turn < 3; ++turn) {
            auto const apdu = some_apdu(draws);
            auto const message = sent(pair.sender, gcm, apdu, control, envelope);
            EXPECT_EQ(message.size() - apdu.size(),
                      protection_octets(apdu.size(), control, envelope));
            auto const back = unprotect(pair.receiver, gcm, message);
            ASSERT_TRUE(back.ok()) << back.problem;
            EXPECT_EQ(back.apdu, apdu);
            EXPECT_EQ(back.control, control);
            EXPECT_EQ(back.envelope, envelope);
            expect_refused(pair.receiver, gcm, message, Refusal::replayed);
        }
    }
}

TEST(SecurityTest, EachReasonOfRefusalIsItsOwn) {
    AesGcm gcm;
    auto pair = pair_of(MeterId{7});
    auto const apdu = hex("C0010000080000010000FF0200");
    auto const good = sent(pair.sender, gcm, apdu);
    auto& receiver = pair.receiver;
    // plain, and less than required
    expect_refused(receiver, gcm, apdu, Refusal::wrong_security);
    expect_refused(receiver, gcm, sent(pair.sender, gcm, apdu, {.authenticated = true}),
                   Refusal::wrong_security);
    expect_refused(receiver, gcm, sent(pair.sender, gcm, apdu, {.encrypted = true}),
                   Refusal::wrong_security);
    // neither, another suite, compressed, dedicated
    for (auto const octet : {0x00, 0x31, 0xB0}) {
        auto other = good;
        other[2] = static_cast<std::byte>(octet);
        expect_refused(receiver, gcm, other, Refusal::wrong_security);
    }
    auto dedicated = good;
    dedicated[0] = std::byte{0xD0};
    expect_refused(receiver, gcm, dedicated, Refusal::wrong_security);
    // another sender's title; a meter that is not meant
    auto stranger = pair.sender;
    stranger.own = meter_system_title(MeterId{8});
    expect_refused(receiver, gcm,
                   sent(stranger, gcm, apdu, kAuthenticatedEncryption, Envelope::general),
                   Refusal::wrong_title);
    expect_refused(receiver, gcm, sent(stranger, gcm, apdu), Refusal::bad_tag);
    auto neighbour = pair_of(MeterId{8});
    expect_refused(neighbour.receiver, gcm, good, Refusal::bad_tag);
    // another service's tag around the same content
    auto renamed = good;
    renamed[0] = std::byte{0xC9};
    expect_refused(receiver, gcm, renamed, Refusal::malformed);
    // lengths
    for (std::size_t left = 0; left < good.size(); ++left) {
        expect_refused(receiver, gcm, {good.begin(), good.begin() + static_cast<long>(left)},
                       Refusal::malformed);
    }
    auto longer = good;
    longer.push_back(std::byte{0});
    expect_refused(receiver, gcm, longer, Refusal::malformed);
    expect_refused(receiver, gcm, hex("C8 84 FFFFFFFF 30 00000001 00"), Refusal::malformed);
    // keys
    auto empty = receiver;
    empty.keys = {};
    expect_refused(empty, gcm, good, Refusal::key_missing);
    auto half = receiver;
    half.keys.authentication.reset();
    expect_refused(half, gcm, good, Refusal::key_missing);
    // and after all that it is still taken, once
    EXPECT_TRUE(unprotect(receiver, gcm, good).ok());
    expect_refused(receiver, gcm, good, Refusal::replayed);
}

TEST(SecurityTest, PlainApdusPassWhereNothingIsRequired) {
    AesGcm gcm;
    auto pair = pair_of(MeterId{7});
    pair.receiver.required = {};
    auto const apdu = hex("C0010000080000010000FF0200");
    EXPECT_EQ(unprotect(pair.receiver, gcm, apdu).apdu, apdu);
    EXPECT_EQ(unprotect(pair.receiver, gcm, sent(pair.sender, gcm, apdu)).apdu, apdu);
}

TEST(SecurityTest, CountersMayJumpAheadAndNeverGoBack) {
    AesGcm gcm;
    auto pair = pair_of(MeterId{3});
    auto const apdu = hex("C0010000080000010000FF0200");
    auto const first = sent(pair.sender, gcm, apdu);
    pair.sender.unicast.next = 1000;
    EXPECT_TRUE(unprotect(pair.receiver, gcm, sent(pair.sender, gcm, apdu)).ok());
    expect_refused(pair.receiver, gcm, first, Refusal::replayed);
    EXPECT_EQ(pair.receiver.unicast.acceptable, 1001U);
    // The broadcast key counts by itself.
    auto const broadcast =
        sent(pair.sender, gcm, apdu, {.authenticated = true, .encrypted = true, .broadcast = true});
    EXPECT_TRUE(unprotect(pair.receiver, gcm, broadcast).ok());
    EXPECT_EQ(pair.receiver.broadcast.acceptable, 1U);
}

TEST(SecurityTest, AUsedUpCounterSendsNothingAndAcceptsNothing) {
    AesGcm gcm;
    auto pair = pair_of(MeterId{3});
    auto const apdu = hex("C0010000080000010000FF0200");
    pair.sender.unicast.next = 0xFFFFFFFF;
    auto const last = sent(pair.sender, gcm, apdu);
    EXPECT_TRUE(unprotect(pair.receiver, gcm, last).ok());
    std::vector<std::byte> out;
    EXPECT_FALSE(
        protect(pair.sender, gcm, kAuthenticatedEncryption, Envelope::service_specific, apdu, out));
    EXPECT_TRUE(out.empty());
    EXPECT_FALSE(hls_gmac_reply(pair.sender, gcm, ascii("12345678")));
    EXPECT_EQ(pair.sender.unicast.next, std::uint64_t{1} << 32);
    expect_refused(pair.receiver, gcm, last, Refusal::replayed);
}

TEST(SecurityTest, OurOwnMistakesAreErrors) {
    AesGcm gcm;
    std::vector<std::byte> out;
    auto pair = pair_of(MeterId{3});
    auto const notification = hex("0F0000000100");
    auto const ask = [&](SecurityControl control, Envelope envelope) {
        (void)protect(pair.sender, gcm, control, envelope, notification, out);
    };
    EXPECT_THROW(ask(kAuthenticatedEncryption, Envelope::service_specific), SimulationError);
    EXPECT_THROW(ask({}, Envelope::general), SimulationError);
    EXPECT_THROW(ask({.encrypted = true, .suite = 1}, Envelope::general), SimulationError);
    EXPECT_NO_THROW(ask(kAuthenticatedEncryption, Envelope::general));
    pair.sender.keys.authentication.reset();
    EXPECT_THROW(ask(kAuthenticatedEncryption, Envelope::general), SimulationError);
    EXPECT_THROW((void)gcm.open({}, {}, notification, {}, {}), SimulationError);
    EXPECT_THROW((void)AesGcm().seal({}, {}, {}, {}), SimulationError);
}

TEST(KeyDerivationTest, KeysAreTheSameForTheSameAndDifferForAllElse) {
    auto const keys = derive_meter_keys({}, Seed{1}, MeterId{5});
    EXPECT_EQ(keys, derive_meter_keys({}, Seed{1}, MeterId{5}));
    std::set<AesKey> all;
    for (std::uint32_t meter = 0; meter < 200; ++meter) {
        auto const own = derive_meter_keys({}, Seed{1}, MeterId{meter});
        all.insert({*own.encryption, *own.authentication});
        EXPECT_EQ(own.broadcast, keys.broadcast);
    }
    all.insert(*keys.broadcast);
    all.insert(*derive_meter_keys({}, Seed{2}, MeterId{5}).encryption);
    all.insert(*derive_meter_keys({std::byte{1}}, Seed{1}, MeterId{5}).encryption);
    EXPECT_EQ(all.size(), 403U);
}

/// What an attacker without keys can do with what it has heard.
std::pair<std::vector<std::byte>, Refusal> attack(Draws& draws,
                                                  std::vector<std::vector<std::byte>> const& heard,
                                                  std::vector<std::byte> const& of_neighbour) {
    auto message = heard[draws.below(heard.size())];
    switch (draws.below(5)) {
    case 0:
        return {message, Refusal::replayed};
    case 1: // text or tag changed
        message[7 + draws.below(message.size() - 7)] ^=
            static_cast<std::byte>(1U + draws.below(255));
        return {message, Refusal::bad_tag};
    case 2: // a fresh counter on an old message
        message[3] = static_cast<std::byte>(1U + draws.below(255));
        return {message, Refusal::bad_tag};
    case 3:
        message.resize(draws.below(message.size()));
        return {message, Refusal::malformed};
    default:
        return {of_neighbour, Refusal::bad_tag};
    }
}

TEST(SecurityTest, OfAMillionForgedMessagesNoneIsAcceptedAndAllAreCountedRightly) {
    AesGcm gcm;
    auto pair = pair_of(MeterId{7});
    auto neighbour = pair_of(MeterId{8});
    Draws draws(Seed{5}, 0);
    std::vector<std::vector<std::byte>> heard;
    for (int i = 0; i < 20; ++i) {
        heard.push_back(sent(pair.sender, gcm, some_apdu(draws, 60)));
        ASSERT_TRUE(unprotect(pair.receiver, gcm, heard.back()).ok());
    }
    neighbour.sender.unicast.next = 1000;
    auto const of_neighbour = sent(neighbour.sender, gcm, some_apdu(draws, 60));
    auto const before = pair.receiver;
    std::map<Refusal, int> tried;
    std::map<Refusal, int> counted;
    for (int i = 0; i < 1'000'000; ++i) {
        auto const [message, reason] = attack(draws, heard, of_neighbour);
        ++tried[reason];
        ++counted[unprotect(pair.receiver, gcm, message).refusal];
    }
    EXPECT_EQ(counted, tried);
    EXPECT_EQ(counted.count(Refusal::none), 0U);
    EXPECT_EQ(pair.receiver, before);
    EXPECT_TRUE(unprotect(pair.receiver, gcm, sent(pair.sender, gcm, some_apdu(draws))).ok());
}

} // namespace
} // namespace gridtwin::wire
