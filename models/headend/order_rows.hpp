#pragma once
// What applications share that keep their orders as rows, in order of their command ids.
#include "models/headend/ports.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridtwin::headend {

enum class OrderState : std::uint8_t { planned, pending, confirmed, failed };

/// Wakes an order at `at`: its application's timer, with the row as payload.
template <typename Row>
void arm_row(std::vector<Row>& rows, std::size_t row, SimTime at, Clock& clock,
             std::uint64_t timer_base) {
    rows[row].wake = at;
    clock.set_timer(at, timer_base | row);
}

/// Sets anew the timers of all that wait for one, as after restoring a state.
template <typename Row>
void arm_all(std::vector<Row>& rows, Clock& clock, std::uint64_t timer_base) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (rows[row].state == OrderState::planned || rows[row].state == OrderState::pending) {
            arm_row(rows, row, rows[row].wake, clock, timer_base);
        }
    }
}

/// The order of that command, or nullptr.
template <typename Row>
[[nodiscard]] Row* find_row(std::vector<Row>& rows, CommandId command) {
    auto const found =
        std::lower_bound(rows.begin(), rows.end(), command,
                         [](Row const& row, CommandId wanted) { return row.command < wanted; });
    return found != rows.end() && found->command == command ? &*found : nullptr;
}

} // namespace gridtwin::headend
