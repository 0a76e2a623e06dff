// Which concentrators are within the head-end's reach, and the reads that wait for the others.
#include "models/headend/collection.hpp"

#include <algorithm>

namespace gridtwin::headend {

bool Collection::within_reach(Link const& link) const {
    bool const silent = config_.silent_after != 0 && link.unanswered >= config_.silent_after;
    return link.lost == 0 && !silent;
}

void Collection::hold(MeterId meter) {
    ConcentratorId const concentrator = fleet_.concentrator[index(meter)];
    jobs_[index(meter)].stage = Stage::held;
    held_.emplace(concentrator, meter);
    plan_probe(concentrator);
}

/// Of one that is silent; one whose session is lost looks for it by itself.
void Collection::plan_probe(ConcentratorId concentrator) {
    Link& link = links_[index(concentrator)];
    if (link.lost != 0 || link.probe != kNever) {
        return;
    }
    link.probe = ports_.clock.now() + wait_after(config_.plc, link.probes);
    link.probes = static_cast<std::uint16_t>(std::min(link.probes + 1, 0xFFFF));
    ports_.clock.set_timer(link.probe, timer_base_ | (kProbe << kWhatBit) | index(concentrator));
}

/// The meters held take turns: it may be the meter that is dead.
void Collection::probe(ConcentratorId concentrator) {
    Link& link = links_[index(concentrator)];
    link.probe = kNever;
    MeterId& last = probed_[index(concentrator)];
    while (!within_reach(link)) {
        auto next = last == kNone<MeterId> ? held_.lower_bound({concentrator, MeterId{}})
                                           : held_.upper_bound({concentrator, last});
        if (next == held_.end() || next->first != concentrator) {
            next = held_.lower_bound({concentrator, MeterId{}});
        }
        if (next == held_.end() || next->first != concentrator) {
            return;
        }
        MeterId const meter = next->second;
        held_.erase(next);
        bool const here = fleet_.concentrator[index(meter)] == concentrator;
        if (here && jobs_[index(meter)].stage == Stage::held && find_gap(meter)) {
            last = meter;
            issue(meter);
            return;
        }
    }
}

void Collection::on_heard(ConcentratorId concentrator, Channel over) {
    Link& link = links_[index(concentrator)];
    bool const out_of_reach = !within_reach(link);
    link = {.lost = over == Channel::sms ? std::uint8_t{1} : std::uint8_t{0}};
    if (out_of_reach && link.lost == 0) {
        release(concentrator);
    }
}

/// Something has come of what its concentrator was asked, over whatever way.
void Collection::on_answer_from(MeterId meter) {
    if (sms(meter) || links_[index(fleet_.concentrator[index(meter)])].unanswered == 0) {
        return;
    }
    ConcentratorId const concentrator = fleet_.concentrator[index(meter)];
    bool const lost = links_[index(concentrator)].lost != 0;
    on_heard(concentrator, lost ? Channel::sms : Channel::wan);
}

/// What is held goes, spaced as ever, unless it has come by then.
void Collection::release(ConcentratorId concentrator) {
    SimTime at = ports_.clock.now() + config_.plc.timeout;
    auto next = held_.lower_bound({concentrator, MeterId{}});
    while (next != held_.end() && next->first == concentrator) {
        MeterId const meter = next->second;
        next = held_.erase(next);
        Job& job = jobs_[index(meter)];
        if (job.stage == Stage::held && fleet_.concentrator[index(meter)] == concentrator) {
            job.stage = Stage::waiting;
            wake_at(meter, at);
            at += config_.plc_spacing;
        }
    }
}

} // namespace gridtwin::headend
