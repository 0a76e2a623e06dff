#pragma once
// A till with scripted ports: what is sent, told and noticed is kept in lists.
#include "models/headend/ports/ledger.hpp"
#include "models/headend/prepayment/prepayment.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace gridtwin::headend {

using namespace std::chrono_literals;

class TillClock final : public Clock {
  public:
    [[nodiscard]] SimTime now() const override { return now_; }
    void set_timer(SimTime at, std::uint64_t id) override { timers_.insert({at, id}); }
    void stand_at(SimTime t) { now_ = std::max(now_, t); }
    [[nodiscard]] SimTime next() const { return timers_.empty() ? kNever : timers_.begin()->first; }
    std::uint64_t take() {
        stand_at(timers_.begin()->first);
        std::uint64_t const id = timers_.begin()->second;
        timers_.erase(timers_.begin());
        return id;
    }
    void forget() { timers_.clear(); }

  private:
    SimTime now_ = kStart;
    std::set<std::pair<SimTime, std::uint64_t>> timers_;
};

struct TillPorts final : CommandPort, Journal, BeliefPort, CreditNotifyPort, RelayPort {
    void send(Command const& command) override { sent.push_back(command); }
    void assign(Assignment const& /*assignment*/) override {}
    void write(JournalEntry const& entry) override { journal.push_back(entry); }
    void believe(Belief const& /*belief*/) override {}
    void notify(CreditNotice const& notice) override { notices.push_back(notice); }
    CommandId open(MeterId meter, SimTime not_after) override {
        relays.push_back({.id = static_cast<CommandId>(1'000'000 + relays.size()),
                          .kind = CommandKind::open_relay,
                          .meter = meter,
                          .effective = not_after});
        return relays.back().id;
    }
    CommandId close(MeterId meter) override {
        relays.push_back({.id = static_cast<CommandId>(1'000'000 + relays.size()),
                          .kind = CommandKind::close_relay,
                          .meter = meter});
        return relays.back().id;
    }
    std::vector<Command> sent;
    std::vector<Command> relays;
    std::vector<JournalEntry> journal;
    std::vector<CreditNotice> notices;
};

/// 20 cents a kWh: an interval of 0.5 kWh costs 10 cents.
inline AccountClass twenty_cents(bool in_meter) {
    AccountClass kind;
    kind.terms.price_milli.fill(20'000);
    kind.in_meter = in_meter;
    kind.warn_at.clear();
    return kind;
}

inline Fleet some_fleet(std::uint32_t meters) {
    Fleet fleet;
    fleet.channel.assign(meters, Channel::plc);
    fleet.lv_network.assign(meters, LvNetworkId{0});
    fleet.concentrator.assign(meters, ConcentratorId{0});
    fleet.feeder.assign(1, FeederId{0});
    fleet.concentrators = 1;
    fleet.feeders = 1;
    return fleet;
}

struct DeafToTheft final : SuspicionPort {
    void suspect(TheftSuspicion const&) override {}
};

struct Till {
    static constexpr MeterId kMeter{0};
    explicit Till(AccountClass const& kind, Money opening, Money debt = {}) {
        config.classes = {kind};
        config.ask_every = SimDuration::zero();
        openings = {{.meter = kMeter, .balance = opening, .debt = debt}};
        begin();
    }
    void begin() {
        till = std::make_unique<Prepayment>(config, openings, fleet,
                                            Ports{clock, ports, ledger, ports, ports, suspicions},
                                            ports, ports, numbers, 0);
        till->start();
    }
    void to(SimTime t) {
        while (clock.next() <= t) {
            till->on_timer(clock.take());
        }
        clock.stand_at(t);
    }
    PaymentResult pay(std::uint64_t number, std::int64_t cents) {
        return till->on_payment(
            {.number = number, .meter = kMeter, .amount = {cents}, .received = clock.now()});
    }
    void read(std::uint32_t interval, std::int32_t import_mwh) {
        Reading const reading{.meter = kMeter, .interval = interval, .import_mwh = import_mwh};
        if (ledger.store(reading)) {
            till->on_reading(reading);
        }
    }
    void report(std::uint32_t number, std::uint32_t interval, NanoCents balance,
                std::uint32_t flags = 0) {
        till->on_credit({.meter = kMeter,
                         .number = number,
                         .interval = interval,
                         .flags = flags,
                         .balance = balance,
                         .read = clock.now(),
                         .received = clock.now()});
    }
    void relay(bool confirmed) { till->on_relay(ports.relays.back().id, kMeter, confirmed); }
    [[nodiscard]] Account const& account() const { return till->accounts().rows()[0]; }
    [[nodiscard]] NanoCents balance() const { return till->accounts().balance_of(account()); }
    [[nodiscard]] NanoCents in_flight() const { return till->accounts().in_flight(account()); }
    [[nodiscard]] std::vector<CreditNoticeKind> told() const {
        std::vector<CreditNoticeKind> kinds;
        for (auto const& notice : ports.notices) {
            kinds.push_back(notice.kind);
        }
        return kinds;
    }

    PrepaymentConfig config;
    std::vector<AccountOpening> openings;
    Fleet fleet = some_fleet(2);
    TillClock clock;
    TillPorts ports;
    DeafToTheft suspicions;
    MemoryLedger ledger{2, 96 * 14};
    CommandNumbers numbers;
    std::unique_ptr<Prepayment> till;
};

} // namespace gridtwin::headend
