// Which meter is where since when.
#include "models/cis/customers.hpp"
#include "models/cis/keys.hpp"

#include <fmt/format.h>

namespace gridtwin::cis {
namespace {

void expect_meter(Database& database, std::string const& serial) {
    if (!database.query("SELECT 1 FROM meters WHERE serial = ?1", serial).next()) {
        throw mistake(database.place(), fmt::format("no meter '{}'", serial),
                      "the serial number of a meter that was put before");
    }
}

Installation installation(Query const& rows) {
    return {rows.text(0),    rows.text(1),           from_ns(rows.integer(2)),
            rows.integer(3), instant(rows.maybe(4)), rows.maybe(5)};
}

bool install(Database& database, Installation const& wanted) {
    expect_meter(database, wanted.meter);
    expect_subscriber(database, wanted.subscriber);
    auto rows = database.query(
        "SELECT meter, subscriber, from_ns, first_mwh, to_ns, last_mwh FROM installations "
        "WHERE meter = ?1 AND (to_ns IS NULL OR to_ns > ?2) ORDER BY from_ns",
        wanted.meter, to_ns(wanted.from));
    if (rows.next()) {
        Installation const there = installation(rows);
        if (there.subscriber == wanted.subscriber && there.from == wanted.from &&
            there.first_mwh == wanted.first_mwh) {
            return false;
        }
        throw mistake(database.place(),
                      fmt::format("meter '{}' is at {} since {}", there.meter, there.subscriber,
                                  format_time(there.from)),
                      fmt::format("its removal before its installation at {}, {}",
                                  wanted.subscriber, format_time(wanted.from)));
    }
    database.run("INSERT INTO installations (meter, subscriber, from_ns, first_mwh) "
                 "VALUES (?1, ?2, ?3, ?4)",
                 wanted.meter, wanted.subscriber, to_ns(wanted.from), wanted.first_mwh);
    return true;
}

/// Whom it served last; `changed` tells whether this ended it.
std::string remove(Database& database, std::string const& serial, SimTime to, std::int64_t last_mwh,
                   bool& changed) {
    expect_meter(database, serial);
    auto rows = database.query(
        "SELECT meter, subscriber, from_ns, first_mwh, to_ns, last_mwh FROM installations "
        "WHERE meter = ?1 ORDER BY from_ns DESC LIMIT 1",
        serial);
    if (!rows.next()) {
        throw mistake(database.place(), fmt::format("meter '{}' is not installed", serial));
    }
    Installation const there = installation(rows);
    if (there.to) {
        if (*there.to == to && there.last_mwh == last_mwh) {
            changed = false;
            return there.subscriber;
        }
        throw mistake(database.place(), fmt::format("meter '{}' was removed at {} already", serial,
                                                    format_time(*there.to)));
    }
    if (to <= there.from) {
        throw mistake(
            database.place(),
            fmt::format("meter '{}' cannot be removed at {}", serial, format_time(to)),
            fmt::format("an instant after its installation at {}", format_time(there.from)));
    }
    database.run(
        "UPDATE installations SET to_ns = ?1, last_mwh = ?2 WHERE meter = ?3 AND to_ns IS NULL",
        to_ns(to), last_mwh, serial);
    changed = true;
    return there.subscriber;
}

} // namespace

std::vector<Installation> installations_of(Session& session, std::string const& code) {
    expect_right(session, Right::read, {"read installations", code, key_of(code)});
    auto rows = session.database.query(
        "SELECT meter, subscriber, from_ns, first_mwh, to_ns, last_mwh FROM installations "
        "WHERE subscriber = ?1 ORDER BY from_ns, meter",
        plain_code(session.database, code));
    std::vector<Installation> found;
    while (rows.next()) {
        found.push_back(installation(rows));
    }
    return found;
}

bool install_meter(Session& session, std::string const& serial, std::string const& code,
                   SimTime from, std::int64_t first_mwh) {
    return operate(session, Right::operate, {"install meter", serial, key_of(code)}, [&] {
        return install(session.database, {.meter = serial,
                                          .subscriber = plain_code(session.database, code),
                                          .from = from,
                                          .first_mwh = first_mwh});
    });
}

bool remove_meter(Session& session, std::string const& serial, SimTime to, std::int64_t last_mwh) {
    Operation const operation{"remove meter", serial, served_by(session.database, serial)};
    return operate(session, Right::operate, operation, [&] {
        bool changed = false;
        remove(session.database, serial, to, last_mwh, changed);
        return changed;
    });
}

bool exchange_meter(Session& session, std::string const& old_serial, std::int64_t last_mwh,
                    std::string const& new_serial, std::int64_t first_mwh, SimTime at) {
    Operation const operation{"exchange meter", old_serial + " by " + new_serial,
                              served_by(session.database, old_serial)};
    return operate(session, Right::operate, operation, [&] {
        bool removed = false;
        auto const code = remove(session.database, old_serial, at, last_mwh, removed);
        bool const installed =
            install(session.database,
                    {.meter = new_serial, .subscriber = code, .from = at, .first_mwh = first_mwh});
        return removed || installed;
    });
}

} // namespace gridtwin::cis
