#include "models/rf/attenuation.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::rf {
namespace {

constexpr std::uint64_t kOffsetDraw = 0;
constexpr std::uint64_t kIndoorDraw = 1;
constexpr std::uint64_t kFirstLinkDraw = 2; ///< of the pair's higher node, + the lower

} // namespace

Attenuation::Attenuation(RadioSpec const& radio, PropagationSpec const& propagation, Seed seed,
                         ConcentratorId area)
    : propagation_(propagation), seed_(seed), area_(area), field_(propagation.correlation_m, seed),
      at_1m_db_(loss_at_1m_db(radio.frequency_hz)),
      common_db_(propagation.shadowing_sigma_db * std::sqrt(propagation.common_share_frac)),
      own_db_(propagation.shadowing_sigma_db * std::sqrt(1.0 - propagation.common_share_frac)),
      most_db_(kMostSigmas * propagation.shadowing_sigma_db) {}

EntityKey Attenuation::key_of(std::size_t node) const {
    return {EntityKind::radio, (static_cast<std::uint64_t>(index(area_)) << 16) | node};
}

Site Attenuation::site(std::size_t node, Place const& place) const {
    EntityKey const key = key_of(node);
    bool const indoor = node != 0 && draw01(seed_, key, Purpose::shadowing, kIndoorDraw) <
                                         propagation_.indoor_share_frac;
    double const spread = draw_normal(seed_, key, Purpose::shadowing, kOffsetDraw);
    auto const offset_db = static_cast<float>(propagation_.asymmetry_sigma_db *
                                              std::clamp(spread, -kMostSigmas, kMostSigmas));
    return {.place = place,
            .field_db = common_db_ > 0.0 ? common_db_ * field_.at(place.x_m, place.y_m) : 0.0,
            .wall_db = indoor ? propagation_.wall_db : 0.0,
            .offset_db = static_cast<double>(offset_db)};
}

LinkLoss Attenuation::mean_loss(Site const& a, Site const& b, double distance_m) const {
    distance_m = std::max(distance_m, propagation_.least_distance_m);
    return {.distance_m = distance_m,
            .at_1m_db = at_1m_db_,
            .distance_db = 10.0 * propagation_.exponent * std::log10(distance_m),
            .walls_db = a.wall_db + b.wall_db,
            .shadowing_db = 0.0};
}

double Attenuation::shadowing_db(std::size_t i, Site const& a, std::size_t j, Site const& b,
                                 double distance_m) const {
    double const alike = std::exp(-distance_m / propagation_.correlation_m);
    double shadow_db = (a.field_db + b.field_db) / std::sqrt(2.0 + 2.0 * alike);
    if (own_db_ > 0.0) {
        auto const [low, high] = std::minmax(i, j);
        shadow_db +=
            own_db_ * draw_normal(seed_, key_of(high), Purpose::shadowing, kFirstLinkDraw + low);
    }
    return std::clamp(shadow_db, -most_db_, most_db_);
}

LinkLoss Attenuation::loss(std::size_t i, Site const& a, std::size_t j, Site const& b) const {
    double const dx = a.place.x_m - b.place.x_m;
    double const dy = a.place.y_m - b.place.y_m;
    LinkLoss loss = mean_loss(a, b, std::sqrt(dx * dx + dy * dy));
    loss.shadowing_db = shadowing_db(i, a, j, b, loss.distance_m);
    return loss;
}

} // namespace gridtwin::rf
