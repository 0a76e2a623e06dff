#pragma once
// Energy balances at every level of the utility: what goes in, what is delivered, what the lines
// lose by the network model, and what nobody accounts for.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::headend {

enum class BalanceLevel : std::uint8_t {
    centre,
    plant,      ///< a power plant's boundary
    substation, ///< its bulk-supply meter
    feeder,     ///< the meter at its head
    concentrator,
    transformer, ///< the meter at its busbar
};
inline constexpr std::size_t kBalanceLevels = 6;
[[nodiscard]] std::string_view name(BalanceLevel level);

inline constexpr std::uint32_t kNoParent = std::numeric_limits<std::uint32_t>::max();

/// Who supplies whom, a row each; parents stand before their children.
struct BalanceTree {
    std::vector<BalanceLevel> level;
    std::vector<std::uint32_t> parent; ///< row; kNoParent at the top

    [[nodiscard]] std::size_t size() const { return level.size(); }
};
/// One sentence, empty when nothing is wrong: columns of unequal length, a parent that does not
/// stand before its child or is no level above it.
[[nodiscard]] std::string problem(BalanceTree const& tree);

/// What is known of one interval, [row of the tree] each, mWh.
struct BalanceInput {
    /// Through the boundary, downwards; none: nothing is measured there, or it has not come.
    std::span<std::optional<std::int64_t> const> boundary_mwh;
    std::span<std::int64_t const> metered_mwh;   ///< of customers that hang on it directly
    std::span<std::uint32_t const> missing;      ///< of those customers, without a row
    std::span<std::int64_t const> technical_mwh; ///< lost between it and those it supplies
};

struct BalanceFigures {
    std::int64_t supplied_mwh = 0;
    std::int64_t delivered_mwh = 0; ///< to the boundaries below it and its own customers
    std::int64_t technical_mwh = 0;
    bool measured = false; ///< else what it supplies is concluded from below
    bool complete = false; ///< all of that is known; figures of what is not mean nothing

    /// Zero by itself where nothing is measured.
    [[nodiscard]] std::int64_t unaccounted_mwh() const {
        return supplied_mwh - delivered_mwh - technical_mwh;
    }
};

/// One interval of all rows. @throws SimulationError for columns of unequal length
[[nodiscard]] std::vector<BalanceFigures> balance(BalanceTree const& tree,
                                                  BalanceInput const& input);

/// All defaults are assumptions.
struct BalanceTolerance {
    double share_frac = 0.1;       ///< unaccounted of supplied; more is an imbalance
    std::uint32_t alarm_after = 4; ///< so many intervals in a row raise an alarm, once
};
[[nodiscard]] std::string problem(BalanceTolerance const& tolerance);

/// Sums over the complete intervals of a row.
struct BalanceSum {
    std::uint64_t intervals = 0;
    std::uint64_t incomplete = 0;
    std::uint64_t beyond = 0; ///< of the complete ones, beyond the tolerance
    std::uint64_t alarms = 0;
    std::int64_t supplied_mwh = 0;
    std::int64_t delivered_mwh = 0;
    std::int64_t technical_mwh = 0;
    std::uint64_t in_a_row = 0; ///< beyond the tolerance, up to now

    [[nodiscard]] std::int64_t unaccounted_mwh() const {
        return supplied_mwh - delivered_mwh - technical_mwh;
    }
    friend bool operator==(BalanceSum const&, BalanceSum const&) = default;
};

/// Takes an interval into the sums, intervals in their order. What is incomplete neither adds to a
/// row of imbalances nor ends it.
/// @return rows whose alarm this interval raises
std::vector<std::uint32_t> add_interval(BalanceTolerance const& tolerance,
                                        std::span<BalanceFigures const> interval,
                                        std::span<BalanceSum> sums);

} // namespace gridtwin::headend
