#pragma once
// What the head-end keeps beside its ledger of billing intervals: registers, the meters' logs, rows
// of second profiles, concentrators' balances and alarms. Each once, however often it comes: the
// first one stays.
#include "models/headend/ports/events.hpp"
#include "models/headend/ports/state_io.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>

namespace gridtwin::headend {

struct BookCounts {
    std::uint64_t registers = 0; ///< sets, totals and tariffs
    std::uint64_t events = 0;
    std::uint64_t load_rows = 0;
    std::uint64_t balances = 0;
    std::uint64_t repeated = 0; ///< that were held already
};

class Books {
  public:
    /// @return false if it is held already
    bool store(RegisterReading const& reading);
    bool store(MeterEvent const& event);
    bool store(LoadReading const& reading);
    bool store(BalanceReading const& reading);
    bool store(ConcentratorAlarm const& alarm);
    /// Here the furthest one stays, whenever it comes.
    void store(FirmwareProgress const& progress);

    /// In order of (meter, when it was read, tariff).
    using RegisterKey = std::tuple<MeterId, SimTime, std::uint32_t>;
    [[nodiscard]] std::map<RegisterKey, RegisterReading> const& registers() const {
        return registers_;
    }
    /// In order of (meter, number).
    using EntryKey = std::tuple<MeterId, std::uint32_t>;
    [[nodiscard]] std::map<EntryKey, MeterEvent> const& events() const { return events_; }
    /// In order of (meter, interval).
    [[nodiscard]] std::map<EntryKey, LoadReading> const& load() const { return load_; }
    /// In order of (concentrator, interval).
    using BalanceKey = std::tuple<ConcentratorId, std::uint32_t>;
    [[nodiscard]] std::map<BalanceKey, BalanceReading> const& balances() const { return balances_; }
    /// In order of (concentrator, when it occurred, kind).
    using AlarmKey = std::tuple<ConcentratorId, SimTime, AlarmKind>;
    [[nodiscard]] std::map<AlarmKey, ConcentratorAlarm> const& alarms() const { return alarms_; }
    /// In order of (concentrator, version).
    using FirmwareKey = std::tuple<ConcentratorId, std::uint32_t>;
    [[nodiscard]] std::map<FirmwareKey, FirmwareProgress> const& firmware() const {
        return firmware_;
    }
    [[nodiscard]] BookCounts const& counts() const { return counts_; }

    void save(StateWriter& out) const;
    void restore(StateReader& in);

  private:
    std::map<RegisterKey, RegisterReading> registers_;
    std::map<EntryKey, MeterEvent> events_;
    std::map<EntryKey, LoadReading> load_;
    std::map<BalanceKey, BalanceReading> balances_;
    std::map<AlarmKey, ConcentratorAlarm> alarms_;
    std::map<FirmwareKey, FirmwareProgress> firmware_;
    BookCounts counts_;
};

} // namespace gridtwin::headend
