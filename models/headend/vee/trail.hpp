#pragma once
// The audit trail: every value that took another's place, and every estimate, for good. What came
// first as a reading is not in it: the ledger has that.
#include "models/headend/ports/state_io.hpp"
#include "models/headend/vee/store.hpp"
#include "sim/core/ids.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace gridtwin::headend::vee {

/// The numbers are part of saved states and results: append only.
enum class Why : std::uint8_t {
    estimated,    ///< by the rules and methods
    late_reading, ///< came after all, in the place of an estimate or of nothing again
    meter_fault,  ///< edits, from here on
    wrong_reading,
    dispute,
    field_visit,
    other,
    undone, ///< an edit taken back; Change::undoes says which
};
inline constexpr std::size_t kWhys = 8;
[[nodiscard]] std::string_view name(Why);
[[nodiscard]] constexpr bool is_edit(Why why) {
    return why >= Why::meter_fault;
}

/// One value after another. Numbered from 1 by its place in the trail.
struct Change {
    SimTime at{}; ///< by the head-end's clock
    MeterId meter = kNone<MeterId>;
    std::uint32_t interval = 0;
    std::int32_t before_mwh = 0;
    std::int32_t after_mwh = 0;
    std::uint32_t who = 0;    ///< an editor's number; 0: nobody, it happened by rule
    std::uint32_t undoes = 0; ///< number of the edit; 0: of none
    std::uint8_t before = 0;  ///< pack(Grade)
    std::uint8_t after = 0;
    Why why{};
    std::uint8_t unused[5]{};

    [[nodiscard]] Value value_before() const { return {before_mwh, unpack(before)}; }
    [[nodiscard]] Value value_after() const { return {after_mwh, unpack(after)}; }
    friend bool operator==(Change const&, Change const&) = default;
};
static_assert(Storable<Change> && sizeof(Change) == 40);

[[nodiscard]] Change change_of(SimTime at, MeterId meter, std::uint32_t interval,
                               Value const& before, Value const& after, Why why);

class Trail {
  public:
    /// @return its number
    std::uint32_t append(Change const& change);
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(changes_.size()); }
    /// @param number from 1 to size()
    [[nodiscard]] Change const& at(std::uint32_t number) const { return changes_[number - 1]; }
    /// Those after the first `seen`: how others follow what they have already billed.
    [[nodiscard]] std::span<Change const> since(std::uint32_t seen) const {
        return std::span<Change const>(changes_).subspan(seen);
    }
    /// The latest of an interval; 0: none.
    [[nodiscard]] std::uint32_t latest(MeterId meter, std::uint32_t interval) const;
    [[nodiscard]] std::size_t bytes() const { return changes_.size() * sizeof(Change); }

    void save(StateWriter& out) const { out.column(changes_); }
    void restore(StateReader& in) { in.list(changes_); }

  private:
    std::vector<Change> changes_;
};

} // namespace gridtwin::headend::vee
