#pragma once
// A new firmware for all meters of a concentrator: its blocks go to everybody at once, then each
// meter is asked for its gaps, and those are filled.
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::concentrator {

struct FirmwareOrder {
    std::uint32_t version = 0; ///< greater than the one before
    std::uint32_t octets = 0;  ///< of the image
    SimTime activate_at{};     ///< meters that hold all of it then switch over by themselves
};

/// Defaults are assumptions.
struct FirmwareSpec {
    std::uint32_t block_octets = 56;                 ///< with its head in one frame
    SimDuration block_gap = std::chrono::seconds(5); ///< until its repeats have died away
    std::uint32_t rounds = 3;                        ///< of sending to everybody what is missing
    double worth_sending_to_all_frac = 0.1;          ///< of the meters, that lack a block
    int tries = 3;                                   ///< a meter leaves unanswered in a pass
    SimDuration pass_every = std::chrono::hours(1);  ///< over the meters that are not done
    std::uint32_t most_runs = 16;                    ///< of gaps in one answer
};
/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(FirmwareSpec const& spec);

/// Consecutive blocks, from 0.
struct BlockRun {
    std::uint32_t first = 0;
    std::uint32_t count = 0;

    friend bool operator==(BlockRun const&, BlockRun const&) = default;
};

/// A set of an image's blocks, a bit each.
class BlockSet {
  public:
    BlockSet() = default;
    explicit BlockSet(std::uint32_t blocks) : blocks_(blocks), bits_((blocks + 63) / 64) {}
    /// @return whether it is new
    bool insert(std::uint32_t block);
    [[nodiscard]] bool contains(std::uint32_t block) const {
        return (bits_[block / 64] >> block % 64 & 1U) != 0;
    }
    [[nodiscard]] std::uint32_t blocks() const { return blocks_; }
    [[nodiscard]] std::uint32_t held() const { return held_; }
    [[nodiscard]] bool full() const { return held_ == blocks_; }
    /// The first runs of blocks that are not in it, at most so many.
    [[nodiscard]] std::vector<BlockRun> gaps(std::uint32_t most_runs) const;

  private:
    std::uint32_t blocks_ = 0;
    std::uint32_t held_ = 0;
    std::vector<std::uint64_t> bits_;
};

struct FirmwareCounts {
    std::uint64_t to_all = 0; ///< blocks sent to everybody
    std::uint64_t to_one = 0; ///< blocks sent to a single meter
    std::uint64_t asked = 0;  ///< questions for gaps
    std::uint64_t done = 0;   ///< meters that said they hold all of it
};

/// One campaign. Every question, and every block to a single meter, is answered with the gaps that
/// are left. Passes go on until all meters are done, or the time to activate has come.
class FirmwareCampaign {
  public:
    /// @throws SimulationError for a spec with a problem(), or an image without octets
    FirmwareCampaign(FirmwareSpec const& spec, FirmwareOrder const& order, std::size_t meters,
                     SimTime now);

    struct Step {
        enum class Kind : std::uint8_t { none, block_to_all, block_to_one, ask };
        Kind kind = Kind::none;
        std::size_t meter = 0;   ///< of the latter two
        std::uint32_t block = 0; ///< of blocks
    };
    /// When there is something to do, the medium being free; kNever when it is over, or an answer
    /// is waited for.
    [[nodiscard]] SimTime next_event() const;
    /// What to send at `now`; that of a meter is to be told on_gaps or on_silence.
    [[nodiscard]] Step next(SimTime now);
    /// @param most_runs that an answer holds: so many are perhaps not all
    void on_gaps(std::size_t meter, std::span<BlockRun const> gaps, SimTime now);
    void on_silence(std::size_t meter, SimTime now);

    [[nodiscard]] FirmwareOrder const& order() const { return order_; }
    [[nodiscard]] std::uint32_t blocks() const { return blocks_; }
    [[nodiscard]] bool over() const { return phase_ == Phase::over; }
    [[nodiscard]] bool done(std::size_t meter) const { return done_[meter] != 0; }
    [[nodiscard]] FirmwareCounts const& counts() const { return counts_; }

  private:
    enum class Phase : std::uint8_t { to_all, asking, to_one, resting, over };

    [[nodiscard]] std::vector<std::uint32_t> worth_sending_to_all() const;
    void begin_pass(Phase phase);
    void end_pass(SimTime now);
    void next_meter(SimTime now);

    FirmwareSpec spec_;
    FirmwareOrder order_;
    std::uint32_t blocks_;
    Phase phase_ = Phase::to_all;
    SimTime at_;                        ///< of the next step
    bool waiting_ = false;              ///< for a meter's answer
    std::uint32_t round_ = 1;           ///< of sending to all
    std::vector<std::uint32_t> to_all_; ///< blocks of this round
    std::size_t sent_ = 0;              ///< of them
    std::size_t meter_ = 0;             ///< whose turn it is
    int tries_ = 0;                     ///< of it, unanswered
    bool knows_gap_ = false;            ///< its first gap is block_
    std::uint32_t block_ = 0;
    std::vector<std::uint8_t> done_;     ///< [meter]
    std::vector<std::uint32_t> lacking_; ///< [block] meters that said so in this pass
    FirmwareCounts counts_;
};

} // namespace gridtwin::concentrator
