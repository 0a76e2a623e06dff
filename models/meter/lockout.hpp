#pragma once
// Passwords: after some wrong ones the meter takes no orders for a while. Optional.
#include "sim/core/event.hpp"
#include "sim/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::meter {

inline constexpr std::size_t kMostTries = 8;

/// All are assumptions.
struct LockoutSpec {
    std::uint32_t tries = 3;                       ///< wrong ones that lock, 1 to kMostTries
    SimDuration window = std::chrono::minutes(10); ///< within which they count
    SimDuration lock = std::chrono::minutes(30);
};

/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(LockoutSpec const& spec);

struct Lockout {
    LockoutSpec spec;
    std::vector<std::array<SimTime, kMostTries>>
        wrong;                        ///< [meter] latest first; SimTime::min() none
    std::vector<SimTime> until;       ///< [meter] locked; kStart never yet
    std::vector<std::uint32_t> count; ///< [meter] locks so far

    [[nodiscard]] bool kept() const { return !until.empty(); }
    [[nodiscard]] bool locked(std::size_t meter, SimTime t) const {
        return kept() && t < until[meter];
    }
};

/// @throws SimulationError for a spec with a problem
[[nodiscard]] Lockout make_lockout(LockoutSpec const& spec, std::size_t meters);

/// A wrong password at t. Appends password_failed (value: wrong ones within the window) and, when
/// that locks, locked_out (value: seconds). While locked nothing is compared, so nothing counts.
void wrong_password(Lockout& lockout, std::size_t meter, SimTime t,
                    std::vector<EventRecord>& events);

/// Octets of all meters together.
[[nodiscard]] std::size_t bytes(Lockout const& lockout);

} // namespace gridtwin::meter
