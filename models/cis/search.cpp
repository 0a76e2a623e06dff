#include "models/cis/search.hpp"

#include "models/cis/customers.hpp"
#include "models/cis/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::cis {
namespace {

// A prefix is a range of an index, [prefix, prefix + the highest code point).
constexpr std::string_view kHighest = "\xF4\x8F\xBF\xBF";

/// The common part, and what is asked for.
std::string found_where(std::string_view condition) {
    return fmt::format(
        "SELECT s.code, s.name, s.address, coalesce(i.meter, '') FROM subscribers s LEFT JOIN "
        "installations i ON i.subscriber = s.code AND i.to_ns IS NULL WHERE {}",
        condition);
}

std::vector<Found> all(Query rows) {
    std::vector<Found> found;
    while (rows.next()) {
        found.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3)});
    }
    return found;
}

} // namespace

std::vector<Found> search_address(Session& session, std::string const& prefix, std::int64_t most) {
    expect_right(session, Right::read, {"search address", prefix, ""});
    std::string const key = folded(prefix);
    return all(session.database.query(found_where("s.address_key >= ?1 AND s.address_key < ?2 "
                                                  "ORDER BY s.address_key, s.code, 4 LIMIT ?3"),
                                      key, key + std::string(kHighest), most));
}

std::vector<Found> search_code(Session& session, std::string const& prefix, std::int64_t most) {
    expect_right(session, Right::read, {"search code", prefix, ""});
    std::string key;
    for (char const letter : prefix) {
        bool const digit = letter >= '0' && letter <= '9';
        if (!digit && letter != ' ' && letter != '-') {
            throw mistake(session.database.place(), fmt::format("search for the code '{}'", prefix),
                          "digits, with blanks or hyphens between");
        }
        key += digit ? std::string(1, letter) : "";
    }
    return all(session.database.query(found_where("s.code >= ?1 AND s.code < ?2 "
                                                  "ORDER BY s.code, 4 LIMIT ?3"),
                                      key, key + std::string(kHighest), most));
}

std::vector<Found> search_meter(Session& session, std::string const& serial) {
    expect_right(session, Right::read, {"search meter", serial, ""});
    return all(session.database.query(found_where("i.meter = ?1"), serial));
}

std::vector<Happening> history(Session& session, std::string const& code) {
    expect_right(session, Right::read, {"read history", code, key_of(code)});
    Database& db = session.database;
    auto const plain = plain_code(db, code);
    std::vector<Happening> all;
    auto const add = [&](std::string_view kind, std::string_view sql) {
        auto rows = db.query(sql, plain);
        while (rows.next()) {
            all.push_back({from_ns(rows.integer(0)), std::string(kind), rows.text(1)});
        }
    };
    add("registration", "SELECT registered_ns, name FROM subscribers WHERE code = ?1");
    add("end", "SELECT ended_ns, name FROM subscribers WHERE code = ?1 AND ended_ns IS NOT NULL");
    add("agreement", "SELECT from_ns, number || ' on tariff ' || tariff FROM agreements "
                     "WHERE subscriber = ?1 ORDER BY number");
    add("agreement ended", "SELECT to_ns, number FROM agreements WHERE subscriber = ?1 AND to_ns "
                           "IS NOT NULL ORDER BY number");
    add("meter installed", "SELECT from_ns, meter || ' at ' || first_mwh || ' mWh' FROM "
                           "installations WHERE subscriber = ?1 ORDER BY meter");
    add("meter removed", "SELECT to_ns, meter || ' at ' || last_mwh || ' mWh' FROM installations "
                         "WHERE subscriber = ?1 AND to_ns IS NOT NULL ORDER BY meter");
    add("posting",
        "SELECT t.at_ns, t.memo || ': ' || CAST((SELECT coalesce(sum(e.cents), 0) FROM "
        "entries e WHERE e.reference = t.reference AND e.account = 'receivable') AS TEXT) "
        "|| ' cents' FROM transactions t WHERE t.subscriber = ?1 ORDER BY t.reference");
    add("operation", "SELECT at_ns, user_name || ': ' || operation || ' ' || subject || ': ' || "
                     "result FROM operations WHERE subscriber = ?1 ORDER BY number");
    std::stable_sort(all.begin(), all.end(),
                     [](Happening const& a, Happening const& b) { return a.at < b.at; });
    return all;
}

} // namespace gridtwin::cis
