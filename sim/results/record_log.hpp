#pragma once
// One append-only log in the file: a 1-D extensible dataset of records. Private.
#include "sim/results/compound_types.hpp"

#include <cstddef>
#include <vector>

namespace gridtwin::results {

class RecordLog {
  public:
    /// Creates the empty dataset.
    RecordLog(hid_t file, RecordType type);
    /// @param records `count` of the structs the type describes
    /// @return true when a chunk that was already on disk has been rewritten
    bool append(void const* records, std::size_t count);
    /// Writes what is buffered.
    void write_out();

  private:
    static constexpr std::size_t kChunk = 4096; // records

    bool write_chunk();

    RecordType type_;
    h5::Handle dataset_;
    std::vector<std::byte> buffer_;  // records from chunk_first_ on
    std::uint64_t chunk_first_ = 0;  // row of the first buffered record
    std::uint64_t rows_on_disk_ = 0; // >= chunk_first_
};

} // namespace gridtwin::results
