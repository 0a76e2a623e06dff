#include "tests/models/headend/outage/town.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::headend {

namespace {

void hang(Town& town, DeviceId above, std::uint32_t meters) {
    auto const t = static_cast<std::uint32_t>(town.tree.device.size());
    town.tree.device.push_back(above);
    town.fleet.feeder.push_back(FeederId{0});
    town.fleet.concentrators = t + 1;
    for (std::uint32_t m = 0; m < meters; ++m) {
        town.fleet.channel.push_back(Channel::plc);
        town.fleet.lv_network.push_back(network(t));
        town.fleet.concentrator.push_back(static_cast<ConcentratorId>(t));
    }
}

} // namespace

Town small_town(std::uint32_t each) {
    Town town;
    town.fleet.feeders = 2;
    using enum DeviceKind;
    town.tree.kind = {breaker, recloser, fuse, fuse, fuse, breaker};
    town.tree.upstream = {kNone<DeviceId>, device(0), device(1),
                          device(1),       device(0), kNone<DeviceId>};
    for (std::uint32_t t = 0; t < 12; ++t) {
        hang(town, device(2 + t / 3), each);
    }
    return town;
}

Town random_town(std::uint64_t seed) {
    Dice dice{.seed = seed + 1'000'000};
    Town town;
    town.fleet.feeders = 4;
    for (std::uint32_t d = 0; d < 30; ++d) {
        bool const head = d < 4;
        town.tree.kind.push_back(head ? DeviceKind::breaker
                                      : static_cast<DeviceKind>(1 + dice.below(4)));
        town.tree.upstream.push_back(head ? kNone<DeviceId> : device(dice.below(d)));
    }
    for (std::uint32_t t = 0; t < 200; ++t) {
        hang(town, device(dice.below(30)), 4 + dice.below(17));
    }
    return town;
}

std::vector<MeterId> FakeNotify::of(NoticeKind kind, std::uint64_t outage) const {
    std::vector<MeterId> result;
    for (Notice const& notice : notices) {
        if (notice.kind == kind && notice.outage == outage) {
            result.push_back(notice.meter);
        }
    }
    return result;
}

OmsDesk::OmsDesk(Town const& the_town, OutageManagementConfig const& config)
    : town(the_town), ledger(town.fleet.meters(), 96),
      oms(config, town.tree, town.fleet, ports(), numbers, notify, 0) {}

void OmsDesk::run_to(SimDuration to) {
    while (true) {
        SimTime const arrival = arrivals.empty() ? kNever : arrivals.begin()->first;
        SimTime const next = std::min(arrival, clock.next_timer());
        if (next > at(to)) {
            break;
        }
        if (arrival <= clock.next_timer()) {
            clock.advance(oms, arrival); // nothing falls due but what does at that instant
            auto const what = arrivals.begin()->second;
            arrivals.erase(arrivals.begin());
            what();
        } else {
            clock.advance(oms, next);
        }
    }
    clock.advance(oms, at(to));
}

void OmsDesk::alarm(std::uint32_t m, AlarmKind kind, SimDuration occurred) {
    oms.on_alarm({.meter = meter(m),
                  .kind = kind,
                  .channel = Channel::plc,
                  .occurred = at(occurred),
                  .received = clock.now()});
}

void OmsDesk::lose(std::vector<std::uint32_t> const& meters, SimDuration occurred) {
    for (std::uint32_t const m : meters) {
        alarm(m, AlarmKind::power_lost, occurred);
    }
}

void OmsDesk::restore(std::vector<std::uint32_t> const& meters, SimDuration occurred) {
    for (std::uint32_t const m : meters) {
        alarm(m, AlarmKind::power_restored, occurred);
    }
}

void OmsDesk::answer(Command const& command) {
    oms.on_acknowledgement({.command = command.id,
                            .meter = command.meter,
                            .value = 1,
                            .executed = clock.now(),
                            .received = clock.now()});
}

