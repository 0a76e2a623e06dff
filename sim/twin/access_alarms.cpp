// Meters of an area that lose supply or a module, and what they still say of it.
#include "models/meter/respond.hpp"
#include "models/meter/step.hpp"
#include "models/wire/told_time.hpp"
#include "sim/twin/access_area.hpp"

namespace gridtwin::twin {

bool AccessArea::set_silent(std::size_t member, Silence why, bool silent) {
    auto& reasons = silent_[member];
    bool const was = (reasons & why) != 0;
    reasons = static_cast<std::uint8_t>(silent ? reasons | why : reasons & ~why);
    if (plc_) {
        plc_->set_powered(member, (reasons & (no_supply | rebooting | plc_broken)) == 0, now_);
    }
    if (rf_) {
        rf_->set_powered(member, (reasons & (no_supply | rebooting | rf_broken)) == 0, now_);
    }
    return was != silent;
}

void AccessArea::set_module(std::size_t member, Channel channel, bool fails) {
    if (set_silent(member, broken(channel), fails)) {
        events_.push_back({.at = now_,
                           .kind = fails ? EventKind::module_failed : EventKind::module_repaired,
                           .entity = EventEntity::meter,
                           .row = static_cast<std::uint32_t>(meter_of(member)),
                           .value = static_cast<double>(channel)});
    }
}

void AccessArea::on_supply(MeterId meter, bool energised, SimTime at) {
    now_ = at;
    auto const member = member_of(meter);
    Local local;
    local.member = static_cast<std::uint32_t>(member);
    local.outage = ++outage_[member];
    EntityKey const key(EntityKind::meter, index(meter));
    double const part = draw01(scenario_.seed, key, Purpose::last_gasp, local.outage);
    auto const plan = [&](LocalKind kind, SimTime when) {
        local.kind = kind;
        local_.push(when, local);
    };
    if (energised) {
        restored_at_[member] = at;
        set_silent(member, no_supply, false);
        plan_activation(member); // whose time has come meanwhile
        plan(LocalKind::restored,
             at + duration_from_s(part * to_s(scenario_.access.restore_spread)));
        for (auto const& again : alarm_push_.on_supply_back(meter)) {
            plan_repetition(again);
        }
    } else {
        plan(LocalKind::last_gasp,
             at + scenario_.meter.last_gasp_delay +
                 duration_from_s(part * to_s(scenario_.access.last_gasp_spread)));
        plan(LocalKind::modem_off, at + scenario_.meter.hold_up);
        alarm_push_.on_supply_lost(meter);
    }
}

void AccessArea::on_meter_event(EventRecord const& event, SimTime now) {
    now_ = now;
    auto const meter = static_cast<MeterId>(event.row);
    if (event.kind == EventKind::clock_set) {
        plan_activation(member_of(meter));
    }
    if (auto const kind = meter::alarm_of(event.kind); kind && meters_.energised[event.row] != 0) {
        Local alarm;
        alarm.kind = LocalKind::alarm;
        alarm.member = static_cast<std::uint32_t>(member_of(meter));
        alarm.message.value = static_cast<std::int64_t>(*kind);
        alarm.message.occurred = event.at;
        run_local(std::move(alarm));
    }
}

void AccessArea::put_off(Local&& alarm) {
    // Reports of power are spread after the restart as they were to be after its return.
    SimDuration const after =
        alarm.kind == LocalKind::restored ? now_ - restored_at_[alarm.member] : SimDuration{};
    put_off_.push_back({std::move(alarm), after});
}

void AccessArea::end_reboot(std::size_t member) {
    set_silent(member, rebooting, false);
    std::vector<PutOff> others;
    for (auto& one : put_off_) {
        if (one.alarm.member == member) {
            local_.push(now_ + one.after, std::move(one.alarm));
        } else {
            others.push_back(std::move(one));
        }
    }
    put_off_ = std::move(others);
}

void AccessArea::report_supply(Local const& local) {
    MeterId const meter = meter_of(local.member);
    if (local.outage != outage_[local.member] ||
        !meter::can_talk(meters_, scenario_.meter, meter, now_)) {
        return;
    }
    bool const lost = local.kind == LocalKind::last_gasp;
    // A restored meter reports when power came back, not when it got to speak.
    bool const sent =
        send_alarm(local.member, lost ? AlarmKind::power_lost : AlarmKind::power_restored,
                   lost ? meters_.lost_at[index(meter)] : restored_at_[local.member]);
    if (lost && sent) {
        events_.push_back({.at = now_,
                           .kind = EventKind::last_gasp_sent,
                           .entity = EventEntity::meter,
                           .row = static_cast<std::uint32_t>(meter),
                           .value = 0.0});
    }
}

// Where nobody heard a meter agree to another concentrator it is back in its former one's tree, and
// has a way to that one alone; any can hand an alarm up.
std::uint16_t AccessArea::alarms_go_to(std::size_t member, Channel channel) {
    std::uint16_t to = owner_[member];
    with_medium(channel, [&](auto& m) {
        std::uint16_t const root = m.medium.root(m.station[member]);
        to = root == medium::kNoNode ? to : root;
    });
    return to;
}

bool AccessArea::send_alarm(std::size_t member, AlarmKind kind, SimTime occurred) {
    MeterId const meter = meter_of(member);
    SimTime const dated = wire::told(meter::shown_time(meters_, meter, occurred));
    if (kind != AlarmKind::power_lost) {
        alarm_push_.begin(meter, kind, dated);
    }
    return try_alarm(member, kind, dated);
}

bool AccessArea::try_alarm(std::size_t member, AlarmKind kind, SimTime dated) {
    bool const of_power = kind == AlarmKind::power_lost || kind == AlarmKind::power_restored;
    auto const way = way_of(member);
    MeterId const meter = meter_of(member);
    std::vector<meter::AlarmTry> heard; // where the next hop acknowledges
    bool sent = false;
    for (Channel const channel : {Channel::plc, Channel::rf}) {
        bool const both = of_power && scenario_.access.power_alarms_on_both;
        bool const works = way.has(channel) && (silent_[member] & broken(channel)) == 0;
        if (owner_[member] == kNoOwner || !works || !(both || channel == asked_over_[member])) {
            continue; // whom should it tell, or over what?
        }
        sent = true;
        auto const to = alarms_go_to(member, channel);
        auto const handle = send(member, to,
                                 meter::make_alarm(meter, row_.concentrators[to], kind, dated,
                                                   channel, now_, meter_numbers_),
                                 channel, true);
        if (channel == Channel::plc ? scenario_.access.plc.mac.acknowledge
                                    : scenario_.access.rf.csma.acknowledge) {
            heard.emplace_back(channel, handle);
        }
    }
    alarm_push_.on_sent(meter, kind, dated, heard);
    return sent;
}

void AccessArea::plan_repetition(meter::AlarmRepetition const& again) {
    Local local;
    local.kind = LocalKind::repetition;
    local.member = static_cast<std::uint32_t>(member_of(again.meter));
    local.message.value = static_cast<std::int64_t>(again.kind);
    local.message.occurred = again.dated;
    local_.push(now_ + again.after, std::move(local));
}

void AccessArea::repeat_alarm(Local const& local) {
    MeterId const meter = meter_of(local.member);
    auto const kind = static_cast<AlarmKind>(local.message.value);
    if (meters_.energised[index(meter)] == 0) {
        alarm_push_.put_off(meter, kind, local.message.occurred);
    } else if (alarm_push_.keeps(meter, kind, local.message.occurred)) {
        try_alarm(local.member, kind, local.message.occurred);
    }
}

} // namespace gridtwin::twin
