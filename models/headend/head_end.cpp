#include "models/headend/head_end.hpp"

#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace gridtwin::headend {

namespace {

// a timer's id: the application in the high bits, its own payload in the low 48
constexpr int kApplicationBit = 48;
constexpr std::uint64_t kPayload = (std::uint64_t{1} << kApplicationBit) - 1;
constexpr std::uint64_t kCollection = 1;
constexpr std::uint64_t kOrders = 2;
constexpr std::uint64_t kOutage = 3;
constexpr std::uint64_t kAlarmDesk = 4;
constexpr std::uint64_t kDemandWatch = 5;
constexpr std::uint64_t kLosses = 6;
constexpr std::uint64_t kManagement = 7;
constexpr std::uint64_t kVee = 8;
constexpr std::uint64_t kPrepayment = 9;
constexpr std::uint64_t kBills = 10;

constexpr SimDuration kDay = std::chrono::hours(24);

constexpr std::uint64_t kFormat = 0x4754'4845'0000'0009; ///< "GTHE", version 9

constexpr std::uint64_t base(std::uint64_t application) {
    return application << kApplicationBit;
}

Fleet checked(Fleet fleet) {
    if (auto const text = problem(fleet); !text.empty()) {
        throw SimulationError("head-end: the fleet: " + text);
    }
    return fleet;
}

/// A meter's stamp, unless its clock is beyond belief.
SimTime plausible(SimTime stamp, SimTime received, SimDuration lead) {
    constexpr SimTime kEarliest = kStart - std::chrono::hours(24 * 365);
    return stamp > received + lead ? received : std::max(stamp, kEarliest);
}

} // namespace

std::string problem(HeadEndConfig const& config, SimDuration interval) {
    if (config.clock_lead < SimDuration::zero()) {
        return "head-end: clock_lead is negative";
    }
    if (config.vee) {
        if (config.validate_after < SimDuration::zero()) {
            return "validation: validate_after is negative";
        }
        if (auto const text = problem(*config.vee, interval); !text.empty()) {
            return text;
        }
    }
    for (std::string const& text :
         {problem(config.collection, interval), problem(config.orders), problem(config.outage),
          problem(config.registry), problem(config.balances),
          config.alarms ? problem(config.alarms->desk) : std::string(),
          config.alarms ? problem(config.alarms->watch) : std::string(),
          config.losses ? problem(*config.losses) : std::string(),
          config.outage_management ? problem(*config.outage_management) : std::string(),
          config.prepayment ? problem(*config.prepayment) : std::string(),
          config.bills ? problem(*config.bills, interval) : std::string()}) {
        if (!text.empty()) {
            return text;
        }
    }
    return {};
}

HeadEnd::HeadEnd(HeadEndConfig const& config, Fleet fleet, Ports const& ports,
                 UtilityRecords const* records, ThreadPool* pool)
    : pool_(pool), clock_lead_(config.clock_lead), fleet_(checked(std::move(fleet))), ports_(ports),
      registry_(config.registry, fleet_, ports),
      collection_(config.collection, fleet_, ports, numbers_, base(kCollection)),
      orders_(config.orders, fleet_, ports, numbers_, base(kOrders)),
      outage_(config.outage, fleet_, ports, base(kOutage)),
      balances_(config.balances, fleet_, ports, books_) {
    if (auto const text = problem(config, fleet_.interval); !text.empty()) {
        throw SimulationError(text);
    }
    if (config.alarms) {
        desk_.emplace(config.alarms->desk, ports_.clock, base(kAlarmDesk));
        watch_.emplace(config.alarms->watch, fleet_, ports_, *desk_, base(kDemandWatch));
    }
    if (config.losses) {
        losses_.emplace(*config.losses, fleet_, ports_of_applications(), base(kLosses));
    }
    if ((config.outage_management || config.vee || config.prepayment || config.bills) &&
        records == nullptr) {
        throw SimulationError("head-end: outage management, validation, prepayment and billing "
                              "need the utility's records");
    }
    if (config.prepayment) {
        if (records->credit_notices == nullptr) {
            throw SimulationError("head-end: prepayment needs a way to tell customers");
        }
        credit_relays_.emplace(orders_, ports_.clock);
        prepayment_.emplace(*config.prepayment, records->accounts, fleet_, ports_, *credit_relays_,
                            *records->credit_notices, numbers_, base(kPrepayment));
        credit_relays_->tell(*prepayment_);
    }
    if (config.vee) {
        vee_.emplace(*config.vee, fleet_, records->intervals, records->civil, ports_.clock,
                     ports_.ledger);
        validate_after_ = config.validate_after;
        for (std::size_t m = 0; m < fleet_.most_w.size(); ++m) {
            vee_->set_traits(static_cast<MeterId>(m), fleet_.most_w[m], false);
        }
    }
    if (config.bills) {
        billed_.emplace(ports_.ledger, books_, vee_ ? &*vee_ : nullptr, records->intervals,
                        fleet_.interval);
        bills_.emplace(*config.bills, records->agreements, records->civil, fleet_.interval,
                       ports_.clock, *billed_, base(kBills), pool_);
    }
    if (config.outage_management) {
        management_.emplace(*config.outage_management, records->tree, fleet_, ports_, numbers_,
                            records->notices, base(kManagement));
    }
}

