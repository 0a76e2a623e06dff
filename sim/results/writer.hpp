#pragma once
// Writes one result file as the run goes. The layout is docs/results.md.
#include "sim/core/event.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"
#include "sim/results/column.hpp"
#include "sim/results/kpi.hpp"
#include "sim/results/meta.hpp"
#include "sim/results/records.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::results {

enum class SeriesId : std::uint32_t {};

struct SeriesVariable {
    std::string name{};        ///< ends in its unit: "u_pu", "load_p_w"
    std::string unit{};        ///< "1" for pu, fractions and counts
    std::string description{}; ///< one line for people
};

/// Result file under construction. One thread at a time.
///
/// Rows are buffered to whole chunks, so append costs a copy. After flush() everything appended so
/// far is on disk in a consistent file, and nothing that the file refers to is touched until the
/// next flush: a process killed between two flushes leaves what the first of them left. The file
/// says complete = 0 until close(true, ...).
/// Any failure of HDF5 and any broken contract throws SimulationError that names file and object.
class Writer {
  public:
    using Meta = results::Meta;

    /// Creates the file, replacing one of that name.
    Writer(std::filesystem::path const& path, Meta const& meta);
    /// Without close: what was appended is written, marked partial with reason "internal error".
    ~Writer();
    Writer(Writer const&) = delete;
    Writer& operator=(Writer const&) = delete;

    /// An entity table: the group `path` ("/entities/meters") with one dataset a column. All
    /// columns are equally long; row i of each is entity i.
    void write_table(std::string_view path, std::vector<Column> const& columns);
    /// Adds a column to the table `path`, which it creates with its first: for tables that would
    /// be large in memory all at once.
    void add_column(std::string_view path, Column const& column);

    /// Opens /series/<group>: `time`, the coordinate `entity_dim` with the entities' names, and one
    /// [time x entity] float32 dataset a variable. Without names the series is scalar, [time], and
    /// `entity_dim` is not used.
    SeriesId add_series(std::string_view group, std::string_view entity_dim,
                        std::vector<std::string> const& entity_names,
                        std::vector<SeriesVariable> const& variables);
    /// One row: variables[v][e], as many variables and entities as declared (1 when scalar); times
    /// never go backwards.
    void append(SeriesId series, SimTime at, std::span<std::span<float const> const> variables);

    void append_events(std::span<EventRecord const> records);
    void append_messages(std::span<MessageRecord const> records);
    void append_routes(std::span<RouteRecord const> records);
    void append_beliefs(std::span<BeliefRecord const> records);
    void append_profiles(std::span<ProfileRecord const> records);
    void append_balances(std::span<BalanceRecord const> records);
    /// Writes /kpi; a second call replaces the first.
    void write_kpis(std::span<Kpi const> kpis);

    /// Puts everything appended so far on disk.
    void flush();
    /// Ends the file. @param complete the run reached its end @param reason why it ended, for
    /// people
    void close(bool complete, std::string_view reason);
    [[nodiscard]] bool is_open() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace gridtwin::results
