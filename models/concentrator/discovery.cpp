#include "models/concentrator/discovery.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gridtwin::concentrator {

std::string problem(DiscoverySpec const& spec) {
    if (spec.window <= SimDuration::zero()) {
        return "window must be above 0";
    }
    if (spec.search_every < SimDuration::zero() || spec.search_offset < SimDuration::zero()) {
        return "search_every and search_offset must not be negative";
    }
    if (spec.retry_after < SimDuration::zero()) {
        return "retry_after must not be negative";
    }
    if (spec.quiet_calls < 1) {
        return "quiet_calls must be at least 1";
    }
    if (spec.tries < 1 || spec.drop_after < 1 || spec.drop_after > 255) {
        return "tries must be at least 1, drop_after 1 to 255";
    }
    return {};
}

DiscoveryCounts& DiscoveryCounts::operator+=(DiscoveryCounts const& other) {
    calls += other.calls;
    asked += other.asked;
    found += other.found;
    registered += other.registered;
    failed += other.failed;
    refused += other.refused;
    dropped += other.dropped;
    return *this;
}

Discovery::Discovery(DiscoverySpec const& spec, std::size_t meters, bool commissioned)
    : spec_(spec), state_(meters, commissioned ? in : out), unanswered_(meters, 0),
      members_(commissioned ? meters : 0) {
    if (auto const what = problem(spec); !what.empty()) {
        throw SimulationError(fmt::format("discovery: {}", what));
    }
    if (spec.search_every > SimDuration::zero()) {
        search_at_ =
            kStart + spec.search_offset + (commissioned ? spec.search_every : SimDuration::zero());
    }
    call_ = !commissioned;
}

SimTime Discovery::next_event() const {
    if (waiting_) {
        return kNever;
    }
    return idle() && !calling_ ? std::min(search_at_, retry_at_) : at_;
}

void Discovery::begin_search(SimTime now) {
    search_at_ += ((now - search_at_) / spec_.search_every + 1) * spec_.search_every;
    call_ = true;
    quiet_ = 0;
    callers_.clear();
    for (std::uint32_t meter = 0; meter < state_.size(); ++meter) {
        if (registered(meter)) {
            callers_.push_back(meter);
        }
    }
    retry_failed();
    retrying_ = false;
}

void Discovery::retry_failed() {
    retry_at_ = kNever;
    retrying_ = true;
    for (std::uint32_t meter = 0; meter < state_.size(); ++meter) {
        if (state_[meter] == failed) {
            state_[meter] = untold;
            enroll_.push_back({.meter = meter});
        }
    }
}

Discovery::Step Discovery::next(SimTime now) {
    if (now < next_event()) {
        return {};
    }
    close_window(now);
    if (idle() && now >= search_at_) {
        begin_search(now);
    } else if (idle() && now >= retry_at_) {
        retry_failed();
    }
    // What was asked once is asked to the end, whoever is heard meanwhile: the tries are its own.
    bool const asking = tries_ > 0 && request_.kind == Step::Kind::ask_to_call;
    if (!asking && !enroll_.empty()) {
        request_ = {.kind = Step::Kind::enroll,
                    .meter = enroll_.front().meter,
                    .cost_milli = enroll_.front().cost_milli};
    } else if (!asking && call_) {
        calling_ = true;
        new_ = false;
        at_ = now + spec_.window;
        ++counts_.calls;
        return {.kind = Step::Kind::call};
    } else if (!callers_.empty()) {
        request_ = {.kind = Step::Kind::ask_to_call, .meter = callers_.front()};
        counts_.asked += tries_ == 0 ? 1U : 0U;
    } else {
        return {};
    }
    waiting_ = true;
    return request_;
}

void Discovery::close_window(SimTime now) {
    if (calling_ && now >= at_) {
        calling_ = false;
        late_until_ = at_ + spec_.window;
        // Whoever was drowned by others is heard when those are silent.
        quiet_ = new_ ? 0 : quiet_ + 1;
        call_ = quiet_ < spec_.quiet_calls;
    }
}

/// @return whether it is worth another call
bool Discovery::note(Heard const& one) {
    auto& state = state_[one.meter];
    if (state == heard || state == again || state == untold) {
        if (state == untold) {
            state = heard;
        }
        auto const known = std::find_if(enroll_.begin(), enroll_.end(),
                                        [&](Heard const& e) { return e.meter == one.meter; });
        known->cost_milli = std::min(known->cost_milli, one.cost_milli);
        return false;
    }
    bool const news = state == out;
    counts_.found += news ? 1U : 0U;
    state = state == in ? again : heard;
    enroll_.push_back(one);
    return news;
}

