#pragma once
// Who hears whom in a radio area, and how loudly.
#include "models/rf/attenuation.hpp"
#include "models/rf/spec.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace gridtwin::rf {

/// Attenuation between the nodes of one radio area, for those that are above the floor; plain data,
/// copyable.
///
/// Link (i, j), the same both ways: path loss over the distance + walls of the ends that are
/// indoors + shadowing: sigma (sqrt(c) (F_i + F_j) / sqrt(2 + 2 exp(-d / correlation_m)) +
/// sqrt(1 - c) W_ij), F being the world's ShadowField, W a normal draw of the link; no more than
/// kMostSigmas of it. Kept when the louder end's signal is above the floor at the other. What
/// differs between the two ways is the nodes' transmit power.
///
/// Steps of 1/4 dB, in one octet; of 1/2 dB where the area's links span more than 63 dB; what is
/// nearer than 127 dB to the floor only. In rows of neighbours (3 octets a link and end), or as a
/// triangle of all pairs (1/2 octet a node and pair) where that is smaller.
class Links {
  public:
    static constexpr double kNone = std::numeric_limits<double>::infinity();

    Links() = default;
    /// Neighbours are found in a grid of squares as wide as the longest possible link: linear in
    /// nodes at a given density. A node's transmit power differs by kMostSigmas at the most, too.
    /// @throws SimulationError when a spec has problems(), a place is not finite, or for 65,535
    ///         nodes or more
    Links(RadioSpec const& radio, PropagationSpec const& propagation, std::span<Place const> places,
          Seed seed, ConcentratorId area);

    [[nodiscard]] std::size_t size() const { return offset_db_.size(); }
    /// Links above the floor, each counted once.
    [[nodiscard]] std::size_t count() const { return count_; }
    /// What the node sends above (below) the radio's power, dB.
    [[nodiscard]] double offset_db(std::size_t node) const {
        return static_cast<double>(offset_db_[node]);
    }
    /// dB, i != j; the same for (j, i); kNone for what is not kept.
    [[nodiscard]] double attenuation_db(std::size_t i, std::size_t j) const {
        std::uint8_t const found = code(i, j);
        return found == kNoLink ? kNone : decibel(found);
    }

    /// The octet that stands for (i, j), or kNoLink.
    static constexpr std::uint8_t kNoLink = 0xff;
    [[nodiscard]] std::uint8_t code(std::size_t i, std::size_t j) const {
        return dense_ ? code_[i > j ? pair(i, j) : pair(j, i)] : search(i, j);
    }
    [[nodiscard]] double decibel(std::uint8_t code) const {
        return base_db_ + 0.25 * static_cast<double>(code * quarters_);
    }

    /// visit(neighbour, code) for each neighbour of `node`, in order.
    template <typename Visit>
    void for_each_neighbour(std::size_t node, Visit visit) const {
        if (!dense_) {
            for (std::uint32_t k = first_[node]; k < first_[node + 1]; ++k) {
                visit(std::size_t{neighbour_[k]}, code_[k]);
            }
            return;
        }
        for (std::size_t other = 0; other < size(); ++other) {
            if (other != node && code(node, other) != kNoLink) {
                visit(other, code(node, other));
            }
        }
    }

    [[nodiscard]] std::size_t bytes() const;

  private:
    [[nodiscard]] static std::size_t pair(std::size_t high, std::size_t low) {
        return high * (high - 1) / 2 + low;
    }
    [[nodiscard]] std::uint8_t search(std::size_t i, std::size_t j) const;

    double base_db_ = 0.0;
    unsigned quarters_ = 1;
    bool dense_ = false;
    std::size_t count_ = 0;
    std::vector<float> offset_db_;     ///< [node]
    std::vector<std::uint32_t> first_; ///< [node + 1] into neighbour_; empty when dense
    std::vector<std::uint16_t> neighbour_;
    std::vector<std::uint8_t> code_; ///< beside neighbour_, or [pair] when dense
};

} // namespace gridtwin::rf
