#include "models/cis/migrations.hpp"

#include "models/cis/dialect.hpp"

#include <fmt/format.h>

#include <array>

// Instants (..._ns) are nanoseconds since the scenario's start, amounts are cents, energy mWh.

namespace gridtwin::cis {
namespace {

// Who may do what, and what was done.
constexpr std::string_view kUsers = R"sql(
CREATE TABLE users (
    name {text} PRIMARY KEY CHECK (name <> ''),
    role {text} NOT NULL CHECK (role IN ('read-only', 'operator', 'billing', 'admin'))
) {table};
INSERT INTO users (name, role) VALUES ('admin', 'admin');
CREATE TABLE operations (
    number {counted},
    at_ns {int} NOT NULL,
    user_name {text} NOT NULL,
    role {text} NOT NULL,
    operation {text} NOT NULL,
    subject {text} NOT NULL,
    subscriber {text} NOT NULL,
    result {text} NOT NULL
) {table};
CREATE INDEX operations_subscriber ON operations (subscriber, at_ns);
)sql";

// Who has which agreement, which meter is where since when.
constexpr std::string_view kCustomers = R"sql(
CREATE TABLE subscribers (
    code {text} PRIMARY KEY CHECK (length(code) = 15),
    name {text} NOT NULL,
    address {text} NOT NULL,
    address_key {text} NOT NULL,
    phone {text} NOT NULL,
    email {text} NOT NULL,
    document {text} NOT NULL,
    status {text} NOT NULL CHECK (status IN ('active', 'suspended', 'ended')),
    household {int} NOT NULL CHECK (household >= 0),
    rooms {int} NOT NULL CHECK (rooms >= 0),
    assumed_mwh {int} NOT NULL CHECK (assumed_mwh >= 0),
    payment_allowed {int} NOT NULL CHECK (payment_allowed IN (0, 1)),
    registered_ns {int} NOT NULL,
    ended_ns {int} CHECK (ended_ns >= registered_ns),
    old_code {text} NOT NULL,
    notes {text} NOT NULL
) {table};
CREATE INDEX subscribers_address ON subscribers (address_key);
CREATE TABLE tariffs (
    code {text} PRIMARY KEY CHECK (code <> ''),
    name {text} NOT NULL,
    valid_from_ns {int} NOT NULL
) {table};
CREATE TABLE tariff_rates (
    tariff {text} NOT NULL REFERENCES tariffs (code),
    rate {int} NOT NULL CHECK (rate >= 1),
    name {text} NOT NULL,
    cents_per_mwh {int} NOT NULL CHECK (cents_per_mwh >= 0),
    PRIMARY KEY (tariff, rate)
) {table};
CREATE TABLE agreements (
    number {text} PRIMARY KEY CHECK (number <> ''),
    subscriber {text} NOT NULL REFERENCES subscribers (code),
    tariff {text} NOT NULL REFERENCES tariffs (code),
    prepaid {int} NOT NULL CHECK (prepaid IN (0, 1)),
    from_ns {int} NOT NULL,
    to_ns {int} CHECK (to_ns > from_ns)
) {table};
CREATE INDEX agreements_subscriber ON agreements (subscriber);
CREATE TABLE transformers (
    id {int} PRIMARY KEY CHECK (id >= 0),
    name {text} NOT NULL,
    feeder {int} NOT NULL CHECK (feeder >= 0),
    concentrator {int} CHECK (concentrator >= 0),
    rated_va {int} NOT NULL CHECK (rated_va >= 0)
) {table};
CREATE TABLE meters (
    serial {text} PRIMARY KEY CHECK (serial <> ''),
    id {int} NOT NULL UNIQUE CHECK (id >= 0),
    kind {text} NOT NULL,
    transformer {int} NOT NULL REFERENCES transformers (id)
) {table};
CREATE TABLE installations (
    meter {text} NOT NULL REFERENCES meters (serial),
    subscriber {text} NOT NULL REFERENCES subscribers (code),
    from_ns {int} NOT NULL,
    first_mwh {int} NOT NULL,
    to_ns {int} CHECK (to_ns > from_ns),
    last_mwh {int} CHECK ((last_mwh IS NULL) = (to_ns IS NULL)),
    PRIMARY KEY (meter, from_ns)
) {table};
CREATE UNIQUE INDEX installations_open ON installations (meter) WHERE to_ns IS NULL;
CREATE INDEX installations_subscriber ON installations (subscriber);
)sql";