void Discovery::on_hello(Heard const& one, SimTime now) {
    bool const news = note(one);
    new_ = news || new_;
    if (news && !calling_ && now < late_until_) { // its tries took longer than the window
        quiet_ = 0;
        call_ = true;
    }
}

void Discovery::on_called(std::size_t meter, std::span<Heard const> found, SimTime now) {
    bool const asked =
        waiting_ && request_.kind == Step::Kind::ask_to_call && request_.meter == meter;
    bool news = false;
    for (Heard const& one : found) {
        news = note(one) || news;
    }
    if (!asked) {
        return; // a late answer
    }
    waiting_ = false;
    tries_ = 0;
    at_ = now;
    if (!news || !registered(meter)) {
        callers_.erase(callers_.begin()); // else it calls again, when those are registered
    }
}

/// @return whether that was what is waited for
bool Discovery::take_enroll_answer(std::size_t meter, SimTime now) {
    if (!waiting_ || request_.kind != Step::Kind::enroll || request_.meter != meter) {
        return false; // late: the next call finds it
    }
    waiting_ = false;
    tries_ = 0;
    at_ = now;
    enroll_.erase(enroll_.begin());
    return true;
}

void Discovery::on_enrolled(std::size_t meter, SimTime now) {
    if (!take_enroll_answer(meter, now)) {
        return;
    }
    if (state_[meter] != again) {
        callers_.push_back(static_cast<std::uint32_t>(meter));
        ++members_;
    }
    state_[meter] = in;
    unanswered_[meter] = 0;
    ++counts_.registered;
}

void Discovery::on_refused(std::size_t meter, SimTime now) {
    if (take_enroll_answer(meter, now)) {
        auto& state = state_[meter]; // the head-end will tell a former one to let it go
        if (state == again) {
            state = in;
        } else {
            state = out;
            unanswered_[meter] = 0;
        }
        ++counts_.refused;
    }
}

bool Discovery::on_silence(SimTime now) {
    if (!waiting_) {
        return false;
    }
    waiting_ = false;
    at_ = now;
    bool const retry =
        request_.kind == Step::Kind::enroll && retrying_ && state_[request_.meter] == untold;
    ++tries_;
    if (!retry && tries_ < spec_.tries) {
        return false;
    }
    auto const unheard = static_cast<std::uint32_t>(std::exchange(tries_, 0));
    if (request_.kind == Step::Kind::ask_to_call) {
        callers_.erase(callers_.begin());
        return false;
    }
    enroll_.erase(enroll_.begin());
    ++counts_.failed;
    auto& state = state_[request_.meter];
    if (state == again) {
        state = in;
        return false;
    }
    auto& unanswered = unanswered_[request_.meter];
    std::uint32_t const so_far = unanswered + unheard;
    bool const more = so_far < spec_.drop_after; // of at most 255
    state = more ? failed : out;
    unanswered = more ? static_cast<std::uint8_t>(so_far) : std::uint8_t{0};
    if (more && spec_.retry_after > SimDuration::zero() && retry_at_ == kNever) {
        retry_at_ = now + spec_.retry_after;
    }
    return true;
}

bool Discovery::on_request(std::size_t meter, bool answered) {
    if (!registered(meter)) {
        return false;
    }
    if (answered) {
        unanswered_[meter] = 0;
        return false;
    }
    bool const searches = spec_.search_every > SimDuration::zero();
    if (!searches || ++unanswered_[meter] < spec_.drop_after) {
        return false;
    }
    leave(meter);
    ++counts_.dropped;
    return true;
}

void Discovery::let_go(std::size_t meter) {
    if (registered(meter)) {
        leave(meter);
    }
}

void Discovery::leave(std::size_t meter) {
    state_[meter] = state_[meter] == again ? heard : out;
    unanswered_[meter] = 0;
    --members_;
    if ((waiting_ || tries_ > 0) && request_.kind == Step::Kind::ask_to_call &&
        request_.meter == meter) {
        waiting_ = false;
        tries_ = 0;
    }
    std::erase(callers_, static_cast<std::uint32_t>(meter));
}

void Discovery::restart() {
    waiting_ = false;
    tries_ = 0;
    call_ = call_ || calling_;
    calling_ = false;
}

} // namespace gridtwin::concentrator
