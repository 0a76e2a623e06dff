#include "models/medium/broadcast.hpp"

#include <algorithm>

namespace gridtwin::medium {

std::uint32_t Broadcasts::begin(std::size_t nodes, std::uint16_t from) {
    heard_.resize(nodes);
    first_heard(++last_, from);
    return last_;
}

bool Broadcasts::first_heard(std::uint32_t number, std::uint16_t node) {
    constexpr std::uint32_t kWindow = 32;
    Heard& heard = heard_[node];
    if (number > heard.latest) {
        std::uint32_t const step = number - heard.latest;
        heard.before = step < kWindow ? heard.before << step : 0;
        heard.before |= step <= kWindow ? 1U << (step - 1) : 0;
        heard.latest = number;
        return true;
    }
    std::uint32_t const age = heard.latest - number;
    if (age == 0 || age > kWindow) {
        return false;
    }
    std::uint32_t const bit = 1U << (age - 1);
    bool const first = (heard.before & bit) == 0;
    heard.before |= bit;
    return first;
}

void Broadcasts::on_air(std::uint32_t frame) {
    frames_.push_back({frame, static_cast<std::uint32_t>(changed_.size())});
}

std::vector<std::uint16_t> Broadcasts::off_air(std::uint32_t frame) {
    auto const found = std::find_if(frames_.begin(), frames_.end(),
                                    [frame](Frame const& f) { return f.id == frame; });
    std::vector<std::uint16_t> changed(
        changed_.begin() + static_cast<std::ptrdiff_t>(found->changes_before), changed_.end());
    frames_.erase(found);
    if (frames_.empty()) {
        changed_.clear();
    }
    return changed;
}

} // namespace gridtwin::medium
