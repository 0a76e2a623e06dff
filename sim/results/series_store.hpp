#pragma once
// One group of /series in the file: time, entities, and [time x entity] variables. Private.
#include "sim/core/time.hpp"
#include "sim/results/h5.hpp"
#include "sim/results/writer.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::results {

/// As the file holds times: correctly rounded, so that whole seconds are whole numbers.
[[nodiscard]] double seconds_since_start(SimTime t);

/// Shape of a variable's chunks: about 64 Ki floats, 8 to 1024 rows.
struct SeriesChunk {
    std::size_t rows = 0;
    std::size_t entities = 0;
};
[[nodiscard]] SeriesChunk series_chunk(std::size_t entities);

class SeriesStore {
  public:
    /// @param time_units CF units of the time axis, "seconds since 2026-01-14 20:00:00"
    SeriesStore(hid_t file, std::string_view group, std::string_view entity_dim,
                std::vector<std::string> const& entity_names,
                std::vector<SeriesVariable> const& variables, std::string const& time_units);
    /// @return true when a chunk that was already on disk has been rewritten
    bool append(SimTime at, std::span<std::span<float const> const> variables);
    /// Writes what is buffered.
    void write_out();

  private:
    void create_time(hid_t file, std::string const& units);
    void create_entities(hid_t file, std::string_view dim, std::vector<std::string> const& names);
    void create_variable(hid_t file, SeriesVariable const& variable);
    void check_row(SimTime at, std::span<std::span<float const> const> variables) const;

    std::string path_;
    bool scalar_;
    std::size_t entities_; // 1 when scalar
    SeriesChunk chunk_;
    h5::Handle time_;
    h5::Handle entity_scale_;
    std::vector<std::string> names_; // of the variables
    std::vector<h5::Handle> datasets_;
    std::vector<double> times_s_;          // of the rows from chunk_first_ on
    std::vector<std::vector<float>> rows_; // [variable][row x entity], likewise
    SimTime last_;
    std::uint64_t chunk_first_ = 0;
    std::uint64_t rows_on_disk_ = 0; // >= chunk_first_
};

} // namespace gridtwin::results
