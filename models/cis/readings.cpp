#include "models/cis/readings.hpp"

#include <fmt/format.h>

namespace gridtwin::cis {
namespace {

constexpr std::size_t kMvarh = 4 * std::size_t{kSlots}; ///< where they begin, as in the view
constexpr std::size_t kVoltage = 2 * kMvarh;
constexpr std::size_t kStatus = kVoltage + 2 * std::size_t{kSlots};
constexpr std::size_t kOctets = kStatus + kSlots;
using Octets = std::array<std::byte, kOctets>;

/// Rows in one INSERT: the fewer words with a server, the better.
constexpr std::size_t kBatch = 32;
constexpr int kColumns = 5;

template <typename Unsigned>
void put(std::byte* to, Unsigned value) {
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
        to[i] = static_cast<std::byte>(value >> (8 * (sizeof(Unsigned) - 1 - i)));
    }
}
template <typename Unsigned>
Unsigned get(std::byte const* from) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
        value = value << 8 | static_cast<std::uint64_t>(from[i]);
    }
    return static_cast<Unsigned>(value);
}

void encode(MeterDay const& day, Octets& to) {
    for (std::size_t i = 0; i < kSlots; ++i) {
        put(&to[4 * i], static_cast<std::uint32_t>(day.import_mwh[i]));
        put(&to[kMvarh + 4 * i], static_cast<std::uint32_t>(day.import_mvarh[i]));
        put(&to[kVoltage + 2 * i], day.voltage_dv[i]);
        to[kStatus + i] = static_cast<std::byte>(day.status[i]);
    }
}

void decode(std::span<std::byte const> from, MeterDay& day) {
    for (std::size_t i = 0; i < kSlots; ++i) {
        day.import_mwh[i] = static_cast<std::int32_t>(get<std::uint32_t>(&from[4 * i]));
        day.import_mvarh[i] = static_cast<std::int32_t>(get<std::uint32_t>(&from[kMvarh + 4 * i]));
        day.voltage_dv[i] = get<std::uint16_t>(&from[kVoltage + 2 * i]);
        day.status[i] = static_cast<std::uint8_t>(from[kStatus + i]);
    }
}

std::string insert(std::size_t rows) {
    std::string sql = "INSERT INTO reading_days (day, meter, held_a, held_b, data) VALUES ";
    for (std::size_t i = 0; i < rows; ++i) {
        auto const at = i * kColumns;
        sql += fmt::format("{}(?{}, ?{}, ?{}, ?{}, ?{})", i == 0 ? "" : ", ", at + 1, at + 2,
                           at + 3, at + 4, at + 5);
    }
    return sql + " ON CONFLICT (day, meter) DO UPDATE SET held_a = excluded.held_a, "
                 "held_b = excluded.held_b, data = excluded.data";
}

void write(Statement& statement, std::span<MeterDay const> days) {
    Octets octets;
    int parameter = 0;
    for (MeterDay const& day : days) {
        encode(day, octets);
        auto const held = to_halves(day.held);
        statement.bind(++parameter, static_cast<std::int64_t>(day.day));
        statement.bind(++parameter, static_cast<std::int64_t>(index(day.meter)));
        statement.bind(++parameter, held.first);
        statement.bind(++parameter, held.second);
        statement.bind(++parameter, std::span<std::byte const>(octets));
    }
    try {
        statement.step();
    } catch (...) {
        statement.reset();
        throw;
    }
    statement.reset();
}

} // namespace

HeldHalves to_halves(HeldWords const& held) {
    return {held[0] | static_cast<std::int64_t>(held[1] & 0xFFFF) << 32,
            held[1] >> 16 | static_cast<std::int64_t>(held[2]) << 16};
}

HeldWords to_words(HeldHalves const& halves) {
    auto const word = [](std::int64_t bits) { return static_cast<std::uint32_t>(bits); };
    return {word(halves.first), word(halves.first >> 32 | (halves.second & 0xFFFF) << 16),
            word(halves.second >> 16)};
}

bool MeterDay::keep(headend::Reading const& reading) {
    std::uint32_t const i = (reading.interval - 1) % kSlots;
    if (has(i)) {
        return false;
    }
    held[i / 32] |= std::uint32_t{1} << (i % 32);
    import_mwh[i] = reading.import_mwh;
    import_mvarh[i] = reading.import_mvarh;
    voltage_dv[i] = reading.voltage_dv;
    status[i] = reading.status;
    return true;
}

headend::Reading MeterDay::at(std::uint32_t slot0) const {
    return {.meter = meter,
            .interval = day * kSlots + slot0 + 1,
            .import_mwh = import_mwh[slot0],
            .import_mvarh = import_mvarh[slot0],
            .voltage_dv = voltage_dv[slot0],
            .status = status[slot0]};
}

