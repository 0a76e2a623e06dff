#pragma once
// Reads a result file back.
#include "sim/core/event.hpp"
#include "sim/core/message.hpp"
#include "sim/results/column.hpp"
#include "sim/results/kpi.hpp"
#include "sim/results/meta.hpp"
#include "sim/results/records.hpp"
#include "sim/results/writer.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::results {

struct TableInfo {
    std::string path{}; ///< "/entities/meters"
    std::uint64_t rows = 0;
    std::vector<std::string> columns{}; ///< in order of name
};

struct SeriesInfo {
    std::string group{};      ///< "nodes"
    std::string entity_dim{}; ///< "node"; empty when scalar
    std::uint64_t steps = 0;
    std::uint64_t entities = 1;              ///< 1 when scalar
    std::vector<SeriesVariable> variables{}; ///< in order of name
};

/// A result file, opened for reading. One thread at a time.
/// Every problem throws InputError that names the file: missing, not HDF5, not a GridTwin result,
/// of another schema version, without the object asked for, damaged.
class Reader {
  public:
    explicit Reader(std::filesystem::path path);
    ~Reader();
    Reader(Reader const&) = delete;
    Reader& operator=(Reader const&) = delete;

    [[nodiscard]] std::filesystem::path const& path() const;
    [[nodiscard]] Meta const& meta() const;
    [[nodiscard]] bool complete() const;
    /// Why the run ended; "still running, or killed" while nobody closed the file.
    [[nodiscard]] std::string const& reason() const;
    /// Simulated time of the last row on disk, s.
    [[nodiscard]] double reached_s() const;

    [[nodiscard]] bool has(std::string_view path) const;
    /// Everything under /entities, in order of path; then /meters and /adders, where they are.
    [[nodiscard]] std::vector<TableInfo> tables() const;
    /// Everything under /series, in order of name.
    [[nodiscard]] std::vector<SeriesInfo> series() const;
    [[nodiscard]] std::uint64_t rows(std::string_view path) const; ///< of any dataset

    /// A column with its name, unit and type, "/entities/meters/name".
    [[nodiscard]] Column read_column(std::string_view path) const;
    /// A column of numbers of any type, as doubles.
    [[nodiscard]] std::vector<double> read_numbers(std::string_view path) const;
    /// A column of integers of any type; 4294967295 (none) stays what it is.
    [[nodiscard]] std::vector<std::int64_t> read_integers(std::string_view path) const;
    [[nodiscard]] std::vector<std::string> read_strings(std::string_view path) const;

    /// Seconds since the start, one a row.
    [[nodiscard]] std::vector<double> read_time_s(std::string_view group) const;
    [[nodiscard]] std::vector<std::string> read_entity_names(std::string_view group) const;
    /// [time][entity], row major; [time] when scalar.
    [[nodiscard]] std::vector<float> read_series(std::string_view group,
                                                 std::string_view variable) const;
    /// Rows [first, first + count) of a series; what lies past its end is left out.
    [[nodiscard]] std::vector<float> read_series(std::string_view group, std::string_view variable,
                                                 std::uint64_t first, std::uint64_t count) const;

    /// The logs; empty when the run recorded none.
    [[nodiscard]] std::vector<EventRecord> events() const;
    [[nodiscard]] std::vector<MessageRecord> messages() const;
    [[nodiscard]] std::vector<RouteRecord> routes() const;
    [[nodiscard]] std::vector<BeliefRecord> beliefs() const;
    [[nodiscard]] std::vector<ProfileRecord> profiles() const;
    [[nodiscard]] std::vector<BalanceRecord> balances() const;
    [[nodiscard]] std::vector<Kpi> kpis() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace gridtwin::results
