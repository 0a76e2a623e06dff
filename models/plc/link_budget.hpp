#pragma once
// Why a modem hears another or does not: everything a signal gains and loses on its way, part by
// part, for a planner to read.
#include "models/medium/transfer.hpp"
#include "models/medium/weakest_link.hpp"
#include "models/plc/channel.hpp"
#include "models/plc/routes.hpp"
#include "models/plc/spec.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::plc {

/// What a medium and its routes are made of; views, valid during the call.
struct BudgetInput {
    RouteInput const& routes;
    ChannelSpec const& spec;
    std::span<topology::LvNetwork const* const> networks;
    std::span<Modem const> modems;
    std::span<NoiseParts const> noise; ///< [modem]
    Seed seed;
    ConcentratorId medium;
};

/// Parts of the attenuation between two modems, which Channel keeps as one number.
struct LinkLoss {
    double cable_m = 0.0;
    double cable_db = 0.0;
    std::uint32_t taps = 0; ///< branching nodes passed
    double tap_db = 0.0;
    double phase_db = 0.0;       ///< 0 or phase_crossing_db
    double transformer_db = 0.0; ///< 0, or two transformers
    double shadowing_db = 0.0;   ///< may be negative: a link better than its length says
    double bound_db = 0.0;       ///< what keeps the sum at or above 0 dB (and in Channel's 16 bits)

    [[nodiscard]] double total_db() const {
        return cable_db + tap_db + phase_db + transformer_db + shadowing_db + bound_db;
    }
};

/// Found by walking from both modems to where their ways meet, one link at a time; total_db() is
/// Channel's attenuation_db within half of its 1/64 dB.
[[nodiscard]] LinkLoss link_loss(BudgetInput const& in, std::size_t a, std::size_t b);

/// One hop from one modem to another.
struct LinkBudget {
    std::uint16_t from = 0;
    std::uint16_t to = 0;
    std::uint8_t mode = 0; ///< its best_mode, of what follows
    double tx_level_dbuv = 0.0;
    double attenuation_db = 0.0; ///< Channel's
    LinkLoss loss;
    double signal_dbuv = 0.0;   ///< tx_level - attenuation, at the receiver
    NoiseParts noise;           ///< at the receiver
    double margin_db = 0.0;     ///< signal over the sensitivity; below 0 nothing is heard
    double snr_db = 0.0;        ///< per bit, behind the processing gain
    double frame_error = 0.0;   ///< chance that a full frame is broken, were it heard
    double impulse_error = 0.0; ///< the same, were there nothing but impulses over that noise
    double ack_error = 0.0;     ///< likewise its acknowledgement, on the way back
    double transmissions = 0.0; ///< link_etx: mean of both directions; infinite where it is no link
};

[[nodiscard]] LinkBudget link_budget(BudgetInput const& in, std::size_t from, std::size_t to);

/// How many dB more signal in both directions would make the two a link, to 0.01 dB; 0 when they
/// are one. Infinite when no signal is enough.
[[nodiscard]] double lacking_db(RouteInput const& in, std::size_t a, std::size_t b);

using medium::way_to_root;
using medium::WeakestLink;

/// [modem] medium::weakest_links.
[[nodiscard]] std::vector<WeakestLink> weakest_links(RouteInput const& in);

/// Budgets of the way's hops, in its order.
[[nodiscard]] std::vector<LinkBudget> hop_budgets(BudgetInput const& in,
                                                  std::span<std::uint16_t const> way);

/// A datagram's way, hop by hop in the best_mode of each, on a line that nobody else uses.
using medium::Transfer;

/// A try that fails costs its frame, the wait for its acknowledgement, the guard, and half a
/// backoff window, which doubles.
/// @param way modems in the order in which the datagram meets them
[[nodiscard]] Transfer transfer(RouteInput const& in, std::span<std::uint16_t const> way,
                                std::uint32_t octets);

} // namespace gridtwin::plc
