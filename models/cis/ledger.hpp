#pragma once
// The head-end's ledger in a database.
#include "models/cis/readings.hpp"
#include "models/headend/ports/ports.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace gridtwin::cis {

struct DatabaseLedgerConfig {
    /// Readings not yet written, at most; then they are. 96 rows of 1 kB wait for 96 meters' first
    /// readings of a day, so 2 million may take 100,000 meters' first ones: 109 MB.
    std::size_t write_after = 2'000'000;
    /// Rows kept in memory after they were written: later readings of the same days need not fetch
    /// them. 1.1 kB each.
    std::size_t keep_rows = 200'000;
};

/// What is held is asked of memory, 12 octets a meter and day; the database is written in batches.
/// It must be the only writer of its readings. A batch is one transaction and one operation of the
/// session's user. If it fails, everything stays where it was, and write() may be called again,
/// after Database::reconnect() if need be; store() then still keeps what comes.
class DatabaseLedger final : public headend::Ledger {
  public:
    /// Finds out what the database holds. The session must outlive the ledger.
    /// @param meters rows of the meters' table
    /// @param intervals highest interval that will be stored
    DatabaseLedger(Session& session, std::size_t meters, std::uint32_t intervals,
                   DatabaseLedgerConfig config = {});
    /// Writes what is left if it can; whoever must know whether, calls write() before.
    ~DatabaseLedger() override;
    DatabaseLedger(DatabaseLedger const&) = delete;
    DatabaseLedger& operator=(DatabaseLedger const&) = delete;

    /// @throws SimulationError for a meter or an interval outside of the ledger; DatabaseError when
    ///         a batch could not be written: the reading is held none the less
    bool store(headend::Reading const& reading) override;
    [[nodiscard]] bool has(MeterId meter, std::uint32_t interval) const override;
    [[nodiscard]] std::uint32_t held(MeterId meter, std::uint32_t first,
                                     std::uint32_t last) const override;
    /// @throws DatabaseError: of days that are not in memory it asks the database
    [[nodiscard]] std::int64_t import_mwh(MeterId meter, std::uint32_t first,
                                          std::uint32_t last) const override;
    [[nodiscard]] headend::IntervalSpan first_gap(MeterId meter, std::uint32_t first,
                                                  std::uint32_t last) const override;

    /// The reading held, `received` left at the start.
    [[nodiscard]] std::optional<headend::Reading> find(MeterId meter, std::uint32_t interval) const;
    /// Readings held, of all meters.
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Of them, not yet in the database.
    [[nodiscard]] std::size_t waiting() const { return waiting_; }
    /// Writes what waits. @throws DatabaseError: all of it still waits
    void write();

  private:
    struct Row {
        MeterDay day;
        bool waits = false;
    };
    [[nodiscard]] std::uint32_t word(MeterId meter, std::uint32_t word) const;
    void load_held();
    /// Of what is held: from memory, or fetched.
    [[nodiscard]] MeterDay const* row(MeterId meter, std::uint32_t day,
                                      std::optional<MeterDay>& fetched) const;
    static std::uint64_t key(MeterId meter, std::uint32_t day) {
        return static_cast<std::uint64_t>(day) << 32 | index(meter);
    }

    Session& session_;
    std::size_t meters_;
    std::uint32_t intervals_;
    DatabaseLedgerConfig config_;
    std::uint64_t size_ = 0;
    std::size_t waiting_ = 0;
    std::vector<std::vector<HeldWords>> held_; ///< [day][meter]; inner empty: nothing held
    std::unordered_map<std::uint64_t, Row> rows_;
    std::vector<std::uint64_t> dirty_; ///< keys of rows that wait
};

} // namespace gridtwin::cis
