#include "sim/twin/end_tables.hpp"

#include "sim/twin/unread.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::twin {
namespace {

/// Adds columns of a table, one value a row.
class Columns {
  public:
    Columns(results::Writer& writer, std::string_view table, std::size_t rows)
        : writer_(writer), table_(table), rows_(rows) {}
    /// @param value_of (row) of the type that the column has
    template <typename ValueOf>
    void add(std::string name, std::string unit, ValueOf value_of) {
        std::vector<decltype(value_of(std::size_t{}))> values;
        values.reserve(rows_);
        for (std::size_t row = 0; row < rows_; ++row) {
            values.push_back(value_of(row));
        }
        writer_.add_column(table_, {std::move(name), std::move(unit), std::move(values)});
    }

  private:
    results::Writer& writer_;
    std::string_view table_;
    std::size_t rows_;
};

MeterId id(std::size_t row) {
    return static_cast<MeterId>(row);
}

void add_registers(Columns& columns, meter::MeterTable const& meters) {
    columns.add("net_mwh", "mWh", [&](std::size_t m) { return meters.import_mwh[m]; });
    columns.add("net_mvarh", "mvarh", [&](std::size_t m) { return meters.import_mvarh[m]; });
    auto const& registers = meters.registers;
    if (!registers.kept()) {
        return;
    }
    auto const add_set = [&](std::string const& prefix, auto set_of) {
        auto const add = [&](std::string const& name, std::size_t which, char const* unit) {
            columns.add(prefix + name, unit,
                        [&](std::size_t m) -> std::int64_t { return set_of(m)[which]; });
        };
        add("import_mwh", 0, "mWh");
        add("export_mwh", 1, "mWh");
        for (std::size_t quadrant = 1; quadrant <= 4; ++quadrant) {
            add(fmt::format("reactive_{}_mvarh", quadrant), 1 + quadrant, "mvarh");
        }
    };
    add_set("", [&](std::size_t m) { return registers.total[m]; });
    for (std::uint32_t tariff = 0; tariff < registers.tariffs; ++tariff) {
        add_set(fmt::format("tariff_{}_", tariff + 1),
                [&](std::size_t m) { return registers.of(id(m), tariff); });
    }
}

void add_quality(Columns& columns, meter::MeterTable const& meters) {
    if (!meters.quality.kept()) {
        return;
    }
    for (std::size_t k = 0; k < meter::kQualityIndicators; ++k) {
        std::string const name(meter::name(static_cast<meter::QualityIndicator>(k)));
        columns.add(name + "_count", "",
                    [&](std::size_t m) { return meters.quality.watch[m][k].count; });
        columns.add(name + "_time_s", "s", [&](std::size_t m) {
            return to_s(meter::beyond(meters.quality.watch[m][k], meters.advanced_to));
        });
    }
}

void add_reading(Columns& columns, scenario::World const& world, Federates const& federates,
                 meter::MeterTable const& meters, SimTime end) {
    std::uint32_t const due = federates.head_end.head_end().collection().due(end);
    columns.add("intervals_expected", "", [&](std::size_t) { return due; });
    columns.add("intervals_stored", "",
                [&](std::size_t m) { return federates.head_end.ledger().held(id(m), 1, due); });
    auto const why = why_unread(world, federates, meters, end);
    columns.add("unread_because", "", [&](std::size_t m) { return std::string(name(why[m])); });
}

void add_membership(Columns& columns, scenario::Scenario const& scenario,
                    scenario::World const& world, Federates const& federates,
                    EntityTally const& tally) {
    bool const found = scenario.access.start == scenario::AccessStart::discover;
    auto const none = static_cast<std::uint32_t>(kNone<ConcentratorId>);
    columns.add("concentrator_start", "", [&](std::size_t m) {
        return found ? none : static_cast<std::uint32_t>(world.meters.concentrator[m]);
    });
    auto const& head_end = federates.head_end.head_end();
    columns.add("concentrator_end", "", [&](std::size_t m) {
        auto const& registry = head_end.registry();
        bool const nobodys = registry.given_up(id(m)) || (found && !registry.heard_of(id(m)));
        return nobodys ? none : static_cast<std::uint32_t>(head_end.fleet().concentrator[m]);
    });
    columns.add("adoptions", "", [&](std::size_t m) { return tally.adoptions(id(m)); });
}

void write_meters(results::Writer& writer, scenario::Scenario const& scenario,
                  scenario::World const& world, Federates const& federates,
                  meter::MeterTable const& meters, EntityTally const& tally, SimTime end) {
    Columns columns(writer, "/meters", meters.size());
    add_registers(columns, meters);
    if (!meters.tampering.unmetered_mwh.empty()) {
        columns.add("unmetered_mwh", "mWh",
                    [&](std::size_t m) { return meters.tampering.unmetered_mwh[m]; });
    }
    add_quality(columns, meters);
    columns.add("clock_error_s", "s",
                [&](std::size_t m) { return to_s(meter::shown_time(meters, id(m), end) - end); });
    add_reading(columns, world, federates, meters, end);
    add_membership(columns, scenario, world, federates, tally);
}

void write_adders(results::Writer& writer, scenario::World const& world,
                  meter::Adders const& adders, EntityTally const& tally) {
    if (world.adders.empty()) {
        return;
    }
    Columns columns(writer, "/adders", adders.size());
    columns.add("energy_mwh", "mWh", [&](std::size_t i) { return adders.total_mwh[i]; });
    columns.add("gone", "",
                [&](std::size_t i) { return static_cast<std::int64_t>(adders.gone[i]); });
    std::array<char const*, EntityTally::kAdderEvents.size()> const names{
        "overload_count", "incomplete_count", "completed_count", "unbalance_count"};
    for (std::size_t k = 0; k < names.size(); ++k) {
        columns.add(names[k], "", [&](std::size_t i) { return tally.of_adder(i)[k]; });
    }
}

void write_sms(results::Writer& writer, OperatorFederate const& federate) {
    auto const& log = federate.log();
    auto const& records = federate.records();
    if (log.empty()) {
        return;
    }
    Columns columns(writer, "/sms", log.size());
    columns.add("meter", "",
                [&](std::size_t i) { return static_cast<std::uint32_t>(records[i].meter); });
    columns.add("concentrator", "",
                [&](std::size_t i) { return static_cast<std::uint32_t>(records[i].concentrator); });
    columns.add("kind", "", [&](std::size_t i) { return std::string(name(records[i].kind)); });
    columns.add("down", "", [&](std::size_t i) -> std::uint8_t { return log[i].down ? 1 : 0; });
    columns.add("gateway", "", [&](std::size_t i) -> std::uint8_t {
        return log[i].gateway == sms::kOutside ? 0 : log[i].gateway + 1;
    });
    columns.add("octets", "", [&](std::size_t i) { return records[i].octets; });
    columns.add("state", "", [&](std::size_t i) {
        bool const begun = log[i].entered[0] != kNever;
        return begun ? std::string(name(log[i].state())) : std::string("unsent");
    });
    columns.add("fate", "", [&](std::size_t i) { return std::string(name(log[i].fate)); });
    for (std::size_t s = 0; s < kDeliveryStates; ++s) {
        columns.add(fmt::format("{}_ns", name(static_cast<DeliveryState>(s))), "ns",
                    [&](std::size_t i) { return to_ns(log[i].entered[s]); });
    }
    columns.add("fate_ns", "ns", [&](std::size_t i) { return to_ns(log[i].ended); });
    columns.add("arrived_ns", "ns", [&](std::size_t i) {
        return to_ns(records[i].fate == Fate::delivered ? records[i].done : kNever);
    });
    columns.add("duplicates", "", [&](std::size_t i) { return log[i].duplicates; });
}

/// Hands rows on in pieces: what is held in the books already is not held once more.
template <typename Record, typename Append>
class Pieces {
  public:
    explicit Pieces(Append append) : append_(append) {}
    void add(Record const& record) {
        rows_.push_back(record);
        if (rows_.size() == kMost) {
            flush();
        }
    }
    void flush() {
        append_(std::span<Record const>(rows_));
        rows_.clear();
    }

