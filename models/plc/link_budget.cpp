#include "models/plc/link_budget.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gridtwin::plc {
namespace {

using topology::LvNetwork;

/// Adds up lines and nodes of one network on the way between two of its nodes.
class Walk {
  public:
    Walk(LvNetwork const& net, BudgetInput const& in, LinkLoss& loss)
        : net_(net), spec_(in.spec), carrier_hz_(in.routes.modes.modem().carrier_hz), loss_(loss),
          branching_(branching_nodes(net)) {}

    /// The ends are not passed.
    void between(std::size_t a, std::size_t b) {
        // A node's parent comes before it: whoever is further back in the table steps up.
        for (std::size_t x = a, y = b; x != y;) {
            std::size_t& step = x > y ? x : y;
            loss_.cable_m += static_cast<double>(net_.length_m[step]);
            loss_.cable_db += static_cast<double>(net_.length_m[step]) *
                              cable_db_per_m(spec_, net_.cable[step], carrier_hz_);
            step = parent(step);
            if (x != y) {
                pass(step); // where they meet, the other has been before, or it is an end
            }
        }
    }

    void pass(std::size_t node) {
        if (branching_[node] != 0) {
            ++loss_.taps;
            loss_.tap_db += spec_.tap_db;
        }
    }

  private:
    [[nodiscard]] std::size_t parent(std::size_t node) const {
        return static_cast<std::size_t>(net_.parent[node]);
    }

    LvNetwork const& net_;
    ChannelSpec const& spec_;
    double carrier_hz_;
    LinkLoss& loss_;
    std::vector<std::uint8_t> branching_; ///< [node]
};

/// Chance that all of those octets of a frame are right.
double arrives(RouteInput const& in, std::size_t mode, std::size_t from, std::size_t to,
               std::uint32_t octets) {
    double const snr = snr_db(in.modes.modem(), mode, in.channel.attenuation_db(from, to),
                              static_cast<double>(in.noise_dbuv[to]));
    return in.modes[mode].errors.success(snr, 8.0 * octets, in.impulse_factor);
}

} // namespace

LinkLoss link_loss(BudgetInput const& in, std::size_t a, std::size_t b) {
    LinkLoss loss;
    auto const& from = in.modems[a];
    auto const& to = in.modems[b];
    if (from.network == to.network) {
        Walk(*in.networks[from.network], in, loss).between(from.node, to.node);
    } else {
        for (auto const* end : {&from, &to}) {
            Walk walk(*in.networks[end->network], in, loss);
            walk.between(end->node, 0);
            if (end->node != 0) {
                walk.pass(0);
            }
            loss.transformer_db += in.spec.transformer_crossing_db;
        }
    }
    loss.phase_db = phase_loss_db(in.spec, in.modems, in.routes.roots, a, b);
    loss.shadowing_db = shadowing_db(in.spec, in.seed, in.medium, a, b);
    double const unbound = loss.total_db();
    loss.bound_db = std::clamp(unbound, 0.0, Channel::kCut_db) - unbound;
    return loss;
}

LinkBudget link_budget(BudgetInput const& in, std::size_t from, std::size_t to) {
    auto const& modem = in.routes.modes.modem();
    LinkBudget out;
    out.from = static_cast<std::uint16_t>(from);
    out.to = static_cast<std::uint16_t>(to);
    out.mode = best_mode(in.routes, from, to).mode;
    out.tx_level_dbuv = modem.tx_level_dbuv;
    out.attenuation_db = in.routes.channel.attenuation_db(from, to);
    out.loss = link_loss(in, from, to);
    out.signal_dbuv = out.tx_level_dbuv - out.attenuation_db;
    out.noise = in.noise[to];
    out.margin_db = out.signal_dbuv - modem.modes[out.mode].sensitivity_dbuv;
    out.snr_db =
        snr_db(modem, out.mode, out.attenuation_db, static_cast<double>(in.routes.noise_dbuv[to]));
    auto const& errors = in.routes.modes[out.mode].errors;
    double const bits = 8.0 * (modem.overhead_octets + in.routes.modes.segment_octets());
    double const right = errors.success(out.snr_db, bits, in.routes.impulse_factor);
    double const without = errors.success(out.snr_db, bits, 0.0);
    out.frame_error = 1.0 - right;
    out.impulse_error = without > 0.0 ? 1.0 - right / without : 0.0;
    out.ack_error = in.routes.mac.acknowledge
                        ? 1.0 - arrives(in.routes, out.mode, to, from, modem.ack_octets)
                        : 0.0;
    out.transmissions = link_etx(in.routes, from, to);
    return out;
}

double lacking_db(RouteInput const& in, std::size_t a, std::size_t b) {
    auto const is_link = [&](double more_db) {
        RouteInput then = in;
        then.more_db += more_db;
        return std::isfinite(link_etx(then, a, b));
    };
    constexpr double kMore_db = 2048.0; // twice what Channel can hold
    return medium::least_more_db(is_link, kMore_db);
}

std::vector<WeakestLink> weakest_links(RouteInput const& in) {
    return medium::weakest_links(
        in.channel.size(), [&](std::size_t a, std::size_t b) { return lacking_db(in, a, b); },
        in.roots, in.root_of);
}

std::vector<LinkBudget> hop_budgets(BudgetInput const& in, std::span<std::uint16_t const> way) {
    std::vector<LinkBudget> hops;
    for (std::size_t h = 1; h < way.size(); ++h) {
        hops.push_back(link_budget(in, way[h - 1], way[h]));
    }
    return hops;
}

Transfer transfer(RouteInput const& in, std::span<std::uint16_t const> way, std::uint32_t octets) {
    std::uint32_t const retries = in.mac.acknowledge ? in.mac.hop_retries : 0;
    auto const& modem = in.modes.modem();
    Transfer out;
    for (std::size_t h = 1; h < way.size(); ++h) {
        std::size_t const mode = best_mode(in, way[h - 1], way[h]).mode;
        double const ack_s =
            in.mac.acknowledge ? to_s(ack_time(modem, mode)) + modem.turnaround_s : 0.0;
        double const ack_right =
            in.mac.acknowledge ? arrives(in, mode, way[h], way[h - 1], modem.ack_octets) : 1.0;
        std::uint32_t left = octets;
        do { // frame by frame
            std::uint32_t const payload = std::min(left, in.modes.segment_octets());
            left -= payload;
            double const frame_s = to_s(frame_time(modem, payload, mode));
            double const data_right =
                arrives(in, mode, way[h - 1], way[h], modem.overhead_octets + payload);
            double const try_s = frame_s + ack_s;
            medium::add_frame(out,
                              {.right_s = try_s + modem.turnaround_s,
                               .failed_s = try_s + in.mac.ack_guard_s,
                               .data_right = data_right,
                               .ack_right = ack_right,
                               .more = retries,
                               .last = left == 0},
                              [&](std::uint32_t k) {
                                  auto const exponent = std::min(in.mac.min_backoff_exponent + k,
                                                                 in.mac.max_backoff_exponent);
                                  return 0.5 * (std::exp2(exponent) - 1.0) * in.mac.backoff_slot_s;
                              });
        } while (left > 0);
    }
    return out;
}

} // namespace gridtwin::plc
