// AARQ, AARE, releases and initiates from arbitrary octets, and a meter's associations that are
// asked for with them. The first octet says which client asks.
#include "models/wire/dlms_link/association.hpp"
#include "tests/fuzz/need.hpp"

namespace {

using namespace gridtwin::wire;
using gridtwin::test::need;

template <typename Decode>
void hold_codec(std::span<std::byte const> octets, Decode decode) {
    auto const decoded = decode(octets);
    if (!decoded.ok()) {
        return;
    }
    std::vector<std::byte> again;
    encode(decoded.apdu, again);
    auto const twice = decode(std::span<std::byte const>(again));
    need(twice.ok() && twice.apdu == decoded.apdu, "what was read is written and read again");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    auto const octets = std::as_bytes(std::span(data + 1, size - 1));
    hold_codec(octets, decode_aarq);
    hold_codec(octets, decode_aare);
    hold_codec(octets, decode_release);
    hold_codec(octets, decode_initiate_request);
    hold_codec(octets, decode_initiate_response);
    hold_codec(octets, decode_initiate_error);

    static AesGcm gcm;
    static std::vector<AssociationPolicy> const policies = [] {
        std::vector<AssociationPolicy> rows{public_client_policy(1024),
                                            management_client_policy(1024),
                                            management_client_policy(1024)};
        rows[2].client = 2;
        rows[2].required = {};
        rows[2].any_client_title = true;
        return rows;
    }();
    ServerAssociation meter;
    meter.security.keys = {.encryption = AesKey{}, .authentication = AesKey{}};
    std::vector<std::byte> const challenge(16);
    auto const before = meter;
    constexpr std::uint16_t kClients[] = {kPublicClient, kManagementClient, 2, 99};
    auto const answer =
        open_association(meter, gcm, policies, kClients[data[0] % 4], octets, challenge);
    need(answer.accepted || meter == before, "a refused AARQ changes nothing");
    need(answer.accepted == answer.problem.empty(), "a refusal says why");
    need(answer.apdu.empty() || decode_aare(answer.apdu).ok(), "AARE can be read");
    (void)receive_apdu(meter, gcm, octets);
    (void)close_association(meter, gcm, octets);
    need(meter.state != AssociationState::associated || kClients[data[0] % 4] == kPublicClient,
         "only the public client gets in without proof");
    return 0;
}
