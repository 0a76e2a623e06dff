#include "models/headend/recording/recorder.hpp"

#include "sim/core/diagnostics.hpp"

namespace gridtwin::headend::recording {

Recorder::Recorder(std::filesystem::path const& file, Setup const& setup, Clock const& clock,
                   CommandPort& commands)
    : file_(file), clock_(clock), commands_(commands) {
    file_.put(Entry::setup, kStart, setup);
}

void Recorder::close() {
    file_.close(clock_.now());
}

void Recorder::send(Command const& command) {
    file_.put(Entry::command, clock_.now(), command);
    commands_.send(command);
}

void Recorder::assign(Assignment const& assignment) {
    file_.put(Entry::assignment, clock_.now(), assignment);
    commands_.assign(assignment);
}

void Recorder::start() {
    file_.put(Entry::start, clock_.now());
    controller_->start();
}

void Recorder::on_order(Command const& command, SimTime at) {
    file_.put(Entry::order, clock_.now(), command, at);
    controller_->on_order(command, at);
}

void Recorder::on_reading(Reading const& reading) {
    file_.put(Entry::reading, clock_.now(), reading);
    controller_->on_reading(reading);
}

void Recorder::on_alarm(Alarm const& alarm) {
    file_.put(Entry::alarm, clock_.now(), alarm);
    controller_->on_alarm(alarm);
}

void Recorder::on_acknowledgement(Acknowledgement const& acknowledgement) {
    file_.put(Entry::acknowledgement, clock_.now(), acknowledgement);
    controller_->on_acknowledgement(acknowledgement);
}

void Recorder::on_registers(RegisterReading const& reading) {
    file_.put(Entry::registers, clock_.now(), reading);
    controller_->on_registers(reading);
}

void Recorder::on_meter_event(MeterEvent const& event) {
    file_.put(Entry::meter_event, clock_.now(), event);
    controller_->on_meter_event(event);
}

void Recorder::on_load(LoadReading const& reading) {
    file_.put(Entry::load, clock_.now(), reading);
    controller_->on_load(reading);
}

void Recorder::on_balance(BalanceReading const& reading) {
    file_.put(Entry::balance, clock_.now(), reading);
    controller_->on_balance(reading);
}

void Recorder::on_firmware(FirmwareProgress const& progress) {
    file_.put(Entry::firmware, clock_.now(), progress);
    controller_->on_firmware(progress);
}

void Recorder::on_credit(CreditReading const& reading) {
    file_.put(Entry::credit, clock_.now(), reading);
    controller_->on_credit(reading);
}

void Recorder::on_payment(Payment const& payment) {
    file_.put(Entry::payment, clock_.now(), payment);
    controller_->on_payment(payment);
}

void Recorder::on_concentrator_alarm(ConcentratorAlarm const& alarm) {
    file_.put(Entry::concentrator_alarm, clock_.now(), alarm);
    controller_->on_concentrator_alarm(alarm);
}

void Recorder::on_registration(Registration const& registration) {
    file_.put(Entry::registration, clock_.now(), registration);
    controller_->on_registration(registration);
}

void Recorder::on_read_by(MeterId meter, ConcentratorId concentrator) {
    file_.put(Entry::read_by, clock_.now(), meter, concentrator);
    controller_->on_read_by(meter, concentrator);
}

void Recorder::on_heard(ConcentratorId concentrator, Channel over) {
    file_.put(Entry::heard, clock_.now(), concentrator, over);
    controller_->on_heard(concentrator, over);
}

void Recorder::on_timer(std::uint64_t id) {
    file_.put(Entry::timer, clock_.now(), id);
    controller_->on_timer(id);
}

void Recorder::save(std::vector<std::byte>& out) const {
    controller_->save(out);
}

void Recorder::restore(std::span<std::byte const>) {
    throw SimulationError("a recording of a head-end begins with its start");
}

} // namespace gridtwin::headend::recording
