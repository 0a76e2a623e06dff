#pragma once
// Outage management: the opened device named and revised, pings, restoration verified, nested
// outages, customers told.
#include "models/headend/outage/indices.hpp"
#include "models/headend/outage/location.hpp"
#include "models/headend/outage/notices.hpp"
#include "models/headend/outage/pings.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::headend {

/// All defaults are assumptions.
struct OutageManagementConfig {
    LocationConfig location;
    PingsConfig pings;
    NoticesConfig notices;
    SimDuration revise = std::chrono::seconds(10); ///< from a message to the next look
    SimDuration recheck = std::chrono::minutes(1); ///< as silence grows to mean more
    /// How long what is below a device may stay behind when it is back, before it is nested.
    SimDuration nested_wait = std::chrono::minutes(15);
    double sure_frac = 0.99;       ///< confidence that asks for no pings
    std::uint16_t alive_dv = 1000; ///< an interval's mean voltage (0.1 V) that shows supply
    SimDuration hold_up = std::chrono::minutes(1); ///< a meter answers for so long without supply
};
/// A line for each fault; empty when nothing is wrong.
[[nodiscard]] std::string problem(OutageManagementConfig const& config);

enum class OutageState : std::uint8_t {
    open,
    verifying, ///< supply is back above; who stayed behind is being found out
    closed,
    withdrawn, ///< what came later told otherwise
};

/// What is believed of one opening. Its number is its row in outages(), from 1.
struct DeviceOutage {
    SimTime began{};           ///< earliest loss it explains, by the meters' clocks
    SimTime last{};            ///< latest
    SimTime named{};           ///< first
    SimTime revised{};         ///< when its place last changed, or was named
    SimTime restored = kNever; ///< by the meters' clocks
    SimTime cleared = kNever;  ///< when that was known
    DeviceId head{};           ///< of its feeder
    DeviceId device{};         ///< that opened, or above the transformer
    LvNetworkId transformer = kNone<LvNetworkId>; ///< kNone: the device itself
    std::uint32_t parent = 0;         ///< nested: number of the outage it was found below
    std::uint32_t reports = 0;        ///< losses it explains
    std::uint32_t confidence_ppm = 0; ///< posterior, millionths
    std::uint32_t pings = 0;          ///< asked for in its present state
    std::uint32_t revisions = 0;      ///< of its place
    OutageState state{};
    std::array<std::uint8_t, 7> spare{}; ///< no padding, so that states are plain octets
    [[nodiscard]] Place place() const { return {device, transformer}; }
    friend bool operator==(DeviceOutage const&, DeviceOutage const&) = default;
};

struct OutageManagementCounts {
    std::uint64_t named = 0; ///< places, nested ones included
    std::uint64_t nested = 0;
    std::uint64_t revised = 0;
    std::uint64_t withdrawn = 0;
    std::uint64_t cleared = 0;
};

/// Hears what HeadEnd hears, after its checks and without copies of alarms (which would not
/// matter). Looks at a feeder `revise` after news of it.
class OutageManagement final {
  public:
    /// @throws SimulationError for a config or a tree with a problem
    OutageManagement(OutageManagementConfig const& config, NetworkTree const& tree,
                     Fleet const& fleet, Ports const& ports, CommandNumbers& numbers,
                     NotifyPort& notify, std::uint64_t timer_base);

    void on_alarm(Alarm const& alarm);
    void on_reading(Reading const& reading);
    /// @return false if the command is none of this application's; a sign of supply all the same
    bool on_acknowledgement(Acknowledgement const& acknowledgement);
    void on_timer(std::uint64_t payload);
    void save(StateWriter& out) const;
    void restore(StateReader& in);

    [[nodiscard]] std::vector<DeviceOutage> const& outages() const { return outages_; }
    [[nodiscard]] std::vector<std::uint64_t> open() const; ///< numbers
    /// Believed of customers below what was named, by their own word where there is one; to who
    /// stays out alone when supply is back it lasts until its own return. What a single customer
    /// suffers otherwise is not among them.
    [[nodiscard]] std::vector<Interruption> interruptions() const;
    [[nodiscard]] OutageManagementCounts const& counts() const { return counts_; }
    [[nodiscard]] Pings const& pings() const { return pings_; }
    [[nodiscard]] Notices const& notices() const { return notices_; }

  private:
    [[nodiscard]] Evidence evidence() const;
    [[nodiscard]] std::uint64_t timer(std::uint64_t kind, std::uint64_t row = 0) const;
    void schedule(DeviceId head, SimTime at);
    void news(MeterId meter, bool always);
    void shown(MeterId meter, SimTime at);
    void evaluate(DeviceId head);
    void match(DeviceId head, std::vector<LocatedEvent> const& events);
    void follow_nested(DeviceOutage& outage);
    void verify(std::size_t row);
    void name_outage(DeviceId head, LocatedEvent const& event, std::uint32_t parent);
    void revise(DeviceOutage& outage, LocatedEvent const& event);
    void withdraw(DeviceOutage& outage);
    void clear(DeviceOutage& outage, SimTime restored);
    void look_again(DeviceId head);
    void count_busy();
    [[nodiscard]] SimDuration first_ping() const; ///< from a return
    void ping_to_locate(DeviceOutage& outage);
    void ping_to_verify(DeviceOutage& outage);
    void tell_outage(DeviceOutage const& outage);
    void tell_restored(DeviceOutage const& outage, Place const& place);
    [[nodiscard]] Interruption suffered(DeviceOutage const& outage, MeterId meter) const;
    void stays_out(DeviceOutage const& outage, MeterId meter);
    void follow_alone(MeterId meter);
    void journal(EventKind kind, Place const& place, SimTime instant, Reason reason = Reason::none);
    [[nodiscard]] std::uint64_t number(DeviceOutage const& outage) const;

    OutageManagementConfig config_;
    Fleet const& fleet_;
    Ports ports_;
    std::uint64_t timer_base_;
    TreeOrder tree_;
    NetworkMembers members_;
    Pings pings_;
    Notices notices_;
    std::vector<MeterRecord> records_; ///< [meter]
    std::vector<SimTime> due_;         ///< [device] of heads: next look; kNever: none
    std::vector<SimTime> newest_;      ///< [device] of heads: latest loss heard of
    std::vector<std::uint32_t> busy_;  ///< [device] of heads: outages open or being verified
    std::vector<DeviceOutage> outages_;
    std::vector<Interruption> interruptions_; ///< of outages that are over
    std::vector<std::uint32_t> alone_; ///< [meter] who stayed out alone: row there, from 1; 0: none
    OutageManagementCounts counts_;
};

} // namespace gridtwin::headend
