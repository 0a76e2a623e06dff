#include "models/sms/spec.hpp"

#include <cmath>
#include <string_view>

namespace gridtwin::sms {

std::vector<std::string> problems(OperatorSpec const& spec) {
    std::vector<std::string> found;
    auto const positive = [&](double v, std::string_view what) {
        if (!std::isfinite(v) || v <= 0.0) {
            found.push_back(fmt::format("{} must be above zero", what));
        }
    };
    auto const fraction = [&](double v, std::string_view what) {
        if (!(v >= 0.0 && v <= 1.0)) {
            found.push_back(fmt::format("{} must be between 0 and 1", what));
        }
    };
    positive(spec.rate_hz, "the rate");
    positive(spec.delay_min_s, "the least delay");
    positive(spec.delay_median_s, "the delay's median");
    positive(spec.tail_median_s, "the tail's median");
    positive(spec.receipt_delay_s, "the receipt's delay");
    positive(spec.attach_s, "the time to attach");
    positive(spec.validity_s, "the validity");
    positive(spec.modem_retry_s, "the time to a modem's next try");
    fraction(spec.tail_frac, "the tail's share");
    fraction(spec.loss_frac, "the loss");
    fraction(spec.receipt_loss_frac, "the receipts' loss");
    fraction(spec.duplicate_frac, "the share of duplicates");
    fraction(spec.out_of_coverage_frac, "the share out of coverage");
    for (CellSpec const& cell : spec.cells) {
        positive(cell.rate_hz, "a cell's rate");
    }
    if (!std::isfinite(spec.submit_limit_hz) || spec.submit_limit_hz < 0.0) {
        found.emplace_back("the submission limit must not be below zero");
    }
    if (spec.receipt_p95_s != 0.0 && !(spec.receipt_p95_s > spec.receipt_delay_s)) {
        found.emplace_back("the receipts' 95th percentile must be above their median");
    }
    if (!(spec.delay_p95_s > spec.delay_median_s)) {
        found.emplace_back("the delay's 95th percentile must be above its median");
    }
    if (!(spec.tail_p95_s > spec.tail_median_s)) {
        found.emplace_back("the tail's 95th percentile must be above its median");
    }
    if (spec.delay_min_s > spec.delay_median_s) {
        found.emplace_back("the least delay must not be above the median");
    }
    if (spec.queue_limit == 0) {
        found.emplace_back("the queue must hold a message");
    }
    if (spec.retry_s.empty()) {
        found.emplace_back("the retries need a first gap");
    }
    for (double const gap_s : spec.retry_s) {
        positive(gap_s, "a gap between retries");
    }
    return found;
}

} // namespace gridtwin::sms
