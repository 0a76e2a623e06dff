#pragma once
#include <compare>
#include <cstdint>

namespace gridtwin {

/// An amount of money: whole cents, exact, never a double.
struct Money {
    std::int64_t cents = 0;

    friend constexpr auto operator<=>(Money const&, Money const&) = default;
    constexpr Money& operator+=(Money other) {
        cents += other.cents;
        return *this;
    }
    constexpr Money& operator-=(Money other) {
        cents -= other.cents;
        return *this;
    }
    friend constexpr Money operator+(Money a, Money b) { return a += b; }
    friend constexpr Money operator-(Money a, Money b) { return a -= b; }
};

} // namespace gridtwin
