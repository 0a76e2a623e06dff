#include "models/meter/lockout.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::meter {

std::string problem(LockoutSpec const& spec) {
    if (spec.tries == 0 || spec.tries > kMostTries) {
        return fmt::format("a lock-out takes 1 to {} wrong passwords", kMostTries);
    }
    if (spec.window <= SimDuration::zero() || spec.lock <= SimDuration::zero()) {
        return "a lock-out's durations must be above zero";
    }
    return {};
}

Lockout make_lockout(LockoutSpec const& spec, std::size_t meters) {
    if (auto const text = problem(spec); !text.empty()) {
        throw SimulationError(text);
    }
    std::array<SimTime, kMostTries> none{};
    none.fill(SimTime::min());
    Lockout lockout;
    lockout.spec = spec;
    lockout.wrong.assign(meters, none);
    lockout.until.assign(meters, kStart);
    lockout.count.assign(meters, 0);
    return lockout;
}

void wrong_password(Lockout& lockout, std::size_t meter, SimTime t,
                    std::vector<EventRecord>& events) {
    if (lockout.locked(meter, t)) {
        return;
    }
    auto& wrong = lockout.wrong[meter];
    std::rotate(wrong.begin(), wrong.end() - 1, wrong.end());
    wrong.front() = t;
    auto const recent = static_cast<std::uint32_t>(
        std::count_if(wrong.begin(), wrong.begin() + lockout.spec.tries, [&](SimTime one) {
            return one != SimTime::min() && one > t - lockout.spec.window;
        }));
    auto const tell = [&](EventKind kind, double value) {
        events.push_back({.at = t,
                          .kind = kind,
                          .entity = EventEntity::meter,
                          .row = static_cast<std::uint32_t>(meter),
                          .value = value});
    };
    tell(EventKind::password_failed, recent);
    if (recent >= lockout.spec.tries) {
        lockout.until[meter] = t + lockout.spec.lock;
        ++lockout.count[meter];
        wrong.fill(SimTime::min());
        tell(EventKind::locked_out, to_s(lockout.spec.lock));
    }
}

std::size_t bytes(Lockout const& lockout) {
    return lockout.until.size() *
           (sizeof(lockout.wrong.front()) + sizeof(SimTime) + sizeof(std::uint32_t));
}

} // namespace gridtwin::meter
