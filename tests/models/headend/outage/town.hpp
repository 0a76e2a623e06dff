#pragma once
// A town whose devices open and close by script, the messages its meters send of it, and an outage
// management that hears some of them.
#include "models/headend/outage/management.hpp"
#include "sim/core/random.hpp"
#include "tests/models/headend/fake_ports.hpp"

#include <cmath>
#include <functional>
#include <map>
#include <vector>

namespace gridtwin::headend {

constexpr DeviceId device(std::uint32_t row) {
    return static_cast<DeviceId>(row);
}

struct Town {
    NetworkTree tree;
    Fleet fleet;
    [[nodiscard]] std::uint32_t meters() const {
        return static_cast<std::uint32_t>(fleet.meters());
    }
};

/// A breaker (0), a recloser below it (1), two fuses below that (2, 3), another fuse below the
/// breaker (4); three transformers below each fuse (0 to 2, 3 to 5, 6 to 8) with `each` meters, and
/// a second feeder: a breaker (5) with three transformers (9 to 11).
Town small_town(std::uint32_t each = 6);

struct Dice {
    std::uint64_t seed = 0;
    std::uint64_t n = 0;
    double operator()() { return draw01({seed}, {EntityKind::world, 0}, Purpose::test, n++); }
    std::uint32_t below(std::uint32_t limit) {
        return static_cast<std::uint32_t>((*this)() * static_cast<double>(limit));
    }
    SimDuration exponential(SimDuration mean) {
        return duration_from_s(-std::log(1.0 - (*this)()) * to_s(mean));
    }
};

/// Four feeders, 30 devices hung at random below them, 200 transformers hung at random below those,
/// 4 to 20 meters each.
Town random_town(std::uint64_t seed);

struct FakeNotify final : NotifyPort {
    void notify(Notice const& notice) override { notices.push_back(notice); }
    [[nodiscard]] std::vector<MeterId> of(NoticeKind kind, std::uint64_t outage = 1) const;
    std::vector<Notice> notices;
};

struct OmsDesk {
    explicit OmsDesk(Town const& the_town, OutageManagementConfig const& config = {});
    [[nodiscard]] Ports ports() { return {clock, commands, ledger, journal, beliefs, suspicions}; }

    /// Lets time pass up to `to`; what arrives meanwhile is delivered at its time.
    void run_to(SimDuration to);
    void arrive(SimTime when, std::function<void()> what) { arrivals.emplace(when, what); }
    void alarm(std::uint32_t m, AlarmKind kind, SimDuration occurred);
    void lose(std::vector<std::uint32_t> const& meters, SimDuration occurred);
    void restore(std::vector<std::uint32_t> const& meters, SimDuration occurred);
    void answer(Command const& command);
    /// Meters of transformers [first, last].
    [[nodiscard]] std::vector<std::uint32_t> meters(std::uint32_t first, std::uint32_t last) const;
    [[nodiscard]] std::vector<DeviceOutage> open() const;

    Town town;
    FakeClock clock;
    FakeCommands commands{clock};
    MemoryLedger ledger;
    FakeJournal journal;
    FakeBeliefs beliefs;
    FakeSuspicions suspicions;
    FakeNotify notify;
    CommandNumbers numbers;
    OutageManagement oms;
    std::multimap<SimTime, std::function<void()>> arrivals;
};

/// How a town's messages fare.
struct Weather {
    double lost_frac = 0.2;      ///< of meters' words
    double cut_frac = 0.02;      ///< of transformers, of which no word comes
    double answers_frac = 0.8;   ///< of pings to meters with supply
    SimDuration delay = 1min;    ///< mean on the way
    SimDuration longest = 10min; ///< on the way
    SimDuration clocks = 10s;    ///< off by at most
};

/// Opens devices and tells an OmsDesk what its meters have to say of it.
class Storm {
  public:
    Storm(OmsDesk& desk, Weather const& weather, std::uint64_t seed);
    void open(DeviceId device, SimDuration at);
    void close(DeviceId device, SimDuration at);
    void lose_customer(std::uint32_t m, SimDuration at, SimDuration back);
    [[nodiscard]] bool dark(std::uint32_t m) const;
    [[nodiscard]] TreeOrder const& tree() const { return tree_; }
    [[nodiscard]] Dice& dice() { return dice_; }

  private:
    void set(DeviceId device, SimDuration at, bool open);
    void say(std::uint32_t m, AlarmKind kind, SimDuration at);
    OmsDesk& desk_;
    Weather weather_;
    Dice dice_;
    TreeOrder tree_;
    NetworkMembers members_;
    std::vector<bool> open_;         ///< [device]
    std::vector<bool> cut_;          ///< [transformer]
    std::vector<SimDuration> clock_; ///< [meter] it is off
    std::map<std::uint32_t, std::pair<SimTime, SimTime>> customers_;
};

} // namespace gridtwin::headend
