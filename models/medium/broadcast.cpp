#include "models/medium/broadcast.hpp"

#include <algorithm>

namespace gridtwin::medium {

std::uint32_t Broadcasts::begin(std::size_t nodes, std::uint16_t from) {
    words_ = (nodes + 31) / 32;
    if (over_.empty()) {
        to_send_.push_back(0);
        heard_.resize(heard_.size() + words_);
        over_.push_back(static_cast<std::uint32_t>(to_send_.size()));
    }
    std::uint32_t const number = over_.back();
    over_.pop_back();
    to_send_[number - 1] = 1;
    std::fill_n(heard_.begin() + static_cast<std::ptrdiff_t>((number - 1) * words_), words_, 0U);
    first_heard(number, from);
    return number;
}

bool Broadcasts::first_heard(std::uint32_t number, std::uint16_t node) {
    std::uint32_t& word = heard_[(number - 1) * words_ + node / 32U];
    std::uint32_t const bit = 1U << (node % 32U);
    bool const first = (word & bit) == 0;
    word |= bit;
    return first;
}

bool Broadcasts::sent(std::uint32_t number) {
    if (--to_send_[number - 1] > 0) {
        return false;
    }
    over_.push_back(number);
    return true;
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
