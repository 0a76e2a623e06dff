#pragma once
// Writes the result file as the run goes.
#include "sim/results/writer.hpp"
#include "sim/scenario/world.hpp"
#include "sim/twin/access_federate.hpp"
#include "sim/twin/entity_tally.hpp"
#include "sim/twin/grid_federate.hpp"
#include "sim/twin/grid_view.hpp"
#include "sim/twin/headend_federate.hpp"
#include "sim/twin/operations_series.hpp"
#include "sim/twin/operator_federate.hpp"
#include "sim/twin/wan_federate.hpp"

#include <optional>
#include <vector>

namespace gridtwin::twin {

/// The federates of one run, for those who look at all of them.
struct Federates {
    GridFederate& grid;
    AccessFederate& access;
    OperatorFederate& sms_operator;
    WanFederate& wan;
    HeadEndFederate& head_end;
};

/// What the KPIs need of the records that went by, whatever the recording level.
struct RecordTotals {
    std::array<std::uint64_t, kEventKinds> events{};
    std::array<std::uint64_t, kAlarmKinds> alarms_received{};
    std::uint64_t transformers_inferred =
        0;                                ///< outages of LV networks as the head-end inferred them
    std::uint64_t customers_inferred = 0; ///< of single customers, bulk customers among them
    std::array<std::vector<double>, kChannels> latency_s; ///< of delivered messages
};

class Recorder final : public GridListener {
  public:
    Recorder(scenario::Scenario const& scenario, scenario::World const& world,
             meter::MeterTable const& meters, Federates federates, results::Writer& writer);

    void on_grid(GridView const& view) override;
    /// Takes what is left, what is in flight, the rows and the tables of the end.
    void finish(SimTime end);
    [[nodiscard]] RecordTotals const& totals() const { return totals_; }

  private:
    void write_tables();
    void write_adders();
    void write_devices();
    void add_series();
    void append_feeder(SimTime at);
    void append_meters(SimTime at);
    struct WrittenRoutes {
        std::uint64_t updates = ~std::uint64_t{0}; ///< seen so far; ~0 before the first
        std::vector<medium::RouteEntry> routes;    ///< [station]
        std::vector<std::uint16_t> roots;          ///< [station] of its tree; kNoNode: in none
    };
    struct WrittenArea {
        WrittenRoutes plc;
        WrittenRoutes rf;
    };
    void append_routes(SimTime at);
    template <typename Medium>
    void append_routes(SimTime at, std::size_t area, AreaMedium<Medium> const& on, Channel channel,
                       WrittenRoutes& written);
    void drain(SimTime until);
    void count(std::span<EventRecord const> events);
    void count(std::span<MessageRecord const> messages);

    scenario::Scenario const& scenario_;
    scenario::World const& world_;
    meter::MeterTable const& meters_;
    Federates federates_;
    results::Writer& writer_;
    bool feeder_level_;
    bool meter_level_;

    results::SeriesId feeder_series_{};
    results::SeriesId node_series_{};
    results::SeriesId lv_series_{};
    results::SeriesId meter_series_{};
    SimTime next_meter_row_ = kStart;
    SimTime last_flush_ = kStart;
    std::vector<WrittenArea> written_; ///< [area]
    std::vector<std::uint8_t> dead_;   ///< [meter]
    std::uint64_t dead_count_ = 0;
    RecordTotals totals_;
    EntityTally tally_;
    std::optional<OperationsSeries> operations_; ///< set once, with the tables

    std::vector<float> row_a_;
    std::vector<float> row_b_;
    std::vector<EventRecord> events_;
    std::vector<MessageRecord> messages_;
    std::vector<results::RouteRecord> route_rows_;
};

} // namespace gridtwin::twin
