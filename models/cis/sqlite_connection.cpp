#include "models/cis/connection.hpp"

#include <fmt/format.h>

#include <limits>
#include <sqlite3.h>

namespace gridtwin::cis {
namespace {

/// SQLite's own words, and what they mean for whoever reads them.
std::string reason(int code, char const* message) {
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fmt::format("{}: another program holds it", message);
    case SQLITE_FULL:
        return fmt::format("{}: there is no room left for it", message);
    case SQLITE_READONLY:
        return fmt::format("{}: it, or its folder, may not be written", message);
    default:
        return fmt::format("{} (SQLite {})", message, code);
    }
}

struct CloseDatabase {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, CloseDatabase>;

[[noreturn]] void fail(sqlite3* db, std::string const& file) {
    throw DatabaseError(fmt::format("database '{}': {}", file,
                                    reason(sqlite3_extended_errcode(db), sqlite3_errmsg(db))));
}

class SqliteStatement final : public Statement {
  public:
    SqliteStatement(sqlite3* db, std::string const& file, std::string const& sql)
        : db_(db), file_(file) {
        sqlite3_stmt* statement = nullptr;
        int const code = sqlite3_prepare_v3(db, sql.c_str(), static_cast<int>(sql.size()) + 1,
                                            SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        statement_.reset(statement);
        check(code);
    }
    void bind(int parameter, std::int64_t value) override {
        check(sqlite3_bind_int64(statement_.get(), parameter, value));
    }
    void bind(int parameter, std::string_view text) override {
        // an empty view may point nowhere, which SQLite would take for NULL
        check(sqlite3_bind_text64(statement_.get(), parameter, text.empty() ? "" : text.data(),
                                  text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
    }
    void bind(int parameter, std::span<std::byte const> octets) override {
        check(octets.empty() ? sqlite3_bind_zeroblob(statement_.get(), parameter, 0)
                             : sqlite3_bind_blob64(statement_.get(), parameter, octets.data(),
                                                   octets.size(), SQLITE_TRANSIENT));
    }
    void bind_null(int parameter) override {
        check(sqlite3_bind_null(statement_.get(), parameter));
    }
    bool step() override {
        int const code = sqlite3_step(statement_.get());
        if (code != SQLITE_ROW && code != SQLITE_DONE) {
            fail(db_, file_);
        }
        if (code == SQLITE_DONE) {
            changes_ = sqlite3_changes64(db_);
        }
        return code == SQLITE_ROW;
    }
    void reset() override {
        sqlite3_reset(statement_.get()); // its code is the last step's, which was told
        sqlite3_clear_bindings(statement_.get());
    }
    [[nodiscard]] bool is_null(int column) const override {
        return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
    }
    [[nodiscard]] std::int64_t integer(int column) const override {
        return sqlite3_column_int64(statement_.get(), column);
    }
    [[nodiscard]] std::string text(int column) const override {
        auto const* text = sqlite3_column_text(statement_.get(), column);
        auto const size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
        return text == nullptr ? std::string()
                               : std::string(reinterpret_cast<char const*>(text), size);
    }
    [[nodiscard]] std::vector<std::byte> octets(int column) const override {
        auto const* data =
            static_cast<std::byte const*>(sqlite3_column_blob(statement_.get(), column));
        auto const size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
        return data == nullptr ? std::vector<std::byte>()
                               : std::vector<std::byte>(data, data + size);
    }
    [[nodiscard]] std::int64_t changes() const override { return changes_; }

  private:
    void check(int code) const {
        if (code != SQLITE_OK) {
            fail(db_, file_);
        }
    }
    sqlite3* db_;
    std::string const& file_;
    std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement_;
    std::int64_t changes_ = 0;
};

class SqliteConnection final : public Connection {
  public:
    SqliteConnection(std::string const& file, OpenOptions const& options) : file_(file) {
        sqlite3* db = nullptr;
        int const flags = SQLITE_OPEN_READWRITE | (options.create ? SQLITE_OPEN_CREATE : 0);
        int const code = sqlite3_open_v2(file.c_str(), &db, flags, nullptr);
        db_.reset(db);
        if (code != SQLITE_OK) {
            refuse();
        }
        sqlite3_extended_result_codes(db, 1);
        auto const wait =
            std::min<std::int64_t>(options.wait_for_lock.count(), std::numeric_limits<int>::max());
        sqlite3_busy_timeout(db, static_cast<int>(wait));
        // A journal ahead lets reports read while readings are written; FULL: what is committed
        // outlives a power cut too. The first of these reads the file and finds out what it is.
        if (sqlite3_exec(db,
                         "PRAGMA schema_version; PRAGMA journal_mode = WAL;"
                         "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
                         nullptr, nullptr, nullptr) != SQLITE_OK) {
            refuse();
        }
    }
    [[nodiscard]] Dialect dialect() const override { return Dialect::sqlite; }
    [[nodiscard]] std::string const& place() const override { return file_; }
    void exec(std::string const& sql) override {
        if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
            fail(db_.get(), file_);
        }
    }
    [[nodiscard]] std::unique_ptr<Statement> prepare(std::string const& sql) override {
        return std::make_unique<SqliteStatement>(db_.get(), file_, sql);
    }
    void begin() override {
        expect_in_place();
        exec("BEGIN IMMEDIATE");
    }
    void commit() override {
        expect_in_place();
        exec("COMMIT");
    }
    void rollback() noexcept override {
        sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
    void lock_schema() override {} // BEGIN IMMEDIATE holds off all other writers

  private:
    [[noreturn]] void refuse() const {
        throw mistake(file_, reason(sqlite3_extended_errcode(db_.get()), sqlite3_errmsg(db_.get())),
                      "an SQLite database that may be read and written");
    }
    /// A file that was removed while open would take all that is written, and then be gone.
    void expect_in_place() const {
        int moved = 0;
        sqlite3_file_control(db_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
        if (moved != 0) {
            throw DatabaseError(fmt::format(
                "database '{}': the file was moved or removed while it was open", file_));
        }
    }
    std::string file_;
    Handle db_;
};

} // namespace

std::unique_ptr<Connection> connect_sqlite(std::string const& file, OpenOptions const& options) {
    return std::make_unique<SqliteConnection>(file, options);
}

} // namespace gridtwin::cis
