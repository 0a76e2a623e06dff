#pragma once
// The books of a run. No term is a remainder: each is measured where it arises, and the balance
// only compares.
#include "sim/core/message.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::results {

/// Energy over a run, Wh. Losses are > 0, storage > 0 is energy put into it.
struct EnergyBalance {
    double source_wh = 0.0;           ///< at the sources' terminals
    double metered_wh = 0.0;          ///< difference of the meters' registers: energy served
    double line_loss_wh = 0.0;        ///< over medium-voltage lines and switches
    double transformer_loss_wh = 0.0; ///< over feeder transformers and regulators
    double shunt_loss_wh = 0.0;       ///< in capacitors and other shunts
    double service_transformer_loss_wh = 0.0; ///< over the transformers to low voltage
    double lv_line_loss_wh = 0.0;             ///< over low-voltage lines and services
    double storage_wh = 0.0;                  ///< into batteries
    double unmetered_wh = 0.0;                ///< served past tampered meters' registers
    double uncounted_wh = 0.0; ///< served, in the meters still below a register's last digit
    double rounding_wh = 0.0;  ///< what doubles may lose of the terms; no term itself

    /// Source less all other terms.
    [[nodiscard]] double residual_wh() const;
    /// The residual over what was served; over the source when nothing was; 0 when both are zero.
    /// Over a million times the rounding at least, so that what rounding explains closes to 1e-6.
    [[nodiscard]] double residual_frac() const;
    /// |residual_frac| <= tol; a term that is NaN or infinite never closes.
    [[nodiscard]] bool closes(double tol = 1e-6) const;
};

/// One channel's messages at the end of a run.
struct MessageBalanceRow {
    std::string label{}; ///< "plc", "sms", "wan"
    TrafficCount count{};
    std::uint64_t in_flight = 0; ///< by walking the queues

    /// sent == delivered + lost + in flight, exactly.
    [[nodiscard]] bool closes() const;
};

/// The books for the terminal, at most 100 columns wide.
[[nodiscard]] std::string balance_table(EnergyBalance const& balance, double tol = 1e-6);
[[nodiscard]] std::string balance_table(std::span<MessageBalanceRow const> rows);

} // namespace gridtwin::results
