#include "models/cis/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <libpq-fe.h>

namespace gridtwin::cis {
namespace {

struct CloseServer {
    void operator()(PGconn* server) const { PQfinish(server); }
};
struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Server = std::unique_ptr<PGconn, CloseServer>;
using Result = std::unique_ptr<PGresult, ClearResult>;

/// libpq's words in one line.
std::string one_line(char const* words) {
    std::string text = words;
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
        text.pop_back();
    }
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

Result expect(PGconn* server, std::string const& place, PGresult* raw) {
    Result result(raw);
    auto const status = PQresultStatus(raw);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        char const* words = raw == nullptr ? PQerrorMessage(server) : PQresultErrorMessage(raw);
        throw DatabaseError(fmt::format("database '{}': {}", place, one_line(words)));
    }
    return result;
}

class PostgresStatement final : public Statement {
  public:
    PostgresStatement(PGconn* server, std::string const& place, std::string name, std::string sql)
        : server_(server), place_(place), name_(std::move(name)) {
        std::replace(sql.begin(), sql.end(), '?', '$'); // parameters; our SQL has no other
        expect(server_, place_, PQprepare(server_, name_.c_str(), sql.c_str(), 0, nullptr));
    }
    void bind(int parameter, std::int64_t value) override {
        put(parameter, fmt::format("{}", value), kText);
    }
    void bind(int parameter, std::string_view text) override {
        put(parameter, std::string(text), kText);
    }
    void bind(int parameter, std::span<std::byte const> octets) override {
        put(parameter, std::string(reinterpret_cast<char const*>(octets.data()), octets.size()),
            kBinary);
    }
    void bind_null(int parameter) override {
        put(parameter, {}, kText);
        given_[at(parameter)] = 0;
    }
    bool step() override {
        if (!result_) {
            execute();
        }
        return ++row_ < PQntuples(result_.get());
    }
    void reset() override {
        result_.reset();
        values_.clear();
        formats_.clear();
        given_.clear();
    }
    [[nodiscard]] bool is_null(int column) const override {
        return PQgetisnull(result_.get(), row_, column) != 0;
    }
    [[nodiscard]] std::int64_t integer(int column) const override {
        std::string const digits = text(column);
        std::int64_t value = 0;
        auto const end = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (!digits.empty() &&
            (end.ec != std::errc() || end.ptr != digits.data() + digits.size())) {
            throw DatabaseError(fmt::format(
                "database '{}': '{}' where a whole number of 64 bits belongs", place_, digits));
        }
        return value;
    }
    [[nodiscard]] std::string text(int column) const override {
        return {PQgetvalue(result_.get(), row_, column),
                static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))};
    }
    [[nodiscard]] std::vector<std::byte> octets(int column) const override {
        std::size_t size = 0;
        std::unique_ptr<unsigned char, decltype(&PQfreemem)> const data(
            PQunescapeBytea(
                reinterpret_cast<unsigned char const*>(PQgetvalue(result_.get(), row_, column)),
                &size),
            PQfreemem);
        auto const* first = reinterpret_cast<std::byte const*>(data.get());
        return {first, first + size};
    }
    [[nodiscard]] std::int64_t changes() const override {
        std::int64_t rows = 0;
        std::string_view const count = PQcmdTuples(result_.get());
        std::from_chars(count.data(), count.data() + count.size(), rows);
        return rows;
    }

  private:
    static constexpr int kText = 0;
    static constexpr int kBinary = 1;
    static std::size_t at(int parameter) { return static_cast<std::size_t>(parameter - 1); }
    void put(int parameter, std::string value, int format) {
        if (at(parameter) >= values_.size()) {
            values_.resize(at(parameter) + 1);
            formats_.resize(at(parameter) + 1);
            given_.resize(at(parameter) + 1);
        }
        values_[at(parameter)] = std::move(value);
        formats_[at(parameter)] = format;
        given_[at(parameter)] = 1;
    }
    void execute() {
        std::vector<char const*> data;
        std::vector<int> sizes;
        for (std::size_t i = 0; i < values_.size(); ++i) {
            data.push_back(given_[i] != 0 ? values_[i].c_str() : nullptr);
            sizes.push_back(static_cast<int>(values_[i].size()));
        }
        result_ = expect(server_, place_,
                         PQexecPrepared(server_, name_.c_str(), static_cast<int>(data.size()),
                                        data.data(), sizes.data(), formats_.data(), kText));
        row_ = -1;
    }

    PGconn* server_;
    std::string const& place_;
    std::string name_;
    std::vector<std::string> values_;
    std::vector<int> formats_;
    std::vector<char> given_;
    Result result_;
    int row_ = -1;
};

class PostgresConnection final : public Connection {
  public:
    PostgresConnection(std::string const& url, OpenOptions const& options)
        : server_(PQconnectdb(url.c_str())) {
        auto const word = [](char const* text) { return std::string(text == nullptr ? "" : text); };
        PGconn* server = server_.get();
        place_ = fmt::format("postgresql://{}:{}/{}", word(PQhost(server)), word(PQport(server)),
                             word(PQdb(server)));
        if (PQstatus(server) != CONNECTION_OK) {
            throw mistake(place_, one_line(PQerrorMessage(server)), "a server that lets us in");
        }
        PQsetNoticeProcessor(
            server, [](void*, char const*) {}, nullptr);
        exec(
            fmt::format("SET lock_timeout = {}; SET client_encoding = 'UTF8'; SET TimeZone = 'UTC'",
                        options.wait_for_lock.count()));
    }
    [[nodiscard]] Dialect dialect() const override { return Dialect::postgres; }
    [[nodiscard]] std::string const& place() const override { return place_; }
    void exec(std::string const& sql) override {
        expect(server_.get(), place_, PQexec(server_.get(), sql.c_str()));
    }
    [[nodiscard]] std::unique_ptr<Statement> prepare(std::string const& sql) override {
        return std::make_unique<PostgresStatement>(server_.get(), place_,
                                                   fmt::format("s{}", ++prepared_), sql);
    }
    void begin() override { exec("BEGIN"); }
    void commit() override {
        Result const result = expect(server_.get(), place_, PQexec(server_.get(), "COMMIT"));
        if (std::string_view(PQcmdStatus(result.get())) != "COMMIT") { // it says ROLLBACK then
            throw DatabaseError(fmt::format("database '{}': the transaction had failed", place_));
        }
    }
    void rollback() noexcept override { PQclear(PQexec(server_.get(), "ROLLBACK")); }
    void lock_schema() override {
        exec("SELECT pg_advisory_xact_lock(x'67726964'::int)"); // a number of our own
    }

  private:
    Server server_;
    std::string place_;
    std::uint64_t prepared_ = 0;
};

} // namespace

std::unique_ptr<Connection> connect_postgres(std::string const& url, OpenOptions const& options) {
    return std::make_unique<PostgresConnection>(url, options);
}

} // namespace gridtwin::cis
