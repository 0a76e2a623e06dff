#pragma once
// Prepayment against real meters over a network that loses, doubles and delays.
#include "models/meter/credit_supply.hpp"
#include "models/meter/step.hpp"
#include "tests/models/headend/prepayment/till.hpp"

#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace gridtwin::headend {

struct StormSpec {
    std::uint64_t seed = 1;
    double lost_frac = 0.3;
    double doubled_frac = 0.2;
    SimDuration most_delay = std::chrono::hours(5);
    std::int64_t meter_price_off_milli = 0; ///< by which meters charge too much
    bool restores = false;                  ///< the head-end is saved and restored every 7 h
};

/// Meters with a balance of their own, and as many without; a few days of random use, payments and
/// weather. Customers of the first kind have debts.
class PrepaymentStorm final : public CommandPort,
                              public Journal,
                              public BeliefPort,
                              public CreditNotifyPort,
                              public RelayPort {
  public:
    explicit PrepaymentStorm(StormSpec const& spec);
    /// @param calm from now on nothing is lost, doubled or late
    void to(SimTime end, bool calm = false);
    void pay(MeterId meter, Money amount);

    /// What is wrong with the books of money now; empty when they close.
    [[nodiscard]] std::string audit() const;
    [[nodiscard]] NanoCents largest_gap() const;
    /// Openings of relays in friendly hours by the meters' clocks.
    [[nodiscard]] std::size_t unfriendly() const;
    [[nodiscard]] std::size_t opened() const;
    [[nodiscard]] std::size_t closed_now() const;
    [[nodiscard]] std::size_t meters() const { return table_.size(); }
    [[nodiscard]] Prepayment const& till() const { return *till_; }
    [[nodiscard]] std::vector<Command> const& commands() const { return commands_; }
    [[nodiscard]] std::vector<CreditNotice> const& told() const { return told_; }
    [[nodiscard]] std::uint64_t applied() const { return applied_; }
    [[nodiscard]] std::uint64_t known() const { return known_; }
    [[nodiscard]] std::uint64_t late_orders() const { return late_orders_; }

  private:
    void send(Command const& command) override;
    void assign(Assignment const& /*assignment*/) override {}
    void write(JournalEntry const& /*entry*/) override {}
    void believe(Belief const& /*belief*/) override {}
    void notify(CreditNotice const& notice) override { told_.push_back(notice); }
    CommandId open(MeterId meter, SimTime not_after) override;
    CommandId close(MeterId meter) override;

    [[nodiscard]] std::int64_t upto(std::int64_t most);
    [[nodiscard]] bool chance(double frac);
    /// Over the network: at once twice, later, or never.
    void carry(std::function<void()> const& arrival);
    void later(SimDuration after, std::function<void()> const& what);
    void begin();
    void step(SimTime next);
    void read_meters();
    void execute(Command const& command);
    void adjust(Command const& command);
    void report(MeterId meter, CommandId command);
    void give(Command const& command);
    [[nodiscard]] bool has_balance(MeterId meter) const { return index(meter) < meters() / 2; }
    [[nodiscard]] NanoCents gap(Account const& account) const;
    [[nodiscard]] bool friendly(MeterId meter, SimTime t) const;

    StormSpec spec_;
    std::mt19937_64 draws_;
    bool calm_ = false;
    meter::MeterSpec meter_spec_;
    meter::MeterTable table_;
    meter::CreditSpec credit_;
    PrepaymentConfig config_;
    std::vector<AccountOpening> openings_;
    Fleet fleet_;
    TillClock clock_;
    DeafToTheft suspicions_;
    MemoryLedger ledger_;
    CommandNumbers numbers_;
    std::unique_ptr<Prepayment> till_;
    std::multimap<SimTime, std::function<void()>> queue_;
    std::vector<EventRecord> events_;
    std::size_t events_seen_ = 0;
    std::vector<meter::CreditOrder> orders_;
    std::vector<std::uint32_t> told_to_;   ///< [meter] interval last sent up
    std::map<CommandId, bool> relay_done_; ///< orders to relays that have ended
    std::vector<std::int64_t> paid_;       ///< [meter] cents
    std::vector<std::uint64_t> newest_;    ///< [meter] order to its relay that it executed last
    std::uint64_t payment_ = 0;
    std::uint64_t relay_number_ = 1'000'000;
    SimTime restored_at_ = kStart;
    std::vector<Command> commands_;
    std::vector<CreditNotice> told_;
    std::uint64_t applied_ = 0;
    std::uint64_t known_ = 0;
    std::uint64_t late_orders_ = 0;
};

} // namespace gridtwin::headend
