#pragma once
#include <compare>
#include <cstdint>

namespace gridtwin {

/// An amount of money: whole cents, exact, never a double.
struct Money {
    std::int64_t cents = 0;

    friend constexpr bool operator==(Money const&, Money const&) = default;
    friend constexpr std::strong_ordering operator<=>(Money const& a, Money const& b) {
        return a.cents <=> b.cents;
    }
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