/// What applications tell goes through the head-end where others want to know of it.
Ports HeadEnd::ports_of_applications() {
    return {.clock = ports_.clock,
            .commands = ports_.commands,
            .ledger = ports_.ledger,
            .journal = ports_.journal,
            .beliefs = ports_.beliefs,
            .suspicions = *this};
}

void HeadEnd::start() {
    collection_.start();
    if (watch_) {
        watch_->start();
    }
    if (losses_) {
        losses_->start();
    }
    if (prepayment_) {
        prepayment_->start();
    }
    wait_for_day();
    if (bills_) {
        bills_->start();
    }
}

void HeadEnd::wait_for_day() {
    if (vee_) {
        auto const days = static_cast<SimDuration::rep>(days_validated_ + 1);
        ports_.clock.set_timer(kStart + days * kDay + validate_after_, base(kVee));
    }
}

void HeadEnd::validate_next_day() {
    auto const days = static_cast<SimDuration::rep>(days_validated_ + 1);
    if (vee_ && ports_.clock.now() >= kStart + days * kDay + validate_after_) {
        vee_->run(static_cast<std::uint32_t>(days_validated_), pool_);
        ++days_validated_;
        if (bills_) {
            bills_->follow(vee_->trail());
        }
        wait_for_day();
    }
}

void HeadEnd::signal(SignalChange change, AlarmPlace about, SimTime began, std::int64_t value) {
    if (!desk_) {
        return;
    }
    AlarmPlace const group =
        about.entity == EventEntity::meter
            ? AlarmPlace{EventEntity::lv_network,
                         static_cast<std::uint32_t>(index(fleet_.lv_network[about.row]))}
            : AlarmPlace{};
    if (change.begins) {
        desk_->raise(change.signal, about, group, began, value);
    } else {
        desk_->end(change.signal, about);
    }
}

void HeadEnd::suspect(TheftSuspicion const& suspicion) {
    ports_.suspicions.suspect(suspicion);
    AlarmPlace const about{EventEntity::meter, static_cast<std::uint32_t>(index(suspicion.meter))};
    signal({Signal::theft, suspicion.suspected != 0}, about, suspicion.at,
           suspicion.unaccounted_mwh);
    if (suspicion.suspected == 0 || suspicion.reversed != 0) {
        signal({Signal::wrong_connection, suspicion.suspected != 0}, about, suspicion.at, 0);
    }
}

bool HeadEnd::known(MeterId meter) {
    bool const knows = fleet_.knows(meter);
    counts_.unknown_meters += knows ? 0 : 1;
    return knows;
}

void HeadEnd::on_heard(ConcentratorId concentrator, Channel over) {
    if (index(concentrator) < fleet_.concentrators) {
        collection_.on_heard(concentrator, over);
    } else {
        ++counts_.unknown_meters;
    }
}

void HeadEnd::on_order(Command const& command, SimTime at) {
    orders_.give(command, at);
}

void HeadEnd::on_reading(Reading const& reading) {
    if (!known(reading.meter)) {
        return;
    }
    SimDuration const latest = ports_.clock.now() + clock_lead_ - kStart;
    if (reading.interval == 0 || reading.interval > latest / fleet_.interval) {
        ++counts_.bad_intervals;
        return;
    }
    bool const is_new = collection_.on_reading(reading);
    if (vee_) {
        vee_->on_reading(reading);
    }
    if (is_new) {
        if (bills_) {
            bills_->on_reading(reading);
        }
        outage_.on_reading(reading);
        if (management_) {
            management_->on_reading(reading);
        }
        balances_.on_reading(reading);
        if (prepayment_) {
            prepayment_->on_reading(reading);
        }
    }
}

