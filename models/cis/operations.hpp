#pragma once
// Who may do what, and the log of what was done. Every function that changes anything goes through
// operate(): it checks the right, does all or nothing, and writes exactly one line.
#include "models/cis/database.hpp"
#include "sim/core/time.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace gridtwin::cis {

/// Rights of each: may(), docs/models/cis.md.
enum class Role : std::uint8_t { read_only, operator_, billing, admin };
/// What a role may be asked for.
enum class Right : std::uint8_t {
    read,       ///< look up, search, report
    operate,    ///< meters, transformers, installations, readings
    bill,       ///< subscribers, agreements, tariffs, invoices, payments, penalties
    administer, ///< users and their roles
};
[[nodiscard]] bool may(Role role, Right right);
/// As the database has it: "read-only", "operator", "billing", "admin".
[[nodiscard]] std::string_view name(Role role);

/// Somebody at work on a database. Who somebody is, a directory has found out.
struct Session {
    Database& database; ///< must outlive it
    std::string user;
    SimTime now = kStart; ///< the instant that log lines bear; whoever has a clock sets it
};

/// The user is unknown, or the role has not this right.
class AccessDenied : public SimulationError {
  public:
    using SimulationError::SimulationError;
};

struct Operation {
    std::string name;       ///< "take payment"
    std::string subject;    ///< its natural key
    std::string subscriber; ///< code; empty: about none
};

/// @param work returns whether it changed anything
/// @return the same; the log's line says "done" or "already so"
/// @throws AccessDenied, and what `work` throws, after the line that says "refused: ..." or
///         "failed: ..."; nothing else is changed then. A database that is gone has no such line.
bool operate(Session& session, Right right, Operation const& operation,
             std::function<bool()> const& work);

/// For those who only look. Not logged unless refused.
/// @throws AccessDenied
void expect_right(Session& session, Right right, Operation const& operation);

struct LoggedOperation {
    std::int64_t number = 0;
    SimTime at{};
    std::string user, role, operation, subject, subscriber, result;
};
/// The latest `most` lines, the latest first.
[[nodiscard]] std::vector<LoggedOperation> operations(Session& session, std::int64_t most);

/// Adds a user or changes the role. @return whether anything changed
bool put_user(Session& session, std::string const& user, Role role);
/// The last admin cannot be removed. @return false when there was no such user
bool remove_user(Session& session, std::string const& user);

} // namespace gridtwin::cis
