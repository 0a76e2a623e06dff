#pragma once
// An area's radio mesh without running anything: who hears whom, and who is on no path.
#include "models/rf/link_budget.hpp"
#include "models/rf/links.hpp"
#include "models/rf/routes.hpp"
#include "sim/scenario/world.hpp"

#include <span>
#include <string>
#include <vector>

namespace gridtwin::twin {

/// Where the radios of an area stand: its concentrators' at their busbars, then those of its meters
/// on the radio mesh, in order.
[[nodiscard]] std::vector<rf::Place> rf_places(scenario::World const& world, AreaId id);

/// Thermal noise and what others send in the band, dBm in the radio's bandwidth.
[[nodiscard]] double rf_noise_dbm(scenario::RfSection const& spec);

/// A mesh with all nodes powered.
class RadioView {
  public:
    /// @param scenario, world must live on
    RadioView(scenario::Scenario const& scenario, scenario::World const& world, AreaId id);

    [[nodiscard]] std::span<rf::RouteEntry const> routes() const { return routes_; }
    [[nodiscard]] rf::LinkBudget link(std::size_t from, std::size_t to) const;
    [[nodiscard]] std::vector<rf::LinkBudget> hops(std::span<std::uint16_t const> way) const;
    [[nodiscard]] medium::Transfer transfer(std::span<std::uint16_t const> way,
                                            std::uint32_t octets, bool polled) const;
    /// rf::lacking_db.
    [[nodiscard]] double lacking_db(std::size_t a, std::size_t b) const;
    /// Nodes other than `node`, least attenuation first.
    [[nodiscard]] std::vector<std::uint16_t> neighbours(std::size_t node) const;
    /// Name as in the scenario.
    [[nodiscard]] std::string const& name(std::size_t node) const;
    [[nodiscard]] MeterId meter(std::size_t node) const { return meters_[node - roots()]; }
    /// Nodes below it are concentrators'.
    [[nodiscard]] std::uint16_t roots() const { return roots_; }
    /// The concentrator that a node belongs to: as built, unless set_root says otherwise.
    [[nodiscard]] std::uint16_t root(std::size_t node) const;
    /// As ChannelView::set_root.
    void set_root(std::size_t node, std::uint16_t root);
    /// [node] likewise; empty when there is but one concentrator.
    [[nodiscard]] std::span<std::uint16_t const> root_of() const { return root_of_; }
    /// 0: the meter is not in this area's mesh.
    [[nodiscard]] std::size_t node_of(MeterId meter) const;
    [[nodiscard]] std::size_t nodes() const { return places_.size(); }

  private:
    [[nodiscard]] rf::RouteInput route_input() const;

    scenario::Scenario const& scenario_;
    scenario::World const& world_;
    AreaId id_;
    std::uint16_t roots_;
    std::vector<MeterId> meters_;        ///< [node - roots], ascending
    std::vector<std::uint16_t> root_of_; ///< [node]; empty when there is but one concentrator
    std::vector<rf::Place> places_;
    rf::Links links_;
    rf::Attenuation attenuation_;
    std::vector<float> noise_dbm_;       ///< [node]
    std::vector<std::uint8_t> powered_;  ///< [node]
    std::vector<rf::RouteEntry> routes_; ///< [node]
};

} // namespace gridtwin::twin
