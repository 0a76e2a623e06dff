#include "models/concentrator/firmware.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace gridtwin::concentrator {

std::string problem(FirmwareSpec const& spec) {
    if (spec.block_octets == 0) {
        return "block_octets is 0, must be at least 1";
    }
    if (spec.block_gap < SimDuration::zero() || spec.pass_every <= SimDuration::zero()) {
        return "block_gap must not be negative, pass_every must be above 0";
    }
    if (spec.rounds == 0 || spec.tries < 1 || spec.most_runs == 0) {
        return "rounds, tries and most_runs must be at least 1";
    }
    if (!(spec.worth_sending_to_all_frac >= 0.0 && spec.worth_sending_to_all_frac <= 1.0)) {
        return "worth_sending_to_all_frac must be 0 to 1";
    }
    return {};
}

bool BlockSet::insert(std::uint32_t block) {
    if (contains(block)) {
        return false;
    }
    bits_[block / 64] |= std::uint64_t{1} << block % 64;
    ++held_;
    return true;
}

std::vector<BlockRun> BlockSet::gaps(std::uint32_t most_runs) const {
    std::vector<BlockRun> found;
    for (std::uint32_t block = 0; block < blocks_ && !full(); ++block) {
        if (contains(block)) {
            continue;
        }
        if (!found.empty() && found.back().first + found.back().count == block) {
            ++found.back().count;
        } else if (found.size() == most_runs) {
            break;
        } else {
            found.push_back({block, 1});
        }
    }
    return found;
}

FirmwareCampaign::FirmwareCampaign(FirmwareSpec const& spec, FirmwareOrder const& order,
                                   std::size_t meters, SimTime now)
    : spec_(spec), order_(order), blocks_(0), at_(now), done_(meters, 0) {
    if (auto const what = problem(spec); !what.empty() || order.octets == 0) {
        throw SimulationError(
            fmt::format("firmware campaign: {}", what.empty() ? "an image without octets" : what));
    }
    blocks_ = (order.octets - 1) / spec.block_octets + 1;
    to_all_.resize(blocks_);
    std::iota(to_all_.begin(), to_all_.end(), 0U);
}

SimTime FirmwareCampaign::next_event() const {
    return phase_ == Phase::over || waiting_ ? kNever : at_;
}

FirmwareCampaign::Step FirmwareCampaign::next(SimTime now) {
    if (phase_ != Phase::over && now >= order_.activate_at) {
        phase_ = Phase::over;
        waiting_ = false;
    }
    if (now < next_event()) {
        return {};
    }
    if (phase_ == Phase::to_all) {
        if (sent_ < to_all_.size()) {
            ++counts_.to_all;
            at_ = now + spec_.block_gap;
            return {.kind = Step::Kind::block_to_all, .block = to_all_[sent_++]};
        }
        begin_pass(round_ < spec_.rounds ? Phase::asking : Phase::to_one);
    }
    if (phase_ == Phase::resting) {
        begin_pass(round_ < spec_.rounds ? Phase::asking : Phase::to_one);
    }
    if (meter_ == done_.size()) {
        end_pass(now); // there is none, or all are done
        return phase_ == Phase::over || at_ > now ? Step{} : next(now);
    }
    waiting_ = true;
    if (phase_ == Phase::to_one && knows_gap_) {
        ++counts_.to_one;
        return {.kind = Step::Kind::block_to_one, .meter = meter_, .block = block_};
    }
    ++counts_.asked;
    return {.kind = Step::Kind::ask, .meter = meter_};
}

void FirmwareCampaign::begin_pass(Phase phase) {
    phase_ = phase;
    lacking_.assign(phase == Phase::asking ? blocks_ : 0, 0);
    knows_gap_ = false;
    tries_ = 0;
    meter_ = static_cast<std::size_t>(std::find(done_.begin(), done_.end(), 0) - done_.begin());
}

void FirmwareCampaign::next_meter(SimTime now) {
    knows_gap_ = false;
    tries_ = 0;
    auto const from = done_.begin() + static_cast<std::ptrdiff_t>(meter_) + 1;
    meter_ = static_cast<std::size_t>(std::find(from, done_.end(), 0) - done_.begin());
    if (meter_ == done_.size()) {
        end_pass(now);
    }
}

std::vector<std::uint32_t> FirmwareCampaign::worth_sending_to_all() const {
    // One block to a single meter costs a request and an answer; to all, a wave.
    double const enough =
        std::max(2.0, spec_.worth_sending_to_all_frac * static_cast<double>(done_.size()));
    std::vector<std::uint32_t> blocks;
    for (std::uint32_t block = 0; block < lacking_.size(); ++block) {
        if (lacking_[block] >= enough) {
            blocks.push_back(block);
        }
    }
    return blocks;
}

void FirmwareCampaign::end_pass(SimTime now) {
    at_ = now;
    if (std::find(done_.begin(), done_.end(), 0) == done_.end()) {
        phase_ = Phase::over;
        return;
    }
    if (phase_ == Phase::asking) {
        to_all_ = worth_sending_to_all();
        if (!to_all_.empty()) {
            phase_ = Phase::to_all;
            sent_ = 0;
            ++round_;
            return;
        }
        begin_pass(Phase::to_one);
        return;
    }
    phase_ = Phase::resting;
    at_ = now + spec_.pass_every;
}

void FirmwareCampaign::on_gaps(std::size_t meter, std::span<BlockRun const> gaps, SimTime now) {
    if (gaps.empty() && done_[meter] == 0) {
        done_[meter] = 1;
        ++counts_.done;
    }
    if (!waiting_ || meter != meter_) {
        return; // a late answer
    }
    waiting_ = false;
    at_ = now;
    tries_ = 0;
    for (BlockRun const& run : gaps) {
        std::uint64_t const end = std::uint64_t{run.first} + run.count;
        for (std::uint64_t block = run.first; block < end && block < lacking_.size(); ++block) {
            ++lacking_[block];
        }
    }
    bool const fill = phase_ == Phase::to_one && !gaps.empty() && gaps[0].first < blocks_;
    if (fill) {
        knows_gap_ = true;
        block_ = gaps[0].first;
    } else {
        next_meter(now);
    }
}

void FirmwareCampaign::on_silence(std::size_t meter, SimTime now) {
    if (!waiting_ || meter != meter_) {
        return;
    }
    waiting_ = false;
    at_ = now;
    knows_gap_ = false; // perhaps the block has arrived
    if (++tries_ >= spec_.tries) {
        next_meter(now);
    }
}

} // namespace gridtwin::concentrator
