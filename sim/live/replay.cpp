#include "sim/live/replay.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

namespace gridtwin::live {

twin::RelayAnswer apply(twin::LiveWorld& world, Input const& input) {
    if (input.kind == Input::Kind::relay) {
        return world.operate_relay(input.at, input.meter, input.close);
    }
    world.submit(input.at, input.message);
    return twin::RelayAnswer::ordered;
}

SimTime Replay::before_window(SimTime reached, SimTime next) {
    auto const& inputs = recording_.inputs;
    reached_ = recording_.complete ? next : std::min(next, std::max(reached, recording_.end));
    if (next_input_ == inputs.size() || inputs[next_input_].at > reached_) {
        return reached_;
    }
    SimTime const at = inputs[next_input_].at;
    if (at < reached) {
        throw SimulationError(fmt::format("the recording's input {} of {} comes too late: the run "
                                          "has reached {}",
                                          next_input_ + 1, format_time(at), format_time(reached)));
    }
    for (; next_input_ < inputs.size() && inputs[next_input_].at == at; ++next_input_) {
        (void)apply(*world_, inputs[next_input_]);
    }
    reached_ = at;
    return at;
}

SimTime Replay::next_input() const {
    return next_input_ < recording_.inputs.size() ? recording_.inputs[next_input_].at
           : recording_.complete                  ? kNever
                                                  : recording_.end;
}

} // namespace gridtwin::live
