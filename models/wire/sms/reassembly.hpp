#pragma once
// Joins the parts of short messages, in whatever order and how often they come.
#include "models/wire/sms/user_data.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace gridtwin::wire::sms {

/// Defaults are assumptions.
struct ReassemblySpec {
    /// From a message's first part on. References are used again, after 256 messages at the latest.
    SimDuration longest = std::chrono::hours(1);
    std::uint32_t most_parts_of_sender = 512; ///< waiting for others, at least 1
    std::uint32_t most_parts = 1U << 20;      ///< of all senders, at least most_parts_of_sender
};

/// Parts heard, each counted by what became of it:
/// heard == whole + joined + duplicate + expired + replaced + crowded_out + waiting().
struct ReassemblyCounts {
    std::uint64_t heard = 0;
    std::uint64_t whole = 0;       ///< messages by themselves, and only parts of theirs
    std::uint64_t joined = 0;      ///< parts of messages that became complete
    std::uint64_t messages = 0;    ///< those messages
    std::uint64_t duplicate = 0;   ///< the same part was there already
    std::uint64_t expired = 0;     ///< the others did not come in time
    std::uint64_t replaced = 0;    ///< the reference turned out to be another message's now
    std::uint64_t crowded_out = 0; ///< too many were waiting
};

/// Remembers a sender only while parts of it wait. A value: a copy is a snapshot.
class Reassembly {
  public:
    /// @throws SimulationError for limits that contradict each other
    explicit Reassembly(ReassemblySpec const& spec = {});

    /// Takes what a sender's short message held (data.ok()).
    /// @param sender whatever number tells senders apart
    /// @param now    never earlier than before
    /// @return the content of the message that became whole by it
    [[nodiscard]] std::optional<std::vector<std::byte>> add(std::uint64_t sender,
                                                            UserData const& data, SimTime now);
    /// Gives up what waits too long; add() does so, too.
    void expire(SimTime now);

    [[nodiscard]] ReassemblyCounts const& counts() const { return counts_; }
    [[nodiscard]] std::size_t waiting() const { return waiting_; } ///< parts
    [[nodiscard]] std::size_t senders() const { return senders_.size(); }

  private:
    struct Part {
        std::uint8_t number = 0;
        std::vector<std::byte> content;
    };
    struct Pending {
        std::uint16_t reference = 0;
        bool wide = false;
        std::uint8_t parts = 0;
        std::uint64_t serial = 0;
        std::vector<Part> held; ///< ascending; those that came, whatever `parts` says
    };
    struct Begun {
        SimTime at{};
        std::uint64_t sender = 0;
    };
    using OfSender = std::vector<Pending>; ///< in the order in which they were begun

    Pending& find_or_begin(OfSender& all, std::uint64_t sender, Concatenation const& part,
                           SimTime now);
    void make_room(std::uint64_t sender, std::uint64_t serial);
    void give_up(std::uint64_t sender, std::uint64_t serial, std::uint64_t& count);

    ReassemblySpec spec_;
    std::unordered_map<std::uint64_t, OfSender> senders_; ///< looked up, never walked
    std::map<std::uint64_t, Begun> begun_;                ///< by serial, hence by age
    std::uint64_t next_serial_ = 1;
    std::size_t waiting_ = 0;
    ReassemblyCounts counts_;
};

} // namespace gridtwin::wire::sms
