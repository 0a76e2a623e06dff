#pragma once
// The checked scenario laid out as plain tables: who is connected where, read over what.
#include "models/grid/circuit.hpp"
#include "models/topology/lv_network.hpp"
#include "sim/core/ids.hpp"
#include "sim/scenario/scenario.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::scenario {

enum class MeterKind : std::uint8_t { household, bulk };

struct LvNetworkRow {
    std::string name;
    FeederId feeder{};
    std::string mv_bus;
    topology::LvNetwork network;
    std::vector<topology::LvService> services;
    ConcentratorId concentrator = kNone<ConcentratorId>;
};

/// One row per meter: the households of a feeder first, in the order of their networks, then its
/// bulk customers; feeder after feeder.
struct MeterRows {
    std::vector<std::string> name;
    std::vector<MeterKind> kind;
    std::vector<concentrator::MeterWay> way; ///< bulk customers are read by sms
    std::vector<FeederId> feeder;
    std::vector<LvNetworkId> lv; ///< none for bulk
    std::vector<std::uint32_t>
        service; ///< row of its network's services; row of Circuit::loads for bulk
    std::vector<std::uint32_t> group; ///< row of Scenario::customers; none for bulk
    std::vector<ConcentratorId> concentrator;
    std::vector<float> u_nominal_v;
    std::vector<float> x_m;
    std::vector<float> y_m;

    [[nodiscard]] std::size_t size() const { return name.size(); }
};

/// Those that are on a channel, in order.
[[nodiscard]] std::vector<MeterId> meters_on(std::span<MeterId const> meters, Channel channel,
                                             MeterRows const& rows);

struct ConcentratorRow {
    std::string name;
    FeederId feeder{};
    std::vector<LvNetworkId> networks; ///< it stands at the busbar of the first
    std::vector<MeterId> meters;
    AreaId area{};
    std::uint16_t place = 0; ///< among the concentrators of its area

    /// Those of its meters that are on a channel, in order.
    [[nodiscard]] std::vector<MeterId> on(Channel channel, MeterRows const& rows) const {
        return meters_on(meters, channel, rows);
    }
};

/// Concentrators that hear each other over their transformers: one line and one radio band for all
/// of them, run as one logical process.
struct AreaRow {
    std::vector<ConcentratorId> concentrators;
    std::vector<LvNetworkId> networks;  ///< of all of them, in their order
    std::vector<MeterId> meters;        ///< of all of them, ascending
    std::vector<std::uint32_t> busbars; ///< [concentrator] row of `networks` where it stands

    /// Those of its meters that are on a channel, in order.
    [[nodiscard]] std::vector<MeterId> on(Channel channel, MeterRows const& rows) const {
        return meters_on(meters, channel, rows);
    }
};

/// A timed event with its target found.
struct PlannedEvent {
    TimedEvent::Kind kind{};
    SimTime at{};
    FeederId feeder{};
    std::uint32_t line = 0; ///< row of Circuit::lines, for open and close of a line
    LvNetworkId fuse_of = kNone<LvNetworkId>;  ///< for open and close of a fuse
    std::uint32_t fuse = 0;                    ///< row of its fuse_nodes
    MeterId meter = kNone<MeterId>;            ///< for all that names a customer
    std::vector<ConcentratorId> concentrators; ///< of the other kinds, ascending
    meter::TamperInput input{};
    std::uint32_t tries = 0;
    Forgery forgery;
    std::vector<meter::ParameterChange> changes;
    std::optional<Channel> channel; ///< of the module; none: all that the meter has
    wire::FirmwareImage image;
    std::vector<std::uint32_t> numbers; ///< from 0: gateways, cells
};

/// A point that sums meters: those of the scenario's list, then one a network if it wants them.
struct AdderRow {
    std::string name;
    std::vector<meter::AdderMember> members;
    meter::AdderSpec spec;
};

struct World {
    grid::Circuit circuit; ///< of one feeder; all copies are alike
    std::uint32_t feeders = 1;
    std::vector<double> bulk_p_w;   ///< [load] what is left of the published load, at its peak
    std::vector<double> bulk_q_var; ///< [load]
    double x_per_unit_m = 1.0;      ///< metres per unit of the feeder file's bus coordinates
    std::vector<LvNetworkRow> lv;
    MeterRows meters;
    std::vector<ConcentratorRow> concentrators;
    bool placed = false; ///< the concentrators, all of them; if not, a mistake has said why
    std::vector<AreaRow> areas;
    std::vector<PlannedEvent> events;
    std::vector<AdderRow> adders;
    wan::WanSpec wan; ///< endpoints: the concentrators, the SMS gateway, the head-end
    std::optional<wan::SessionSpec> sessions; ///< none: all concentrators have one always

    /// "" with one feeder, "3/" for the third of several.
    [[nodiscard]] std::string feeder_prefix(FeederId feeder) const;
    /// Whether an event that names a concentrator, or 'all', is for this one.
    [[nodiscard]] bool is_for(TimedEvent const& event, ConcentratorRow const& row) const;
    /// Position of a bus of a feeder, m.
    [[nodiscard]] std::pair<double, double> position(FeederId feeder, std::string const& bus) const;
    double feeder_pitch_m = 0.0; ///< distance between neighbouring copies on the map
    double x_min = 0.0;          ///< of the bus coordinates, in the file's units
    double y_min = 0.0;
};

/// Reads the feeder and builds the tables. Mistakes of the feeder file and names that lead nowhere
/// go to `diagnostics`; the result is of use only when there are none.
[[nodiscard]] World build_world(Scenario const& scenario, Diagnostics& diagnostics);

} // namespace gridtwin::scenario
