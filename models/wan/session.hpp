#pragma once
// Data sessions: a concentrator's modem finds its cell, attaches, and is let in by a RADIUS server
// that the cells' gateway asks for it over the backbone. Only then the concentrator has a way.
#include "models/wan/radius_server.hpp"
#include "models/wan/spec.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gridtwin::wan {

struct SessionSpec {
    std::string secret = "gridtwin"; ///< the gateway's, for the RADIUS server
    std::string password = "meter";  ///< of the concentrators; their user names are their own
    std::map<std::string, std::string> other_passwords; ///< [user name] what a few tell instead
    bool message_authenticator = true;                  ///< in the gateway's requests
    double start_s = 10.0;         ///< assumption: from power to the search for a cell
    double start_spread_s = 20.0;  ///< assumption: each modem a random part of it later
    std::uint32_t tries = 3;       ///< of a request
    double timeout_s = 3.0;        ///< for an answer, at least; then asked again
    double timeout_spread_s = 2.0; ///< a random part of it longer
    double rest_s = 300.0; ///< assumption: after a session was refused, then tried again; between
                           ///< half of it and one and a half
    bool standing = true;  ///< at the start; if not, all modems have just been switched on
    RadiusServerSpec server;
};

/// Why a modem that tried has no session.
enum class NoSession : std::uint8_t {
    cell_full,   ///< all sessions that it bears are taken
    rejected,    ///< Access-Reject
    no_answer,   ///< to any try
    disbelieved, ///< only answers that are not of the gateway's secret
};
inline constexpr std::size_t kNoSessions = 4;
[[nodiscard]] std::string_view name(NoSession reason);

struct SessionChange {
    EndpointId endpoint{};
    bool up = false;
    SimTime at{};
};

struct SessionCounts {
    std::uint64_t attached = 0;    ///< attach procedures done
    std::uint64_t established = 0; ///< sessions, without those standing at the start
    std::uint64_t broken = 0;      ///< by lost power, a cut way or a cell that went down
    std::uint64_t requests = 0;    ///< Access-Requests, with repeats
    std::uint64_t repeats = 0;
    std::array<std::uint64_t, kNoSessions> refused{};
    std::uint32_t most_attaching = 0; ///< in one cell at once, waiting or at it
};

/// The sessions of all concentrators in cells; one with a line of its own has its way always.
/// Results depend on dates alone, not on how time is cut.
class Sessions {
  public:
    /// @param spec without problems()
    Sessions(WanSpec const& spec, SessionSpec const& sessions, Seed seed);
    ~Sessions();
    Sessions(Sessions const&) = delete;
    Sessions& operator=(Sessions const&) = delete;

    /// Whether a concentrator's modem has power and nothing else cuts it off; all have at first.
    /// @param at at or after the time run so far
    void set_powered(EndpointId concentrator, bool on, SimTime at);

    /// kNever when nothing is to come.
    [[nodiscard]] SimTime next_event() const;
    /// Everything before `end`; changes are appended by time. At the first call those at the start
    /// that have no session are among them.
    void run_until(SimTime end, std::vector<SessionChange>& out);

    [[nodiscard]] bool up(EndpointId concentrator) const;
    [[nodiscard]] std::size_t up_count() const; ///< with lines of their own
    [[nodiscard]] SessionCounts const& counts() const;
    [[nodiscard]] RadiusServer const& server() const;
    /// From power, or a cell that is back, to the session.
    [[nodiscard]] std::vector<double> const& setup_times_s() const;
    /// Why one that has no session was last refused one; kNoSessions as a number: it was not.
    [[nodiscard]] NoSession last_refusal(EndpointId concentrator) const;

    /// RADIUS packets, both ways: delivered when the server has worked them off or the gateway has
    /// read them; `rejected` are those that are not believed, link_down those lost with the
    /// backbone or the server.
    [[nodiscard]] TrafficCount const& radius() const;
    /// Found by walking the queues.
    [[nodiscard]] std::size_t radius_in_flight() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace gridtwin::wan
