#include "models/cis/reports.hpp"

#include "sim/core/utf8.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace gridtwin::cis {
namespace {

std::string kwh(std::int64_t mwh) {
    return fmt::format("{:.3f}", static_cast<double>(mwh) * 1e-6);
}
/// Exact: -5 cents is "-0.05".
std::string amount(std::int64_t cents) {
    return fmt::format("{}{}.{:02}", cents < 0 ? "-" : "", std::abs(cents / 100),
                       std::abs(cents % 100));
}
/// Empty where there is nothing to divide by.
std::string percent(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? std::string()
                      : fmt::format("{:.2f}",
                                    100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

bool is_number(std::string const& cell) {
    return !cell.empty() && cell.find_first_not_of("0123456789.-") == std::string::npos;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (char const letter : as_utf8(text)) {
        switch (letter) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += letter;
        }
    }
    return out;
}

constexpr std::string_view kStyle =
    "body{font:14px sans-serif;margin:2em;color:#222}h1{font-size:20px}h2{font-size:16px}"
    "table{border-collapse:collapse}th,td{padding:3px 10px;border-bottom:1px solid #ddd;"
    "text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}";

} // namespace

Table losses(Session& session, std::uint32_t first, std::uint32_t last) {
    expect_right(session, Right::read, {"report losses", "", ""});
    Table table{fmt::format("Losses, intervals {} to {}", first, last),
                {"concentrator", "intervals", "busbar kWh", "meters kWh", "loss kWh", "loss %"},
                {}};
    auto rows = session.database.query(
        "SELECT concentrator, count(*), CAST(sum(busbar_mwh) AS BIGINT), "
        "CAST(sum(meters_mwh) AS BIGINT) FROM balances WHERE interval BETWEEN ?1 AND ?2 "
        "GROUP BY concentrator ORDER BY concentrator",
        first, last);
    std::int64_t intervals = 0;
    std::int64_t busbar = 0;
    std::int64_t meters = 0;
    auto const add = [&](std::string name, std::int64_t n, std::int64_t in, std::int64_t out) {
        table.rows.push_back({std::move(name), fmt::format("{}", n), kwh(in), kwh(out),
                              kwh(in - out), percent(in - out, in)});
    };
    while (rows.next()) {
        add(rows.text(0), rows.integer(1), rows.integer(2), rows.integer(3));
        intervals += rows.integer(1);
        busbar += rows.integer(2);
        meters += rows.integer(3);
    }
    add("all", intervals, busbar, meters);
    return table;
}

Table collection_rate(Session& session, SimTime from, SimTime to) {
    expect_right(session, Right::read, {"report collection", "", ""});
    Table table{fmt::format("Collection, {} to {}", format_time(from), format_time(to)),
                {"subscriber", "name", "invoiced", "paid", "collected %"},
                {}};
    auto rows = session.database.query(
        "SELECT s.code, s.name, CAST(sum(m.invoiced) AS BIGINT), CAST(sum(m.paid) AS BIGINT) FROM ("
        "SELECT i.subscriber AS code, l.cents AS invoiced, 0 AS paid FROM invoices i JOIN "
        "invoice_lines l ON l.series = i.series AND l.number = i.number WHERE i.state IN "
        "('active', "
        "'fixed') AND i.issued_ns >= ?1 AND i.issued_ns < ?2 UNION ALL "
        "SELECT subscriber, 0, cents FROM payments WHERE state = 'taken' AND at_ns >= ?1 AND "
        "at_ns < ?2) m JOIN subscribers s ON s.code = m.code GROUP BY s.code, s.name ORDER BY "
        "s.code",
        to_ns(from), to_ns(to));
    std::int64_t invoiced = 0;
    std::int64_t paid = 0;
    while (rows.next()) {
        table.rows.push_back({rows.text(0), rows.text(1), amount(rows.integer(2)),
                              amount(rows.integer(3)), percent(rows.integer(3), rows.integer(2))});
        invoiced += rows.integer(2);
        paid += rows.integer(3);
    }
    table.rows.push_back({"all", "", amount(invoiced), amount(paid), percent(paid, invoiced)});
    return table;
}

Table balances(Session& session) {
    expect_right(session, Right::read, {"report balances", "", ""});
    Table table{"Balances", {"subscriber", "name", "owes"}, {}};
    auto rows = session.database.query(
        "SELECT s.code, s.name, CAST(coalesce(sum(e.cents), 0) AS BIGINT) FROM subscribers s "
        "LEFT JOIN transactions t ON t.subscriber = s.code LEFT JOIN entries e ON e.reference = "
        "t.reference AND e.account = 'receivable' GROUP BY s.code, s.name ORDER BY s.code");
    std::int64_t all = 0;
    while (rows.next()) {
        table.rows.push_back({rows.text(0), rows.text(1), amount(rows.integer(2))});
        all += rows.integer(2);
    }
    table.rows.push_back({"all", "", amount(all)});
    return table;
}

Table invoices(Session& session, SimTime from, SimTime to) {
    expect_right(session, Right::read, {"report invoices", "", ""});
    Table table{
        fmt::format("Invoices, {} to {}", format_time(from), format_time(to)),
        {"series", "number", "subscriber", "name", "state", "kWh", "amount", "issued", "due"},
        {}};
    auto rows = session.database.query(
        "SELECT i.series, i.number, i.subscriber, s.name, i.state, i.issued_ns, i.due_ns, "
        "CAST(coalesce(sum(l.mwh), 0) AS BIGINT), CAST(coalesce(sum(l.cents), 0) AS BIGINT) "
        "FROM invoices i JOIN subscribers s ON s.code = i.subscriber LEFT JOIN invoice_lines l ON "
        "l.series = i.series AND l.number = i.number WHERE i.issued_ns >= ?1 AND i.issued_ns < ?2 "
        "GROUP BY i.series, i.number, i.subscriber, s.name, i.state, i.issued_ns, i.due_ns "
        "ORDER BY i.series, i.number",
        to_ns(from), to_ns(to));
    while (rows.next()) {
        table.rows.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3), rows.text(4),
                              kwh(rows.integer(7)), amount(rows.integer(8)),
                              format_time(from_ns(rows.integer(5))),
                              format_time(from_ns(rows.integer(6)))});
    }
    return table;
}

