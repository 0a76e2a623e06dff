#include "models/wire/dlms_link/association.hpp"
#include "models/wire/dlms_link/meter_keys.hpp"
#include "tests/models/wire/dlms_link/green_book_pair.hpp"

namespace gridtwin::wire {
namespace {

constexpr CosemObject kClock{8, {0, 0, 1, 0, 0, 255}};
constexpr CosemObject kRelay{70, {0, 0, 96, 3, 10, 255}};
constexpr CosemObject kAssociation{15, {0, 0, 40, 0, 0, 255}};

/// A meter, and the head-end's side of what is exchanged.
class AssociationTest : public testing::Test {
  protected:
    AssociationTest() {
        auto const keys = derive_meter_keys({}, Seed{1}, MeterId{7});
        meter.security = {
            .own = meter_system_title(MeterId{7}), .peer = green_book_client(), .keys = keys};
        client = {.own = green_book_client(), .peer = meter_system_title(MeterId{7}), .keys = keys};
    }

    Aarq plain_aarq(Mechanism mechanism = Mechanism::none, std::string_view value = {}) {
        return {.mechanism = mechanism,
                .authentication_value = ascii(value),
                .user_information =
                    encoded(InitiateRequest{.conformance = 0x7E1F, .max_pdu_size = 1200})};
    }
    Aarq ciphered_aarq(InitiateRequest const& initiate = {.conformance = 0x7E1F}) {
        Aarq aarq{.context = ApplicationContext::logical_name_ciphered,
                  .calling_title = std::vector<std::byte>(client.own.begin(), client.own.end()),
                  .mechanism = Mechanism::high_gmac,
                  .authentication_value = ascii("K56iVagY")};
        EXPECT_TRUE(protect(client, gcm, kAuthenticatedEncryption, Envelope::service_specific,
                            encoded(initiate), aarq.user_information));
        return aarq;
    }
    AssociationAnswer open(std::uint16_t sap, Aarq const& aarq) {
        return open_association(meter, gcm, policies, sap, encoded(aarq), ascii("P6wRJ21F"));
    }
    /// Refused with an AARE that says why, and the association stays as it was.
    void expect_refused(std::uint16_t sap, Aarq const& aarq, Diagnostic diagnostic) {
        auto const before = meter;
        auto const answer = open(sap, aarq);
        EXPECT_FALSE(answer.accepted);
        EXPECT_FALSE(answer.problem.empty());
        auto const aare = decode_aare(answer.apdu);
        ASSERT_TRUE(aare.ok()) << aare.problem;
        EXPECT_EQ(aare.apdu.result, AssociationResult::rejected_permanent);
        EXPECT_EQ(name(static_cast<Diagnostic>(aare.apdu.diagnostic)), name(diagnostic));
        EXPECT_EQ(meter, before);
    }
    void expect_refused(InitiateRequest const& initiate, InitiateError error) {
        auto aarq = plain_aarq();
        aarq.user_information = encoded(initiate);
        expect_refused(kPublicClient, aarq, Diagnostic::no_reason_given);
        auto const aare = decode_aare(open(kPublicClient, aarq).apdu);
        EXPECT_EQ(aare.apdu.user_information, encoded(error));
    }
    /// Up to associated as management client.
    void associate() {
        ASSERT_TRUE(open(kManagementClient, ciphered_aarq()).accepted);
        auto const f_stoc = hls_gmac_reply(client, gcm, ascii("P6wRJ21F"));
        auto const answer = finish_hls(meter, gcm, *f_stoc);
        ASSERT_EQ(answer.refusal, Refusal::none);
        ASSERT_EQ(hls_gmac_check(client, gcm, ascii("K56iVagY"), answer.reply), Refusal::none);
    }
    std::vector<std::byte> from_client(std::vector<std::byte> const& apdu) {
        std::vector<std::byte> out;
        EXPECT_TRUE(
            protect(client, gcm, kAuthenticatedEncryption, Envelope::service_specific, apdu, out));
        return out;
    }

