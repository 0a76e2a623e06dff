#include "models/concentrator/discovery.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::concentrator {

std::string problem(DiscoverySpec const& spec) {
    if (spec.window <= SimDuration::zero()) {
        return "window must be above 0";
    }
    if (spec.search_every < SimDuration::zero() || spec.search_offset < SimDuration::zero()) {
        return "search_every and search_offset must not be negative";
    }
    if (spec.tries < 1 || spec.drop_after < 1 || spec.drop_after > 255) {
        return "tries must be at least 1, drop_after 1 to 255";
    }
    return {};
}

Discovery::Discovery(DiscoverySpec const& spec, std::size_t meters, bool commissioned)
    : spec_(spec), state_(meters, commissioned ? in : out), unanswered_(meters, 0),
      members_(commissioned ? meters : 0) {
    if (auto const what = problem(spec); !what.empty()) {
        throw SimulationError(fmt::format("discovery: {}", what));
    }
    if (spec.search_every > SimDuration::zero()) {
        search_at_ = kStart + spec.search_offset;
    }
    call_ = !commissioned;
}

SimTime Discovery::next_event() const {
    if (waiting_) {
        return kNever;
    }
    return idle() && !calling_ ? search_at_ : at_;
}

void Discovery::begin_search(SimTime now) {
    search_at_ += ((now - search_at_) / spec_.search_every + 1) * spec_.search_every;
    call_ = true;
    callers_.clear();
    for (std::uint32_t meter = 0; meter < state_.size(); ++meter) {
        if (state_[meter] == in) {
            callers_.push_back(meter);
        }
    }
}

Discovery::Step Discovery::next(SimTime now) {
    if (now < next_event()) {
        return {};
    }
    if (calling_) {
        calling_ = false;
        call_ = new_; // whoever was drowned by others is heard when those are silent
    }
    if (idle() && now >= search_at_) {
        begin_search(now);
    }
    if (!enroll_.empty()) {
        request_ = {.kind = Step::Kind::enroll, .meter = enroll_.front()};
    } else if (call_) {
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

void Discovery::note(std::size_t meter) {
    if (state_[meter] == out) {
        state_[meter] = heard;
        enroll_.push_back(static_cast<std::uint32_t>(meter));
        new_ = true;
        ++counts_.found;
    }
}

void Discovery::on_hello(std::size_t meter) {
    note(meter);
}

void Discovery::on_called(std::size_t meter, std::span<std::size_t const> found, SimTime now) {
    bool const asked =
        waiting_ && request_.kind == Step::Kind::ask_to_call && request_.meter == meter;
    std::size_t const before = enroll_.size();
    std::for_each(found.begin(), found.end(), [this](std::size_t m) { note(m); });
    if (!asked) {
        return; // a late answer
    }
    waiting_ = false;
    tries_ = 0;
    at_ = now;
    if (enroll_.size() == before) {
        callers_.pop_front(); // else it calls again, when those are registered
    }
}

void Discovery::on_enrolled(std::size_t meter, SimTime now) {
    if (!waiting_ || request_.kind != Step::Kind::enroll || request_.meter != meter) {
        return; // late: the next call finds it
    }
    waiting_ = false;
    tries_ = 0;
    at_ = now;
    enroll_.pop_front();
    callers_.push_back(static_cast<std::uint32_t>(meter));
    state_[meter] = in;
    unanswered_[meter] = 0;
    ++members_;
    ++counts_.registered;
}

void Discovery::on_silence(SimTime now) {
    if (!waiting_) {
        return;
    }
    waiting_ = false;
    at_ = now;
    if (++tries_ < spec_.tries) {
        return;
    }
    tries_ = 0;
    if (request_.kind == Step::Kind::enroll) {
        state_[request_.meter] = out;
        enroll_.pop_front();
    } else {
        callers_.pop_front();
    }
}

bool Discovery::on_request(std::size_t meter, bool answered) {
    if (state_[meter] != in) {
        return false;
    }
    if (answered) {
        unanswered_[meter] = 0;
        return false;
    }
    if (++unanswered_[meter] < spec_.drop_after) {
        return false;
    }
    state_[meter] = out;
    --members_;
    ++counts_.dropped;
    if (!(waiting_ && request_.meter == meter)) {
        std::erase(callers_, static_cast<std::uint32_t>(meter));
    }
    return true;
}

} // namespace gridtwin::concentrator
