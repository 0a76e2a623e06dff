#pragma once
// A database of customer information: one handle, one thread.
#include "models/cis/connection.hpp"

#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gridtwin::cis {

/// The rows of one execution of a prepared statement. While it lives, the same SQL cannot run
/// again.
class Query {
  public:
    explicit Query(Statement& statement) : statement_(&statement) {}
    ~Query() {
        if (statement_ != nullptr) {
            statement_->reset();
        }
    }
    Query(Query&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    Query(Query const&) = delete;
    Query& operator=(Query const&) = delete;
    Query& operator=(Query&&) = delete;

    [[nodiscard]] bool next() { return statement_->step(); }
    [[nodiscard]] std::int64_t integer(int column) const { return statement_->integer(column); }
    [[nodiscard]] std::string text(int column) const { return statement_->text(column); }
    [[nodiscard]] bool is_null(int column) const { return statement_->is_null(column); }
    [[nodiscard]] std::vector<std::byte> octets(int column) const {
        return statement_->octets(column);
    }
    [[nodiscard]] std::optional<std::int64_t> maybe(int column) const {
        return is_null(column) ? std::nullopt : std::optional(integer(column));
    }

  private:
    Statement* statement_;
};

class Database {
  public:
    /// Opens and migrates. @throws InputError
    explicit Database(std::string url, OpenOptions options = {});

    /// Prepared once, then kept. Parameters ?1, ?2 ... are integers, texts (made UTF-8 if they are
    /// not), octets, or an optional of an integer. @throws DatabaseError
    template <typename... Values>
    [[nodiscard]] Query query(std::string_view sql, Values const&... values) {
        Statement& statement = prepared(sql);
        Query query(statement);
        int parameter = 0;
        (bind(statement, ++parameter, values), ...);
        return query;
    }
    /// @return rows inserted, changed or deleted
    template <typename... Values>
    std::int64_t run(std::string_view sql, Values const&... values) {
        Query rows = query(sql, values...);
        while (rows.next()) {}
        return prepared(sql).changes();
    }
    [[nodiscard]] Connection& connection() { return *connection_; }
    [[nodiscard]] std::string const& place() const { return connection_->place(); }
    /// After a DatabaseError: a new connection to the same database, which must still be there.
    /// @throws InputError
    void reconnect();

    /// For many executions in a row; to be bound, stepped and reset.
    [[nodiscard]] Statement& prepared(std::string_view sql);

  private:
    static void bind(Statement& statement, int parameter, std::optional<std::int64_t> value);
    static void bind(Statement& statement, int parameter, std::string_view text);
    static void bind(Statement& statement, int parameter, std::span<std::byte const> octets) {
        statement.bind(parameter, octets);
    }
    template <std::integral Integer>
    static void bind(Statement& statement, int parameter, Integer value) {
        statement.bind(parameter, static_cast<std::int64_t>(value));
    }

    std::string url_;
    OpenOptions options_;
    std::unique_ptr<Connection> connection_;
    std::map<std::string, std::unique_ptr<Statement>, std::less<>> statements_;
};

[[nodiscard]] inline Database open(std::string url, OpenOptions options = {}) {
    return Database(std::move(url), options);
}

/// All or nothing: what is not committed is undone.
class Transaction {
  public:
    explicit Transaction(Database& database) : database_(&database) {
        database.connection().begin();
    }
    ~Transaction() {
        if (database_ != nullptr) {
            database_->connection().rollback();
        }
    }
    Transaction(Transaction const&) = delete;
    Transaction& operator=(Transaction const&) = delete;
    void commit() {
        database_->connection().commit();
        database_ = nullptr;
    }

  private:
    Database* database_;
};

} // namespace gridtwin::cis
