#include "models/headend/recording/deliveries.hpp"

#include "sim/core/diagnostics.hpp"

#include <utility>

namespace gridtwin::headend::recording {

Deliveries::Deliveries(std::filesystem::path const& file) : file_(file) {
    try {
        if (!file_.next() || file_.entry() != Entry::setup) {
            throw SimulationError("it does not begin with a setup");
        }
        setup_ = to_setup(file_.content());
    } catch (SimulationError const& e) {
        Diagnostics mistakes;
        mistakes.error({file.string(), 0, 0}, e.what(), "a recording of this version");
        throw InputError(std::move(mistakes));
    }
    advance();
}

void Deliveries::deliver(Controller& to) const {
    OctetReader reader(file_.content());
    auto const next = [&]<typename T>(T value) {
        reader.get(value);
        return value;
    };
    switch (file_.entry()) {
    case Entry::start:
        to.start();
        break;
    case Entry::reading:
        to.on_reading(next(Reading{}));
        break;
    case Entry::alarm:
        to.on_alarm(next(Alarm{}));
        break;
    case Entry::acknowledgement:
        to.on_acknowledgement(next(Acknowledgement{}));
        break;
    case Entry::registers:
        to.on_registers(next(RegisterReading{}));
        break;
    case Entry::meter_event:
        to.on_meter_event(next(MeterEvent{}));
        break;
    case Entry::load:
        to.on_load(next(LoadReading{}));
        break;
    case Entry::balance:
        to.on_balance(next(BalanceReading{}));
        break;
    case Entry::firmware:
        to.on_firmware(next(FirmwareProgress{}));
        break;
    case Entry::credit:
        to.on_credit(next(CreditReading{}));
        break;
    case Entry::payment:
        to.on_payment(next(Payment{}));
        break;
    case Entry::concentrator_alarm:
        to.on_concentrator_alarm(next(ConcentratorAlarm{}));
        break;
    case Entry::registration:
        to.on_registration(next(Registration{}));
        break;
    case Entry::read_by: {
        auto const meter = next(MeterId{});
        to.on_read_by(meter, next(ConcentratorId{}));
        break;
    }
    case Entry::heard: {
        auto const concentrator = next(ConcentratorId{});
        to.on_heard(concentrator, next(Channel{}));
        break;
    }
    case Entry::timer:
        to.on_timer(next(std::uint64_t{}));
        break;
    case Entry::order: {
        auto const command = next(Command{});
        to.on_order(command, next(SimTime{}));
        break;
    }
    case Entry::setup:
    case Entry::command:
    case Entry::assignment:
    case Entry::end:
        break;
    }
}

} // namespace gridtwin::headend::recording
