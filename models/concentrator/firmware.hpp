#pragma once
// A new firmware for all meters of a concentrator: its blocks go to everybody at once, then each
// meter is asked for its gaps, and those are filled.
#include "models/wire/firmware.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::concentrator {

/// Defaults are assumptions.
struct FirmwareSpec {
    std::uint32_t block_octets = 56; ///< with its head two frames of 64 octets
    /// Until its repeats have died away: at 300 bit/s, which all understand, a frame takes 2.1 s.
    SimDuration block_gap = std::chrono::seconds(20);
    std::uint32_t rounds = 3;                         ///< of sending to everybody what is missing
    double worth_sending_to_all_frac = 0.1;           ///< of the meters, that lack a block
    int tries = 3;                                    ///< a meter leaves unanswered in a pass
    SimDuration pass_every = std::chrono::hours(1);   ///< over the meters that are not done
    SimDuration report_every = std::chrono::hours(1); ///< to the head-end, of progress
    std::uint32_t most_runs = 32; ///< of gaps in one answer, at most wire::kMaxBlockRuns
};
/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(FirmwareSpec const& spec);

/// The image in the blocks that are sent.
[[nodiscard]] wire::FirmwareImage cut(wire::FirmwareImage image, FirmwareSpec const& spec);

struct FirmwareCounts {
    std::uint64_t orders = 0; ///< campaigns begun
    std::uint64_t to_all = 0; ///< blocks sent to everybody
    std::uint64_t to_one = 0; ///< blocks sent to a single meter
    std::uint64_t asked = 0;  ///< questions for gaps
    std::uint64_t done = 0;   ///< meters that said they hold all of it

    FirmwareCounts& operator+=(FirmwareCounts const& other);
};

/// One campaign. Every question, and every block to a single meter, is answered with the gaps that
/// are left. Passes go on until all meters are done, or the time to activate has come.
class FirmwareCampaign {
  public:
    /// @throws SimulationError for a spec with a problem(), an image without octets or of more
    ///         blocks than meters keep
    /// @param order not cut: it is cut into the spec's blocks
    FirmwareCampaign(FirmwareSpec const& spec, wire::FirmwareImage const& order, std::size_t meters,
                     SimTime now);

    struct Step {
        enum class Kind : std::uint8_t { none, block_to_all, block_to_one, ask };
        Kind kind = Kind::none;
        std::size_t meter = 0;   ///< of the latter two
        std::uint32_t block = 0; ///< which, or from which on gaps are asked for
    };
    /// When there is something to do, the medium being free; kNever when it is over, or an answer
    /// is waited for.
    [[nodiscard]] SimTime next_event() const;
    /// What to send at `now`; that of a meter is to be told on_gaps or on_silence.
    [[nodiscard]] Step next(SimTime now);
    /// The last block to all has left its sender, or never will: the next is due from now on.
    void on_sent_to_all(SimTime now);
    /// No gaps from the first block on: the meter is done.
    void on_gaps(std::size_t meter, wire::FirmwareGaps const& gaps, SimTime now);
    void on_silence(std::size_t meter, SimTime now);
    /// Whether a meter is the concentrator's, from now on; at first all are. Others are not asked.
    void set_member(std::size_t meter, bool member, SimTime now);
    /// What was waited for has lost its meaning: the meter is asked anew.
    void restart() { waiting_ = false; }

    [[nodiscard]] wire::FirmwareImage const& image() const { return image_; }
    [[nodiscard]] SimTime began() const { return began_; }
    [[nodiscard]] bool over() const { return phase_ == Phase::over; }
    [[nodiscard]] bool done(std::size_t meter) const { return done_[meter] == yes; }
    /// That are the concentrator's, or were and are done.
    [[nodiscard]] std::size_t meters() const;
    [[nodiscard]] FirmwareCounts const& counts() const { return counts_; }

  private:
    enum class Phase : std::uint8_t { to_all, asking, to_one, resting, over };
    enum Done : std::uint8_t { no, yes, not_asked };

    [[nodiscard]] std::vector<std::uint32_t> worth_sending_to_all() const;
    void begin_pass(Phase phase);
    void end_pass(SimTime now);
    void next_meter(SimTime now);

    FirmwareSpec spec_;
    wire::FirmwareImage image_;
    SimTime began_;
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
    std::uint32_t from_ = 0;             ///< its gaps before are known
    std::vector<std::uint8_t> done_;     ///< [meter] Done
    std::vector<std::uint32_t> lacking_; ///< [block] meters that said so in this pass
    FirmwareCounts counts_;
};

} // namespace gridtwin::concentrator
