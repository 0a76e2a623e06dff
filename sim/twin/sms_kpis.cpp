#include "sim/twin/sms_kpis.hpp"

#include "sim/results/statistics.hpp"

#include <fmt/format.h>

namespace gridtwin::twin {

void add_sms_kpis(std::vector<results::Kpi>& kpis, Federates const& federates) {
    auto const& federate = federates.sms_operator;
    std::array<double, kDeliveryStates> states{};
    std::array<double, kDeliveryFates> fates{};
    std::vector<double> done_s;
    for (auto const& row : federate.log()) {
        if (row.entered[0] != kNever) { // else who was to send it could not
            ++states[static_cast<std::size_t>(row.state())];
        }
        ++fates[static_cast<std::size_t>(row.fate)];
        if (row.down && row.fate == DeliveryFate::done) {
            done_s.push_back(to_s(row.ended - row.entered[0]));
        }
    }
    auto const add = [&kpis](std::string name, double value, std::string text = {}) {
        kpis.push_back({"sms." + std::move(name), "", value, std::move(text)});
    };
    constexpr std::array<char const*, kDeliveryStates> kBits{"0:0", "0:1", "1:0", "1:1"};
    for (std::size_t s = 0; s < kDeliveryStates; ++s) {
        add(fmt::format("state.{}", name(static_cast<DeliveryState>(s))), states[s],
            fmt::format("messages that ended at {}", kBits[s]));
    }
    for (std::size_t f = 0; f < kDeliveryFates; ++f) {
        add(fmt::format("fate.{}", name(static_cast<DeliveryFate>(f))), fates[f]);
    }
    auto const summary = results::summarize(std::move(done_s));
    kpis.push_back({"sms.done_p50", "s", summary.p50_s,
                    fmt::format("{} messages to meters, from the gateway's queue to the knowledge "
                                "that they are done",
                                summary.count)});
    kpis.push_back({"sms.done_p95", "s", summary.p95_s, ""});
    kpis.push_back({"sms.done_p99", "s", summary.p99_s, ""});
    auto const& gateways = federate.sms().counts();
    auto const& network = federate.sms().network().counts();
    add("backlog_peak", static_cast<double>(gateways.peak),
        "messages to meters that waited for a turn, " + format_time(gateways.peak_at));
    add("submitted", static_cast<double>(gateways.submitted), "by the gateways");
    add("by_second", static_cast<double>(gateways.by_second), "of them by the second one");
    add("resubmitted", static_cast<double>(gateways.resubmitted),
        "as the session was lost before the operator answered");
    add("throttled", static_cast<double>(gateways.throttled),
        "answers 0x58 to the utility's gateways");
    add("queue_full", static_cast<double>(gateways.full), "answers 0x14 to the utility's gateways");
    add("receipts_lost", static_cast<double>(network.receipts_lost));
    add("modem_retries", static_cast<double>(network.modem_retries),
        "of meters that found no network");
    add("cell_waits", static_cast<double>(network.cell_waits), "for a busy cell");
    std::uint64_t duplicates = 0;
    for (auto const& row : federate.log()) {
        duplicates += row.duplicates;
    }
    add("duplicates", static_cast<double>(duplicates), "further deliveries of a message");
    add("duplicates_answered",
        static_cast<double>(federates.access.sms_meters().duplicates_answered()),
        "by meters, from memory");
    add("answers_repeated", static_cast<double>(federate.answers_repeated()),
        "known to the gateways already");
    std::uint64_t ignored = federates.access.sms_meters().duplicates_ignored();
    for (std::size_t a = 0; a < federates.access.area_count(); ++a) {
        ignored += federates.access.area(a).sms_repeated();
    }
    add("duplicates_ignored", static_cast<double>(ignored),
        "by concentrators, and by meters that no longer knew their answer");
    auto const& outside = federates.access.sms_meters().guard_counts();
    add("accepted_outside", static_cast<double>(outside.accepted),
        "messages of outside clients, by the meters");
    add("repeated_outside", static_cast<double>(outside.duplicates), "of them, and answered again");
    for (std::size_t reason = 1; reason < wire::sms::kRefusals; ++reason) {
        add(fmt::format("refused.{}", name(static_cast<wire::sms::Refusal>(reason))),
            static_cast<double>(outside.refused[reason]));
    }
    add("refusal_alarms", static_cast<double>(federates.access.sms_meters().refusal_alarms()),
        "of the meters, one an hour each at most");
    add("forged", static_cast<double>(federate.forged()), "messages that the scenario forged");
}

std::vector<std::string> sms_kpi_names() {
    std::vector<std::string> names;
    for (std::size_t s = 0; s < kDeliveryStates; ++s) {
        names.push_back(fmt::format("sms.state.{}", name(static_cast<DeliveryState>(s))));
    }
    for (std::size_t f = 0; f < kDeliveryFates; ++f) {
        names.push_back(fmt::format("sms.fate.{}", name(static_cast<DeliveryFate>(f))));
    }
    for (auto const* figure :
         {"done_p50", "done_p95", "done_p99", "backlog_peak", "submitted", "by_second",
          "resubmitted", "throttled", "queue_full", "receipts_lost", "modem_retries", "cell_waits",
          "duplicates", "duplicates_answered", "answers_repeated", "duplicates_ignored",
          "accepted_outside", "repeated_outside"}) {
        names.push_back(std::string("sms.") + figure);
    }
    for (std::size_t reason = 1; reason < wire::sms::kRefusals; ++reason) {
        names.push_back(
            fmt::format("sms.refused.{}", name(static_cast<wire::sms::Refusal>(reason))));
    }
    names.emplace_back("sms.refusal_alarms");
    names.emplace_back("sms.forged");
    return names;
}

} // namespace gridtwin::twin