void write_days(Database& database, std::span<MeterDay const> days) {
    std::size_t at = 0;
    for (std::size_t const rows : {kBatch, std::size_t{1}}) {
        if (days.size() - at < rows) {
            continue;
        }
        Statement& statement = database.prepared(insert(rows));
        for (; days.size() - at >= rows; at += rows) {
            write(statement, days.subspan(at, rows));
        }
    }
}

std::optional<MeterDay> read_day(Database& database, MeterId meter, std::uint32_t day) {
    auto rows = database.query(
        "SELECT held_a, held_b, data FROM reading_days WHERE day = ?1 AND meter = ?2", day,
        index(meter));
    if (!rows.next()) {
        return std::nullopt;
    }
    MeterDay found{.meter = meter, .day = day};
    found.held = to_words({rows.integer(0), rows.integer(1)});
    auto const octets = rows.octets(2);
    if (octets.size() != kOctets) {
        throw DatabaseError(fmt::format("database '{}': day {} of meter {} has {} octets, not {}",
                                        database.place(), day, index(meter), octets.size(),
                                        kOctets));
    }
    decode(octets, found);
    return found;
}

void store_days(Session& session, std::span<MeterDay const> days) {
    operate(session, Right::operate,
            {"store readings", fmt::format("{} meter-days", days.size()), ""}, [&] {
                write_days(session.database, days);
                return !days.empty();
            });
}

std::optional<MeterDay> find_day(Session& session, MeterId meter, std::uint32_t day) {
    expect_right(session, Right::read, {"read day", fmt::format("{}", index(meter)), ""});
    return read_day(session.database, meter, day);
}

std::optional<headend::Reading> find_reading(Session& session, MeterId meter,
                                             std::uint32_t interval) {
    expect_right(session, Right::read, {"read reading", fmt::format("{}", index(meter)), ""});
    auto rows =
        session.database.query("SELECT import_mwh, import_mvarh, voltage_dv, status FROM "
                               "readings WHERE meter = ?1 AND day = ?2 AND slot = ?3",
                               index(meter), (interval - 1) / kSlots, (interval - 1) % kSlots + 1);
    if (interval == 0 || !rows.next()) {
        return std::nullopt;
    }
    return headend::Reading{.meter = meter,
                            .interval = interval,
                            .import_mwh = static_cast<std::int32_t>(rows.integer(0)),
                            .import_mvarh = static_cast<std::int32_t>(rows.integer(1)),
                            .voltage_dv = static_cast<std::uint16_t>(rows.integer(2)),
                            .status = static_cast<std::uint8_t>(rows.integer(3))};
}

std::int64_t store_registers(Session& session,
                             std::span<headend::RegisterReading const> registers) {
    std::int64_t stored = 0;
    operate(session, Right::operate,
            {"store registers", fmt::format("{} registers", registers.size()), ""}, [&] {
                for (auto const& r : registers) {
                    stored += session.database.run(
                        "INSERT INTO registers (meter, read_ns, tariff, import_mwh, export_mwh, "
                        "q1_mvarh, q2_mvarh, q3_mvarh, q4_mvarh) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
                        "?7, ?8, ?9) ON CONFLICT (meter, read_ns, tariff) DO NOTHING",
                        index(r.meter), to_ns(r.read), r.tariff, r.value[0], r.value[1], r.value[2],
                        r.value[3], r.value[4], r.value[5]);
                }
                return stored != 0;
            });
    return stored;
}

std::vector<headend::RegisterReading> registers_of(Session& session, MeterId meter) {
    expect_right(session, Right::read, {"read registers", fmt::format("{}", index(meter)), ""});
    auto rows = session.database.query(
        "SELECT read_ns, tariff, import_mwh, export_mwh, q1_mvarh, q2_mvarh, q3_mvarh, q4_mvarh "
        "FROM registers WHERE meter = ?1 ORDER BY read_ns, tariff",
        index(meter));
    std::vector<headend::RegisterReading> found;
    while (rows.next()) {
        headend::RegisterReading r{.meter = meter,
                                   .tariff = static_cast<std::uint32_t>(rows.integer(1)),
                                   .read = from_ns(rows.integer(0))};
        for (int i = 0; i < 6; ++i) {
            r.value[static_cast<std::size_t>(i)] = rows.integer(2 + i);
        }
        found.push_back(r);
    }
    return found;
}

std::int64_t store_balances(Session& session, std::span<headend::BalanceReading const> balances) {
    std::int64_t stored = 0;
    operate(session, Right::operate,
            {"store balances", fmt::format("{} balances", balances.size()), ""}, [&] {
                for (auto const& b : balances) {
                    stored += session.database.run(
                        "INSERT INTO balances (concentrator, interval, meters, busbar_mwh, "
                        "meters_mwh) VALUES (?1, ?2, ?3, ?4, ?5) "
                        "ON CONFLICT (concentrator, interval) DO NOTHING",
                        index(b.concentrator), b.interval, b.meters, b.busbar_mwh, b.meters_mwh);
                }
                return stored != 0;
            });
    return stored;
}

} // namespace gridtwin::cis
