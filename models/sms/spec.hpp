#pragma once
// What an SMS operator promises: a short number, a rate, delays, retries.
#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::sms {

/// A cell of the operator.
struct CellSpec {
    double rate_hz = 2.0; ///< short messages a second, both ways; assumption
};

/// Defaults are assumptions unless a source is named; sources in docs/models/sms.md.
struct OperatorSpec {
    std::string short_number = "7788";
    double rate_hz = 20.0; ///< short messages a second on the short number, each way
    std::uint32_t queue_limit =
        100'000;                  ///< waiting messages, each way; more are refused. assumption
    double delay_median_s = 5.0;  ///< lognormal; assumption
    double delay_p95_s = 30.0;    ///< lognormal; assumption
    double delay_min_s = 0.5;     ///< never faster: the lookahead. assumption
    double tail_frac = 0.04;      ///< messages held up for long instead; assumption (3-5 %)
    double tail_median_s = 600.0; ///< lognormal, "minutes to hours"; assumption
    double tail_p95_s = 7200.0;   ///< assumption
    double loss_frac = 0.03; ///< a short message vanishes; 3 % of a field test, 5.1 % of a trace
    double receipt_delay_s = 1.0; ///< delivered to the receipt at the gateway; assumption
    /// Gaps between attempts at an absent subscriber; the last one repeats. Assumption.
    std::vector<double> retry_s = {60, 300, 900, 1800, 3600, 10800, 21600, 43200};
    bool alert_on_attach =
        true;               ///< the network reports the subscriber back, and an attempt follows
    double attach_s = 20.0; ///< from power back to attached and alerted; assumption (10-60 s)
    double validity_s = 86400.0;  ///< from the hand-over; 24-72 h are usual. assumption
    double submit_limit_hz = 0.0; ///< short messages a second that a gateway may submit, a second's
                                  ///< worth of them at once; more are throttled. 0: no limit
    double receipt_p95_s = 0.0;   ///< lognormal about receipt_delay_s; 0: all take that
    double receipt_loss_frac = 0.0;  ///< receipts that never come
    double duplicate_frac = 0.0;     ///< messages delivered a second time, a usual delay later
    double out_of_coverage_frac = 0; ///< subscribers, drawn one by one
    double modem_retry_s = 60.0;     ///< a meter without a network tries to send again. assumption
    bool keep_order = false;         ///< to and from each subscriber; networks do not
    std::vector<CellSpec> cells;     ///< none: no cell is ever busy
};

/// What is wrong with `spec`, one sentence each; empty when it can be built.
[[nodiscard]] std::vector<std::string> problems(OperatorSpec const& spec);

} // namespace gridtwin::sms
