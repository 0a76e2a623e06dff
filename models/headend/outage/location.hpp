#pragma once
// Which device opened: the hypothesis that best explains which meters told of a loss, which showed
// supply afterwards and which said nothing.
//
// Of meter m below an open device, with the loss at T:
//   told of a loss in [T, T + window]        log((1 - p_l) / p_f)
//   showed supply after T and before a return log p_v
//   said nothing                              log p_s,  p_s = 1 - (1 - p_l)(1 - exp(-(now - T)/d))
//     and was pinged in vain since T          + log(1 / p_q)
//   had been out before T                     0
// Of a transformer none of whose meters said anything, log(p_t + (1 - p_t) exp(sum)): its way may
// be cut. A hypothesis' score is the sum below it and the log of its prior, against every loss
// being a customer's own (0). What two explain equally well is the lower one's.
#include "models/headend/outage/evidence.hpp"
#include "models/headend/outage/network_tree.hpp"
#include "models/headend/ports/fleet.hpp"

#include <span>
#include <string>
#include <vector>

namespace gridtwin::headend {

/// All defaults are assumptions.
struct LocationConfig {
    double gasp_loss_frac = 0.2;           ///< p_l: a meter's word of a loss or return is lost
    double transformer_silent_frac = 0.02; ///< p_t: no word comes from below a transformer
    double own_loss_frac = 1e-4;           ///< p_f: a customer's own loss within a window
    double false_sign_frac = 1e-6;         ///< p_v: a sign of supply where there is none
    double ping_loss_frac = 0.3;           ///< p_q: a meter with supply leaves a ping unanswered
    double device_prior_frac = 1e-4;       ///< that a device opens within a window
    double transformer_prior_frac = 2e-5;  ///< that a transformer loses all its customers
    double nested_prior_frac = 0.05;       ///< that a place stays out when what is above returns
    /// Losses of supply this close together (by the meters' clocks) are one event.
    SimDuration window = std::chrono::minutes(2);
    SimDuration clock_skew = std::chrono::seconds(30); ///< between two meters' clocks
    SimDuration delay = std::chrono::minutes(1);       ///< d: mean of a message's on its way
    SimDuration settle = std::chrono::minutes(3);      ///< before an event is looked at
    SimDuration horizon = std::chrono::hours(24);      ///< how old a loss that is over counts
    std::uint32_t min_reports = 2;                     ///< losses that make an event
    std::uint32_t clear_meters = 2; ///< of those that told of it, to show that it is over
};
/// A line for each fault; empty when nothing is wrong.
[[nodiscard]] std::string problem(LocationConfig const& config);

/// All there is to go by; rows of `records` are meters.
struct Evidence {
    TreeOrder const& tree;
    NetworkMembers const& members;
    std::span<LvNetworkId const> network; ///< of each meter
    std::span<MeterRecord const> records;
};

struct LocatedEvent {
    Place place;
    SimTime first{};           ///< loss; of what is below `place`
    SimTime last{};            ///< likewise
    SimTime restored = kNever; ///< when supply was shown to be back
    double score = 0.0;
    double confidence_frac = 0.0; ///< posterior among the hypotheses for these losses
    std::uint32_t reports = 0;    ///< losses it explains
};

/// The events below one feeder's head that the evidence tells of, the surest first, each loss in
/// one at most. Depends on the evidence and `now` alone.
[[nodiscard]] std::vector<LocatedEvent>
locate(LocationConfig const& config, Evidence const& evidence, DeviceId head, SimTime now);

/// Whether its last word is of a loss, from `first` on, and no later than a return at `restored`.
[[nodiscard]] bool stayed_out(LocationConfig const& config, MeterRecord const& record,
                              SimTime first, SimTime restored);

/// What is still out below `place` though supply, lost from `first` on, came back above it at
/// `restored`. Of the meters that
///   stayed out by their own word      log(1 / p_l), at most log(1 / p_t) a transformer
///   was pinged in vain since          + log(1 / p_q)
///   showed supply since               log p_v
[[nodiscard]] std::vector<LocatedEvent> locate_nested(LocationConfig const& config,
                                                      Evidence const& evidence, Place const& place,
                                                      SimTime first, SimTime restored);

/// When supply was back below `place` after losses in [first, last]: when the clear_meters-th of
/// the meters that told of them (all, if they are fewer) showed it; kNever: not yet.
[[nodiscard]] SimTime restored_at(LocationConfig const& config, Evidence const& evidence,
                                  Place const& place, SimTime first, SimTime last);

} // namespace gridtwin::headend
