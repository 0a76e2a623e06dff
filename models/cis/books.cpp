// The double-entry books of money.hpp: what they say, and whether they are sound.
#include "models/cis/customers.hpp"
#include "models/cis/keys.hpp"
#include "models/cis/money.hpp"

#include <fmt/format.h>

namespace gridtwin::cis {

Money balance(Session& session, std::string const& code) {
    expect_right(session, Right::read, {"read balance", code, key_of(code)});
    Database& db = session.database;
    auto const plain = plain_code(db, code);
    expect_subscriber(db, plain);
    auto rows =
        db.query("SELECT CAST(coalesce(sum(e.cents), 0) AS BIGINT) FROM transactions t JOIN "
                 "entries e ON e.reference = t.reference WHERE t.subscriber = ?1 AND "
                 "e.account = 'receivable'",
                 plain);
    return rows.next() ? Money{rows.integer(0)} : Money{};
}

std::vector<std::string> verify_books(Session& session) {
    expect_right(session, Right::read, {"verify books", "", ""});
    Database& db = session.database;
    std::vector<std::string> problems;
    auto const ask = [&](std::string_view sql, std::string_view what) {
        auto rows = db.query(sql);
        while (rows.next()) {
            problems.push_back(fmt::format("{}: {}", rows.text(0), what));
        }
    };
    ask("SELECT 'all accounts' FROM (SELECT coalesce(sum(cents), 0) AS total FROM entries) s "
        "WHERE total <> 0",
        "do not sum to nothing");
    // what each document says that the subscriber owes by it, against what is posted
    ask("SELECT d.reference FROM ("
        "SELECT 'invoice:' || i.series || '/' || i.number AS reference, "
        "(SELECT coalesce(sum(l.cents), 0) FROM invoice_lines l WHERE l.series = i.series AND "
        "l.number = i.number) AS cents FROM invoices i WHERE i.state IN ('active', 'fixed') "
        "UNION ALL SELECT 'payment:' || reference, -cents FROM payments "
        "UNION ALL SELECT 'penalty:' || reference, cents FROM penalties "
        "UNION ALL SELECT 'reversal:payment:' || reference, cents FROM payments WHERE state = "
        "'reversed') d LEFT JOIN transactions t ON t.reference = d.reference "
        "WHERE t.reference IS NULL OR d.cents <> (SELECT coalesce(sum(e.cents), 0) FROM entries e "
        "WHERE e.reference = d.reference AND e.account = 'receivable') ORDER BY 1",
        "its postings are not its amount");
    ask("SELECT t.reference FROM transactions t WHERE t.reference NOT LIKE 'reversal:%' AND NOT "
        "EXISTS (SELECT 1 FROM payments WHERE 'payment:' || reference = t.reference) AND NOT "
        "EXISTS (SELECT 1 FROM penalties WHERE 'penalty:' || reference = t.reference) AND NOT "
        "EXISTS (SELECT 1 FROM invoices WHERE state <> 'draft' AND 'invoice:' || series || '/' || "
        "number = t.reference) ORDER BY 1",
        "posted for no document");
    // a reversal takes back all of what it reverses, account by account
    ask("SELECT e.reference || ' ' || e.account FROM (SELECT CASE WHEN reference LIKE 'reversal:%' "
        "THEN substr(reference, 10) ELSE reference END AS reference, account, cents FROM entries "
        "WHERE reference LIKE 'reversal:%' OR 'reversal:' || reference IN (SELECT reference FROM "
        "transactions)) e GROUP BY e.reference, e.account HAVING sum(e.cents) <> 0 ORDER BY 1",
        "its reversal does not take it back");
    ask("SELECT t.reference FROM transactions t WHERE t.reference LIKE 'reversal:%' AND NOT EXISTS "
        "(SELECT 1 FROM payments WHERE state = 'reversed' AND 'reversal:payment:' || reference = "
        "t.reference) AND NOT EXISTS (SELECT 1 FROM invoices WHERE state = 'cancelled' AND "
        "'reversal:invoice:' || series || '/' || number = t.reference) ORDER BY 1",
        "takes back what still stands");
    ask("SELECT 'invoice:' || i.series || '/' || i.number FROM invoices i JOIN transactions t ON "
        "t.reference = 'invoice:' || i.series || '/' || i.number WHERE i.state = 'cancelled' AND "
        "NOT "
        "EXISTS (SELECT 1 FROM transactions r WHERE r.reference = 'reversal:' || t.reference) "
        "ORDER BY 1",
        "cancelled and not taken back");
    return problems;
}

} // namespace gridtwin::cis
