#pragma once
// What the customer information asks of a database, and no more: SQL text, values in and out,
// transactions. Two implementations: sqlite_connection.cpp, postgres_connection.cpp. What differs
// between their SQL is in dialect.hpp.
#include "sim/core/diagnostics.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::cis {

enum class Dialect : std::uint8_t { sqlite, postgres };

/// The database failed while it ran: gone, full, locked, broken. The message names it and says why.
/// The transaction under way is undone, all committed ones stay; the same call may be made again.
class DatabaseError : public SimulationError {
  public:
    using SimulationError::SimulationError;
};

/// A prepared statement; parameters are ?1, ?2 ... in either dialect, and count from 1; columns
/// from 0. Values are copied when bound.
class Statement {
  public:
    virtual ~Statement() = default;
    virtual void bind(int parameter, std::int64_t value) = 0;
    virtual void bind(int parameter, std::string_view text) = 0;
    virtual void bind(int parameter, std::span<std::byte const> octets) = 0;
    virtual void bind_null(int parameter) = 0;
    /// To the next row, at first by executing it; false when there is none.
    /// @throws DatabaseError
    virtual bool step() = 0;
    /// Ready to be bound and executed again.
    virtual void reset() = 0;
    [[nodiscard]] virtual bool is_null(int column) const = 0;
    [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
    [[nodiscard]] virtual std::string text(int column) const = 0;
    [[nodiscard]] virtual std::vector<std::byte> octets(int column) const = 0;
    /// Rows that the last execution inserted, changed or deleted.
    [[nodiscard]] virtual std::int64_t changes() const = 0;
};

class Connection {
  public:
    virtual ~Connection() = default;
    [[nodiscard]] virtual Dialect dialect() const = 0;
    /// For messages: the file, or the server's address and the database's name; no password.
    [[nodiscard]] virtual std::string const& place() const = 0;
    /// One or more statements without parameters. @throws DatabaseError
    virtual void exec(std::string const& sql) = 0;
    [[nodiscard]] virtual std::unique_ptr<Statement> prepare(std::string const& sql) = 0;
    /// Of a transaction that will write.
    virtual void begin() = 0;
    virtual void commit() = 0;
    /// Never throws: a database that is gone has undone it.
    virtual void rollback() noexcept = 0;
    /// Holds off others that migrate the same database, until the transaction's end.
    virtual void lock_schema() = 0;
};

struct OpenOptions {
    bool create = true; ///< SQLite: a file that does not exist; false: that is an error
    std::chrono::milliseconds wait_for_lock{5000}; ///< until a locked database is an error
};

/// @param url "sqlite:FILE", or libpq's "postgresql://..." (also "postgres://...")
/// @throws InputError when it cannot be opened, with what and why
[[nodiscard]] std::unique_ptr<Connection> connect(std::string const& url, OpenOptions const&);

// of connect():
[[nodiscard]] std::unique_ptr<Connection> connect_sqlite(std::string const& file,
                                                         OpenOptions const&);
[[nodiscard]] std::unique_ptr<Connection> connect_postgres(std::string const& url,
                                                           OpenOptions const&);
/// An InputError of one mistake.
[[nodiscard]] InputError mistake(std::string const& where, std::string what,
                                 std::string expected = {}, std::string hint = {});

} // namespace gridtwin::cis
