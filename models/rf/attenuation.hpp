#pragma once
// What a signal loses between two radios, part by part.
#include "models/rf/shadowing.hpp"
#include "models/rf/spec.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"

#include <cstddef>

namespace gridtwin::rf {

/// Where a radio stands. Node 0 of an area is its concentrator.
struct Place {
    double x_m = 0.0; ///< east
    double y_m = 0.0; ///< north
};

/// Shadowing and a radio's own power are cut off here, in standard deviations.
inline constexpr double kMostSigmas = 3.0;

/// A radio as its links have it.
struct Site {
    Place place;
    double field_db = 0.0;  ///< the place's part of shadowing: sigma sqrt(c) F
    double wall_db = 0.0;   ///< 0 outdoors
    double offset_db = 0.0; ///< what it sends above the radio's power, as a float holds it
};

/// Parts of the attenuation between two sites; Links keeps their sum in steps.
struct LinkLoss {
    double distance_m = 0.0; ///< at least least_distance_m
    double at_1m_db = 0.0;   ///< in free space
    double distance_db = 0.0;
    double walls_db = 0.0;
    double shadowing_db = 0.0;

    [[nodiscard]] double total_db() const {
        return at_1m_db + distance_db + walls_db + shadowing_db;
    }
};

/// Draws of one radio area, made when asked for; the specs have no problems().
class Attenuation {
  public:
    Attenuation(RadioSpec const& radio, PropagationSpec const& propagation, Seed seed,
                ConcentratorId area);

    /// Node 0 is outdoors.
    [[nodiscard]] Site site(std::size_t node, Place const& place) const;
    /// Everything but shadowing, of places so far apart.
    [[nodiscard]] LinkLoss mean_loss(Site const& a, Site const& b, double distance_m) const;
    /// Of the link between two nodes; the same for (j, i), and at most most_shadowing_db().
    [[nodiscard]] double shadowing_db(std::size_t i, Site const& a, std::size_t j, Site const& b,
                                      double distance_m) const;
    /// Both of them.
    [[nodiscard]] LinkLoss loss(std::size_t i, Site const& a, std::size_t j, Site const& b) const;

    [[nodiscard]] double most_shadowing_db() const { return most_db_; }

  private:
    [[nodiscard]] EntityKey key_of(std::size_t node) const;

    PropagationSpec propagation_;
    Seed seed_;
    ConcentratorId area_;
    ShadowField field_;
    double at_1m_db_;
    double common_db_; ///< sigma sqrt(c)
    double own_db_;    ///< sigma sqrt(1 - c)
    double most_db_;
};

} // namespace gridtwin::rf
