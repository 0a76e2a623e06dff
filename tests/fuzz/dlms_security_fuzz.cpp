// Ciphered APDUs from arbitrary octets, against parties that require everything and nothing. The
// seeds are sealed under the keys of the Green Book's examples, which the parties hold.
#include "models/wire/dlms_link/hls_gmac.hpp"
#include "tests/fuzz/need.hpp"

#include <algorithm>

namespace {

using namespace gridtwin::wire;
using gridtwin::test::need;

AesKey counted(unsigned first) {
    AesKey key{};
    for (std::size_t i = 0; i < key.size(); ++i) {
        key[i] = static_cast<std::byte>(first + i);
    }
    return key;
}

void hold(SecurityContext context, AesGcm& gcm, std::span<std::byte const> message) {
    auto const before = context;
    auto const result = unprotect(context, gcm, message);
    need(result.ok() == result.problem.empty(), "a refusal says why");
    need(result.ok() || (context == before && result.apdu.empty()), "a refusal changes nothing");
    bool const ciphered = result.control.authenticated || result.control.encrypted;
    if (result.ok() && ciphered) {
        need(!result.apdu.empty() && !(context == before), "what is accepted is counted");
        need(unprotect(context, gcm, message).refusal == Refusal::replayed, "and not taken twice");
    }
    need(!result.ok() || ciphered || !before.required.encrypted, "nothing plain gets by");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static AesGcm gcm;
    static SecurityContext const party = [] {
        SecurityContext context;
        constexpr unsigned char kTitle[] = {0x4D, 0x4D, 0x4D, 0, 0, 0xBC, 0x61, 0x4E};
        std::transform(std::begin(kTitle), std::end(kTitle), context.peer.begin(),
                       [](unsigned char octet) { return std::byte{octet}; });
        context.keys = {.encryption = counted(0), .authentication = counted(0xD0)};
        return context;
    }();
    auto const message = std::as_bytes(std::span(data, size));
    hold(party, gcm, message);
    auto open_to_all = party;
    open_to_all.required = {};
    open_to_all.keys.broadcast = counted(0x40);
    hold(open_to_all, gcm, message);
    SecurityContext without_keys;
    hold(without_keys, gcm, message);
    auto challenged = party;
    (void)hls_gmac_check(challenged, gcm, std::as_bytes(std::span("P6wRJ21F", 8)), message);
    return 0;
}
