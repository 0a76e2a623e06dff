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
        : net_(net), spec_(in.spec), carrier_hz_(in.routes.modem.carrier_hz), loss_(loss),
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
double arrives(RouteInput const& in, std::size_t from, std::size_t to, std::uint32_t octets) {
    double const snr = snr_db(in.modem, in.channel.attenuation_db(from, to),
                              static_cast<double>(in.noise_dbuv[to]));
    return in.errors.success(snr, 8.0 * octets, in.impulse_factor);
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
    loss.phase_db = phase_loss_db(in.spec, in.modems, a, b);
    loss.shadowing_db = shadowing_db(in.spec, in.seed, in.medium, a, b);
    double const unbound = loss.total_db();
    loss.bound_db = std::clamp(unbound, 0.0, Channel::kCut_db) - unbound;
    return loss;
}

LinkBudget link_budget(BudgetInput const& in, std::size_t from, std::size_t to) {
    auto const& modem = in.routes.modem;
    LinkBudget out;
    out.from = static_cast<std::uint16_t>(from);
    out.to = static_cast<std::uint16_t>(to);
    out.tx_level_dbuv = modem.tx_level_dbuv;
    out.attenuation_db = in.routes.channel.attenuation_db(from, to);
    out.loss = link_loss(in, from, to);
    out.signal_dbuv = out.tx_level_dbuv - out.attenuation_db;
    out.noise = in.noise[to];
    out.margin_db = out.signal_dbuv - modem.sensitivity_dbuv;
    out.snr_db = snr_db(modem, out.attenuation_db, static_cast<double>(in.routes.noise_dbuv[to]));
    double const bits = 8.0 * (modem.overhead_octets + modem.max_payload_octets);
    double const right = in.routes.errors.success(out.snr_db, bits, in.routes.impulse_factor);
    double const without = in.routes.errors.success(out.snr_db, bits, 0.0);
    out.frame_error = 1.0 - right;
    out.impulse_error = without > 0.0 ? 1.0 - right / without : 0.0;
    out.ack_error =
        in.routes.mac.acknowledge ? 1.0 - arrives(in.routes, to, from, modem.ack_octets) : 0.0;
    out.transmissions = link_etx(in.routes, from, to);
    return out;
}

double lacking_db(RouteInput const& in, std::size_t a, std::size_t b) {
    auto const is_link = [&](double more_db) {
        ModemSpec louder = in.modem;
        louder.tx_level_dbuv += more_db;
        RouteInput const then{.modem = louder,
                              .mac = in.mac,
                              .channel = in.channel,
                              .errors = in.errors,
                              .noise_dbuv = in.noise_dbuv,
                              .powered = in.powered,
                              .impulse_factor = in.impulse_factor};
        return std::isfinite(link_etx(then, a, b));
    };
    constexpr double kMore_db = 2048.0; // twice what Channel can hold
    if (is_link(0.0) || !is_link(kMore_db)) {
        return is_link(0.0) ? 0.0 : std::numeric_limits<double>::infinity();
    }
    double no = 0.0;
    double yes = kMore_db;
    while (yes - no > 0.005) {
        double const middle = 0.5 * (no + yes);
        (is_link(middle) ? yes : no) = middle;
    }
    return yes;
}

std::vector<WeakestLink> weakest_links(RouteInput const& in) {
    std::size_t const n = in.channel.size();
    std::vector<WeakestLink> weakest(
        n,
        {.from = kNoModem, .to = kNoModem, .lacking_db = std::numeric_limits<double>::infinity()});
    std::vector<std::size_t> open;
    for (std::size_t m = 1; m < n; ++m) {
        open.push_back(m);
    }
    for (std::size_t via = 0; !open.empty();) {
        auto const so_far = via == 0 ? WeakestLink{} : weakest[via];
        auto next = open.begin();
        for (auto it = open.begin(); it != open.end(); ++it) {
            auto& known = weakest[*it];
            if (so_far.lacking_db < known.lacking_db) {
                double const db = lacking_db(in, *it, via);
                if (std::max(db, so_far.lacking_db) < known.lacking_db) {
                    known = db > so_far.lacking_db || so_far.from == kNoModem
                                ? WeakestLink{.from = static_cast<std::uint16_t>(*it),
                                              .to = static_cast<std::uint16_t>(via),
                                              .lacking_db = db}
                                : so_far;
                }
            }
            next = known.lacking_db < weakest[*next].lacking_db ? it : next;
        }
        via = *next;
        open.erase(next);
    }
    weakest.front() = {};
    return weakest;
}

std::vector<std::uint16_t> way_to_root(std::span<RouteEntry const> routes, std::size_t from) {
    std::vector<std::uint16_t> way;
    if (from != 0 && routes[from].parent == kNoModem) {
        return way;
    }
    way.push_back(static_cast<std::uint16_t>(from));
    while (way.back() != 0) {
        way.push_back(routes[way.back()].parent);
    }
    return way;
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
    double const ack_s =
        in.mac.acknowledge ? to_s(ack_time(in.modem)) + in.modem.turnaround_s : 0.0;
    Transfer out;
    for (std::size_t h = 1; h < way.size(); ++h) {
        double const ack_right =
            in.mac.acknowledge ? arrives(in, way[h], way[h - 1], in.modem.ack_octets) : 1.0;
        std::uint32_t left = octets;
        do { // frame by frame
            std::uint32_t const payload = std::min(left, in.modem.max_payload_octets);
            left -= payload;
            double const frame_s = to_s(frame_time(in.modem, payload));
            double const data_right =
                arrives(in, way[h - 1], way[h], in.modem.overhead_octets + payload);
            double const fails = 1.0 - data_right * ack_right;
            double const all_fail = std::pow(fails, retries + 1.0);
            // The last frame only has to arrive; without its acknowledgement none follows another.
            out.success *= 1.0 - (left > 0 ? all_fail : std::pow(1.0 - data_right, retries + 1.0));
            out.time_s += frame_s + ack_s + in.modem.turnaround_s;
            for (std::uint32_t k = 0; k < retries && all_fail < 1.0; ++k) {
                // chance of more than k failures among those that come to be acknowledged
                double const reached = (std::pow(fails, k + 1.0) - all_fail) / (1.0 - all_fail);
                auto const exponent =
                    std::min(in.mac.min_backoff_exponent + k, in.mac.max_backoff_exponent);
                double const slots = 0.5 * (std::exp2(exponent) - 1.0);
                out.time_s += reached * (frame_s + ack_s + in.mac.ack_guard_s +
                                         slots * in.mac.backoff_slot_s);
            }
        } while (left > 0);
    }
    return out;
}

} // namespace gridtwin::plc
