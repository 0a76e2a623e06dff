#pragma once
// The head-end: its applications behind one controller.
#include "models/headend/alarm_filter.hpp"
#include "models/headend/alarms/alarm_desk.hpp"
#include "models/headend/alarms/demand_watch.hpp"
#include "models/headend/balances.hpp"
#include "models/headend/bills.hpp"
#include "models/headend/books.hpp"
#include "models/headend/collection.hpp"
#include "models/headend/credit_relays.hpp"
#include "models/headend/losses/losses.hpp"
#include "models/headend/orders.hpp"
#include "models/headend/outage/management.hpp"
#include "models/headend/outage/outage.hpp"
#include "models/headend/prepayment/prepayment.hpp"
#include "models/headend/registry.hpp"
#include "models/headend/vee/vee.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace gridtwin::headend {

/// The operations centre: what it is told of, and how it deals with that.
struct AlarmsConfig {
    AlarmDeskConfig desk{};
    DemandWatchConfig watch{};
};

/// Applications without a config do not run.
struct HeadEndConfig {
    CollectionConfig collection;
    OrdersConfig orders;
    OutageConfig outage;
    RegistryConfig registry{};
    BalancesConfig balances{};
    std::optional<AlarmsConfig> alarms{};
    std::optional<LossesConfig> losses{};
    std::optional<OutageManagementConfig> outage_management{};
    std::optional<headend::vee::VeeConfig> vee{};
    std::optional<PrepaymentConfig> prepayment{};
    /// After a day's end it is validated: most of its readings are there. Assumption.
    SimDuration validate_after = std::chrono::hours(6);
    std::optional<BillsConfig> bills{};
    /// How far a meter's clock may run ahead. Readings of intervals that end later are rejected; an
    /// alarm or acknowledgement stamped later counts as of its receipt. Assumption.
    SimDuration clock_lead = std::chrono::minutes(5);
};
/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(HeadEndConfig const& config, SimDuration interval);

struct HeadEndCounts {
    std::uint64_t alarms = 0;          ///< first copies
    std::uint64_t repeated_alarms = 0; ///< further copies
    std::uint64_t unknown_meters = 0;  ///< messages about meters or concentrators not in the fleet,
                                       ///< or registrations of meters read by SMS
    std::uint64_t bad_intervals = 0;   ///< readings of intervals that cannot have ended, or of none
    std::uint64_t stray_acknowledgements = 0; ///< of commands nobody waits for
    std::uint64_t stray_credit = 0;           ///< payments and credit reports, without prepayment
};

/// What the utility has on record, for outage management, validation, prepayment and billing, and
/// how it tells customers.
struct UtilityRecords {
    NetworkTree const& tree;
    NotifyPort& notices;
    CivilClock const& civil;                          ///< which days are alike, and begin when
    std::uint32_t intervals = 0;                      ///< highest one that will be kept
    std::span<AccountOpening const> accounts{};       ///< of those who pay in advance
    CreditNotifyPort* credit_notices = nullptr;       ///< to them; prepayment needs it
    std::span<billing::Agreement const> agreements{}; ///< from the start on
};

class HeadEnd final : public Controller, SuspicionPort {
  public:
    /// @param records for applications that need some; may go once this is made, but for the port
    /// @param pool for work on many meters; the same comes out without
    /// @throws SimulationError for a config, a fleet or a tree with a problem, or none of the
    /// latter
    HeadEnd(HeadEndConfig const& config, Fleet fleet, Ports const& ports,
            UtilityRecords const* records = nullptr, ThreadPool* pool = nullptr);
    HeadEnd(HeadEnd const&) = delete;
    HeadEnd& operator=(HeadEnd const&) = delete;

    void start() override;
    void on_order(Command const& command, SimTime at) override;
    void on_reading(Reading const& reading) override;
    void on_alarm(Alarm const& alarm) override;
    void on_acknowledgement(Acknowledgement const& acknowledgement) override;
    void on_registers(RegisterReading const& reading) override;
    void on_meter_event(MeterEvent const& event) override;
    void on_load(LoadReading const& reading) override;
    void on_balance(BalanceReading const& reading) override;
    void on_firmware(FirmwareProgress const& progress) override;
    void on_credit(CreditReading const& reading) override;
    void on_payment(Payment const& payment) override;
    void on_concentrator_alarm(ConcentratorAlarm const& alarm) override;
    /// A meter's concentrator hears what is lacked of it, and is given the orders under way: under
    /// their numbers, so that the meter executes each once.
    void on_registration(Registration const& registration) override;
    void on_read_by(MeterId meter, ConcentratorId concentrator) override;
    void on_heard(ConcentratorId concentrator, Channel over) override;
    void on_timer(std::uint64_t id) override;
    void save(std::vector<std::byte>& out) const override;
    void restore(std::span<std::byte const> state) override;

    /// The operator's orders enter here.
    [[nodiscard]] Orders& orders() { return orders_; }
    [[nodiscard]] Orders const& orders() const { return orders_; }
    [[nodiscard]] Books const& books() const { return books_; }
    [[nodiscard]] Balances const& balances() const { return balances_; }
    [[nodiscard]] Collection const& collection() const { return collection_; }
    [[nodiscard]] Outage const& outage() const { return outage_; }
    /// nullptr without.
    [[nodiscard]] AlarmDesk const* alarm_desk() const { return desk_ ? &*desk_ : nullptr; }
    [[nodiscard]] OutageManagement const* outage_management() const {
        return management_ ? &*management_ : nullptr;
    }
    /// Days that have been validated, from the first on.
    [[nodiscard]] std::uint64_t days_validated() const { return days_validated_; }
    [[nodiscard]] headend::vee::Vee const* vee() const { return vee_ ? &*vee_ : nullptr; }
    [[nodiscard]] Prepayment const* prepayment() const {
        return prepayment_ ? &*prepayment_ : nullptr;
    }
    [[nodiscard]] Bills const* bills() const { return bills_ ? &*bills_ : nullptr; }
    [[nodiscard]] Losses const* losses() const { return losses_ ? &*losses_ : nullptr; }
    [[nodiscard]] Registry const& registry() const { return registry_; }
    [[nodiscard]] HeadEndCounts const& counts() const { return counts_; }
    [[nodiscard]] Fleet const& fleet() const { return fleet_; }

  private:
    [[nodiscard]] bool known(MeterId meter);
    [[nodiscard]] bool known_below(MeterId meter, ConcentratorId concentrator);
    void suspect(TheftSuspicion const& suspicion) override;
    /// Tells the operations centre, if there is one.
    void signal(SignalChange change, AlarmPlace about, SimTime began, std::int64_t value);
    [[nodiscard]] Ports ports_of_applications();
    void validate_next_day();
    void wait_for_day();

    ThreadPool* pool_;
    SimDuration clock_lead_;
    Fleet fleet_;
    Ports ports_;
    CommandNumbers numbers_;
    Registry registry_;
    AlarmFilter filter_;
    Collection collection_;
    Orders orders_;
    Outage outage_;
    Books books_;
    Balances balances_;
    std::optional<AlarmDesk> desk_;
    std::optional<DemandWatch> watch_;
    std::optional<Losses> losses_;
    std::optional<OutageManagement> management_;
    std::optional<headend::vee::Vee> vee_;
    std::optional<CreditRelays> credit_relays_;
    std::optional<Prepayment> prepayment_;
    SimDuration validate_after_{};
    std::uint64_t days_validated_ = 0;
    std::optional<BilledEnergy> billed_;
    std::optional<Bills> bills_;
    HeadEndCounts counts_;
};

} // namespace gridtwin::headend
