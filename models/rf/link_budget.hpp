#pragma once
// Why a radio hears another or does not: everything a signal gains and loses on its way, part by
// part, for a planner to read.
#include "models/medium/transfer.hpp"
#include "models/rf/attenuation.hpp"
#include "models/rf/routes.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::rf {

/// What an area and its routes are made of; views, valid during the call.
struct BudgetInput {
    RouteInput const& routes;
    Attenuation const& attenuation;
    std::span<Place const> places; ///< [node]
};

/// One hop from one radio to another.
struct LinkBudget {
    std::uint16_t from = 0;
    std::uint16_t to = 0;
    double tx_power_dbm = 0.0;   ///< the radio's, sender's offset included
    double offset_db = 0.0;      ///< the sender's
    double attenuation_db = 0.0; ///< Links'; its loss's sum where Links keeps none
    LinkLoss loss;
    double step_db = 0.0;       ///< what Links' steps add to the sum of the losses
    double signal_dbm = 0.0;    ///< at the receiver
    double noise_dbm = 0.0;     ///< at the receiver, in its bandwidth
    double margin_db = 0.0;     ///< signal over the sensitivity; below 0 nothing is received
    double snr_db = 0.0;        ///< per bit
    double frame_error = 0.0;   ///< chance that a full frame is broken, were it received
    double ack_error = 0.0;     ///< likewise its acknowledgement, on the way back
    double transmissions = 0.0; ///< link_etx: mean of both directions; infinite where it is no link
};

[[nodiscard]] LinkBudget link_budget(BudgetInput const& in, std::size_t from, std::size_t to);

/// How many dB more signal in both directions would make the two a link, to 0.01 dB; 0 when they
/// are one.
[[nodiscard]] double lacking_db(BudgetInput const& in, std::size_t a, std::size_t b);

/// Budgets of the way's hops, in its order.
[[nodiscard]] std::vector<LinkBudget> hop_budgets(BudgetInput const& in,
                                                  std::span<std::uint16_t const> way);

/// A datagram's way, hop by hop, on air that nobody else uses, within everybody's duty cycle. A try
/// that fails costs its frame, the wait for its acknowledgement, the guard, and half a back-off
/// window, which doubles.
/// @param way nodes in the order in which the datagram meets them
/// @param polled its sender has just received what it answers: it turns round once more
[[nodiscard]] medium::Transfer transfer(BudgetInput const& in, std::span<std::uint16_t const> way,
                                        std::uint32_t octets, bool polled);

} // namespace gridtwin::rf
