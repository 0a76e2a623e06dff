#pragma once
// Records what a head-end is told and what it orders, as it passes its ports.
#include "models/headend/ports/ports.hpp"
#include "models/headend/recording/file.hpp"
#include "models/headend/recording/setup.hpp"

#include <filesystem>

namespace gridtwin::headend::recording {

/// Stands before the controller and behind its command port. The controller must be made with the
/// setup recorded, a ledger that is empty and this as its command port, and start() must be its
/// first call.
class Recorder final : public Controller, public CommandPort {
  public:
    /// @throws InputError when the file cannot be written
    Recorder(std::filesystem::path const& file, Setup const& setup, Clock const& clock,
             CommandPort& commands);
    /// Whom it stands before; once, before all else.
    void attach(Controller& controller) { controller_ = &controller; }
    /// Ends the file. @throws InputError when not all of it could be written
    void close();

    void send(Command const& command) override;
    void assign(Assignment const& assignment) override;

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
    void on_registration(Registration const& registration) override;
    void on_read_by(MeterId meter, ConcentratorId concentrator) override;
    void on_heard(ConcentratorId concentrator, Channel over) override;
    void on_timer(std::uint64_t id) override;
    void save(std::vector<std::byte>& out) const override;
    /// @throws SimulationError always: what was before is not in the recording
    void restore(std::span<std::byte const> state) override;

  private:
    FileWriter file_;
    Clock const& clock_;
    CommandPort& commands_;
    Controller* controller_ = nullptr;
};

} // namespace gridtwin::headend::recording
