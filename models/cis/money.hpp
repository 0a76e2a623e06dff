#pragma once
// Money: invoices, payments, penalties, and the double-entry books below them. A posting moves
// cents from one account to another, so the accounts' sum is nothing by construction; the books are
// written by the functions below alone, in the same transaction as what they tell of.
#include "models/cis/operations.hpp"
#include "sim/core/money.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::cis {

enum class LineKind : std::uint8_t { energy, fixed, rebate, tax, penalty };
struct InvoiceLine {
    LineKind kind{};
    std::string what;
    std::int64_t mwh = 0; ///< of energy; else 0
    Money amount;         ///< rebates are negative
    friend bool operator==(InvoiceLine const&, InvoiceLine const&) = default;
};

/// draft -> active -> fixed, which stays; a draft or active one -> cancelled, which stays.
enum class InvoiceState : std::uint8_t { draft, active, fixed, cancelled };
struct InvoiceKey {
    std::string series;
    std::int64_t number = 0;
    friend bool operator==(InvoiceKey const&, InvoiceKey const&) = default;
};
struct Invoice {
    InvoiceKey key;
    std::string subscriber;
    InvoiceState state{};
    SimTime from{}, to{}; ///< consumption of [from, to)
    SimTime issued{}, due{};
    std::vector<InvoiceLine> lines;
    friend bool operator==(Invoice const&, Invoice const&) = default;
};
[[nodiscard]] Money total(Invoice const& invoice);

struct Payment {
    std::string reference; ///< of whoever took it, unique
    std::string subscriber;
    SimTime at{};
    Money amount;        ///< > 0
    std::string channel; ///< "terminal", "web", "sms"
};

struct Penalty {
    std::string reference, subscriber;
    SimTime at{};
    Money amount; ///< > 0
    std::string reason;
};

// All throw InputError for what cannot be: unknown subscriber, amounts that are not positive, a
// reference that stands for something else already. The same once more changes nothing and returns
// false.

/// Adds a draft or changes one; an invoice in another state is never changed.
bool put_invoice(Session&, Invoice const& draft);
/// Posts an invoice that becomes active, and takes back what was posted of one that is cancelled.
bool set_invoice_state(Session&, InvoiceKey const&, InvoiceState);
[[nodiscard]] std::optional<Invoice> invoice(Session&, InvoiceKey const&);

/// Subscribers whose payment_allowed is false may not pay.
bool take_payment(Session&, Payment const&);
/// It failed after it was taken. @return false if it was reversed before
bool reverse_payment(Session&, std::string const& reference);
bool charge_penalty(Session&, Penalty const&);

/// What the subscriber owes; negative: has paid ahead.
[[nodiscard]] Money balance(Session&, std::string const& code);

/// One sentence for each mistake in the books: accounts that do not sum to nothing, a document
/// whose postings are missing or differ from its amount, postings of no document. None: sound.
[[nodiscard]] std::vector<std::string> verify_books(Session&);

} // namespace gridtwin::cis
