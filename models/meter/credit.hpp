#pragma once
// Payment in advance, in a meter: its balance, exact, and when lack of it takes the supply off. One
// meter's account and what may be done to it; models/meter/credit_supply.hpp has the town's.
#include "sim/core/credit.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/week_windows.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::meter {

/// All defaults are assumptions.
struct CreditSpec {
    CreditTerms terms;
    Money low{500};                   ///< balance that warns
    Money emergency{0};               ///< what may be used beyond nothing; 0: no emergency credit
    Money emergency_from{100};        ///< balance at which the customer may take it, and not above
    bool emergency_by_itself = false; ///< taken as the balance is used up
    Money reconnect_above{0};         ///< what must be there, emergency credit in use included
    /// By the meter's clock; no relay opens in them for lack of credit.
    std::vector<DailyWindow> friendly;
    bool disconnects = true; ///< false: it warns, and the head-end has to disconnect
};

/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(CreditSpec const& spec);

struct CreditState {
    /// Of the supply: opening and closing are ordered, and not done yet.
    enum class Supply : std::uint8_t { on, opening, off, closing };
    CreditTotals totals;        ///< as of the end of `interval`
    std::uint32_t number = 0;   ///< of the last difference applied
    std::uint32_t interval = 0; ///< the last one charged
    Supply supply = Supply::on;
    bool emergency = false;    ///< in use
    bool low = false;          ///< warned
    bool exhausted = false;    ///< and told
    bool command_open = false; ///< a command holds the relay open
};

[[nodiscard]] constexpr bool holds_open(CreditState const& state) {
    return state.supply == CreditState::Supply::off || state.supply == CreditState::Supply::closing;
}

/// What a balance, the open interval included, makes of the flags.
void judge_balance(CreditState& state, CreditSpec const& spec, NanoCents now);

/// What the head-end sends: not what the balance is to be, but by how much it is to change.
struct CreditAdjustment {
    std::uint32_t number = 0; ///< of this meter's, from 1, rising by one
    Money difference{};       ///< payments and corrections
    Money payment{};          ///< what of it is payment, of which debt takes its share; >= 0
};

enum class AdjustmentResult : std::uint8_t { applied, known, refused };

/// Applies n == last + 1; n <= last has been applied before; all else is refused, as is a
/// difference that would bring the sum beyond kMostCents.
AdjustmentResult adjust(CreditState& state, CreditTerms const& terms,
                        CreditAdjustment const& adjustment);

/// What a meter tells of its account. The balance is as of the end of an interval, with all
/// differences up to `number`, whenever they came; so whoever has the readings can check it.
struct CreditReport {
    std::uint32_t number = 0;   ///< of the last difference applied
    std::uint32_t interval = 0; ///< the last one charged
    bool exhausted = false;
    bool emergency = false; ///< in use
    bool off = false;       ///< for lack of credit
    NanoCents balance = 0;
    NanoCents debt = 0;
    SimTime read{}; ///< by the meter's clock

    friend bool operator==(CreditReport const&, CreditReport const&) = default;
};

/// Classes of terms and who has which.
struct Credits {
    std::vector<CreditSpec> classes;
    std::vector<MeterId> meter;         ///< [slot] ascending within a class
    std::vector<std::uint8_t> class_of; ///< [slot]
    std::vector<CreditState> state;     ///< [slot]
    std::vector<std::uint32_t> slot_of; ///< [meter] kNoSlot without; empty without any

    static constexpr std::uint32_t kNoSlot = ~0U;
    [[nodiscard]] std::uint32_t slot(MeterId of) const {
        return slot_of.empty() ? kNoSlot : slot_of[index(of)];
    }
    [[nodiscard]] CreditSpec const& spec(std::size_t slot) const { return classes[class_of[slot]]; }
};

/// What a customer begins with.
struct CreditOpening {
    MeterId meter{};
    Money balance{};
    Money debt{}; ///< >= 0
};

/// @param openings each meter at most once in all classes
/// @throws SimulationError for a spec with a problem, a meter twice, an amount out of range
void add_credit(Credits& credits, CreditSpec const& spec, std::size_t meter_count,
                std::span<CreditOpening const> openings);

/// Octets of all meters together.
[[nodiscard]] std::size_t bytes(Credits const& credits);

} // namespace gridtwin::meter
