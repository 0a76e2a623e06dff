#pragma once
// Which server of the head-end takes a message, and what each has done: the same for both
// implementations, which differ in how a server works.
#include "models/wan/network.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace gridtwin::wan {

class ServerPool {
  public:
    explicit ServerPool(Network const& network)
        : network_(network), down_since_(network.servers.size(), kNever),
          holds_(network.servers.size(), 0), counts_(network.servers.size()) {}

    [[nodiscard]] bool is_up(std::uint32_t server) const { return down_since_[server] == kNever; }
    /// @return whether it was otherwise
    bool set_up(std::uint32_t server, bool up, SimTime at) {
        if (up == is_up(server)) {
            return false;
        }
        down_since_[server] = up ? kNever : at;
        return true;
    }

    /// What becomes of a message that arrives.
    struct Place {
        std::optional<std::uint32_t> server; ///< none: it is lost
        LossReason reason = LossReason::none;
    };
    /// Whose fall has not been noticed is still sent to.
    [[nodiscard]] Place take(WanMessage const& m, SimTime at) {
        auto const count = static_cast<std::uint32_t>(network_.servers.size());
        std::uint32_t const own = network_.server_of[index(m.from)];
        for (std::uint32_t k = 0; k < count; ++k) {
            std::uint32_t const server = (own + k) % count;
            if (!is_up(server)) {
                if (at < down_since_[server] + network_.failover) {
                    return {std::nullopt, LossReason::link_down};
                }
                continue;
            }
            ServerSpec const& spec = network_.servers[server];
            ServerCount& c = counts_[server];
            if (holds_[server] >= std::uint64_t{spec.cores} + spec.queue_limit) {
                ++c.refused;
                return {std::nullopt, LossReason::queue_full};
            }
            ++holds_[server];
            ++c.taken;
            c.took_over += k > 0 ? 1 : 0;
            if (holds_[server] > spec.cores) {
                c.most_waiting = std::max(c.most_waiting,
                                          static_cast<std::uint32_t>(holds_[server] - spec.cores));
            }
            return {server, LossReason::none};
        }
        return {std::nullopt, LossReason::link_down};
    }

    void processed(std::uint32_t server, WanMessage const& m) {
        --holds_[server];
        ++counts_[server].processed;
        counts_[server].busy_s += network_.processing_s(server, m);
    }
    void lost(std::uint32_t server) {
        --holds_[server];
        ++counts_[server].lost;
    }

    [[nodiscard]] std::vector<ServerCount> const& counts() const { return counts_; }

  private:
    Network const& network_;
    std::vector<SimTime> down_since_;  // [server] kNever: it is up
    std::vector<std::uint64_t> holds_; // [server] waiting and on its cores
    std::vector<ServerCount> counts_;  // [server]
};

} // namespace gridtwin::wan