void HeadEnd::on_alarm(Alarm const& alarm) {
    if (!known(alarm.meter)) {
        return;
    }
    if (!filter_.first(alarm)) {
        ++counts_.repeated_alarms;
        return;
    }
    ++counts_.alarms;
    Alarm believed = alarm;
    believed.occurred = plausible(alarm.occurred, alarm.received, clock_lead_);
    ports_.journal.write({.at = ports_.clock.now(),
                          .kind = EventKind::alarm_received,
                          .entity = EventEntity::meter,
                          .row = static_cast<std::uint32_t>(index(alarm.meter)),
                          .value = static_cast<std::int64_t>(alarm.kind),
                          .latency = believed.received - believed.occurred});
    outage_.on_alarm(believed);
    if (management_) {
        management_->on_alarm(believed);
    }
    if (losses_) {
        losses_->on_alarm(believed);
    }
    if (vee_) {
        vee_->on_alarm(believed);
    }
    if (prepayment_) {
        prepayment_->on_alarm(believed);
    }
    if (auto const change = signal_of(alarm.kind)) {
        signal(*change, {EventEntity::meter, static_cast<std::uint32_t>(index(alarm.meter))},
               believed.occurred, 0);
    }
}

void HeadEnd::on_acknowledgement(Acknowledgement const& acknowledgement) {
    if (acknowledgement.meter == kNone<MeterId>) {
        counts_.stray_acknowledgements += orders_.on_acknowledgement(acknowledgement) ? 0 : 1;
        return;
    }
    if (!known(acknowledgement.meter)) {
        return;
    }
    Acknowledgement believed = acknowledgement;
    believed.executed = plausible(acknowledgement.executed, acknowledgement.received, clock_lead_);
    bool const pinged = management_ && management_->on_acknowledgement(believed);
    if (!pinged && !orders_.on_acknowledgement(believed) &&
        !collection_.on_acknowledgement(believed)) {
        ++counts_.stray_acknowledgements;
    }
    outage_.on_acknowledgement(believed);
}

void HeadEnd::on_registers(RegisterReading const& reading) {
    if (!known(reading.meter)) {
        return;
    }
    bool const is_new = books_.store(reading);
    if (vee_) {
        vee_->on_registers(reading);
    }
    if (bills_ && is_new) {
        bills_->on_registers(reading, books_);
    }
}

void HeadEnd::on_meter_event(MeterEvent const& event) {
    if (!known(event.meter)) {
        return;
    }
    books_.store(event);
    if (vee_) {
        vee_->on_meter_event(event);
    }
}

void HeadEnd::on_load(LoadReading const& reading) {
    if (known(reading.meter)) {
        books_.store(reading);
    }
}

void HeadEnd::on_balance(BalanceReading const& reading) {
    if (index(reading.concentrator) < fleet_.concentrators) {
        balances_.on_balance(reading);
        if (losses_) {
            losses_->on_balance(reading);
        }
    } else {
        ++counts_.unknown_meters;
    }
}

void HeadEnd::on_firmware(FirmwareProgress const& progress) {
    if (index(progress.concentrator) >= fleet_.concentrators) {
        ++counts_.unknown_meters;
        return;
    }
    books_.store(progress);
    if (!orders_.on_firmware(progress)) {
        ++counts_.stray_acknowledgements;
    }
}

void HeadEnd::on_credit(CreditReading const& reading) {
    if (!known(reading.meter)) {
        return;
    }
    if (!prepayment_) {
        ++counts_.stray_credit;
        return;
    }
    CreditReading believed = reading;
    believed.read = plausible(reading.read, reading.received, clock_lead_);
    prepayment_->on_credit(believed);
}

void HeadEnd::on_payment(Payment const& payment) {
    if (!known(payment.meter)) {
        return;
    }
    if (!prepayment_) {
        ++counts_.stray_credit;
        return;
    }
    prepayment_->on_payment(payment);
}

