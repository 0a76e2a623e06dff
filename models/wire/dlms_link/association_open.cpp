#include "models/wire/dlms_link/association_parts.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::wire {
namespace {

constexpr std::uint16_t kLeastPdu = 12; // what a client can receive; Green Book, 9.4.2

/// In a time that does not tell how much was right.
bool same(std::span<std::byte const> a, std::span<std::byte const> b) {
    std::byte difference{a.size() == b.size() ? std::uint8_t{0} : std::uint8_t{1}};
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        difference |= a[i] ^ b[i];
    }
    return difference == std::byte{0};
}

/// What an attempt leads to; `next` becomes the association where it is accepted.
struct Attempt {
    ServerAssociation next;
    AssociationAnswer answer{};
    Aare aare{};
    SecurityControl control{}; ///< of the initiate
    InitiateRequest initiate{};

    bool reject(Diagnostic diagnostic, std::string problem) {
        aare.result = AssociationResult::rejected_permanent;
        aare.diagnostic = static_cast<std::uint8_t>(diagnostic);
        answer.problem = std::move(problem);
        return false;
    }
    bool reject(InitiateError error, std::string problem) {
        encode(error, aare.user_information);
        return reject(Diagnostic::no_reason_given, std::move(problem));
    }
};

bool check_names(Attempt& attempt, Aarq const& aarq) {
    auto const& policy = attempt.next.policy;
    if (aarq.context != policy.context) {
        return attempt.reject(Diagnostic::application_context_name_not_supported,
                              "another application context");
    }
    if (aarq.mechanism == policy.mechanism) {
        return true;
    }
    return aarq.mechanism == Mechanism::none
               ? attempt.reject(Diagnostic::authentication_mechanism_name_required,
                                "no authentication mechanism")
               : attempt.reject(Diagnostic::authentication_mechanism_name_not_recognised,
                                "another authentication mechanism");
}

bool check_title(Attempt& attempt, Aarq const& aarq) {
    auto const& policy = attempt.next.policy;
    auto& security = attempt.next.security;
    if (!ciphered(policy.context) && policy.mechanism != Mechanism::high_gmac) {
        return true;
    }
    if (!aarq.calling_title) {
        // Without ciphering the title may be known from elsewhere.
        return !ciphered(policy.context) ||
               attempt.reject(Diagnostic::calling_ap_title_not_recognized, "no calling title");
    }
    auto const& title = *aarq.calling_title;
    if (std::equal(title.begin(), title.end(), security.peer.begin(), security.peer.end())) {
        return true;
    }
    if (!policy.any_client_title || title.size() != security.peer.size()) {
        attempt.answer.refusal = Refusal::wrong_title;
        return attempt.reject(Diagnostic::calling_ap_title_not_recognized,
                              "another calling title than the peer's");
    }
    // Counters are the title's own; an answer to a fresh challenge must still follow.
    std::copy(title.begin(), title.end(), security.peer.begin());
    security.unicast.acceptable = 0;
    security.broadcast.acceptable = 0;
    return true;
}

bool check_authentication(Attempt& attempt, Aarq const& aarq) {
    auto const& policy = attempt.next.policy;
    auto const& value = aarq.authentication_value;
    if (policy.mechanism == Mechanism::low && !same(value, policy.password)) {
        return attempt.reject(Diagnostic::authentication_failure, "a wrong password");
    }
    if (policy.mechanism == Mechanism::high_gmac &&
        (value.size() < kShortestChallenge || value.size() > kLongestChallenge)) {
        return attempt.reject(Diagnostic::authentication_failure,
                              fmt::format("a challenge of {} octets", value.size()));
    }
    attempt.next.client_challenge = value;
    return true;
}

