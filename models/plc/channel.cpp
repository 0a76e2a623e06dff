#include "models/plc/channel.hpp"

#include "models/medium/spec_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace gridtwin::plc {
namespace {

using topology::LvNetwork;

/// What a signal loses in one network's lines and taps, seen from one node at a time.
class TreeLosses {
  public:
    TreeLosses(LvNetwork const& net, ChannelSpec const& spec, double carrier_hz,
               std::span<std::uint32_t const> open)
        : parent_(&net.parent), line_db_(net.size(), 0.0), tap_db_(net.size(), 0.0),
          down_db_(net.size()), on_way_up_(net.size()) {
        auto const branching = branching_nodes(net);
        for (std::size_t k = 0; k < net.size(); ++k) {
            line_db_[k] = k == 0 ? 0.0
                                 : static_cast<double>(net.length_m[k]) *
                                       cable_db_per_m(spec, net.cable[k], carrier_hz);
            tap_db_[k] = branching[k] != 0 ? spec.tap_db : 0.0;
        }
        for (auto const node : open) {
            line_db_[node] = std::numeric_limits<double>::infinity();
        }
    }

    /// [node] dB from `source`; one walk to the busbar, one sweep outwards. Valid until the next
    /// call.
    std::vector<double> const& from(std::size_t source) {
        std::fill(on_way_up_.begin(), on_way_up_.end(), std::uint8_t{0});
        double db = 0.0;
        for (std::size_t k = source;;) {
            on_way_up_[k] = 1;
            down_db_[k] = db;
            if (k == 0) {
                break;
            }
            db += line_db_[k] + (k == source ? 0.0 : tap_db_[k]);
            k = static_cast<std::size_t>((*parent_)[k]);
        }
        for (std::size_t k = 1; k < down_db_.size(); ++k) {
            if (on_way_up_[k] == 0) {
                auto const p = static_cast<std::size_t>((*parent_)[k]);
                down_db_[k] = down_db_[p] + (p == source ? 0.0 : tap_db_[p]) + line_db_[k];
            }
        }
        return down_db_;
    }

    /// dB from `source` to the far side of the busbar, where a signal leaves for another network.
    [[nodiscard]] double exit_db(std::size_t source) const {
        double db = source == 0 ? 0.0 : line_db_[source];
        for (std::size_t k = source; k != 0;) {
            k = static_cast<std::size_t>((*parent_)[k]);
            db += tap_db_[k] + (k == 0 ? 0.0 : line_db_[k]);
        }
        return db;
    }

  private:
    std::vector<std::int32_t> const* parent_;
    std::vector<double> line_db_; ///< [node] of the line to the parent
    std::vector<double> tap_db_;  ///< [node] when passed
    std::vector<double> down_db_;
    std::vector<std::uint8_t> on_way_up_;
};

std::vector<std::string> problems(ChannelInput const& in) {
    auto const& [spec, carrier_hz, networks, modems, seed, medium, open, roots, island] = in;
    std::vector<std::string> found;
    if (!island.empty() && island.size() != networks.size()) {
        found.push_back(
            fmt::format("islands of {} networks, not of {}", island.size(), networks.size()));
        return found;
    }
    if (!open.empty() && open.size() != networks.size()) {
        found.push_back(
            fmt::format("open lines of {} networks, not of {}", open.size(), networks.size()));
        return found;
    }
    for (std::size_t n = 0; n < open.size(); ++n) {
        for (auto const node : open[n]) {
            if (node == 0 || node >= networks[n]->size()) {
                found.push_back(fmt::format(
                    "no line of network {} ends at node {}: it cannot be open", n, node));
            }
        }
    }
    if (roots > 1 && roots > modems.size()) {
        found.push_back(fmt::format("{} concentrators among {} modems", roots, modems.size()));
    }
    if (modems.size() >= 0xffff) {
        found.push_back(fmt::format("{} modems, at most 65534 fit", modems.size()));
    }
    for (std::size_t m = 0; m < modems.size(); ++m) {
        if (modems[m].network >= networks.size() ||
            modems[m].node >= networks[modems[m].network]->size()) {
            found.push_back(
                fmt::format("modem {} is at node {} of network {}, which does not exist", m,
                            modems[m].node, modems[m].network));
        }
    }
    for (auto const* net : networks) {
        for (auto const cable : net->cable) {
            if (cable >= spec.cable_db_per_m.size()) {
                found.push_back(fmt::format("cable {} has no row in cable_db_per_m", cable));
                return found;
            }
        }
    }
    return found;
}

constexpr std::uint32_t kEveryNetwork = std::numeric_limits<std::uint32_t>::max();

void check(ChannelInput const& in) {
    medium::require_none(fmt::format("power-line medium {}", index(in.medium)),
                         {problems(in.spec), problems(in)});
}

} // namespace

