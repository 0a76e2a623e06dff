#pragma once
// A meter's alarms until its modem hears that the next hop has them: kept, and tried again.
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace gridtwin::meter {

/// Source of the attributes: DLMS UA Blue Book, Push setup (class_id 40): number_of_retries,
/// repetition_delay. Their values are assumptions.
struct AlarmPushSpec {
    std::uint32_t retries = 3;                                ///< after the first try
    SimDuration repetition_delay = std::chrono::seconds{30};  ///< from a try in vain to the next
    SimDuration repetition_spread = std::chrono::seconds{60}; ///< and a random part of it
};

/// To try again, so much later.
struct AlarmRepetition {
    MeterId meter{};
    AlarmKind kind{};
    SimTime dated{};
    SimDuration after{};
};

/// A datagram of a try: its channel, and its handle there, which no other has.
using AlarmTry = std::pair<Channel, std::uint64_t>;

/// Of many meters. Each keeps one alarm of a kind, the latest, and knows nothing of it beyond its
/// own hop. Last gasps are not for it: who sends them has no time for another.
class AlarmPush {
  public:
    AlarmPush(AlarmPushSpec spec, Seed seed) : spec_(spec), seed_(seed) {}

    /// The meter has an alarm to send, which takes the place of an older one of that kind.
    /// @param dated by its own clock
    void begin(MeterId meter, AlarmKind kind, SimTime dated);
    /// Whether that one is still to be sent.
    [[nodiscard]] bool keeps(MeterId meter, AlarmKind kind, SimTime dated) const;
    /// It was handed to the meter's modems, at once over each of these; none: it is forgotten.
    void on_sent(MeterId meter, AlarmKind kind, SimTime dated, std::span<AlarmTry const> tries);
    /// What became of a datagram at its own sender; of those that it does not know, nothing.
    /// @return when all of the try were in vain, and there are more
    [[nodiscard]] std::optional<AlarmRepetition> on_first_hop(AlarmTry const& of,
                                                              bool acknowledged);
    /// It was due, and the meter without supply: it waits until that is back.
    void put_off(MeterId meter, AlarmKind kind, SimTime dated);
    /// Supply that is gone again is not told as restored.
    void on_supply_lost(MeterId meter) { pending_.erase({meter, AlarmKind::power_restored}); }
    /// @return what had to wait for it
    [[nodiscard]] std::vector<AlarmRepetition> on_supply_back(MeterId meter);

    /// Tries after the first.
    [[nodiscard]] std::uint64_t repeated() const { return repeated_; }
    /// Alarms all of whose tries were in vain, as far as their meters know.
    [[nodiscard]] std::uint64_t given_up() const { return given_up_; }
    /// Alarms that a later one of their kind replaced before their meter heard that they had come.
    [[nodiscard]] std::uint64_t replaced() const { return replaced_; }
    /// Alarms that meters keep.
    [[nodiscard]] std::size_t size() const { return pending_.size(); }
    /// Memory held, octets, nodes of maps counted as their contents and four words.
    [[nodiscard]] std::size_t bytes() const;

  private:
    using Key = std::pair<MeterId, AlarmKind>;
    struct Pending {
        SimTime dated{};
        std::uint32_t tries = 0;
        std::uint8_t under_way = 0; ///< datagrams of the latest try
        bool put_off = false;
    };
    struct UnderWay {
        Key key;
        SimTime dated{};
    };
    [[nodiscard]] AlarmRepetition repetition(Key const& key, Pending const& pending) const;

    AlarmPushSpec spec_;
    Seed seed_;
    std::map<Key, Pending> pending_;
    std::map<AlarmTry, UnderWay> under_way_;
    std::uint64_t repeated_ = 0;
    std::uint64_t given_up_ = 0;
    std::uint64_t replaced_ = 0;
};

} // namespace gridtwin::meter
