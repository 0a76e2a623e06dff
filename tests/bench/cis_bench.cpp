// A day of readings of 100,000 meters, 96 intervals each, into a database: as the ledger gets them
// and, to compare, with a row for each interval.
#include "models/cis/ledger.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <stdlib.h>

namespace gridtwin::cis {
namespace {

using Clock = std::chrono::steady_clock;

double since_s(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A database of its own: SQLite in a temporary folder, or that of GRIDTWIN_BENCH_DATABASE, whose
/// readings are removed.
class Place {
  public:
    Place() {
        char const* url = getenv("GRIDTWIN_BENCH_DATABASE");
        std::string name =
            (std::filesystem::temp_directory_path() / "gridtwin-cis-XXXXXX").string();
        if (url == nullptr && mkdtemp(name.data()) != nullptr) {
            folder_ = name;
        }
        url_ = url != nullptr ? url : "sqlite:" + (folder_ / "day.db").string();
    }
    ~Place() {
        if (!folder_.empty()) {
            std::filesystem::remove_all(folder_);
        }
    }
    Place(Place const&) = delete;
    Place& operator=(Place const&) = delete;
    [[nodiscard]] std::string const& url() const { return url_; }
    /// Octets of all its files; 0: a server's.
    [[nodiscard]] double size() const {
        double sum = 0;
        if (!folder_.empty()) {
            for (auto const& file : std::filesystem::directory_iterator(folder_)) {
                sum += static_cast<double>(file.file_size());
            }
        }
        return sum;
    }

  private:
    std::filesystem::path folder_;
    std::string url_;
};

headend::Reading reading(std::uint32_t meter, std::uint32_t interval) {
    return {.meter = static_cast<MeterId>(meter),
            .interval = interval,
            .import_mwh =
                static_cast<std::int32_t>(200'000 + (meter * 7919 + interval * 104'729) % 90'000),
            .import_mvarh = static_cast<std::int32_t>((meter * 31 + interval * 17) % 30'000),
            .voltage_dv = static_cast<std::uint16_t>(2250 + (meter + interval) % 100)};
}

/// Mean time of a question, of meters all over.
template <typename Ask>
double question_s(std::uint32_t meters, Ask const& ask) {
    constexpr std::uint32_t kQuestions = 1000;
    auto const start = Clock::now();
    for (std::uint32_t i = 0; i < kQuestions; ++i) {
        ask(static_cast<MeterId>(i * 7919 % meters), i % kSlots + 1);
    }
    return since_s(start) / kQuestions;
}

void tell(benchmark::State& state, Place const& place) {
    auto const readings = static_cast<double>(state.range(0)) * kSlots;
    state.counters["octets_per_reading"] = place.size() / readings;
    state.counters["file_mb"] = place.size() / 1e6;
    state.counters["per_item_s"] = benchmark::Counter(
        readings, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// Through the ledger, 16 intervals of a meter after the other, as concentrators bring them.
void store_day(benchmark::State& state) {
    auto const meters = static_cast<std::uint32_t>(state.range(0));
    Place const place;
    for (auto _ : state) {
        Database db = open(place.url());
        Session session{db, "admin"};
        db.run("DELETE FROM reading_days");
        auto const start = Clock::now();
        auto const start_cpu = std::clock();
        {
            DatabaseLedger ledger(session, meters, kSlots);
            for (std::uint32_t first = 1; first <= kSlots; first += 16) {
                for (std::uint32_t m = 0; m < meters; ++m) {
                    for (std::uint32_t k = first; k < first + 16; ++k) {
                        ledger.store(reading(m, k));
                    }
                }
            }
            ledger.write();
        }
        state.SetIterationTime(since_s(start));
        state.counters["cpu_s"] = static_cast<double>(std::clock() - start_cpu) / CLOCKS_PER_SEC;
        state.counters["one_interval_s"] = question_s(meters, [&](MeterId m, std::uint32_t k) {
            benchmark::DoNotOptimize(find_reading(session, m, k).value());
        });
        state.counters["one_day_s"] = question_s(meters, [&](MeterId m, std::uint32_t) {
            benchmark::DoNotOptimize(find_day(session, m, 0).value());
        });
        state.counters["one_day_by_view_s"] = question_s(meters, [&](MeterId m, std::uint32_t) {
            auto rows =
                db.query("SELECT interval, import_mwh, import_mvarh, voltage_dv, status FROM "
                         "readings WHERE meter = ?1 AND day = 0 ORDER BY slot",
                         index(m));
            std::uint32_t count = 0;
            while (rows.next()) {
                ++count;
            }
            if (count != kSlots) {
                state.SkipWithError("an interval is missing");
            }
        });
        auto const summed = Clock::now();
        auto sum = db.query("SELECT count(*), sum(import_mwh) FROM readings WHERE day = 0 AND "
                            "meter < 1000");
        benchmark::DoNotOptimize(sum.next());
        state.counters["sum_of_1000_days_s"] = since_s(summed);
    }
    tell(state, place);
}

/// The table that was not chosen.
void store_day_rows(benchmark::State& state) {
    auto const meters = static_cast<std::uint32_t>(state.range(0));
    Place const place;
    for (auto _ : state) {
        Database db = open(place.url());
        db.connection().exec(
            std::string(
                "DROP TABLE IF EXISTS reading_rows; CREATE TABLE reading_rows (meter BIGINT, "
                "interval BIGINT, import_mwh BIGINT, import_mvarh BIGINT, voltage_dv BIGINT, "
                "status BIGINT, PRIMARY KEY (meter, interval))") +
            (db.connection().dialect() == Dialect::sqlite ? " WITHOUT ROWID" : ""));
        Statement& insert = db.prepared("INSERT INTO reading_rows VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        auto const start = Clock::now();
        auto const start_cpu = std::clock();
        Transaction transaction(db);
        for (std::uint32_t m = 0; m < meters; ++m) { // in the key's order, the best there is
            for (std::uint32_t k = 1; k <= kSlots; ++k) {
                auto const r = reading(m, k);
                insert.bind(1, static_cast<std::int64_t>(m));
                insert.bind(2, static_cast<std::int64_t>(k));
                insert.bind(3, static_cast<std::int64_t>(r.import_mwh));
                insert.bind(4, static_cast<std::int64_t>(r.import_mvarh));
                insert.bind(5, static_cast<std::int64_t>(r.voltage_dv));
                insert.bind(6, static_cast<std::int64_t>(r.status));
                insert.step();
                insert.reset();
            }
        }
        transaction.commit();
        state.SetIterationTime(since_s(start));
        state.counters["cpu_s"] = static_cast<double>(std::clock() - start_cpu) / CLOCKS_PER_SEC;
        state.counters["one_interval_s"] = question_s(meters, [&](MeterId m, std::uint32_t k) {
            auto rows = db.query("SELECT import_mwh, import_mvarh, voltage_dv, status FROM "
                                 "reading_rows WHERE meter = ?1 AND interval = ?2",
                                 index(m), k);
            benchmark::DoNotOptimize(rows.next());
        });
        state.counters["one_day_s"] = question_s(meters, [&](MeterId m, std::uint32_t) {
            auto rows = db.query("SELECT import_mwh, import_mvarh, voltage_dv, status FROM "
                                 "reading_rows WHERE meter = ?1 AND interval BETWEEN 1 AND 96",
                                 index(m));
            while (rows.next()) {}
        });
    }
    tell(state, place);
}

BENCHMARK(store_day)
    ->Name("cis/store_day")
    ->Arg(100'000)
    ->Unit(benchmark::kSecond)
    ->UseManualTime()
    ->Iterations(1);
BENCHMARK(store_day_rows)
    ->Name("cis/store_day_rows")
    ->Arg(100'000)
    ->Unit(benchmark::kSecond)
    ->UseManualTime()
    ->Iterations(1);

} // namespace
} // namespace gridtwin::cis
