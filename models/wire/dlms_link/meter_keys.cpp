#include "models/wire/dlms_link/meter_keys.hpp"

#include "models/wire/octets.hpp"

#include <algorithm>

namespace gridtwin::wire {
namespace {

// Behind the manufacturer's letters.
constexpr std::uint32_t kMeters = 0;
constexpr std::uint32_t kConcentrators = 1;
constexpr std::uint32_t kHeadEnds = 2;

SystemTitle title_of(std::uint32_t kind, std::uint32_t number) {
    std::vector<std::byte> octets;
    octets.reserve(8);
    put_octets(std::as_bytes(std::span(std::string_view("GTW"))), octets);
    put_octet(kind, octets);
    put_uint32(number, octets);
    SystemTitle title{};
    std::copy(octets.begin(), octets.end(), title.begin());
    return title;
}

} // namespace

SecurityKeys derive_meter_keys(AesKey const& master, Seed seed, MeterId meter) {
    return {.encryption = derive_key(master, "GUEK", seed, index(meter)),
            .authentication = derive_key(master, "GAK", seed, index(meter)),
            .broadcast = derive_key(master, "GBEK", seed, 0)};
}

SecurityKeys derive_concentrator_keys(AesKey const& master, Seed seed,
                                      ConcentratorId concentrator) {
    return {.encryption = derive_key(master, "CUEK", seed, index(concentrator)),
            .authentication = derive_key(master, "CAK", seed, index(concentrator)),
            .broadcast = std::nullopt};
}

SecurityKeys derive_group_keys(AesKey const& master, Seed seed) {
    return {.encryption = std::nullopt,
            .authentication = derive_key(master, "GGAK", seed, 0),
            .broadcast = derive_key(master, "GBEK", seed, 0)};
}

SystemTitle meter_system_title(MeterId meter) {
    return title_of(kMeters, static_cast<std::uint32_t>(index(meter)));
}
SystemTitle concentrator_system_title(ConcentratorId concentrator) {
    return title_of(kConcentrators, static_cast<std::uint32_t>(index(concentrator)));
}
SystemTitle head_end_system_title() {
    return title_of(kHeadEnds, 0);
}

} // namespace gridtwin::wire
