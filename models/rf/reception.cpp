// Whether a frame is received: worked out at its end, over the few transmissions that overlapped
// it.
#include "models/rf/medium.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::rf {

LossReason Medium::fate_of(Transmission const& tx) {
    if (tx.unpowered) {
        return LossReason::no_power;
    }
    double const heard_dbm = level_dbm(tx.from, tx.to);
    overlapping_.clear();
    for (std::size_t row = 0; row < air_.size(); ++row) {
        auto const& other = air_[row];
        if (other.id == tx.id || !tx.overlaps(other)) {
            continue;
        }
        if (other.from == tx.to) {
            return LossReason::collision; // half duplex
        }
        if (links_.code(other.from, tx.to) != Links::kNoLink) {
            overlapping_.push_back(row);
        }
    }
    if (heard_dbm < radio_.sensitivity_dbm) {
        return LossReason::noise;
    }
    if (!overlapping_.empty() && drowned(tx, heard_dbm)) {
        return LossReason::collision;
    }
    double const snr_db = heard_dbm - static_cast<double>(noise_dbm_[tx.to]) + bit_gain_db_;
    double const success = errors_->success(snr_db, static_cast<double>(tx.bits));
    if (success == 1.0) {
        return LossReason::none;
    }
    return draw(tx.from, Purpose::frame_error) < success ? LossReason::none : LossReason::noise;
}

// The interference is a sum of powers that changes when one begins or ends; it is loudest where one
// of them (or the frame itself) begins.
bool Medium::drowned(Transmission const& tx, double heard_dbm) {
    if (overlapping_.size() == 1) {
        return heard_dbm < level_dbm(air_[overlapping_.front()].from, tx.to) + radio_.capture_db;
    }
    double loudest_mw = 0.0;
    for (std::size_t const first : overlapping_) {
        SimTime const at = std::max(air_[first].start, tx.start);
        double sum_mw = 0.0;
        for (std::size_t const row : overlapping_) {
            auto const& other = air_[row];
            if (other.start <= at && other.end > at) {
                sum_mw += std::pow(10.0, level_dbm(other.from, tx.to) / 10.0);
            }
        }
        loudest_mw = std::max(loudest_mw, sum_mw);
    }
    return heard_dbm < 10.0 * std::log10(loudest_mw) + radio_.capture_db;
}

} // namespace gridtwin::rf