void HeadEnd::on_concentrator_alarm(ConcentratorAlarm const& alarm) {
    if (index(alarm.concentrator) >= fleet_.concentrators) {
        ++counts_.unknown_meters;
        return;
    }
    if (!books_.store(alarm)) {
        ++counts_.repeated_alarms;
        return;
    }
    ++counts_.alarms;
    ports_.journal.write({.at = ports_.clock.now(),
                          .kind = EventKind::alarm_received,
                          .entity = EventEntity::concentrator,
                          .row = static_cast<std::uint32_t>(index(alarm.concentrator)),
                          .value = static_cast<std::int64_t>(alarm.kind),
                          .latency = alarm.received - alarm.occurred});
    if (auto const change = signal_of(alarm.kind)) {
        signal(*change,
               {EventEntity::concentrator, static_cast<std::uint32_t>(index(alarm.concentrator))},
               alarm.occurred, alarm.value);
    }
}

bool HeadEnd::known_below(MeterId meter, ConcentratorId concentrator) {
    bool const knows = fleet_.knows(meter) && fleet_.channel[index(meter)] != Channel::sms &&
                       index(concentrator) < fleet_.concentrators;
    counts_.unknown_meters += knows ? 0 : 1;
    return knows;
}

void HeadEnd::on_registration(Registration const& registration) {
    MeterId const meter = registration.meter;
    if (!known_below(meter, registration.concentrator) ||
        !registry_.on_registration(registration)) {
        return;
    }
    ports_.commands.assign({.concentrator = registration.concentrator,
                            .meter = meter,
                            .number = registration.number,
                            .first = collection_.first_lacking(meter)});
    collection_.send_again(meter);
    orders_.send_again(meter);
    if (prepayment_) {
        prepayment_->send_again(meter);
    }
}

void HeadEnd::on_read_by(MeterId meter, ConcentratorId concentrator) {
    if (known_below(meter, concentrator)) {
        registry_.on_read_by(meter, concentrator);
    }
}

void HeadEnd::on_timer(std::uint64_t id) {
    switch (id >> kApplicationBit) {
    case kCollection:
        collection_.on_timer(id & kPayload);
        break;
    case kOutage:
        outage_.on_timer(id & kPayload);
        break;
    case kOrders:
        orders_.on_timer(id & kPayload);
        break;
    case kAlarmDesk:
        if (desk_) {
            desk_->on_timer(id & kPayload);
        }
        break;
    case kDemandWatch:
        if (watch_) {
            watch_->on_timer(id & kPayload);
        }
        break;
    case kLosses:
        if (losses_) {
            losses_->on_timer(id & kPayload);
        }
        break;
    case kManagement:
        if (management_) {
            management_->on_timer(id & kPayload);
        }
        break;
    case kVee:
        validate_next_day();
        break;
    case kPrepayment:
        if (prepayment_) {
            prepayment_->on_timer(id & kPayload);
        }
        break;
    case kBills:
        if (bills_) {
            bills_->on_timer(id & kPayload);
        }
        break;
    default:
        break; // a clock shared with somebody else
    }
}

void HeadEnd::save(std::vector<std::byte>& out) const {
    StateWriter writer(out);
    writer.value(kFormat);
    writer.value(numbers_.last());
    writer.value(counts_);
    registry_.save(writer);
    filter_.save(writer);
    collection_.save(writer);
    orders_.save(writer);
    outage_.save(writer);
    books_.save(writer);
    balances_.save(writer);
    if (desk_) {
        desk_->save(writer);
        watch_->save(writer);
    }
    if (losses_) {
        losses_->save(writer);
    }
    if (management_) {
        management_->save(writer);
    }
    if (vee_) {
        writer.value(days_validated_);
        vee_->save(writer);
    }
    if (prepayment_) {
        prepayment_->save(writer);
    }
    if (bills_) {
        bills_->save(writer);
    }
}

void HeadEnd::restore(std::span<std::byte const> state) {
    StateReader reader(state);
    reader.check(reader.value<std::uint64_t>() == kFormat);
    numbers_.restore(reader.value<std::uint64_t>());
    counts_ = reader.value<HeadEndCounts>();
    registry_.restore(reader);
    filter_.restore(reader);
    collection_.restore(reader);
    orders_.restore(reader);
    outage_.restore(reader);
    books_.restore(reader);
    balances_.restore(reader);
    if (desk_) {
        desk_->restore(reader);
        watch_->restore(reader);
    }
    if (losses_) {
        losses_->restore(reader);
    }
    if (management_) {
        management_->restore(reader);
    }
    if (vee_) {
        days_validated_ = reader.value<std::uint64_t>();
        vee_->restore(reader);
        wait_for_day();
    }
    if (prepayment_) {
        prepayment_->restore(reader);
    }
    if (bills_) {
        bills_->restore(reader);
    }
    reader.expect_end();
}

} // namespace gridtwin::headend
