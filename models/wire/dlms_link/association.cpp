#include "models/wire/dlms_link/association_parts.hpp"

#include <algorithm>

namespace gridtwin::wire {
namespace {

constexpr CosemObject kClock{8, {0, 0, 1, 0, 0, 255}};
constexpr CosemObject kLogicalDeviceName{1, {0, 0, 42, 0, 0, 255}};
constexpr CosemObject kCurrentAssociation{15, {0, 0, 40, 0, 0, 255}};

} // namespace

bool put_initiate_response(ServerAssociation& association, AesGcm& gcm, SecurityControl control,
                           std::vector<std::byte>& out) {
    std::vector<std::byte> plain;
    encode(InitiateResponse{.conformance = association.conformance,
                            .max_pdu_size = association.policy.max_pdu_size},
           plain);
    if (!control.authenticated && !control.encrypted) {
        out.insert(out.end(), plain.begin(), plain.end());
        return true;
    }
    return protect(association.security, gcm, control, Envelope::service_specific, plain, out);
}

AssociationPolicy public_client_policy(std::uint16_t max_pdu_size) {
    return {.client = kPublicClient,
            .conformance = conformance::kBlockTransferWithGet | conformance::kGet,
            .max_pdu_size = max_pdu_size,
            .readable = {kClock, kLogicalDeviceName}};
}

AssociationPolicy management_client_policy(std::uint16_t max_pdu_size) {
    using namespace conformance;
    return {.client = kManagementClient,
            .context = ApplicationContext::logical_name_ciphered,
            .mechanism = Mechanism::high_gmac,
            .conformance = kPriorityManagement | kBlockTransferWithGet | kBlockTransferWithSet |
                           kBlockTransferWithAction | kMultipleReferences | kDataNotification |
                           kGet | kSet | kSelectiveAccess | kEventNotification | kAction,
            .max_pdu_size = max_pdu_size,
            .required = kAuthenticatedEncryption,
            .everything = true};
}

HlsAnswer finish_hls(ServerAssociation& association, AesGcm& gcm,
                     std::span<std::byte const> reply_to_challenge) {
    if (association.state != AssociationState::pending_hls) {
        return {.refusal = Refusal::wrong_security};
    }
    association.state = AssociationState::idle;
    auto const refusal =
        hls_gmac_check(association.security, gcm, association.server_challenge, reply_to_challenge);
    if (refusal != Refusal::none) {
        return {.refusal = refusal};
    }
    auto reply = hls_gmac_reply(association.security, gcm, association.client_challenge);
    if (!reply) {
        return {.refusal = Refusal::key_missing};
    }
    association.state = AssociationState::associated;
    return {.refusal = Refusal::none, .reply = std::move(*reply)};
}

AssociationAnswer close_association(ServerAssociation& association, AesGcm& gcm,
                                    std::span<std::byte const> rlrq) {
    auto const decoded = decode_release(rlrq);
    AssociationAnswer answer;
    if (!decoded.ok() || decoded.apdu.response) {
        answer.refusal = Refusal::malformed;
        answer.problem = decoded.ok() ? "RLRE from a client" : decoded.problem;
        return answer;
    }
    if (association.state == AssociationState::idle) {
        answer.problem = "no association";
        return answer;
    }
    SecurityControl control;
    auto const& inside = decoded.apdu.user_information;
    auto const& policy = association.policy;
    if (ciphered(policy.context) && (policy.protected_release || !inside.empty())) {
        auto const opened = unprotect(association.security, gcm, inside);
        if (!opened.ok()) {
            answer.refusal = opened.refusal;
            answer.problem = "user information: " + opened.problem;
            return answer;
        }
        control = opened.control;
    }
    Release response{.response = true, .reason = std::uint8_t{0}};
    if (!inside.empty()) {
        // Where the counter is used up, RLRE goes without.
        (void)put_initiate_response(association, gcm, control, response.user_information);
    }
    encode(response, answer.apdu);
    answer.accepted = true;
    association.state = AssociationState::idle;
    return answer;
}

Unprotected receive_apdu(ServerAssociation& association, AesGcm& gcm,
                         std::span<std::byte const> message) {
    Unprotected refused;
    refused.refusal = Refusal::wrong_security;
    if (association.state == AssociationState::idle) {
        refused.problem = "no association";
        return refused;
    }
    if (!ciphered(association.policy.context) && !message.empty() &&
        is_ciphered(std::to_integer<std::uint8_t>(message[0]))) {
        refused.problem = "octet 0: ciphered in an association without ciphering";
        return refused;
    }
    return unprotect(association.security, gcm, message);
}

bool send_answer(ServerAssociation& association, AesGcm& gcm, Unprotected const& request,
                 std::span<std::byte const> apdu, std::vector<std::byte>& out) {
    bool const plain = !request.control.authenticated && !request.control.encrypted;
    bool const no_tag =
        request.envelope == Envelope::service_specific &&
        (apdu.empty() || global_ciphering_tag(std::to_integer<std::uint8_t>(apdu[0])) == 0);
    if (plain || no_tag) {
        out.insert(out.end(), apdu.begin(), apdu.end());
        return true;
    }
    auto control = request.control;
    control.broadcast = false; // answers go to one
    return protect(association.security, gcm, control, request.envelope, apdu, out);
}

bool may_access(ServerAssociation const& association, CosemService service,
                CosemObject const& object, std::uint8_t member) {
    if (association.state == AssociationState::pending_hls) {
        return service == CosemService::action && object == kCurrentAssociation && member == 1;
    }
    auto const& policy = association.policy;
    return association.state == AssociationState::associated &&
           (policy.everything || (service == CosemService::get &&
                                  std::find(policy.readable.begin(), policy.readable.end(),
                                            object) != policy.readable.end()));
}

} // namespace gridtwin::wire
