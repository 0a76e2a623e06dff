// Whether a frame is received: worked out at its end, over the few transmissions that overlapped
// it.
#include "models/medium/spread.hpp"
#include "models/rf/medium.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::rf {

LossReason Medium::fate_of(Transmission const& tx) {
    if (tx.unpowered) {
        return LossReason::no_power;
    }
    return tx.to == medium::kEverybody ? LossReason::none : fate_at(tx, tx.to);
}

LossReason Medium::fate_at(Transmission const& tx, std::uint16_t listener) {
    double const heard_dbm = level_dbm(tx.from, listener);
    overlapping_.clear();
    for (std::size_t row = 0; row < air_.size(); ++row) {
        auto const& other = air_[row];
        if (other.id == tx.id || !tx.overlaps(other)) {
            continue;
        }
        if (other.from == listener) {
            return LossReason::collision; // half duplex
        }
        if (links_.code(other.from, listener) != Links::kNoLink) {
            overlapping_.push_back(row);
        }
    }
    if (heard_dbm < radio_.sensitivity_dbm) {
        return LossReason::noise;
    }
    if (!overlapping_.empty() && drowned(tx, listener, heard_dbm)) {
        return LossReason::collision;
    }
    double const snr_db = heard_dbm - static_cast<double>(noise_dbm_[listener]) + bit_gain_db_;
    double const success = errors_->success(snr_db, static_cast<double>(tx.bits));
    if (success == 1.0) {
        return LossReason::none;
    }
    return draw(tx.from, Purpose::frame_error) < success ? LossReason::none : LossReason::noise;
}

// The interference is a sum of powers that changes when one begins or ends; it is loudest where one
// of them (or the frame itself) begins.
bool Medium::drowned(Transmission const& tx, std::uint16_t listener, double heard_dbm) {
    if (overlapping_.size() == 1) {
        return heard_dbm < level_dbm(air_[overlapping_.front()].from, listener) + radio_.capture_db;
    }
    double loudest_mw = 0.0;
    for (std::size_t const first : overlapping_) {
        SimTime const at = std::max(air_[first].start, tx.start);
        double sum_mw = 0.0;
        for (std::size_t const row : overlapping_) {
            auto const& other = air_[row];
            if (other.start <= at && other.end > at) {
                sum_mw += std::pow(10.0, level_dbm(other.from, listener) / 10.0);
            }
        }
        loudest_mw = std::max(loudest_mw, sum_mw);
    }
    return heard_dbm < 10.0 * std::log10(loudest_mw) + radio_.capture_db;
}

// Every node within hearing on its own, in order.
void Medium::after_broadcast(Transmission const& tx, Sink& sink) {
    auto const changed = broadcasts_.off_air(tx.id);
    if (tx.job == medium::kNoJob) {
        return; // its sender lost power
    }
    Job const job = jobs_[tx.job];
    std::vector<std::uint16_t> reached;
    links_.for_each_neighbour(tx.from, [&](std::size_t node, std::uint8_t /*code*/) {
        auto const listener = static_cast<std::uint16_t>(node);
        if (level_dbm(tx.from, listener) < radio_.sensitivity_dbm) {
            return;
        }
        bool const lasted = powered(listener) &&
                            std::find(changed.begin(), changed.end(), listener) == changed.end();
        LossReason const fate = lasted ? fate_at(tx, listener) : LossReason::no_power;
        if (medium::note_reception(broadcasts_, receptions_, job.broadcast, listener, fate)) {
            reached.push_back(listener);
        }
    });
    jobs_.pop(nodes_[tx.from].queue);
    begin_head(tx.from, now_ + turnaround_ + unit_);
    auto const repeat = [&](std::uint16_t at) {
        ++counters_.forwarded;
        std::uint32_t const slot = new_job(job.datagram);
        jobs_[slot].spread_from(at, job);
        enqueue(at, slot, sink);
    };
    medium::end_broadcast(broadcasts_, datagrams_, job, reached, routes_, now_, sink, repeat);
}

} // namespace gridtwin::rf
