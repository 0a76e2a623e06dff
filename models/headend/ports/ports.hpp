#pragma once
// All that control code may ask of the world, and all that the world may tell it. The twin, a
// utility's own systems and scripted tests implement the ports; the same controller runs behind
// each.
#include "models/headend/ports/events.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::headend {

class Clock {
  public:
    virtual ~Clock() = default;
    /// Never runs backwards.
    [[nodiscard]] virtual SimTime now() const = 0;
    /// Calls Controller::on_timer(id) once, at `at` or as soon after as possible (an `at` in the
    /// past: at once, but not from within this call). A timer is named by (at, id): setting it
    /// twice is setting it once. Timers fall due in the order of (at, id). There is no cancelling:
    /// controllers ignore a timer that has lost its meaning.
    virtual void set_timer(SimTime at, std::uint64_t id) = 0;
};

class CommandPort {
  public:
    virtual ~CommandPort() = default;
    /// Hands a command over to the meter's own channel. Success is an Acknowledgement (or the
    /// readings asked for); failure of any kind is silence. Must not call back into the controller.
    virtual void send(Command const& command) = 0;
    /// Tells a concentrator about a meter. Nobody answers, and it may be lost.
    virtual void assign(Assignment const& assignment) = 0;
};

/// A run of consecutive intervals; empty when count == 0.
struct IntervalSpan {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    friend bool operator==(IntervalSpan const&, IntervalSpan const&) = default;
};

/// Where readings are kept: memory (ledger.hpp) or a database.
class Ledger {
  public:
    virtual ~Ledger() = default;
    /// Keeps the reading. @return false if this interval of this meter is already held: the first
    /// one stays, whatever the second one says.
    virtual bool store(Reading const& reading) = 0;
    [[nodiscard]] virtual bool has(MeterId meter, std::uint32_t interval) const = 0;
    /// How many of the intervals [first, last] are held; 0 when first > last.
    [[nodiscard]] virtual std::uint32_t held(MeterId meter, std::uint32_t first,
                                             std::uint32_t last) const = 0;
    /// Energy of the intervals held in [first, last], mWh.
    [[nodiscard]] virtual std::int64_t import_mwh(MeterId meter, std::uint32_t first,
                                                  std::uint32_t last) const = 0;
    /// The first run of intervals missing in [first, last]; count 0 when none is.
    [[nodiscard]] virtual IntervalSpan first_gap(MeterId meter, std::uint32_t first,
                                                 std::uint32_t last) const = 0;
};

class Journal {
  public:
    virtual ~Journal() = default;
    virtual void write(JournalEntry const& entry) = 0;
};

class BeliefPort {
  public:
    virtual ~BeliefPort() = default;
    /// Called whenever the head-end changes its mind about a meter's or a network's supply.
    virtual void believe(Belief const& belief) = 0;
};

class SuspicionPort {
  public:
    virtual ~SuspicionPort() = default;
    /// Called when a suspicion begins and when it ends.
    virtual void suspect(TheftSuspicion const& suspicion) = 0;
};

/// The ports of one head-end; all must outlive it.
struct Ports {
    Clock& clock;
    CommandPort& commands;
    Ledger& ledger;
    Journal& journal;
    BeliefPort& beliefs;
    SuspicionPort& suspicions;
};

/// Control code as its surroundings see it. What it does depends on the calls below and on what its
/// ports answer, on nothing else; so a recorded run can be replayed without the simulator.
class Controller {
  public:
    virtual ~Controller() = default;
    /// Once, before anything else, unless restore() is called in its place.
    virtual void start() = 0;
    /// Somebody of the utility orders it to be done at `at` (at once when that is past); the
    /// command's id is ignored. To all meters of a concentrator, where it names no meter.
    virtual void on_order(Command const& command, SimTime at) = 0;
    virtual void on_reading(Reading const& reading) = 0;
    virtual void on_alarm(Alarm const& alarm) = 0;
    virtual void on_acknowledgement(Acknowledgement const& acknowledgement) = 0;
    virtual void on_registers(RegisterReading const& reading) = 0;
    virtual void on_meter_event(MeterEvent const& event) = 0;
    virtual void on_load(LoadReading const& reading) = 0;
    virtual void on_balance(BalanceReading const& reading) = 0;
    virtual void on_firmware(FirmwareProgress const& progress) = 0;
    virtual void on_credit(CreditReading const& reading) = 0;
    /// Whoever takes payments has taken one.
    virtual void on_payment(Payment const& payment) = 0;
    virtual void on_concentrator_alarm(ConcentratorAlarm const& alarm) = 0;
    virtual void on_registration(Registration const& registration) = 0;
    /// Readings of that meter, told by on_reading, have come from that concentrator.
    virtual void on_read_by(MeterId meter, ConcentratorId concentrator) = 0;
    /// Its latest word, whatever it says, has come this way: by its data session (wan), or by SMS,
    /// as that is lost. Before the call that tells what it says.
    virtual void on_heard(ConcentratorId concentrator, Channel over) = 0;
    virtual void on_timer(std::uint64_t id) = 0;
    /// Appends all state. Equal states give equal bytes; they are read on the same kind of machine.
    virtual void save(std::vector<std::byte>& out) const = 0;
    /// Takes the state that an object of the same configuration saved, and sets its pending timers
    /// again (harmless where the clock kept them).
    /// @throws SimulationError when the bytes are not such a state; the object is useless then
    virtual void restore(std::span<std::byte const> state) = 0;
};

} // namespace gridtwin::headend