  private:
    static constexpr std::size_t kMost = 4096;
    Append append_;
    std::vector<Record> rows_;
};

template <typename Record, typename Append>
Pieces<Record, Append> pieces_of(Append append) {
    return Pieces<Record, Append>(append);
}

void write_balances(results::Writer& writer, headend::Books const& books, SimDuration interval) {
    auto pieces = pieces_of<results::BalanceRecord>(
        [&](std::span<results::BalanceRecord const> rows) { writer.append_balances(rows); });
    for (auto const& [key, one] : books.balances()) {
        pieces.add({.received = one.received,
                    .end = kStart + one.interval * interval,
                    .concentrator = one.concentrator,
                    .interval = one.interval,
                    .meters = one.meters,
                    .busbar_mwh = one.busbar_mwh,
                    .meters_mwh = one.meters_mwh});
    }
    pieces.flush();
}

void write_profiles(results::Writer& writer, headend::Books const& books,
                    meter::LoadProfiles const& profiles) {
    auto pieces = pieces_of<results::ProfileRecord>(
        [&](std::span<results::ProfileRecord const> rows) { writer.append_profiles(rows); });
    for (auto const& [key, one] : books.load()) {
        auto const& kept = profiles.classes[profiles.of_meter[index(one.meter)]];
        pieces.add({.received = one.received,
                    .end = kStart + one.interval * kept.interval,
                    .meter = one.meter,
                    .interval = one.interval,
                    .value = one.value,
                    .channels = one.channels,
                    .status = one.status});
    }
    pieces.flush();
}

} // namespace

void write_end_tables(results::Writer& writer, scenario::Scenario const& scenario,
                      scenario::World const& world, Federates const& federates,
                      meter::MeterTable const& meters, EntityTally const& tally, SimTime end) {
    if (scenario.record < scenario::RecordLevel::feeder) {
        return;
    }
    write_meters(writer, scenario, world, federates, meters, tally, end);
    write_adders(writer, world, federates.grid.adders(), tally);
    if (scenario.record >= scenario::RecordLevel::meters) {
        write_sms(writer, federates.sms_operator);
    }
    auto const& books = federates.head_end.head_end().books();
    if (!books.balances().empty()) {
        write_balances(writer, books, scenario.headend.profile);
    }
    if (scenario.record >= scenario::RecordLevel::profiles && !books.load().empty()) {
        write_profiles(writer, books, meters.profiles);
    }
}

} // namespace gridtwin::twin
