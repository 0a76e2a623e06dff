#include "sim/twin/operations_series.hpp"

#include <array>
#include <cmath>

namespace gridtwin::twin {

OperationsSeries::OperationsSeries(SimDuration every, HeadEndFederate const& head_end,
                                   results::Writer& writer)
    : every_(every), head_end_(head_end), writer_(writer) {
    if (every_ == SimDuration::zero()) {
        next_ = kNever;
        return;
    }
    series_ = writer_.add_series(
        "operations", "", {},
        {{"read_success", "1", "readings held of those due, since the start"},
         {"reads_pending", "1", "read commands without an answer"},
         {"orders_pending", "1", "orders that are neither confirmed nor failed"},
         {"orders_confirmed", "1", "since the start"},
         {"orders_failed", "1", "since the start"},
         {"alarms_listed", "1", "before the operators: standing, or over and not seen"},
         {"alarms_shown", "1", "since the start"},
         {"meters_believed_dead", "1", "held to be without supply"},
         {"outages_open", "1", "transformers' and single customers', as inferred"},
         {"suspects", "1", "customers suspected of theft, since the start, less those cleared"}});
}

void OperationsSeries::note(SimTime at) {
    if (at < next_) {
        return;
    }
    next_ += ((at - next_) / every_ + 1) * every_;
    auto const& head_end = head_end_.head_end();
    auto const reads = head_end.collection().success(at);
    auto const& orders = head_end.orders().counts();
    auto const& relays = head_end.orders().relay_counts();
    auto const confirmed = orders.confirmed + relays.confirmed;
    auto const failed = orders.failed + orders.refused + relays.failed + relays.refused;
    auto const* desk = head_end.alarm_desk();
    auto const* losses = head_end.losses();
    std::array<float, 10> const values{
        reads.due == 0 ? std::nanf("") : static_cast<float>(reads.frac()),
        static_cast<float>(head_end.collection().pending()),
        static_cast<float>(orders.issued + relays.issued - confirmed - failed),
        static_cast<float>(confirmed),
        static_cast<float>(failed),
        desk == nullptr ? 0.0F : static_cast<float>(desk->list().size()),
        desk == nullptr ? 0.0F : static_cast<float>(desk->counts().shown),
        static_cast<float>(head_end_.believed_dark()),
        static_cast<float>(head_end.outage().open_transformers() +
                           head_end.outage().open_customers()),
        losses == nullptr
            ? 0.0F
            : static_cast<float>(losses->counts().suspected - losses->counts().cleared)};
    std::array<std::span<float const>, values.size()> spans;
    for (std::size_t i = 0; i < spans.size(); ++i) {
        spans[i] = {&values[i], 1};
    }
    writer_.append(series_, at, spans);
}

} // namespace gridtwin::twin
