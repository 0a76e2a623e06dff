#include "models/rf/link_budget.hpp"

#include "models/medium/weakest_link.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::rf {
namespace {

LinkLoss loss_of(BudgetInput const& in, std::size_t a, std::size_t b) {
    return in.attenuation.loss(a, in.attenuation.site(a, in.places[a]), b,
                               in.attenuation.site(b, in.places[b]));
}

/// Links', or the sum of the parts where they keep none.
double attenuation_db(BudgetInput const& in, std::size_t a, std::size_t b) {
    double const kept_db = in.routes.links.attenuation_db(a, b);
    return kept_db < Links::kNone ? kept_db : std::max(loss_of(in, a, b).total_db(), 0.0);
}

double signal_dbm(BudgetInput const& in, std::size_t from, double loss_db) {
    return in.routes.radio.tx_power_dbm + in.routes.links.offset_db(from) - loss_db;
}

/// Chance that all of those octets of a frame are right.
double arrives(BudgetInput const& in, std::size_t from, std::size_t to, std::uint32_t octets) {
    double const snr_db =
        snr_per_bit_db(in.routes.radio, signal_dbm(in, from, attenuation_db(in, from, to)),
                       static_cast<double>(in.routes.noise_dbm[to]));
    return in.routes.errors.success(snr_db, 8.0 * octets);
}

} // namespace

LinkBudget link_budget(BudgetInput const& in, std::size_t from, std::size_t to) {
    auto const& radio = in.routes.radio;
    LinkBudget out;
    out.from = static_cast<std::uint16_t>(from);
    out.to = static_cast<std::uint16_t>(to);
    out.offset_db = in.routes.links.offset_db(from);
    out.tx_power_dbm = radio.tx_power_dbm + out.offset_db;
    out.loss = loss_of(in, from, to);
    out.attenuation_db = attenuation_db(in, from, to);
    out.step_db = out.attenuation_db - out.loss.total_db();
    out.signal_dbm = out.tx_power_dbm - out.attenuation_db;
    out.noise_dbm = static_cast<double>(in.routes.noise_dbm[to]);
    out.margin_db = out.signal_dbm - radio.sensitivity_dbm;
    out.snr_db = snr_per_bit_db(radio, out.signal_dbm, out.noise_dbm);
    out.frame_error = 1.0 - arrives(in, from, to, radio.overhead_octets + radio.max_payload_octets);
    out.ack_error =
        in.routes.csma.acknowledge ? 1.0 - arrives(in, to, from, radio.ack_octets) : 0.0;
    out.transmissions = link_etx(in.routes, from, to);
    return out;
}

double lacking_db(BudgetInput const& in, std::size_t a, std::size_t b) {
    if (std::isfinite(link_etx(in.routes, a, b))) {
        return 0.0;
    }
    auto const& radio = in.routes.radio;
    double const loss_db = attenuation_db(in, a, b);
    auto const is_link = [&](double more_db) {
        double const at_a_dbm = signal_dbm(in, b, loss_db) + more_db;
        double const at_b_dbm = signal_dbm(in, a, loss_db) + more_db;
        if (std::min(at_a_dbm, at_b_dbm) < radio.sensitivity_dbm) {
            return false;
        }
        auto const snr_db = [&](std::size_t at, double level_dbm) {
            return snr_per_bit_db(radio, level_dbm, static_cast<double>(in.routes.noise_dbm[at]));
        };
        return std::isfinite(full_frame_etx(in.routes, snr_db(a, at_a_dbm), snr_db(b, at_b_dbm)));
    };
    constexpr double kMore_db = 4096.0;
    return medium::least_more_db(is_link, kMore_db);
}

std::vector<LinkBudget> hop_budgets(BudgetInput const& in, std::span<std::uint16_t const> way) {
    std::vector<LinkBudget> hops;
    for (std::size_t h = 1; h < way.size(); ++h) {
        hops.push_back(link_budget(in, way[h - 1], way[h]));
    }
    return hops;
}

medium::Transfer transfer(BudgetInput const& in, std::span<std::uint16_t const> way,
                          std::uint32_t octets, bool polled) {
    auto const& radio = in.routes.radio;
    auto const& csma = in.routes.csma;
    double const ack_s = csma.acknowledge ? to_s(ack_time(radio)) + radio.turnaround_s : 0.0;
    bool const senses = csma.access == Access::csma_ca || csma.access == Access::non_persistent;
    bool rested = !polled; // whoever starts need not turn round from what it sent last
    medium::Transfer out;
    for (std::size_t h = 1; h < way.size(); ++h) {
        double const ack_right =
            csma.acknowledge ? arrives(in, way[h], way[h - 1], radio.ack_octets) : 1.0;
        std::uint32_t left = octets;
        do { // frame by frame
            std::uint32_t const payload = std::min(left, radio.max_payload_octets);
            left -= payload;
            double const try_s = to_s(frame_time(radio, payload)) + ack_s;
            double const begin_s = senses ? radio.turnaround_s : 0.0;
            medium::add_frame(
                out,
                {.right_s = (rested ? 0.0 : radio.turnaround_s) + begin_s + try_s,
                 .failed_s = begin_s + try_s + csma.ack_guard_s,
                 .data_right = arrives(in, way[h - 1], way[h], radio.overhead_octets + payload),
                 .ack_right = ack_right,
                 .more = csma.acknowledge ? csma.retries : 0,
                 .last = left == 0},
                [&](std::uint32_t k) {
                    auto const exponent =
                        std::min(csma.min_backoff_exponent + k + 1, csma.max_backoff_exponent);
                    return 0.5 * (std::exp2(exponent) - 1.0) * radio.backoff_unit_s;
                });
            rested = false;
        } while (left > 0);
    }
    return out;
}

} // namespace gridtwin::rf