    AesGcm gcm;
    std::vector<AssociationPolicy> policies{public_client_policy(1024),
                                            management_client_policy(1024)};
    ServerAssociation meter;
    SecurityContext client;
};

TEST_F(AssociationTest, ThePublicClientReadsClockAndNameAndNothingElse) {
    auto const answer = open(kPublicClient, plain_aarq());
    ASSERT_TRUE(answer.accepted) << answer.problem;
    auto const aare = decode_aare(answer.apdu);
    EXPECT_EQ(aare.apdu.result, AssociationResult::accepted);
    auto const initiate = decode_initiate_response(aare.apdu.user_information);
    ASSERT_TRUE(initiate.ok()) << initiate.problem;
    EXPECT_EQ(initiate.apdu.conformance, conformance::kBlockTransferWithGet | conformance::kGet);
    EXPECT_EQ(initiate.apdu.max_pdu_size, 1024U);
    EXPECT_EQ(meter.client_max_pdu_size, 1200U);
    EXPECT_TRUE(may_access(meter, CosemService::get, kClock, 2));
    EXPECT_TRUE(may_access(meter, CosemService::get, {1, {0, 0, 42, 0, 0, 255}}, 2));
    EXPECT_FALSE(may_access(meter, CosemService::get, {3, {1, 0, 1, 8, 0, 255}}, 2));
    EXPECT_FALSE(may_access(meter, CosemService::set, kClock, 2));
    EXPECT_FALSE(may_access(meter, CosemService::action, kRelay, 1));

    auto const get = hex("C0018100080000010000FF0200");
    auto const request = receive_apdu(meter, gcm, get);
    EXPECT_EQ(request.apdu, get);
    std::vector<std::byte> out;
    EXPECT_TRUE(send_answer(meter, gcm, request, hex("C401810003"), out));
    EXPECT_EQ(out, hex("C401810003"));
    EXPECT_EQ(receive_apdu(meter, gcm, from_client(get)).refusal, Refusal::wrong_security);
}

TEST_F(AssociationTest, TheManagementClientProvesItselfBeforeAnythingElse) {
    auto const answer = open(kManagementClient, ciphered_aarq());
    ASSERT_TRUE(answer.accepted) << answer.problem;
    auto const aare = decode_aare(answer.apdu);
    ASSERT_TRUE(aare.ok()) << aare.problem;
    EXPECT_EQ(static_cast<Diagnostic>(aare.apdu.diagnostic), Diagnostic::authentication_required);
    EXPECT_EQ(aare.apdu.authentication_value, ascii("P6wRJ21F"));
    auto const initiate = unprotect(client, gcm, aare.apdu.user_information);
    ASSERT_TRUE(initiate.ok()) << initiate.problem;
    EXPECT_TRUE(decode_initiate_response(initiate.apdu).ok());

    EXPECT_EQ(meter.state, AssociationState::pending_hls);
    EXPECT_TRUE(may_access(meter, CosemService::action, kAssociation, 1));
    EXPECT_FALSE(may_access(meter, CosemService::action, kRelay, 1));
    EXPECT_FALSE(may_access(meter, CosemService::get, kClock, 2));

    auto const pass3 = hls_gmac_reply(client, gcm, ascii("P6wRJ21F"));
    auto const pass4 = finish_hls(meter, gcm, *pass3);
    EXPECT_EQ(pass4.refusal, Refusal::none);
    EXPECT_EQ(hls_gmac_check(client, gcm, ascii("K56iVagY"), pass4.reply), Refusal::none);
    EXPECT_EQ(meter.state, AssociationState::associated);
    EXPECT_TRUE(may_access(meter, CosemService::action, kRelay, 1));
    EXPECT_EQ(finish_hls(meter, gcm, *pass3).refusal, Refusal::wrong_security);
}

TEST_F(AssociationTest, AnswersAreProtectedAsTheirRequests) {
    associate();
    auto const get = hex("C0018100080000010000FF0200");
    EXPECT_EQ(receive_apdu(meter, gcm, get).refusal, Refusal::wrong_security);
    auto const request = receive_apdu(meter, gcm, from_client(get));
    ASSERT_TRUE(request.ok()) << request.problem;
    std::vector<std::byte> out;
    ASSERT_TRUE(send_answer(meter, gcm, request, hex("C401810003"), out));
    EXPECT_EQ(out[0], std::byte{0xCC});
    EXPECT_EQ(unprotect(client, gcm, out).apdu, hex("C401810003"));
    out.clear();
    ASSERT_TRUE(send_answer(meter, gcm, request, hex("D80101"), out));
    EXPECT_EQ(out, hex("D80101")); // an exception has no ciphering of its own
}

TEST_F(AssociationTest, AWrongAnswerToTheChallengeEndsTheAttempt) {
    ASSERT_TRUE(open(kManagementClient, ciphered_aarq()).accepted);
    auto other = client;
    other.keys = derive_meter_keys({}, Seed{1}, MeterId{8});
    EXPECT_EQ(finish_hls(meter, gcm, *hls_gmac_reply(other, gcm, ascii("P6wRJ21F"))).refusal,
              Refusal::bad_tag);
    EXPECT_EQ(meter.state, AssociationState::idle);
    EXPECT_EQ(finish_hls(meter, gcm, *hls_gmac_reply(client, gcm, ascii("P6wRJ21F"))).refusal,
              Refusal::wrong_security);
}

TEST_F(AssociationTest, EveryOtherAarqIsRefusedWithItsDiagnostic) {
    expect_refused(99, plain_aarq(), Diagnostic::no_reason_given);
    expect_refused(kManagementClient, plain_aarq(),
                   Diagnostic::application_context_name_not_supported);
    expect_refused(kPublicClient, plain_aarq(Mechanism::low, "12345678"),
                   Diagnostic::authentication_mechanism_name_not_recognised);
    auto aarq = ciphered_aarq();
    auto changed = aarq;
    changed.mechanism = Mechanism::none;
    changed.authentication_value.clear();
    expect_refused(kManagementClient, changed, Diagnostic::authentication_mechanism_name_required);
    changed = aarq;
    changed.calling_title.reset();
    expect_refused(kManagementClient, changed, Diagnostic::calling_ap_title_not_recognized);
    changed.calling_title = ascii("NOTKNOWN");
    expect_refused(kManagementClient, changed, Diagnostic::calling_ap_title_not_recognized);
    changed = aarq;
    changed.authentication_value.resize(7);
    expect_refused(kManagementClient, changed, Diagnostic::authentication_failure);
    changed = aarq;
    changed.user_information.back() ^= std::byte{1};
    expect_refused(kManagementClient, changed, Diagnostic::authentication_failure);
    EXPECT_EQ(open(kManagementClient, changed).refusal, Refusal::bad_tag);
    // Once; its copy is a replay.
    EXPECT_TRUE(open(kManagementClient, aarq).accepted);
    expect_refused(kManagementClient, aarq, Diagnostic::authentication_failure);
    EXPECT_EQ(open(kManagementClient, aarq).refusal, Refusal::replayed);
    auto const rubbish =
        open_association(meter, gcm, policies, kPublicClient, hex("6003A10106"), ascii("P6wRJ21F"));
    EXPECT_TRUE(rubbish.apdu.empty());
    EXPECT_EQ(rubbish.refusal, Refusal::malformed);
}

TEST_F(AssociationTest, InitiatesThatCannotBeAreRefusedWithTheirError) {
    expect_refused({.version = 5, .conformance = 0x7E1F}, InitiateError::dlms_version_too_low);
    expect_refused({.conformance = conformance::kSet}, InitiateError::incompatible_conformance);
    expect_refused({.conformance = 0x7E1F, .max_pdu_size = 11}, InitiateError::pdu_size_too_short);
    expect_refused({.dedicated_key = std::vector<std::byte>(16), .conformance = 0x7E1F},
                   InitiateError::refused_by_vde_handler);
}

TEST_F(AssociationTest, LowLevelSecurityAsksForThePassword) {
    policies.push_back({.client = 32,
                        .mechanism = Mechanism::low,
                        .password = ascii("12345678"),
                        .conformance = conformance::kGet,
                        .max_pdu_size = 500,
                        .readable = {kClock}});
    expect_refused(32, plain_aarq(Mechanism::low, "12345679"), Diagnostic::authentication_failure);
    expect_refused(32, plain_aarq(Mechanism::low, "1234567"), Diagnostic::authentication_failure);
    EXPECT_TRUE(open(32, plain_aarq(Mechanism::low, "12345678")).accepted);
    EXPECT_EQ(meter.state, AssociationState::associated);
}

TEST_F(AssociationTest, AnyTitleIsLearntWhereThePolicySaysSoOnceItIsProven) {
    policies[1].any_client_title = true;
    client.own = hex_array<SystemTitle>("4755580000000001");
    auto forged = ciphered_aarq();
    forged.user_information.back() ^= std::byte{1};
    expect_refused(kManagementClient, forged, Diagnostic::authentication_failure);
    associate();
    EXPECT_EQ(meter.security.peer, client.own);
}

TEST_F(AssociationTest, ReleaseEndsAndAnUnprotectedOneWhereThePolicyForbidsItDoesNot) {
    policies[1].protected_release = true;
    associate();
    EXPECT_FALSE(close_association(meter, gcm, hex("6203800100")).accepted);
    EXPECT_EQ(meter.state, AssociationState::associated);
    Release const rlrq{.user_information =
                           from_client(encoded(InitiateRequest{.conformance = 0x7E1F}))};
    auto const answer = close_association(meter, gcm, encoded(rlrq));
    EXPECT_TRUE(answer.accepted) << answer.problem;
    auto const rlre = decode_release(answer.apdu);
    ASSERT_TRUE(rlre.ok() && rlre.apdu.response);
    EXPECT_EQ(rlre.apdu.user_information[0], std::byte{0x28});
    EXPECT_EQ(meter.state, AssociationState::idle);
    EXPECT_EQ(receive_apdu(meter, gcm, hex("C001")).refusal, Refusal::wrong_security);
    EXPECT_FALSE(close_association(meter, gcm, hex("6203800100")).accepted);
}

} // namespace
} // namespace gridtwin::wire
