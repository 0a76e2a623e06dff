#pragma once
#include "models/wire/radius/packet.hpp"
#include "tests/draws.hpp"

#include <algorithm>

namespace gridtwin::wire::radius {

using gridtwin::test::Draws;

inline Authenticator random_authenticator(Draws& draws) {
    Authenticator out;
    for (auto& octet : out) {
        octet = static_cast<std::byte>(draws.below(256));
    }
    return out;
}

/// Any packet that can be encoded.
inline Packet random_packet(Draws& draws, Code code) {
    Packet packet{.code = code,
                  .identifier = static_cast<std::uint8_t>(draws.below(256)),
                  .authenticator = random_authenticator(draws),
                  .attributes = {}};
    for (auto left = draws.below(10); left > 0; --left) {
        auto const value = static_cast<std::uint32_t>(draws.below(0x100000000));
        switch (draws.below(4)) {
        case 0:
            add_text(packet, Type::user_name, std::string(1 + draws.below(253), 'm'));
            break;
        case 1:
            add_text(packet, Type::calling_station_id, std::to_string(value));
            break;
        case 2:
            add_number(packet, Type::framed_ip_address, value);
            break;
        default:
            packet.attributes.push_back({200, std::vector<std::byte>(draws.below(254))});
        }
    }
    return packet;
}

} // namespace gridtwin::wire::radius