bool read_initiate(Attempt& attempt, AesGcm& gcm, Aarq const& aarq) {
    auto const& policy = attempt.next.policy;
    auto& security = attempt.next.security;
    security.required = policy.required;
    auto plain = aarq.user_information;
    if (ciphered(policy.context)) {
        auto opened = unprotect(security, gcm, plain);
        if (opened.ok() && opened.control.broadcast) {
            opened.refusal = Refusal::wrong_security;
            opened.problem = "an initiate under the broadcast key";
        }
        if (!opened.ok()) {
            attempt.answer.refusal = opened.refusal;
            return attempt.reject(Diagnostic::authentication_failure,
                                  "user information: " + opened.problem);
        }
        plain = std::move(opened.apdu);
        attempt.control = opened.control;
    }
    auto decoded = decode_initiate_request(plain);
    if (!decoded.ok()) {
        return attempt.reject(InitiateError::other, "user information: " + decoded.problem);
    }
    attempt.initiate = std::move(decoded.apdu);
    return true;
}

bool check_initiate(Attempt& attempt) {
    auto& next = attempt.next;
    auto const& request = attempt.initiate;
    if (request.version < kDlmsVersion) {
        return attempt.reject(InitiateError::dlms_version_too_low,
                              fmt::format("DLMS version {}", request.version));
    }
    if (request.dedicated_key) {
        return attempt.reject(InitiateError::refused_by_vde_handler,
                              "dedicated ciphering is not supported");
    }
    if (request.max_pdu_size != 0 && request.max_pdu_size < kLeastPdu) {
        return attempt.reject(InitiateError::pdu_size_too_short,
                              fmt::format("APDUs of at most {} octets", request.max_pdu_size));
    }
    next.conformance = request.conformance & next.policy.conformance;
    if (next.conformance == 0) {
        return attempt.reject(InitiateError::incompatible_conformance,
                              "no service both sides have");
    }
    next.client_max_pdu_size = request.max_pdu_size;
    return true;
}

bool accept(Attempt& attempt, AesGcm& gcm, std::span<std::byte const> challenge) {
    auto& next = attempt.next;
    auto& aare = attempt.aare;
    bool const hls = next.policy.mechanism == Mechanism::high_gmac;
    if (!put_initiate_response(next, gcm, attempt.control, aare.user_information)) {
        return attempt.reject(Diagnostic::no_reason_given, "the invocation counter is used up");
    }
    if (ciphered(next.policy.context) || hls) {
        aare.responding_title.emplace(next.security.own.begin(), next.security.own.end());
    }
    if (hls) {
        if (challenge.size() < kShortestChallenge || challenge.size() > kLongestChallenge) {
            throw SimulationError("association: a challenge of 8 to 64 octets is needed");
        }
        next.server_challenge.assign(challenge.begin(), challenge.end());
        aare.diagnostic = static_cast<std::uint8_t>(Diagnostic::authentication_required);
        aare.mechanism = next.policy.mechanism;
        aare.authentication_value = next.server_challenge;
    }
    next.state = hls ? AssociationState::pending_hls : AssociationState::associated;
    return true;
}

} // namespace

AssociationAnswer open_association(ServerAssociation& association, AesGcm& gcm,
                                   std::span<AssociationPolicy const> policies,
                                   std::uint16_t client, std::span<std::byte const> aarq,
                                   std::span<std::byte const> challenge) {
    auto const decoded = decode_aarq(aarq);
    if (!decoded.ok()) {
        return {.refusal = Refusal::malformed, .problem = decoded.problem};
    }
    Attempt attempt{.next = association};
    attempt.aare.context = decoded.apdu.context;
    auto const policy = std::find_if(policies.begin(), policies.end(),
                                     [&](auto const& row) { return row.client == client; });
    bool good = false;
    if (policy == policies.end()) {
        attempt.reject(Diagnostic::no_reason_given, fmt::format("client {} is unknown", client));
    } else {
        attempt.next.policy = *policy;
        good = check_names(attempt, decoded.apdu) && check_title(attempt, decoded.apdu) &&
               check_authentication(attempt, decoded.apdu) &&
               read_initiate(attempt, gcm, decoded.apdu) && check_initiate(attempt);
        if (good && !attempt.initiate.response_allowed) {
            attempt.answer.problem = "an association without an answer is not supported";
            return attempt.answer;
        }
        good = good && accept(attempt, gcm, challenge);
    }
    encode(attempt.aare, attempt.answer.apdu);
    attempt.answer.accepted = good;
    if (good) {
        association = std::move(attempt.next);
    }
    return attempt.answer;
}

} // namespace gridtwin::wire
