#pragma once
// A federate owns a part of the world. Federates speak only in timestamped messages.
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace gridtwin::engine {

/// Position in the fixed order in which federates run inside a window; the first is the grid.
enum class FederateId : std::uint8_t { grid, access, sms_operator, wan, head_end };
inline constexpr std::size_t kFederates = 5;

[[nodiscard]] std::string_view name(FederateId);

/// A message on its way between federates.
struct Envelope {
    SimTime at{}; ///< when it reaches the receiver
    FederateId to{};
    std::uint32_t entity = 0;   ///< receiver's row: a concentrator, an endpoint, a meter
    std::uint32_t source = 0;   ///< sender's row; ties at one instant go by (source, sequence)
    std::uint64_t sequence = 0; ///< per outbox
    Message message;
};

/// What a federate has sent during a window.
class Outbox {
  public:
    void send(SimTime at, FederateId to, std::uint32_t entity, std::uint32_t source,
              Message message) {
        envelopes_.push_back({at, to, entity, source, next_sequence_++, std::move(message)});
    }
    [[nodiscard]] std::vector<Envelope>& envelopes() { return envelopes_; }

  private:
    std::vector<Envelope> envelopes_;
    std::uint64_t next_sequence_ = 0;
};

class Federate {
  public:
    virtual ~Federate() = default;
    /// Earliest instant at which something may happen; kNever when nothing will. May be too early.
    [[nodiscard]] virtual SimTime next_event() const = 0;
    /// Takes a message; its time is not before the end of what this federate has run.
    virtual void accept(Envelope&& envelope) = 0;
    /// Runs every event with time < end.
    virtual void run_until(SimTime end, Outbox& out) = 0;
    /// Brings continuous quantities to `end`; no events are left before it.
    virtual void finish(SimTime end) = 0;
};

} // namespace gridtwin::engine
