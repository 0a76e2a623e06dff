#pragma once
#include "models/wire/profile_block.hpp"
#include "sim/core/random.hpp"

#include <limits>

namespace gridtwin::wire {

/// Random numbers for tests, one after the other.
class TestDraws {
  public:
    explicit TestDraws(std::uint64_t row) : who_(EntityKind::world, row) {}
    std::uint64_t bits() { return draw_bits(Seed{2026}, who_, Purpose::test, n_++); }
    std::uint64_t below(std::uint64_t end) { return bits() % end; }

  private:
    EntityKey who_;
    std::uint64_t n_ = 0;
};

/// Any block there can be: plausible rows mixed with rows at the ends of their fields.
inline ProfileBlock random_block(TestDraws& draws) {
    ProfileBlock block{.meter = static_cast<MeterId>(static_cast<std::uint32_t>(draws.bits())),
                       .first_interval = static_cast<std::uint32_t>(draws.below(1U << 31)),
                       .rows = {}};
    block.rows.resize(draws.below(120));
    for (ProfileRow& row : block.rows) {
        if (draws.below(4) == 0) {
            row = {.import_mwh = static_cast<std::int32_t>(draws.bits()),
                   .import_mvarh = static_cast<std::int32_t>(draws.bits()),
                   .voltage_dv = static_cast<std::uint16_t>(draws.bits()),
                   .status = static_cast<std::uint8_t>(draws.bits())};
        } else if (draws.below(8) == 0) {
            bool const low = draws.below(2) == 0;
            using Limits = std::numeric_limits<std::int32_t>;
            row = {.import_mwh = low ? Limits::min() : Limits::max(),
                   .import_mvarh = low ? Limits::max() : Limits::min(),
                   .voltage_dv = static_cast<std::uint16_t>(low ? 0 : 65535),
                   .status = static_cast<std::uint8_t>(low ? 0 : 255)};
        } else {
            row = {.import_mwh = static_cast<std::int32_t>(draws.below(800'000)),
                   .import_mvarh = static_cast<std::int32_t>(draws.below(300'000)),
                   .voltage_dv = static_cast<std::uint16_t>(2200 + draws.below(200)),
                   .status = static_cast<std::uint8_t>(draws.below(16))};
        }
    }
    return block;
}

} // namespace gridtwin::wire