std::vector<std::uint8_t> branching_nodes(LvNetwork const& net) {
    std::vector<std::uint32_t> lines(net.size(), 1); // towards the transformer
    for (std::size_t k = 1; k < net.size(); ++k) {
        ++lines[static_cast<std::size_t>(net.parent[k])];
    }
    std::vector<std::uint8_t> branching(net.size());
    std::transform(lines.begin(), lines.end(), branching.begin(), [](std::uint32_t count) {
        return static_cast<std::uint8_t>(count >= 3 ? 1 : 0);
    });
    return branching;
}

double shadowing_db(ChannelSpec const& spec, Seed seed, ConcentratorId medium, std::size_t i,
                    std::size_t j) {
    if (spec.shadowing_sigma_db <= 0.0) {
        return 0.0;
    }
    EntityKey const key(EntityKind::link, index(medium));
    std::uint64_t const link = (static_cast<std::uint64_t>(std::min(i, j)) << 32) | std::max(i, j);
    return spec.shadowing_sigma_db * draw_normal(seed, key, Purpose::shadowing, link);
}

Channel::Channel(ChannelSpec const& spec, double carrier_hz,
                 std::span<LvNetwork const* const> networks, std::span<Modem const> modems,
                 Seed seed, ConcentratorId medium)
    : Channel(ChannelInput{.spec = spec,
                           .carrier_hz = carrier_hz,
                           .networks = networks,
                           .modems = modems,
                           .seed = seed,
                           .medium = medium}) {}

Channel::Channel(ChannelInput const& in) : modems_(in.modems.size()) {
    check(in);
    if (modems_ >= 2) {
        sixty_fourths_db_.resize(modems_ * (modems_ - 1) / 2);
        fill(in, kEveryNetwork);
    }
}

void Channel::update(ChannelInput const& in, std::uint32_t network) {
    check(in);
    medium::require_none(
        fmt::format("power-line medium {}", index(in.medium)),
        {in.modems.size() == modems_
             ? std::vector<std::string>{}
             : std::vector{fmt::format("{} modems, made for {}", in.modems.size(), modems_)}});
    fill(in, network);
}

void Channel::fill(ChannelInput const& in, std::uint32_t network) {
    auto const& modems = in.modems;
    std::vector<TreeLosses> trees;
    trees.reserve(in.networks.size());
    for (std::size_t n = 0; n < in.networks.size(); ++n) {
        trees.emplace_back(*in.networks[n], in.spec, in.carrier_hz,
                           in.open.empty() ? std::span<std::uint32_t const>{} : in.open[n]);
    }
    std::vector<double> exit_db;
    if (trees.size() > 1) {
        for (auto const& modem : modems) {
            exit_db.push_back(trees[modem.network].exit_db(modem.node));
        }
    }
    auto const concerned = [&](std::size_t m) {
        return network == kEveryNetwork || modems[m].network == network;
    };
    std::vector<double> const nothing;
    for (std::size_t i = 0; i < modems_; ++i) {
        auto const& down_db =
            concerned(i) ? trees[modems[i].network].from(modems[i].node) : nothing;
        for (std::size_t j = 0; j < i; ++j) {
            if (!concerned(i) && !concerned(j)) {
                continue;
            }
            bool const one_network = modems[i].network == modems[j].network;
            double db = one_network
                            ? down_db[modems[j].node]
                            : exit_db[i] + 2.0 * in.spec.transformer_crossing_db + exit_db[j];
            if (!one_network && !in.island.empty() &&
                in.island[modems[i].network] != in.island[modems[j].network]) {
                db = std::numeric_limits<double>::infinity();
            }
            db += phase_loss_db(in.spec, modems, in.roots, i, j);
            db += shadowing_db(in.spec, in.seed, in.medium, i, j);
            double const stored = std::clamp(std::round(db * 64.0), 0.0, 65535.0);
            sixty_fourths_db_[pair(i, j)] = static_cast<std::uint16_t>(stored);
        }
    }
}

} // namespace gridtwin::plc
