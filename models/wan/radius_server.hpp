#pragma once
// Who may have a data session: a RADIUS server (RFC 2865) that reads real packets, with a queue.
#include "models/wan/availability.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::wan {

struct RadiusServerSpec {
    std::string secret = "gridtwin"; ///< shared with the gateway
    std::uint32_t cores = 1;
    double request_s = 0.005;        ///< on one core; assumption: checks and a look into a table
    std::uint32_t queue_limit = 500; ///< requests waiting; more are dropped
    bool demand_message_authenticator = true;     ///< as servers do since it was found wanting
    std::map<std::string, std::string> passwords; ///< [user name]
};

/// What became of a request.
enum class RadiusOutcome : std::uint8_t {
    accepted,
    unknown_user,   ///< Access-Reject
    wrong_password, ///< Access-Reject; also what a wrong secret makes of a right one
    discarded, ///< without an answer: its Message-Authenticator is missing or of another secret
    repeated,  ///< is being worked on, or has been answered: the same answer again
    queue_full,
};
inline constexpr std::size_t kRadiusOutcomes = 6;
[[nodiscard]] std::string_view name(RadiusOutcome outcome);

struct RadiusTaken {
    RadiusOutcome outcome{};
    SimTime ready{};               ///< when it has been worked off
    std::vector<std::byte> answer; ///< empty: none
};

/// Retransmissions are told by source, identifier and authenticator (RFC 5080, section 2.2.2); they
/// cost nothing. What is discarded costs as much as what is answered.
class RadiusServer {
  public:
    /// @param speed of its cores over time
    RadiusServer(RadiusServerSpec spec, Availability speed);

    /// A datagram that arrives at `at`, not before the last one. @param source address and port
    [[nodiscard]] RadiusTaken take(std::uint32_t source, std::span<std::byte const> datagram,
                                   SimTime at);
    /// It went down: its queue, and what it remembered, are gone.
    void reset();

    [[nodiscard]] std::array<std::uint64_t, kRadiusOutcomes> const& counts() const {
        return counts_;
    }
    [[nodiscard]] std::uint32_t most_waiting() const { return most_waiting_; }

  private:
    struct Last {
        std::vector<std::byte> key; ///< identifier and authenticator
        SimTime ready{};
        std::vector<std::byte> answer;
    };

    [[nodiscard]] RadiusTaken judge(std::span<std::byte const> datagram) const;

    RadiusServerSpec spec_;
    Availability speed_;
    std::vector<SimTime> core_free_;
    std::deque<SimTime> held_;           // when each of those it holds is ready, ascending
    std::map<std::uint32_t, Last> last_; // [source]
    std::array<std::uint64_t, kRadiusOutcomes> counts_{};
    std::uint32_t most_waiting_ = 0;
};

} // namespace gridtwin::wan
