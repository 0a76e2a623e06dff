#pragma once
// Small power-line worlds for the tests: a line of modems, a star.
#include "models/plc/medium.hpp"
#include "tests/models/medium/medium_fixtures.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace gridtwin::plc::testing {

using namespace medium::testing;

using topology::LvNetwork;

inline constexpr ConcentratorId kMedium{7};

/// Nothing but cable, and no noise worth the name: 0 dBuV everywhere.
inline ChannelSpec quiet_channel() {
    ChannelSpec spec;
    spec.cable_db_per_m = {1.0}; // so that metres are decibels
    spec.tap_db = 0.0;
    spec.phase_crossing_db = 0.0;
    spec.transformer_crossing_db = 0.0;
    spec.shadowing_sigma_db = 0.0;
    spec.noise_floor_dbuv = 0.0;
    spec.day_swing_db = 0.0;
    spec.mains_swing_db = 0.0;
    spec.impulse_gap_s = 0.0;
    spec.sources.share = 0.0;
    return spec;
}

/// Chance that at least one bit of `octets` is wrong, bits independent: 1 - (1 - BER)^(8 octets).
inline double frame_error_rate(ModemSpec const& modem, double snr_db, std::size_t octets) {
    double const bits = 8.0 * static_cast<double>(octets);
    return -std::expm1(bits * std::log1p(-medium::bit_error_rate(modem.modes.front().ber, snr_db)));
}

inline LvNetwork tree(std::vector<std::int32_t> parent, std::vector<float> length_m) {
    LvNetwork net;
    net.cable.assign(parent.size(), 0);
    net.x_m.assign(parent.size(), 0.0F);
    net.y_m.assign(parent.size(), 0.0F);
    net.parent = std::move(parent);
    net.length_m = std::move(length_m);
    return net;
}

/// Node k hangs on node k - 1.
inline LvNetwork line_network(std::size_t nodes, float spacing_m) {
    std::vector<std::int32_t> parent;
    std::vector<float> length_m;
    for (std::size_t k = 0; k < nodes; ++k) {
        parent.push_back(static_cast<std::int32_t>(k) - 1);
        length_m.push_back(k == 0 ? 0.0F : spacing_m);
    }
    return tree(parent, length_m);
}

/// Node k hangs on the busbar.
inline LvNetwork star_network(std::size_t nodes, float length_m) {
    std::vector<float> lengths(nodes, length_m);
    lengths[0] = 0.0F;
    std::vector<std::int32_t> parent(nodes, 0);
    parent[0] = -1;
    return tree(parent, lengths);
}

/// A modem on each node.
inline Channel channel_on(LvNetwork const& net, ChannelSpec const& spec, Seed seed = Seed{1}) {
    std::vector<Modem> modems;
    for (std::size_t k = 0; k < net.size(); ++k) {
        modems.push_back({0, static_cast<std::uint32_t>(k), 0});
    }
    LvNetwork const* const networks[] = {&net};
    return Channel(spec, ModemSpec{}.carrier_hz, networks, modems, seed, kMedium);
}

inline Medium medium_on(LvNetwork const& net, ModemSpec const& modem, MacSpec const& mac = {},
                        ChannelSpec const& spec = quiet_channel(), Seed seed = Seed{1}) {
    return {modem, spec, mac, channel_on(net, spec, seed), seed, kMedium};
}

} // namespace gridtwin::plc::testing
