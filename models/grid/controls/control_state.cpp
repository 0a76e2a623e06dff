#include "models/grid/controls/control_state.hpp"

#include <algorithm>

namespace gridtwin::grid {

std::uint64_t ControlQueue::push(double t_s, ControlKind kind, std::size_t row, int code) {
    auto const later = std::upper_bound(actions_.begin(), actions_.end(), t_s,
                                        [](double t, ControlAction const& a) { return t < a.t_s; });
    actions_.insert(later, {t_s, ++last_handle_, kind, row, code});
    return last_handle_;
}

void ControlQueue::remove(std::uint64_t handle) {
    std::erase_if(actions_, [handle](ControlAction const& a) { return a.handle == handle; });
}

std::optional<double> ControlQueue::next_s() const {
    return actions_.empty() ? std::nullopt : std::optional(actions_.front().t_s);
}

std::vector<ControlAction> ControlQueue::take_until(double t_s) {
    auto const later = std::upper_bound(actions_.begin(), actions_.end(), t_s,
                                        [](double t, ControlAction const& a) { return t < a.t_s; });
    std::vector<ControlAction> due(actions_.begin(), later);
    actions_.erase(actions_.begin(), later);
    return due;
}

} // namespace gridtwin::grid
