#pragma once
// Payment in advance: accounts kept by readings and payments, the balance in the meter brought
// after them by differences, customers warned, disconnected and reconnected.
#include "models/headend/ports/commands.hpp"
#include "models/headend/ports/state_io.hpp"
#include "models/headend/prepayment/accounts.hpp"

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace gridtwin::headend {

enum class CreditNoticeKind : std::uint8_t {
    low, ///< balance at or below one of the class's warnings
    exhausted,
    restored,
    disconnected, ///< confirmed; by an order of the head-end
    reconnected,
};

/// A message to the customer.
struct CreditNotice {
    MeterId meter = kNone<MeterId>;
    CreditNoticeKind kind{};
    Money balance{}; ///< as far as readings have come
    SimTime at{};
    friend bool operator==(CreditNotice const&, CreditNotice const&) = default;
};

class CreditNotifyPort {
  public:
    virtual ~CreditNotifyPort() = default;
    /// Must not call back.
    virtual void notify(CreditNotice const& notice) = 0;
};

/// Who gives orders to relays, sees to their repetition and tells of their end by
/// Prepayment::on_relay; of one whose place another takes, that may be from within.
class RelayPort {
  public:
    virtual ~RelayPort() = default;
    /// @param not_after the meter must not open from when its clock shows this; kStart: no limit
    virtual CommandId open(MeterId meter, SimTime not_after) = 0;
    virtual CommandId close(MeterId meter) = 0;
};

/// All defaults are assumptions.
struct PrepaymentConfig {
    std::vector<AccountClass> classes;
    /// Of differences. They are never abandoned: behind the back-off every `longest`; `tries` says
    /// nothing here.
    RetryPolicy plc{.timeout = std::chrono::minutes(2)};
    RetryPolicy sms{.timeout = std::chrono::minutes(10)};
    Money tolerance{1}; ///< from which on a meter's balance is corrected; >= 1
    SimDuration ask_every = std::chrono::hours(24);     ///< for a report; 0: never
    SimDuration ask_spread = std::chrono::hours(2);     ///< over the accounts
    SimDuration clock_margin = std::chrono::minutes(5); ///< after friendly hours, for slow clocks
    /// No order to disconnect with less time until friendly hours begin.
    SimDuration least_validity = std::chrono::minutes(15);
    SimDuration relay_retry = std::chrono::hours(1); ///< after an order that came to nothing
};
/// Sentences, one a line; empty when nothing is wrong. Classes apart: Accounts sees to them.
[[nodiscard]] std::string problem(PrepaymentConfig const& config);

struct PrepaymentCounts {
    std::uint64_t payments = 0; ///< booked
    std::uint64_t payments_known = 0;
    std::uint64_t payments_refused = 0; ///< without an account, not above zero, too much, or under
    ///< another one's number
    std::uint64_t updates = 0;     ///< differences told, corrections too
    std::uint64_t corrections = 0; ///< that readings called for
    std::uint64_t sent = 0;        ///< tries of all differences
    std::uint64_t confirmed = 0;
    std::uint64_t reports = 0;           ///< of meters' accounts
    std::uint64_t stale = 0;             ///< of them older than what was known
    std::uint64_t foreign = 0;           ///< with a number that was never told
    std::uint64_t reconciled = 0;        ///< held against all readings up to their instant
    std::uint64_t exact = 0;             ///< of them without any difference
    std::int64_t largest_difference = 0; ///< of them, 1e-9 cent, before it was corrected
    std::uint64_t disconnections = 0;    ///< confirmed orders
    std::uint64_t reconnections = 0;
    std::uint64_t relay_failures = 0;
    std::uint64_t notices = 0;
};

enum class PaymentResult : std::uint8_t { booked, known, refused };

/// One difference is under way to a meter at a time, under one number, again and again until the
/// meter reports that number; payments that come meanwhile wait for the next one together. So each
/// is applied exactly once, whatever is lost, doubled or late.
class Prepayment final {
  public:
    /// Nothing is sent before start().
    Prepayment(PrepaymentConfig const& config, std::span<AccountOpening const> openings,
               Fleet const& fleet, Ports const& ports, RelayPort& relays, CreditNotifyPort& notices,
               CommandNumbers& numbers, std::uint64_t timer_base);

    void start();
    PaymentResult on_payment(Payment const& payment);
    /// A reading that the ledger has taken.
    void on_reading(Reading const& reading);
    void on_credit(CreditReading const& reading);
    /// The meter's own word on its credit; others are ignored.
    void on_alarm(Alarm const& alarm);
    /// How an order of the RelayPort ended. @param confirmed as ordered
    void on_relay(CommandId command, MeterId meter, bool confirmed);
    void on_timer(std::uint64_t payload);
    /// The meter has another concentrator: what is under way goes there, beside its tries.
    void send_again(MeterId meter);
    void save(StateWriter& out) const;
    /// @throws SimulationError when it is no state of these accounts
    void restore(StateReader& in);

    [[nodiscard]] Accounts const& accounts() const { return accounts_; }
    [[nodiscard]] PrepaymentCounts const& counts() const { return counts_; }
    /// Of customers without supply for lack of credit: from the first payment to the meter's word
    /// that there is credit again, in the order in which it came.
    [[nodiscard]] std::vector<SimDuration> const& restorations() const { return restorations_; }

  private:
    [[nodiscard]] Account* find(MeterId meter);
    [[nodiscard]] std::uint64_t row_of(Account const& account) const;
    [[nodiscard]] RetryPolicy const& policy(Account const& account) const;
    [[nodiscard]] Money shown(Account const& account) const;
    void arm(Account const& account, SimTime at, std::uint64_t purpose);
    void tell(Account& account, CreditNoticeKind kind);
    // differences
    void next_difference(Account& account);
    void send(Account& account);
    void hand_over(Account const& account);
    void confirm(Account& account, CreditReading const& reading);
    void reconcile(Account& account, std::uint32_t interval, NanoCents balance,
                   ToldSums const& told);
    void reconcile_waiting(Account& account);
    void ask(Account& account);
    // customers and their supply (supply.cpp)
    void word(Account& account, bool exhausted, SimTime at);
    void judge(Account& account);
    void judge_supply(Account& account);
    void open_or_wait(Account& account);
    void look_again(Account& account, SimTime at);

    PrepaymentConfig config_;
    Fleet const& fleet_;
    Ports ports_;
    RelayPort& relays_;
    CreditNotifyPort& notices_;
    CommandNumbers& numbers_;
    std::uint64_t timer_base_;
    Accounts accounts_;
    /// Booked, by number: a number of before is the same payment, or none.
    std::map<std::uint64_t, std::pair<MeterId, Money>> payments_;
    std::vector<SimDuration> restorations_;
    PrepaymentCounts counts_;
};

} // namespace gridtwin::headend
