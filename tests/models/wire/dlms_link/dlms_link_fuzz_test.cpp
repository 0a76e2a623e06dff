#include "models/wire/dlms_link/association.hpp"
#include "models/wire/dlms_link/hdlc_deframer.hpp"
#include "models/wire/dlms_link/hdlc_link.hpp"
#include "models/wire/dlms_link/meter_keys.hpp"
#include "models/wire/dlms_link/wrapper.hpp"
#include "tests/draws.hpp"
#include "tests/models/wire/hex.hpp"

namespace gridtwin::wire {
namespace {

using test::Draws;

std::vector<std::byte> some_octets(Draws& draws, std::size_t least, std::size_t most) {
    std::vector<std::byte> octets(least + draws.below(most - least + 1));
    for (auto& octet : octets) {
        octet = static_cast<std::byte>(draws.below(256));
    }
    return octets;
}

template <typename Value>
std::optional<Value> perhaps(Draws& draws, Value value) {
    return draws.below(2) == 0 ? std::nullopt : std::optional(std::move(value));
}

Aarq some_aarq(Draws& draws) {
    Aarq aarq{.context = static_cast<ApplicationContext>(1 + draws.below(4)),
              .calling_title = perhaps(draws, some_octets(draws, 0, 12)),
              .mechanism = static_cast<Mechanism>(draws.below(8)),
              .user_information = some_octets(draws, 0, 200)};
    if (aarq.mechanism != Mechanism::none) {
        aarq.authentication_value = some_octets(draws, 0, 140);
    }
    return aarq;
}

Aare some_aare(Draws& draws) {
    auto const like = some_aarq(draws);
    return {.context = like.context,
            .result = static_cast<AssociationResult>(draws.below(3)),
            .diagnostic = static_cast<std::uint8_t>(draws.below(256)),
            .from_provider = draws.below(2) == 0,
            .responding_title = like.calling_title,
            .mechanism = like.mechanism,
            .authentication_value = like.authentication_value,
            .user_information = like.user_information};
}

InitiateRequest some_request(Draws& draws) {
    return {.dedicated_key = perhaps(draws, some_octets(draws, 0, 140)),
            .response_allowed = draws.below(2) == 0,
            .quality_of_service = perhaps(draws, static_cast<std::uint8_t>(draws.below(256))),
            .version = static_cast<std::uint8_t>(draws.below(256)),
            .conformance = static_cast<std::uint32_t>(draws.below(1U << 24)),
            .max_pdu_size = static_cast<std::uint16_t>(draws.below(65536))};
}

InitiateResponse some_response(Draws& draws) {
    auto const like = some_request(draws);
    return {.quality_of_service = like.quality_of_service,
            .version = like.version,
            .conformance = like.conformance,
            .max_pdu_size = like.max_pdu_size,
            .vaa_name = static_cast<std::uint16_t>(draws.below(65536))};
}

Release some_release(Draws& draws) {
    return {.response = draws.below(2) == 0,
            .reason = perhaps(draws, static_cast<std::uint8_t>(draws.below(256))),
            .user_information = some_octets(draws, 0, 200)};
}

/// Of exactly their size, so that a sanitizer sees any overrun.
std::vector<std::byte> spoilt(Draws& draws, std::vector<std::byte> octets) {
    for (std::size_t left = 1 + draws.below(4); left > 0; --left) {
        octets[draws.below(octets.size())] = static_cast<std::byte>(draws.below(256));
    }
    octets.resize(octets.size() - (draws.below(2) == 0 ? 0 : draws.below(octets.size())));
    octets.shrink_to_fit();
    return octets;
}

/// What is written is read; what is read of spoilt octets is written and read as the same again.
template <typename Make, typename Decode>
void expect_codec_laws(Make make, Decode decode) {
    for (std::uint64_t i = 0; i < 3000; ++i) {
        Draws draws(Seed{8}, i);
        auto const apdu = make(draws);
        auto const octets = encoded(apdu);
        auto const decoded = decode(octets);
        ASSERT_TRUE(decoded.ok()) << decoded.problem;
        ASSERT_EQ(decoded.apdu, apdu);
        auto const other = decode(spoilt(draws, octets));
        if (other.ok()) {
            auto const again = decode(encoded(other.apdu));
            ASSERT_TRUE(again.ok()) << again.problem;
            ASSERT_EQ(again.apdu, other.apdu);
        }
    }
}

TEST(DlmsLinkFuzzTest, CodecsKeepTheirLaws) {
    expect_codec_laws(some_aarq, decode_aarq);
    expect_codec_laws(some_aare, decode_aare);
    expect_codec_laws(some_request, decode_initiate_request);
    expect_codec_laws(some_response, decode_initiate_response);
    expect_codec_laws(some_release, decode_release);
}

TEST(DlmsLinkFuzzTest, BothEndsOfALinkTakeAnyFrame) {
    for (std::uint64_t i = 0; i < 500; ++i) {
        Draws draws(Seed{9}, i);
        HdlcClient client(HdlcLinkSpec{});
        HdlcServer server(HdlcLinkSpec{});
        (void)client.receive(*server.receive(client.connect()).send);
        for (int k = 0; k < 60; ++k) {
            HdlcFrame frame{.destination = hdlc_client(1),
                            .source = hdlc_client(1),
                            .type = static_cast<HdlcType>(draws.below(9)),
                            .segmented = draws.below(2) == 0,
                            .send = static_cast<std::uint8_t>(draws.below(8)),
                            .receive = static_cast<std::uint8_t>(draws.below(8)),
                            .information = some_octets(draws, 0, 140)};
            if (draws.below(10) == 0) {
                frame = client.connect();
            }
            auto const step = server.receive(frame);
            if (step.apdu && server.answering()) {
                (void)server.answer(some_octets(draws, 1, 400));
            }
            if (client.state() == HdlcClient::State::connected && !client.waiting()) {
                (void)client.send(some_octets(draws, 1, 400));
            }
            (void)client.receive(step.send && draws.below(2) == 0 ? *step.send : frame);
        }
    }
}

TEST(DlmsLinkFuzzTest, AnAssociationTakesAnyOctetsAndSpoiltOnesOpenNothing) {
    AesGcm gcm;
    auto const keys = derive_meter_keys({}, Seed{1}, MeterId{7});
    std::vector<AssociationPolicy> const policies{public_client_policy(1024),
                                                  management_client_policy(1024)};
    ServerAssociation meter;
    meter.security = {.own = meter_system_title(MeterId{7}),
                      .peer = meter_system_title(MeterId{1}),
                      .keys = keys};
    SecurityContext client{.own = meter.security.peer, .peer = meter.security.own, .keys = keys};
    for (std::uint64_t i = 0; i < 3000; ++i) {
        Draws draws(Seed{10}, i);
        Aarq aarq{.context = ApplicationContext::logical_name_ciphered,
                  .calling_title = std::vector<std::byte>(client.own.begin(), client.own.end()),
                  .mechanism = Mechanism::high_gmac,
                  .authentication_value = some_octets(draws, 8, 64)};
        ASSERT_TRUE(protect(client, gcm, kAuthenticatedEncryption, Envelope::service_specific,
                            encoded(InitiateRequest{.conformance = 0x7E1F}),
                            aarq.user_information));
        auto const octets = spoilt(draws, encoded(aarq));
        auto const before = meter;
        auto const answer = open_association(meter, gcm, policies, kManagementClient, octets,
                                             some_octets(draws, 8, 64));
        if (answer.accepted) { // what was changed is not what counts, the challenge say
            EXPECT_EQ(meter.state, AssociationState::pending_hls);
        } else {
            EXPECT_EQ(meter, before);
        }
        EXPECT_NE(finish_hls(meter, gcm, some_octets(draws, 17, 17)).refusal, Refusal::none);
        (void)receive_apdu(meter, gcm, octets);
        (void)close_association(meter, gcm, octets);
    }
}

} // namespace
} // namespace gridtwin::wire
