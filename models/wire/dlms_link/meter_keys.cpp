#include "models/wire/dlms_link/meter_keys.hpp"

#include "models/wire/octets.hpp"

#include <algorithm>

namespace gridtwin::wire {

SecurityKeys derive_meter_keys(AesKey const& master, Seed seed, MeterId meter) {
    return {.encryption = derive_key(master, "GUEK", seed, index(meter)),
            .authentication = derive_key(master, "GAK", seed, index(meter)),
            .broadcast = derive_key(master, "GBEK", seed, 0)};
}

SystemTitle meter_system_title(MeterId meter) {
    std::vector<std::byte> octets;
    octets.reserve(8);
    put_octets(std::as_bytes(std::span(std::string_view("GTW"))), octets);
    put_octet(0, octets);
    put_uint32(static_cast<std::uint32_t>(index(meter)), octets);
    SystemTitle title{};
    std::copy(octets.begin(), octets.end(), title.begin());
    return title;
}

} // namespace gridtwin::wire