// A row holds a meter's 96 intervals; the view shows each. By day first, so that a day is appended
// where the one before it ends. Meters need not be known yet: no reading is turned away.
constexpr std::string_view kReadings = R"sql(
CREATE TABLE reading_days (
    day {int} NOT NULL CHECK (day >= 0),
    meter {int} NOT NULL CHECK (meter >= 0),
    held_a {int} NOT NULL,
    held_b {int} NOT NULL,
    data {blob} NOT NULL CHECK (length(data) = 1056),
    PRIMARY KEY (day, meter)
) {table};
CREATE TABLE slots (slot INTEGER PRIMARY KEY);
INSERT INTO slots (slot)
    WITH RECURSIVE n(slot) AS (SELECT 1 UNION ALL SELECT slot + 1 FROM n WHERE slot < 96)
    SELECT slot FROM n;
CREATE VIEW readings AS
SELECT meter, day, slot, day * 96 + slot AS interval,
       {i32:data:0} AS import_mwh,
       {i32:data:384} AS import_mvarh,
       {u16:data:768} AS voltage_dv,
       {u8:data:960} AS status
FROM reading_days CROSS JOIN slots
WHERE (CASE WHEN slot <= 48 THEN held_a >> (slot - 1) ELSE held_b >> (slot - 49) END) & 1 = 1;
CREATE TABLE registers (
    meter {int} NOT NULL CHECK (meter >= 0),
    read_ns {int} NOT NULL,
    tariff {int} NOT NULL CHECK (tariff >= 0),
    import_mwh {int} NOT NULL,
    export_mwh {int} NOT NULL,
    q1_mvarh {int} NOT NULL,
    q2_mvarh {int} NOT NULL,
    q3_mvarh {int} NOT NULL,
    q4_mvarh {int} NOT NULL,
    PRIMARY KEY (meter, read_ns, tariff)
) {table};
CREATE TABLE balances (
    concentrator {int} NOT NULL CHECK (concentrator >= 0),
    interval {int} NOT NULL CHECK (interval >= 1),
    meters {int} NOT NULL CHECK (meters >= 0),
    busbar_mwh {int} NOT NULL,
    meters_mwh {int} NOT NULL,
    PRIMARY KEY (concentrator, interval)
) {table};
)sql";

// A posting moves cents from one account to another: whatever is posted, all accounts together stay
// at nothing.
constexpr std::string_view kMoney = R"sql(
CREATE TABLE transactions (
    reference {text} PRIMARY KEY CHECK (reference <> ''),
    at_ns {int} NOT NULL,
    subscriber {text} NOT NULL REFERENCES subscribers (code),
    memo {text} NOT NULL
) {table};
CREATE INDEX transactions_subscriber ON transactions (subscriber);
CREATE TABLE postings (
    reference {text} NOT NULL REFERENCES transactions (reference),
    line {int} NOT NULL CHECK (line >= 1),
    debit {text} NOT NULL CHECK (debit IN ('receivable', 'cash', 'revenue', 'tax', 'penalties')),
    credit {text} NOT NULL CHECK (credit IN ('receivable', 'cash', 'revenue', 'tax', 'penalties')),
    cents {int} NOT NULL CHECK (cents > 0),
    PRIMARY KEY (reference, line),
    CHECK (debit <> credit)
) {table};
CREATE VIEW entries AS
    SELECT reference, line, debit AS account, cents FROM postings
    UNION ALL SELECT reference, line, credit, -cents FROM postings;
