#pragma once
// One concentrator's power-line medium at one time of the day, without running anything: who hears
// whom, over what, and who is on no path.
#include "models/plc/link_budget.hpp"
#include "models/plc/noise_source.hpp"
#include "sim/scenario/world.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace gridtwin::twin {

/// The modems of a concentrator: modem 0 is its own, at the first network's busbar, then come those
/// of its meters on the power line, in order.
struct PlcArea {
    std::vector<topology::LvNetwork const*> networks; ///< of the world, which must live on
    std::vector<plc::Modem> modems;
    std::vector<MeterId> meters; ///< [modem - 1]
};

[[nodiscard]] PlcArea plc_area(scenario::World const& world, ConcentratorId id);

/// A medium with all modems powered, as noise of that time would have it.
class ChannelView {
  public:
    /// @param scenario, world must live on
    /// @param second_of_day civil time, 0..86400
    /// @param load_w [network of the concentrator] active power that adds noise
    /// @param sources_at when: appliances and inverters disturb as a run has it then, every
    /// customer having supply; without it none runs
    /// @param modes shared by views of one scenario; null: one of its own is made
    ChannelView(scenario::Scenario const& scenario, scenario::World const& world, ConcentratorId id,
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
    [[nodiscard]] MeterId meter(std::size_t modem) const { return area_.meters[modem - 1]; }
    /// 0: the meter is not on this concentrator's power line.
    [[nodiscard]] std::size_t modem_of(MeterId meter) const;
    /// Row of the concentrator's networks.
    [[nodiscard]] std::uint32_t network(std::size_t modem) const {
        return area_.modems[modem].network;
    }
    [[nodiscard]] std::size_t modems() const { return area_.modems.size(); }

  private:
    [[nodiscard]] plc::BudgetInput input(plc::RouteInput const& routes) const;

    scenario::Scenario const& scenario_;
    scenario::World const& world_;
    ConcentratorId id_;
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

/// What the households of each of a concentrator's networks draw at an instant, as a run has it
/// there with every relay closed; losses in the lines left out.
[[nodiscard]] std::vector<double> household_load_w(scenario::Scenario const& scenario,
                                                   scenario::World const& world, ConcentratorId id,
                                                   SimTime at);

/// Second of the day at which the noise is least: twelve hours from the loudest.
[[nodiscard]] double quietest_second(plc::ChannelSpec const& channel);

/// Links between modems in the media of all concentrators: what meters_on_no_path looks at.
[[nodiscard]] std::size_t modem_pairs(scenario::World const& world);

/// Meters of all concentrators that are on no path, by power line at the quietest hour without any
/// load nor by radio; in order. Concentrators are shared out to the threads.
[[nodiscard]] std::vector<MeterId> meters_on_no_path(scenario::Scenario const& scenario,
                                                     scenario::World const& world,
                                                     unsigned threads = 0);

} // namespace gridtwin::twin
