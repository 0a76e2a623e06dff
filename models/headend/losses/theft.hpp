#pragma once
// Who uses energy past the meter: what the meter at a busbar counts and no customer's does follows
// the consumption of those who take it.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::headend {

/// All defaults are assumptions.
struct TheftConfig {
    /// Intervals looked back on, each tried by itself: a short stretch sees what began lately, a
    /// long one what is small. Ascending.
    std::vector<std::uint32_t> windows{96, 288, 672};
    /// A window is judged with this share of its intervals at least.
    double usable_frac = 0.8;
    /// Unaccounted energy below this share of the busbar's suspects nobody.
    double least_share_frac = 0.01;
    /// A customer is suspected from this many standard errors on.
    double significance = 5.0;
    /// And from this factor on, energy past the meter over energy through it. What is smaller may
    /// be a meter's error.
    double least_factor = 0.1;
    /// With a detector's word (a magnet, a neutral return, a reversed phase) that many standard
    /// errors are enough.
    double confirmed_significance = 2.0;
    /// Suspects a busbar, at most: the surest.
    std::uint32_t most_suspects = 20;
};
/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(TheftConfig const& config);

/// A busbar's intervals, oldest first, and those of the meters below it.
struct BusbarWindow {
    std::span<std::int64_t const> supplied_mwh;  ///< [interval] at the busbar
    std::span<std::int64_t const> technical_mwh; ///< [interval] lost in the lines, by the model
    std::span<std::uint8_t const> usable;        ///< [interval] 1: all rows are there
    std::span<std::int32_t const> metered_mwh;   ///< [meter][interval] net, > 0 consumed
    std::span<std::uint8_t const> reported; ///< [meter] 1: its own detector has told of tampering
    std::uint32_t silent = 0; ///< customers below the busbar who are none of these meters

    [[nodiscard]] std::size_t intervals() const { return supplied_mwh.size(); }
    [[nodiscard]] std::size_t meters() const { return reported.size(); }
};

struct Suspicion {
    std::uint32_t meter = 0;          ///< row of the window
    std::uint32_t window = 0;         ///< intervals that showed it
    double factor = 0.0;              ///< energy past the meter over energy through it
    double significance = 0.0;        ///< standard errors
    std::int64_t unaccounted_mwh = 0; ///< of those intervals, past this meter
    bool reversed = false;            ///< its current runs the wrong way round
    bool reported = false;            ///< its own detector says so, too
};

struct TheftReport {
    std::uint32_t intervals = 0; ///< judged, of the longest window
    std::int64_t supplied_mwh = 0;
    std::int64_t metered_mwh = 0;
    std::int64_t technical_mwh = 0;
    /// Constant or not like anybody's consumption: a tap before all meters, or the model's error.
    std::int64_t nobodys_mwh = 0;
    std::vector<Suspicion> suspects; ///< surest first

    [[nodiscard]] std::int64_t unaccounted_mwh() const {
        return supplied_mwh - metered_mwh - technical_mwh;
    }
};

/// What is unaccounted for in interval t, u(t) = supplied - metered - technical, is fitted with
/// factors that cannot be negative as u(t) = sum_i f_i max(0, m_i(t)) + r_i max(0, -m_i(t)) + c:
/// a customer who leads the share s of its load past the meter has f = s / (1 - s), one whose
/// current is reversed r = 2. Customers without readings are taken to draw as the others do on
/// average: a further column that is nobody's. A factor's standard errors are the root of what the
/// fit loses without it over the residual's variance, made greater for residuals that follow each
/// other (Bartlett's factor (1 + rho) / (1 - rho) of first-order autocorrelation).
[[nodiscard]] TheftReport locate_theft(TheftConfig const& config, BusbarWindow const& window);

} // namespace gridtwin::headend