CREATE TABLE invoices (
    series {text} NOT NULL,
    number {int} NOT NULL CHECK (number >= 1),
    subscriber {text} NOT NULL REFERENCES subscribers (code),
    state {text} NOT NULL CHECK (state IN ('draft', 'active', 'fixed', 'cancelled')),
    from_ns {int} NOT NULL,
    to_ns {int} NOT NULL CHECK (to_ns > from_ns),
    issued_ns {int} NOT NULL,
    due_ns {int} NOT NULL CHECK (due_ns >= issued_ns),
    PRIMARY KEY (series, number)
) {table};
CREATE INDEX invoices_subscriber ON invoices (subscriber);
CREATE TABLE invoice_lines (
    series {text} NOT NULL,
    number {int} NOT NULL,
    line {int} NOT NULL CHECK (line >= 1),
    kind {text} NOT NULL CHECK (kind IN ('energy', 'fixed', 'rebate', 'tax', 'penalty')),
    what {text} NOT NULL,
    mwh {int} NOT NULL,
    cents {int} NOT NULL,
    PRIMARY KEY (series, number, line),
    FOREIGN KEY (series, number) REFERENCES invoices (series, number)
) {table};
CREATE TABLE payments (
    reference {text} PRIMARY KEY CHECK (reference <> ''),
    subscriber {text} NOT NULL REFERENCES subscribers (code),
    at_ns {int} NOT NULL,
    cents {int} NOT NULL CHECK (cents > 0),
    channel {text} NOT NULL,
    state {text} NOT NULL CHECK (state IN ('taken', 'reversed'))
) {table};
CREATE INDEX payments_subscriber ON payments (subscriber);
CREATE TABLE penalties (
    reference {text} PRIMARY KEY CHECK (reference <> ''),
    subscriber {text} NOT NULL REFERENCES subscribers (code),
    at_ns {int} NOT NULL,
    cents {int} NOT NULL CHECK (cents > 0),
    reason {text} NOT NULL
) {table};
CREATE INDEX penalties_subscriber ON penalties (subscriber);
)sql";

constexpr std::array kSteps{kUsers, kCustomers, kReadings, kMoney};

std::int64_t number(Connection& connection, std::string const& sql) {
    auto const statement = connection.prepare(sql);
    return statement->step() ? statement->integer(0) : 0;
}

std::int64_t tables(Connection& connection, std::string_view which) {
    return number(
        connection,
        connection.dialect() == Dialect::sqlite
            ? fmt::format("SELECT count(*) FROM sqlite_master WHERE type = 'table' {}",
                          which.empty() ? "" : fmt::format("AND name = '{}'", which))
            : fmt::format("SELECT count(*) FROM pg_tables WHERE schemaname = "
                          "current_schema() {}",
                          which.empty() ? "" : fmt::format("AND tablename = '{}'", which)));
}

void one_step(Connection& connection, int from) {
    connection.exec(in_dialect(connection.dialect(), kSteps[static_cast<std::size_t>(from)]));
    connection.exec(fmt::format("INSERT INTO schema_version (version) VALUES ({})", from + 1));
}

} // namespace

std::span<std::string_view const> migrations() {
    return kSteps;
}

int schema_version() {
    return static_cast<int>(kSteps.size());
}

int schema_version(Connection& connection) {
    if (tables(connection, "schema_version") != 0) {
        return static_cast<int>(number(connection, "SELECT max(version) FROM schema_version"));
    }
    if (tables(connection, "") != 0) {
        throw mistake(connection.place(), "it holds tables and no schema_version",
                      "an empty database or one of customer information");
    }
    return 0;
}

void migrate(Connection& connection, int version) {
    for (int at = schema_version(connection); at != version;) {
        if (at > version) {
            throw mistake(connection.place(), fmt::format("its schema has version {}", at),
                          fmt::format("at most {}, which this program knows: a later program made "
                                      "it, use that one",
                                      version));
        }
        connection.begin();
        try {
            connection.lock_schema();
            at = schema_version(connection); // another may have been here meanwhile
            if (at < version) {
                if (at == 0) {
                    connection.exec(in_dialect(connection.dialect(),
                                               "CREATE TABLE IF NOT EXISTS schema_version "
                                               "(version {int} PRIMARY KEY) {table}"));
                }
                one_step(connection, at);
                ++at;
            }
            connection.commit();
        } catch (...) {
            connection.rollback();
            throw;
        }
    }
}

} // namespace gridtwin::cis
