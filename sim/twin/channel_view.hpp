#pragma once
// An area's power-line medium at one time of the day, without running anything: who hears whom,
// over what, and who is on no path.
#include "models/plc/link_budget.hpp"
#include "models/plc/noise_source.hpp"
#include "sim/scenario/world.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace gridtwin::twin {

/// The modems of an area: first those of its concentrators, each at its busbar, then those of its
/// meters on the power line, in order.
struct PlcArea {
    std::vector<topology::LvNetwork const*> networks; ///< of the world, which must live on
    std::vector<plc::Modem> modems;
    std::vector<MeterId> meters;        ///< [modem - roots]
    std::vector<std::uint16_t> root_of; ///< [modem] its concentrator's; empty when there is but one
    std::uint16_t roots = 1;            ///< concentrators

    [[nodiscard]] plc::ChannelInput channel_input(scenario::Scenario const& scenario,
                                                  ConcentratorId medium) const;
};

[[nodiscard]] PlcArea plc_area(scenario::World const& world, AreaId id);
/// [node of a medium] the concentrator that each belongs to at the start: the area's concentrators,
/// then those meters.
[[nodiscard]] std::vector<std::uint16_t> roots_of(scenario::World const& world,
                                                  scenario::AreaRow const& area,
                                                  std::span<MeterId const> meters);
/// The number that a medium's draws are keyed by: that of its first concentrator.
[[nodiscard]] ConcentratorId medium_of(scenario::World const& world, AreaId id);

/// A medium with all modems powered, as noise of that time would have it.
class ChannelView {
  public:
    /// @param scenario, world must live on
    /// @param second_of_day civil time, 0..86400
    /// @param load_w [network of the area] active power that adds noise
    /// @param sources_at when: appliances and inverters disturb as a run has it then, every
    /// customer having supply; without it none runs
    /// @param modes shared by views of one scenario; null: one of its own is made
    ChannelView(scenario::Scenario const& scenario, scenario::World const& world, AreaId id,
                double second_of_day, std::span<double const> load_w,
                std::optional<SimTime> sources_at,
                std::shared_ptr<plc::ModeTable const> modes = nullptr);

    /// A source that runs, as a modem hears it.
    struct HeardSource {
        std::string name; ///< of its customer
        plc::SourceKind kind{};
        double level_dbuv = 0.0;
    };
    /// Loudest first.
    [[nodiscard]] std::vector<HeardSource> sources(std::size_t modem) const;
    [[nodiscard]] std::span<plc::RouteEntry const> routes() const { return routes_; }
    [[nodiscard]] plc::RouteInput route_input() const;
    [[nodiscard]] plc::LinkBudget link(std::size_t from, std::size_t to) const;
    [[nodiscard]] std::vector<plc::LinkBudget> hops(std::span<std::uint16_t const> way) const;
    /// Modems other than `modem`, least attenuation first.
    [[nodiscard]] std::vector<std::uint16_t> neighbours(std::size_t modem) const;
    /// Name as in the scenario.
    [[nodiscard]] std::string const& name(std::size_t modem) const;
    [[nodiscard]] MeterId meter(std::size_t modem) const { return area_.meters[modem - roots()]; }
    /// Modems below it are concentrators'.
    [[nodiscard]] std::uint16_t roots() const { return area_.roots; }
    /// The concentrator that a modem belongs to: as built, unless set_root says otherwise.
    [[nodiscard]] std::uint16_t root(std::size_t modem) const;
    /// As if a meter's modem belonged to that concentrator of the area: its way leads over the
    /// meters that are there. Routes are found anew.
    void set_root(std::size_t modem, std::uint16_t root);
    /// 0: the meter is not on this area's power line.
    [[nodiscard]] std::size_t modem_of(MeterId meter) const;
    /// Row of the area's networks.
    [[nodiscard]] std::uint32_t network(std::size_t modem) const {
        return area_.modems[modem].network;
    }
    [[nodiscard]] std::size_t modems() const { return area_.modems.size(); }

  private:
    [[nodiscard]] plc::BudgetInput input(plc::RouteInput const& routes) const;

    scenario::Scenario const& scenario_;
    scenario::World const& world_;
    AreaId id_;
    PlcArea area_;
    std::shared_ptr<plc::ModeTable const> modes_;
    double impulse_factor_;
    plc::Channel channel_;
    std::vector<plc::NoiseSource> running_;
    std::vector<plc::NoiseParts> noise_;  ///< [modem]
    std::vector<float> noise_dbuv_;       ///< [modem]
    std::vector<std::uint8_t> powered_;   ///< [modem]
    std::vector<plc::RouteEntry> routes_; ///< [modem]
};

/// What the households of each of an area's networks draw at an instant, as a run has it
/// there with every relay closed; losses in the lines left out.
[[nodiscard]] std::vector<double> household_load_w(scenario::Scenario const& scenario,
                                                   scenario::World const& world, AreaId id,
                                                   SimTime at);

/// Second of the day at which the noise is least: twelve hours from the loudest.
[[nodiscard]] double quietest_second(plc::ChannelSpec const& channel);

/// Links between modems in the media of all areas: what meters_on_no_path looks at.
[[nodiscard]] std::size_t modem_pairs(scenario::World const& world);

/// Meters that are on no path to their concentrators, by power line at the quietest hour without
/// any load nor by radio; in order. Areas are shared out to the threads.
[[nodiscard]] std::vector<MeterId> meters_on_no_path(scenario::Scenario const& scenario,
                                                     scenario::World const& world,
                                                     unsigned threads = 0);

} // namespace gridtwin::twin