std::vector<std::uint32_t> OmsDesk::meters(std::uint32_t first, std::uint32_t last) const {
    std::vector<std::uint32_t> result;
    for (std::uint32_t m = 0; m < town.meters(); ++m) {
        auto const t = index(town.fleet.lv_network[m]);
        if (t >= first && t <= last) {
            result.push_back(m);
        }
    }
    return result;
}

std::vector<DeviceOutage> OmsDesk::open() const {
    std::vector<DeviceOutage> result;
    for (std::uint64_t const number : oms.open()) {
        result.push_back(oms.outages()[number - 1]);
    }
    return result;
}

Storm::Storm(OmsDesk& desk, Weather const& weather, std::uint64_t seed)
    : desk_(desk), weather_(weather), dice_{.seed = seed},
      tree_(desk.town.tree, desk.town.fleet.lv_networks()), members_(desk.town.fleet),
      open_(desk.town.tree.devices()) {
    for (std::size_t t = 0; t < desk.town.fleet.lv_networks(); ++t) {
        cut_.push_back(dice_() < weather.cut_frac);
    }
    for (std::size_t m = 0; m < desk.town.fleet.meters(); ++m) {
        clock_.push_back(duration_from_s((2.0 * dice_() - 1.0) * to_s(weather.clocks)));
    }
    desk.commands.on_send = [this](Command const& command) {
        auto const m = static_cast<std::uint32_t>(index(command.meter));
        bool const heard =
            dice_() < weather_.answers_frac && !cut_[index(desk_.town.fleet.lv_network[m])];
        if (!dark(m) && heard) {
            desk_.arrive(desk_.clock.now() + 20s, [this, command] { desk_.answer(command); });
        }
    };
}

bool Storm::dark(std::uint32_t m) const {
    LvNetworkId const t = desk_.town.fleet.lv_network[m];
    for (DeviceId d = tree_.above(t); d != kNone<DeviceId>; d = tree_.above(d)) {
        if (open_[index(d)]) {
            return true;
        }
    }
    auto const own = customers_.find(m);
    SimTime const now = desk_.clock.now();
    return own != customers_.end() && now >= own->second.first && now < own->second.second;
}

void Storm::say(std::uint32_t m, AlarmKind kind, SimDuration when) {
    bool const lost = dice_() < weather_.lost_frac;
    SimDuration const delay = std::min(dice_.exponential(weather_.delay), weather_.longest);
    SimDuration const stamp = when + clock_[m];
    if (lost || cut_[index(desk_.town.fleet.lv_network[m])]) {
        return;
    }
    desk_.arrive(at(when + delay), [this, m, kind, stamp] { desk_.alarm(m, kind, stamp); });
    if (dice_() < 0.1) { // a copy
        desk_.arrive(at(when + 2 * delay), [this, m, kind, stamp] { desk_.alarm(m, kind, stamp); });
    }
}

void Storm::set(DeviceId device, SimDuration when, bool open) {
    desk_.arrive(at(when), [this, device, when, open] {
        std::vector<std::uint32_t> changed;
        for (LvNetworkId const t : tree_.transformers(device)) {
            for (MeterId const m : members_.of(t)) {
                changed.push_back(static_cast<std::uint32_t>(index(m)));
            }
        }
        std::vector<bool> before;
        for (std::uint32_t const m : changed) {
            before.push_back(dark(m));
        }
        open_[index(device)] = open;
        for (std::size_t i = 0; i < changed.size(); ++i) {
            if (dark(changed[i]) != before[i]) {
                say(changed[i], open ? AlarmKind::power_lost : AlarmKind::power_restored, when);
            }
        }
    });
}

void Storm::open(DeviceId device, SimDuration when) {
    set(device, when, true);
}

void Storm::close(DeviceId device, SimDuration when) {
    set(device, when, false);
}

void Storm::lose_customer(std::uint32_t m, SimDuration when, SimDuration back) {
    customers_[m] = {at(when), at(back)};
    say(m, AlarmKind::power_lost, when);
    say(m, AlarmKind::power_restored, back);
}

} // namespace gridtwin::headend
