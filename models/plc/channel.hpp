#pragma once
// How much of a signal is left between any two modems, from the very lines that carry the power.
#include "models/plc/spec.hpp"
#include "models/topology/lv_network.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::plc {

inline constexpr std::uint8_t kAllPhases = 3;

/// Where a modem is connected. A medium's first modems are its concentrators, each at a network's
/// busbar.
struct Modem {
    std::uint32_t network = 0; ///< row of the networks a Channel is built from
    std::uint32_t node = 0;    ///< of that network
    std::uint8_t phase = 0;    ///< 0 a, 1 b, 2 c, or kAllPhases: a coupler on each
};

/// What a Channel is worked out from; views, valid during the call.
struct ChannelInput {
    ChannelSpec const& spec;
    double carrier_hz;
    std::span<topology::LvNetwork const* const> networks;
    std::span<Modem const> modems;
    Seed seed;
    ConcentratorId medium;
    std::span<topology::OpenLines const> open = {}; ///< [network], or none: all closed
    std::uint16_t roots = 1;                        ///< modems below are concentrators
    /// [network] Island of its medium-voltage bus; empty: all hang together. Nothing is heard from
    /// one to another.
    std::span<std::uint32_t const> island = {};
};

/// Attenuation between all pairs of modems of one medium; symmetric, plain data, copyable.
///
/// Between two modems of one network: the cables of the path through the tree, tap_db for every
/// branching node passed (three lines or more meet there; the transformer counts as one at the
/// busbar; the two ends do not count), phase_crossing_db when their phases differ. Between
/// networks: both ways to the busbars, which are passed, and two transformers; the medium-voltage
/// line between them is lossless. Over that a normal draw in dB for the link, keyed by (medium,
/// pair of modems). Never below 0 dB. Across an open line, of low or medium voltage, nothing is
/// heard: kCut_db.
/// Kept to 1/64 dB in 2 octets a pair.
class Channel {
  public:
    /// The greatest attenuation that is kept.
    static constexpr double kCut_db = 65535.0 / 64.0;

    Channel() = default;
    /// One pass over its network's nodes for each modem, then one look-up a pair.
    /// @throws SimulationError when the spec has problems(), for a modem on no node, a cable
    /// without a row in the spec, 65,535 modems or more, more concentrators than modems, an open
    /// line that does not exist
    explicit Channel(ChannelInput const& in);
    Channel(ChannelSpec const& spec, double carrier_hz,
            std::span<topology::LvNetwork const* const> networks, std::span<Modem const> modems,
            Seed seed, ConcentratorId medium);

    /// Works out anew what changes when lines of that network open or close: the links with an end
    /// below its transformer. The rest of the input must be what the channel was made from.
    /// @throws SimulationError as above, and for another number of modems
    void update(ChannelInput const& in, std::uint32_t network);

    [[nodiscard]] std::size_t size() const { return modems_; }

    /// dB, i != j; the same for (j, i).
    [[nodiscard]] double attenuation_db(std::size_t i, std::size_t j) const {
        return static_cast<double>(sixty_fourths_db_[i > j ? pair(i, j) : pair(j, i)]) / 64.0;
    }

    [[nodiscard]] std::size_t bytes() const { return sixty_fourths_db_.capacity() * 2; }

  private:
    void fill(ChannelInput const& in, std::uint32_t network);
    [[nodiscard]] static std::size_t pair(std::size_t high, std::size_t low) {
        return high * (high - 1) / 2 + low;
    }

    std::size_t modems_ = 0;
    std::vector<std::uint16_t> sixty_fourths_db_; ///< lower triangle, row by row
};

/// A link's normal draw over the mean loss, dB; the same for (j, i).
[[nodiscard]] double shadowing_db(ChannelSpec const& spec, Seed seed, ConcentratorId medium,
                                  std::size_t i, std::size_t j);

/// The phase a modem couples to: that of its connection, but for a concentrator's own coupler.
/// @param roots modems below are concentrators
[[nodiscard]] inline std::uint8_t coupled_phase(ChannelSpec const& spec,
                                                std::span<Modem const> modems, std::uint16_t roots,
                                                std::size_t m) {
    return m < roots && spec.concentrator_on_all_phases ? kAllPhases : modems[m].phase;
}

/// What is lost between two modems that are on different phases: 0 or phase_crossing_db.
[[nodiscard]] inline double phase_loss_db(ChannelSpec const& spec, std::span<Modem const> modems,
                                          std::uint16_t roots, std::size_t i, std::size_t j) {
    auto const a = coupled_phase(spec, modems, roots, i);
    auto const b = coupled_phase(spec, modems, roots, j);
    return a == kAllPhases || b == kAllPhases || a == b ? 0.0 : spec.phase_crossing_db;
}

/// [node] of a network, whether passing it costs tap_db: three lines or more meet there, the
/// transformer counting as one at the busbar.
[[nodiscard]] std::vector<std::uint8_t> branching_nodes(topology::LvNetwork const& net);

/// Signal-to-noise ratio per bit of a signal over that attenuation, behind the processing gain.
[[nodiscard]] inline double snr_db(ModemSpec const& modem, std::size_t mode, double attenuation_db,
                                   double noise_dbuv) {
    return modem.tx_level_dbuv - attenuation_db - noise_dbuv + modem.modes[mode].processing_gain_db;
}

} // namespace gridtwin::plc
