#include "models/cis/money.hpp"

#include "models/cis/customers.hpp"
#include "models/cis/keys.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>

namespace gridtwin::cis {
namespace {

constexpr std::array<std::string_view, 5> kKinds{"energy", "fixed", "rebate", "tax", "penalty"};
/// The account that a line of each kind is earned on.
constexpr std::array<std::string_view, 5> kEarned{"revenue", "revenue", "revenue", "tax",
                                                  "penalties"};
constexpr std::array<std::string_view, 4> kStates{"draft", "active", "fixed", "cancelled"};

template <typename Enum, std::size_t N>
std::string_view word(std::array<std::string_view, N> const& words, Enum value) {
    return words[static_cast<std::size_t>(value)];
}
template <typename Enum, std::size_t N>
Enum value_of(std::array<std::string_view, N> const& words, std::string const& text) {
    return static_cast<Enum>(std::find(words.begin(), words.end(), text) - words.begin());
}

struct Posting {
    std::string_view debit, credit;
    Money amount; ///< negative: the other way round
};

/// The reference is new; amounts of nothing leave no posting.
void post(Database& db, std::string const& reference, SimTime at, std::string const& subscriber,
          std::string const& memo, std::vector<Posting> const& postings) {
    db.run("INSERT INTO transactions (reference, at_ns, subscriber, memo) VALUES (?1, ?2, ?3, ?4)",
           reference, to_ns(at), subscriber, memo);
    int line = 0;
    for (Posting const& posting : postings) {
        bool const back = posting.amount.cents < 0;
        if (posting.amount.cents != 0) {
            db.run("INSERT INTO postings (reference, line, debit, credit, cents) "
                   "VALUES (?1, ?2, ?3, ?4, ?5)",
                   reference, ++line, back ? posting.credit : posting.debit,
                   back ? posting.debit : posting.credit, std::abs(posting.amount.cents));
        }
    }
}

/// Posts the opposite of what `reference` posted, under "reversal:...".
void reverse(Database& db, std::string const& reference, SimTime at) {
    db.run(
        "INSERT INTO transactions (reference, at_ns, subscriber, memo) SELECT 'reversal:' || "
        "reference, ?2, subscriber, 'reversal of ' || memo FROM transactions WHERE reference = ?1",
        reference, to_ns(at));
    db.run("INSERT INTO postings (reference, line, debit, credit, cents) SELECT 'reversal:' || "
           "reference, line, credit, debit, cents FROM postings WHERE reference = ?1",
           reference);
}

std::string text(InvoiceKey const& key) {
    return fmt::format("{}/{}", key.series, key.number);
}

void expect_positive(Database const& db, std::string const& reference, Money amount) {
    if (reference.empty() || amount.cents <= 0) {
        throw mistake(db.place(), fmt::format("'{}' of {} cents", reference, amount.cents),
                      "a reference and an amount above nothing");
    }
}

std::optional<Invoice> find_invoice(Database& db, InvoiceKey const& key) {
    auto rows =
        db.query("SELECT subscriber, state, from_ns, to_ns, issued_ns, due_ns FROM invoices "
                 "WHERE series = ?1 AND number = ?2",
                 key.series, key.number);
    if (!rows.next()) {
        return std::nullopt;
    }
    Invoice found{.key = key,
                  .subscriber = rows.text(0),
                  .state = value_of<InvoiceState>(kStates, rows.text(1)),
                  .from = from_ns(rows.integer(2)),
                  .to = from_ns(rows.integer(3)),
                  .issued = from_ns(rows.integer(4)),
                  .due = from_ns(rows.integer(5)),
                  .lines = {}};
    auto lines = db.query("SELECT kind, what, mwh, cents FROM invoice_lines WHERE series = ?1 AND "
                          "number = ?2 ORDER BY line",
                          key.series, key.number);
    while (lines.next()) {
        found.lines.push_back({value_of<LineKind>(kKinds, lines.text(0)), lines.text(1),
                               lines.integer(2), Money{lines.integer(3)}});
    }
    return found;
}

/// @throws InputError when the lines cannot be summed or the interval is none
void expect_possible(Database const& db, Invoice const& wanted) {
    std::int64_t sum = 0;
    for (InvoiceLine const& line : wanted.lines) {
        bool const negative = line.amount.cents < 0;
        if (negative != (line.kind == LineKind::rebate) && line.amount.cents != 0) {
            throw mistake(db.place(),
                          fmt::format("invoice {}: '{}' of {} cents", text(wanted.key), line.what,
                                      line.amount.cents),
                          "rebates below nothing, all others above");
        }
        if (line.amount.cents == std::numeric_limits<std::int64_t>::min() ||
            __builtin_add_overflow(sum, line.amount.cents, &sum)) {
            throw mistake(db.place(),
                          fmt::format("invoice {}: its sum is beyond all money", text(wanted.key)));
        }
    }
    if (wanted.key.series.empty() || wanted.key.number < 1 || wanted.to <= wanted.from ||
        wanted.due < wanted.issued) {
        throw mistake(
            db.place(), fmt::format("invoice {}", text(wanted.key)),
            "a series, a number from 1, an end after its beginning, and due after issued");
    }
    if (wanted.state != InvoiceState::draft) {
        throw mistake(
            db.place(),
            fmt::format("invoice {} is put as '{}'", text(wanted.key), word(kStates, wanted.state)),
            "a draft; its state is changed after that");
    }
}

void post_invoice(Database& db, Invoice const& invoice) {
    std::vector<Posting> postings;
    for (InvoiceLine const& line : invoice.lines) {
        postings.push_back({"receivable", word(kEarned, line.kind), line.amount});
    }
    post(db, "invoice:" + text(invoice.key), invoice.issued, invoice.subscriber,
         "invoice " + text(invoice.key), postings);
}

} // namespace

Money total(Invoice const& invoice) {
    Money sum;
    for (InvoiceLine const& line : invoice.lines) {
        sum += line.amount;
    }
    return sum;
}

bool put_invoice(Session& session, Invoice const& draft) {
    Database& db = session.database;
    return operate(
        session, Right::bill, {"put invoice", text(draft.key), key_of(draft.subscriber)}, [&] {
            Invoice wanted = draft;
            wanted.subscriber = plain_code(db, draft.subscriber);
            expect_possible(db, wanted);
            expect_subscriber(db, wanted.subscriber);
            if (auto there = find_invoice(db, wanted.key)) {
                auto const state = std::exchange(there->state, wanted.state);
                if (*there == wanted) {
                    return false;
                }
                if (state != InvoiceState::draft) {
                    throw mistake(db.place(),
                                  fmt::format("invoice {} is {} and says something else",
                                              text(wanted.key), word(kStates, state)),
                                  "another number");
                }
            }
            db.run("INSERT INTO invoices (series, number, subscriber, state, from_ns, to_ns, "
                   "issued_ns, due_ns) VALUES (?1, ?2, ?3, 'draft', ?4, ?5, ?6, ?7) ON CONFLICT "
                   "(series, number) DO UPDATE SET subscriber = excluded.subscriber, from_ns = "
                   "excluded.from_ns, to_ns = excluded.to_ns, issued_ns = excluded.issued_ns, "
                   "due_ns = excluded.due_ns",
                   wanted.key.series, wanted.key.number, wanted.subscriber, to_ns(wanted.from),
                   to_ns(wanted.to), to_ns(wanted.issued), to_ns(wanted.due));
            db.run("DELETE FROM invoice_lines WHERE series = ?1 AND number = ?2", wanted.key.series,
                   wanted.key.number);
            for (std::size_t i = 0; i < wanted.lines.size(); ++i) {
                InvoiceLine const& line = wanted.lines[i];
                db.run("INSERT INTO invoice_lines (series, number, line, kind, what, mwh, cents) "
                       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                       wanted.key.series, wanted.key.number, i + 1, word(kKinds, line.kind),
                       line.what, line.mwh, line.amount.cents);
            }
            return true;
        });
}

bool set_invoice_state(Session& session, InvoiceKey const& key, InvoiceState state) {
    Database& db = session.database;
    auto owner = db.query("SELECT subscriber FROM invoices WHERE series = ?1 AND number = ?2",
                          key.series, key.number);
    std::string const subscriber = owner.next() ? owner.text(0) : "";
    Operation const operation{fmt::format("set invoice {}", word(kStates, state)), text(key),
                              subscriber};
    return operate(session, Right::bill, operation, [&] {
        auto const there = find_invoice(db, key);
        if (!there) {
            throw mistake(db.place(), fmt::format("no invoice {}", text(key)));
        }
        if (there->state == state) {
            return false;
        }
        bool const legal =
            (state == InvoiceState::active && there->state == InvoiceState::draft) ||
            (state == InvoiceState::fixed && there->state == InvoiceState::active) ||
            (state == InvoiceState::cancelled && there->state != InvoiceState::fixed);
        if (!legal) {
            throw mistake(db.place(),
                          fmt::format("invoice {} is {} and cannot become {}", text(key),
                                      word(kStates, there->state), word(kStates, state)));
        }
        if (state == InvoiceState::active) {
            post_invoice(db, *there);
        } else if (there->state == InvoiceState::active && state == InvoiceState::cancelled) {
            reverse(db, "invoice:" + text(key), session.now);
        }
        db.run("UPDATE invoices SET state = ?1 WHERE series = ?2 AND number = ?3",
               word(kStates, state), key.series, key.number);
        return true;
    });
}

std::optional<Invoice> invoice(Session& session, InvoiceKey const& key) {
    expect_right(session, Right::read, {"read invoice", text(key), ""});
    return find_invoice(session.database, key);
}

bool take_payment(Session& session, Payment const& payment) {
    Database& db = session.database;
    Operation const operation{"take payment", payment.reference, key_of(payment.subscriber)};
    return operate(session, Right::bill, operation, [&] {
        expect_positive(db, payment.reference, payment.amount);
        auto const code = plain_code(db, payment.subscriber);
        expect_subscriber(db, code);
        auto there =
            db.query("SELECT subscriber, at_ns, cents, channel FROM payments WHERE reference = ?1",
                     payment.reference);
        if (there.next()) {
            if (there.text(0) == code && there.integer(1) == to_ns(payment.at) &&
                there.integer(2) == payment.amount.cents && there.text(3) == payment.channel) {
                return false;
            }
            throw mistake(db.place(),
                          fmt::format("payment '{}' is there and another one", payment.reference),
                          "a reference of its own for each payment");
        }
        if (db.query("SELECT 1 FROM subscribers WHERE code = ?1 AND payment_allowed = 0", code)
                .next()) {
            throw mistake(db.place(), fmt::format("subscriber {} may not pay", code),
                          "one with payment_allowed");
        }
        db.run("INSERT INTO payments (reference, subscriber, at_ns, cents, channel, state) "
               "VALUES (?1, ?2, ?3, ?4, ?5, 'taken')",
               payment.reference, code, to_ns(payment.at), payment.amount.cents, payment.channel);
        post(db, "payment:" + payment.reference, payment.at, code, "payment " + payment.reference,
             {{"cash", "receivable", payment.amount}});
        return true;
    });
}

bool reverse_payment(Session& session, std::string const& reference) {
    Database& db = session.database;
    auto owner = db.query("SELECT subscriber FROM payments WHERE reference = ?1", reference);
    bool const known = owner.next();
    Operation const operation{"reverse payment", reference, known ? owner.text(0) : ""};
    return operate(session, Right::bill, operation, [&] {
        if (!known) {
            throw mistake(db.place(), fmt::format("no payment '{}'", reference));
        }
        if (db.run(
                "UPDATE payments SET state = 'reversed' WHERE reference = ?1 AND state = 'taken'",
                reference) == 0) {
            return false;
        }
        reverse(db, "payment:" + reference, session.now);
        return true;
    });
}

bool charge_penalty(Session& session, Penalty const& penalty) {
    Database& db = session.database;
    Operation const operation{"charge penalty", penalty.reference, key_of(penalty.subscriber)};
    return operate(session, Right::bill, operation, [&] {
        expect_positive(db, penalty.reference, penalty.amount);
        auto const code = plain_code(db, penalty.subscriber);
        expect_subscriber(db, code);
        auto there =
            db.query("SELECT subscriber, at_ns, cents, reason FROM penalties WHERE reference = ?1",
                     penalty.reference);
        if (there.next()) {
            if (there.text(0) == code && there.integer(1) == to_ns(penalty.at) &&
                there.integer(2) == penalty.amount.cents && there.text(3) == penalty.reason) {
                return false;
            }
            throw mistake(db.place(),
                          fmt::format("penalty '{}' is there and another one", penalty.reference),
                          "a reference of its own for each penalty");
        }
        db.run("INSERT INTO penalties (reference, subscriber, at_ns, cents, reason) "
               "VALUES (?1, ?2, ?3, ?4, ?5)",
               penalty.reference, code, to_ns(penalty.at), penalty.amount.cents, penalty.reason);
        post(db, "penalty:" + penalty.reference, penalty.at, code, "penalty " + penalty.reference,
             {{"receivable", "penalties", penalty.amount}});
        return true;
    });
}

} // namespace gridtwin::cis
