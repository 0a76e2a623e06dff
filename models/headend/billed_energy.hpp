#pragma once
// What billing is told of readings: validated values, or the ledger's rows where nobody validates.
#include "models/headend/billing/energy_source.hpp"
#include "models/headend/books.hpp"
#include "models/headend/vee/vee.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::headend {

/// Readings are actual, suspect ones too (they are billed until somebody edits them), and so is an
/// editor's word: it takes the place of a reading.
[[nodiscard]] std::uint8_t billed_quality(vee::Quality quality);

class BilledEnergy final : public billing::EnergySource {
  public:
    /// All must outlive it. @param vee none: readings as they are in the ledger
    /// @param intervals highest one that is kept
    BilledEnergy(Ledger const& ledger, Books const& books, vee::Vee const* vee,
                 std::uint32_t intervals, SimDuration interval);

    [[nodiscard]] bool intervals(MeterId meter, std::uint32_t first,
                                 std::span<std::int32_t> energy_mwh,
                                 std::span<std::uint8_t> quality) const override;
    [[nodiscard]] std::vector<RegisterReading> registers(MeterId meter) const override;

  private:
    [[nodiscard]] bool validated(MeterId meter, std::uint32_t first,
                                 std::span<std::int32_t> energy_mwh,
                                 std::span<std::uint8_t> quality) const;
    [[nodiscard]] bool as_read(MeterId meter, std::uint32_t first,
                               std::span<std::int32_t> energy_mwh,
                               std::span<std::uint8_t> quality) const;

    Ledger const& ledger_;
    Books const& books_;
    vee::Vee const* vee_;
    std::uint32_t intervals_;
    std::uint32_t per_day_; ///< of validation's days
};

} // namespace gridtwin::headend
