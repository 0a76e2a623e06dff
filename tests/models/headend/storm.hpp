#pragma once
// A town without a simulator: meters and a network that loses, doubles, delays and reorders
// whatever passes between them and a head-end. Keeps the truth, and watches the head-end's every
// command.
#include "sim/core/random.hpp"
#include "tests/models/headend/fake_ports.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>

namespace gridtwin::headend {

struct StormSpec {
    std::uint64_t seed = 1;
    double loss_frac = 0.3; ///< of readings, commands and answers
    double alarm_loss_frac = 0.3;
    double doubled_frac = 0.2;
    SimDuration mean_delay = 2min; ///< exponential, each copy its own: so they overtake each other
    SimDuration calm_from = 18h;   ///< from here on nothing is lost
    bool ends_dark = false;        ///< some outages last to the end
};

class Storm {
  public:
    static constexpr std::uint32_t kNetworks = 3;
    static constexpr std::uint32_t kEach = 8;
    static constexpr std::uint32_t kMeters = kNetworks * kEach;

    struct Order {
        MeterId meter{};
        bool close = false;
        SimTime at{};
    };
    using Input = std::variant<Reading, Alarm, Acknowledgement, Order>;

    explicit Storm(StormSpec const& spec);
    void run_to(SimTime to);
    /// Saves the head-end and goes on with a new one that restored it.
    void replace_head_end(bool clock_forgets_timers);

    [[nodiscard]] HeadEnd& head() { return *head_; }
    [[nodiscard]] HeadEnd const& head() const { return *head_; }
    [[nodiscard]] bool dark(MeterId meter, SimTime t) const;
    [[nodiscard]] bool network_dark(LvNetworkId network, SimTime t) const;
    /// The meter's profile has this interval (by its clock it is over, and it saw some voltage).
    [[nodiscard]] bool holds(MeterId meter, std::uint32_t interval, SimTime t) const;
    [[nodiscard]] Reading row(MeterId meter, std::uint32_t interval) const;
    /// Position of a meter's relay now.
    [[nodiscard]] bool closed(MeterId meter) const { return closed_[index(meter)]; }

    FakeClock clock;
    FakeCommands commands{clock};
    MemoryLedger ledger{kMeters, 4 * 96};
    FakeJournal journal;
    FakeBeliefs beliefs;
    FakeSuspicions suspicions;
    std::vector<std::string> broken;                       ///< promises the head-end broke
    std::vector<std::pair<SimTime, Input>> inputs;         ///< all it was told, in order
    std::set<std::pair<MeterId, std::uint32_t>> delivered; ///< intervals that arrived at least once

    static Fleet fleet();
    static HeadEndConfig config();
    static void apply(HeadEnd& head, Input const& input);

  private:
    struct Darkness {
        SimTime from{};
        SimTime to{};
    };
    struct Execution {
        SimTime at{};
        std::int64_t value = 0;
    };

    double draw();
    SimTime draw_time(SimTime from, SimTime to);
    void plan_outages();
    void plan_orders();
    void plan_polls();
    void schedule(SimTime at, std::function<void()> what);
    void carry(double loss_frac, std::function<void()> const& arrives);
    void tell(Input input);
    void on_command(Command const& command);
    void watch(Command const& command);
    void answer_read(Command const& command);
    void operate_relay(Command const& command);

    StormSpec spec_;
    std::uint64_t draws_ = 0;
    std::uint64_t events_ = 0;
    std::map<std::pair<SimTime, std::uint64_t>, std::function<void()>> queue_;
    std::vector<SimDuration> offset_;         ///< [meter] clock shown minus true
    std::vector<std::vector<Darkness>> dark_; ///< [meter]
    std::vector<std::vector<Darkness>> network_dark_;
    std::vector<bool> closed_;
    std::map<CommandId, Execution> executed_;
    std::unique_ptr<HeadEnd> head_;
};

} // namespace gridtwin::headend
