#pragma once
// What the utility's own database knows of its metered customers; never the simulator's truth.
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::headend {

/// Of the lines below a busbar, by the utility's network model: what an interval loses is
/// constant + per_mwh * supplied^2, as currents go with power at a voltage that hardly changes.
struct LineLosses {
    double constant_mwh = 0.0;
    double per_mwh = 0.0; ///< 1/mWh
};

struct Fleet {
    SimDuration interval = std::chrono::minutes(15); ///< profile period of all meters

    // one row per meter; equally long
    std::vector<Channel> channel;             ///< plc, rf (the primary one) or sms
    std::vector<LvNetworkId> lv_network;      ///< its service transformer
    std::vector<ConcentratorId> concentrator; ///< that reads it, as last heard; kNone for sms

    /// Mean power that its connection can carry, W, as agreed; 0: as any household's. Empty: all.
    std::vector<std::int64_t> most_w;

    // one row per LV network
    std::vector<FeederId> feeder; ///< it hangs on
    /// The concentrator that reads the meter at its busbar; kNone: nobody does. Empty: of none.
    std::vector<ConcentratorId> busbar;

    /// [concentrator] of the lines of the networks at whose busbars it reads meters. Empty: none.
    std::vector<LineLosses> lines;

    std::uint32_t concentrators = 0; ///< rows of the concentrators' table
    std::uint32_t feeders = 0;       ///< rows of the feeders' table

    [[nodiscard]] std::size_t meters() const { return channel.size(); }
    [[nodiscard]] std::size_t lv_networks() const { return feeder.size(); }
    [[nodiscard]] bool knows(MeterId meter) const { return index(meter) < channel.size(); }
    /// Whose transformer meter counts what the meter counts; kNone for meters read by SMS, of whom
    /// concentrators have no rows.
    [[nodiscard]] ConcentratorId busbar_meter(MeterId meter) const {
        bool const counted = !busbar.empty() && channel[index(meter)] != Channel::sms;
        return counted ? busbar[index(lv_network[index(meter)])] : kNone<ConcentratorId>;
    }
};

/// One sentence: what is wrong with the tables (columns of unequal length, a row that does not
/// exist, a PLC meter without concentrator); empty when nothing is.
[[nodiscard]] std::string problem(Fleet const& fleet);

/// The meters of each LV network, in order of their rows.
class NetworkMembers {
  public:
    explicit NetworkMembers(Fleet const& fleet);
    [[nodiscard]] std::span<MeterId const> of(LvNetworkId network) const {
        auto const i = index(network);
        return {meters_.data() + begin_[i], meters_.data() + begin_[i + 1]};
    }

  private:
    std::vector<std::uint32_t> begin_; ///< [network + 1]
    std::vector<MeterId> meters_;
};

} // namespace gridtwin::headend
