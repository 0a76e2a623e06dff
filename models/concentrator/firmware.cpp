#include "models/concentrator/firmware.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace gridtwin::concentrator {

std::string problem(FirmwareSpec const& spec) {
    if (spec.block_octets == 0 || spec.block_octets > 0xffff) {
        return "block_octets must be 1 to 65535";
    }
    if (spec.block_gap < SimDuration::zero() || spec.pass_every <= SimDuration::zero() ||
        spec.report_every < SimDuration::zero()) {
        return "block_gap and report_every must not be negative, pass_every must be above 0";
    }
    if (spec.rounds == 0 || spec.tries < 1 || spec.most_runs == 0 ||
        spec.most_runs > wire::kMaxBlockRuns) {
        return "rounds, tries and most_runs must be at least 1, most_runs at most 64";
    }
    if (!(spec.worth_sending_to_all_frac >= 0.0 && spec.worth_sending_to_all_frac <= 1.0)) {
        return "worth_sending_to_all_frac must be 0 to 1";
    }
    return {};
}

FirmwareCounts& FirmwareCounts::operator+=(FirmwareCounts const& other) {
    orders += other.orders;
    to_all += other.to_all;
    to_one += other.to_one;
    asked += other.asked;
    done += other.done;
    return *this;
}

wire::FirmwareImage cut(wire::FirmwareImage image, FirmwareSpec const& spec) {
    constexpr SimDuration kSecond = std::chrono::seconds(1);
    image.block_octets = spec.block_octets;
    auto const beyond = image.activate_at.time_since_epoch() % kSecond;
    if (beyond > SimDuration::zero()) { // meters are told seconds, and never one too early
        image.activate_at += kSecond - beyond;
    }
    return image;
}

FirmwareCampaign::FirmwareCampaign(FirmwareSpec const& spec, wire::FirmwareImage const& order,
                                   std::size_t meters, SimTime now)
    : spec_(spec), image_(cut(order, spec)), began_(now), at_(now), done_(meters, 0) {
    auto what = problem(spec);
    if (what.empty() && (image_.blocks() == 0 || image_.blocks() > wire::kMostImageBlocks)) {
        what =
            fmt::format("an image of {} octets in blocks of {}", order.octets, image_.block_octets);
    }
    if (!what.empty()) {
        throw SimulationError("firmware campaign: " + what);
    }
    counts_.orders = 1;
    to_all_.resize(image_.blocks());
    std::iota(to_all_.begin(), to_all_.end(), 0U);
}

SimTime FirmwareCampaign::next_event() const {
    return phase_ == Phase::over || waiting_ ? kNever : std::min(at_, image_.activate_at);
}

FirmwareCampaign::Step FirmwareCampaign::next(SimTime now) {
    if (phase_ != Phase::over && now >= image_.activate_at) {
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
    return {.kind = Step::Kind::ask, .meter = meter_, .block = from_};
}

void FirmwareCampaign::on_sent_to_all(SimTime now) {
    if (phase_ == Phase::to_all && sent_ > 0) {
        at_ = std::max(at_, now);
    }
}

void FirmwareCampaign::begin_pass(Phase phase) {
    phase_ = phase;
    lacking_.assign(phase == Phase::asking ? image_.blocks() : 0, 0);
    knows_gap_ = false;
    from_ = 0;
    tries_ = 0;
    meter_ = static_cast<std::size_t>(std::find(done_.begin(), done_.end(), 0) - done_.begin());
}

void FirmwareCampaign::next_meter(SimTime now) {
    knows_gap_ = false;
    from_ = 0;
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
        std::max(2.0, spec_.worth_sending_to_all_frac * static_cast<double>(meters()));
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

void FirmwareCampaign::on_gaps(std::size_t meter, wire::FirmwareGaps const& gaps, SimTime now) {
    if (gaps.runs.empty() && gaps.first == 0 && done_[meter] != yes) {
        done_[meter] = yes;
        ++counts_.done;
    }
    if (!waiting_ || meter != meter_ || gaps.first != from_) {
        return; // a late answer
    }
    waiting_ = false;
    at_ = now;
    tries_ = 0;
    for (wire::BlockRun const& run : gaps.runs) {
        std::uint64_t const end = std::uint64_t{run.first} + run.count;
        for (std::uint64_t block = run.first; block < end && block < lacking_.size(); ++block) {
            ++lacking_[block];
        }
        from_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(end, image_.blocks()));
    }
    bool const fill =
        phase_ == Phase::to_one && !gaps.runs.empty() && gaps.runs[0].first < image_.blocks();
    bool const more =
        phase_ == Phase::asking && gaps.runs.size() >= spec_.most_runs && from_ < image_.blocks();
    if (fill) {
        knows_gap_ = true;
        block_ = gaps.runs[0].first;
        from_ = 0;
    } else if (!more) {
        next_meter(now);
    }
}

std::size_t FirmwareCampaign::meters() const {
    return done_.size() -
           static_cast<std::size_t>(std::count(done_.begin(), done_.end(), not_asked));
}

void FirmwareCampaign::set_member(std::size_t meter, bool member, SimTime now) {
    auto& done = done_[meter];
    if (member && done == not_asked) {
        done = no;
        if (phase_ == Phase::over && now < image_.activate_at) {
            phase_ = Phase::resting; // it begins again for its sake
            at_ = now;
        }
    } else if (!member && done == no) {
        done = not_asked;
        if (waiting_ && meter == meter_) {
            waiting_ = false;
            at_ = now;
            next_meter(now);
        }
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