std::string to_csv(Table const& table) {
    std::string out;
    auto const line = [&](std::vector<std::string> const& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            std::string const cell = as_utf8(cells[i]);
            out += i == 0 ? "" : ",";
            if (cell.find_first_of(",\"\r\n") == std::string::npos) {
                out += cell;
                continue;
            }
            out += '"';
            for (char const letter : cell) {
                out += letter == '"' ? "\"\"" : std::string(1, letter);
            }
            out += '"';
        }
        out += "\r\n";
    };
    line(table.columns);
    for (auto const& row : table.rows) {
        line(row);
    }
    return out;
}

std::string to_html(std::string const& title, std::span<Table const> tables) {
    std::string out =
        fmt::format("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                    "<title>{0}</title><style>{1}</style></head><body>\n<h1>{0}</h1>\n",
                    escaped(title), kStyle);
    for (Table const& table : tables) {
        out += fmt::format("<h2>{}</h2>\n<table><thead><tr>", escaped(table.title));
        for (auto const& column : table.columns) {
            out += fmt::format("<th>{}</th>", escaped(column));
        }
        out += "</tr></thead><tbody>\n";
        for (auto const& row : table.rows) {
            out += "<tr>";
            for (auto const& cell : row) {
                out += fmt::format("<td{}>{}</td>", is_number(cell) ? " class=\"n\"" : "",
                                   escaped(cell));
            }
            out += "</tr>\n";
        }
        out += "</tbody></table>\n";
    }
    return out + "</body></html>\n";
}

} // namespace gridtwin::cis
