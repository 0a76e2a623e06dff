#pragma once
// A concentrator's way up: what waits until the head-end has said that it has it, and the short
// messages that take over while the data session is lost.
#include "models/concentrator/ports.hpp"
#include "models/wire/sizes.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::concentrator {

/// Defaults are assumptions.
struct UplinkSpec {
    bool acknowledged = true;                       ///< false: sent once, and forgotten
    SimDuration timeout = std::chrono::minutes(1);  ///< for the head-end's word; then sent again
    SimDuration longest = std::chrono::minutes(16); ///< of timeouts, which double
    std::uint32_t window = 4;                       ///< messages of data under way at once
    /// Without any word over the data session although something was sent: it is lost.
    SimDuration session_lost_after = std::chrono::minutes(3);
    SimDuration probe_every = std::chrono::minutes(5); ///< of a lost session
    bool sms_fallback = false; ///< alarms, acknowledgements and commands by SMS meanwhile
    /// Short messages that an answer to a read on demand may take; longer ones wait as data do.
    std::uint32_t sms_answer_parts = 4;
    SimDuration sms_timeout = std::chrono::minutes(10);
    SimDuration keep_alive = std::chrono::minutes(15); ///< with a fallback: of an idle session
};

struct UplinkCounts {
    std::uint64_t posted = 0;
    std::uint64_t sent = 0;   ///< copies over the data session, keep-alives among them
    std::uint64_t resent = 0; ///< copies beyond the first, on either way
    std::uint64_t by_sms = 0; ///< copies by SMS
    std::uint64_t sms_parts = 0;
    std::uint64_t sms_octets = 0;
    std::uint64_t keep_alives = 0;
    std::uint64_t sessions_lost = 0;
};

/// Every message gets a number and stays until the head-end acknowledges it; copies carry the same
/// number, so that the head-end takes it once. Alarms and acknowledgements go at once and are not
/// limited; data go in a window, whoever asked for them. Without the head-end's word for
/// session_lost_after the data session is held to be lost: a modem knows when its own cell is gone,
/// but not what lies behind, so silence is the sign for both. Then data wait, probes look for the
/// session, and with sms_fallback what is not data goes by SMS, and short answers to reads on
/// demand. Any word over the data session brings it back. Survives a loss of power.
class UplinkQueue {
  public:
    explicit UplinkQueue(UplinkSpec const& spec);

    /// Takes a message; pump() sends it.
    void post(Message&& message, wire::SizeSpec const& sizes);
    /// Sends what is due.
    void pump(SimTime now, MessageNumbers& numbers, ConcentratorId id, wire::SizeSpec const& sizes,
              Uplink& uplink);
    /// When pump() has something to do; kNever nothing.
    [[nodiscard]] SimTime next() const;

    /// The head-end has the message of this number (0: heard a keep-alive), said `over` this way.
    void on_received(std::uint32_t number, Channel over, SimTime now);
    /// Something else came down.
    void on_heard(Channel over, SimTime now);

    /// Whether another upload of data may be posted.
    [[nodiscard]] bool has_room() const;
    [[nodiscard]] bool session_up() const { return up_; }
    /// Whether the message goes by SMS while the session is lost.
    [[nodiscard]] bool goes_by_sms(Message const& message, wire::SizeSpec const& sizes) const;
    /// Whether an answer to that order waits for the head-end's word.
    [[nodiscard]] bool answers(CommandId order) const;
    /// Sets waits[i] to 1 where interval first + i of the meter's profile waits for it.
    void find_rows(MeterId meter, std::uint32_t first, std::span<std::uint8_t> waits) const;
    /// The session was lost or came back since the last call.
    [[nodiscard]] bool take_change();
    /// Of payloads that wait for the head-end's word.
    [[nodiscard]] std::size_t octets() const { return octets_; }
    [[nodiscard]] std::size_t waiting() const { return entries_.size(); }
    [[nodiscard]] UplinkCounts const& counts() const { return counts_; }

  private:
    struct Entry {
        Message message;
        SimTime due = kStart; ///< of the next copy
        std::uint8_t copies = 0;
        bool by_sms = false;    ///< while the session is lost
        bool under_way = false; ///< over this session
    };
    void send(Message&& copy, Channel over, SimTime now, MessageNumbers& numbers, ConcentratorId id,
              wire::SizeSpec const& sizes, Uplink& uplink);
    [[nodiscard]] SimDuration wait_after(Entry const& entry, SimDuration first) const;
    [[nodiscard]] std::size_t data_under_way() const;
    /// Whether it may go now that its time has come. @param under_way data that are
    [[nodiscard]] bool may_go(Entry const& entry, std::size_t under_way) const;
    void begin_anew(SimTime now);
    void schedule();

    UplinkSpec spec_;
    std::vector<Entry> entries_; ///< in the order of their numbers
    std::uint32_t last_number_ = 0;
    std::size_t data_ = 0; ///< entries that are data
    std::size_t octets_ = 0;
    bool up_ = true;
    bool changed_ = false;
    SimTime unheard_since_ = kNever; ///< first copy over the session since the last word
    SimTime idle_since_ = kStart;    ///< last word or copy over it
    SimTime probe_at_ = kNever;
    SimTime next_ = kNever;
    UplinkCounts counts_;
};

} // namespace gridtwin::concentrator
