#include "models/cis/operations.hpp"

#include <fmt/format.h>

#include <array>

namespace gridtwin::cis {
namespace {

constexpr std::array<std::string_view, 4> kRoles{"read-only", "operator", "billing", "admin"};
constexpr std::array<std::string_view, 4> kRights{"look at", "operate", "bill", "administer"};

/// Asked of the database each time: a role that is taken away is gone at once.
std::optional<Role> role_of(Session& session) {
    auto rows = session.database.query("SELECT role FROM users WHERE name = ?1", session.user);
    if (!rows.next()) {
        return std::nullopt;
    }
    std::string const role = rows.text(0);
    for (std::size_t i = 0; i < kRoles.size(); ++i) {
        if (role == kRoles[i]) {
            return static_cast<Role>(i);
        }
    }
    throw DatabaseError(fmt::format("database '{}': user '{}' has the unknown role '{}'",
                                    session.database.place(), session.user, role));
}

void log(Session& session, std::optional<Role> role, Operation const& operation,
         std::string const& result) {
    session.database.run(
        "INSERT INTO operations (at_ns, user_name, role, operation, subject, subscriber, result) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        to_ns(session.now), session.user, role ? name(*role) : std::string_view("none"),
        operation.name, operation.subject, operation.subscriber, result);
}

/// A line of its own, where what it speaks of was undone.
void log_apart(Session& session, std::optional<Role> role, Operation const& operation,
               std::string const& result) noexcept {
    try {
        Transaction transaction(session.database);
        log(session, role, operation, result);
        transaction.commit();
    } catch (std::exception const&) {
        // the caller hears of what went wrong first, which is the cause
    }
}

/// @throws AccessDenied after its line is written
void check(Session& session, std::optional<Role> role, Right right, Operation const& operation) {
    if (role && may(*role, right)) {
        return;
    }
    std::string const why = role ? fmt::format("role '{}' may not {}", name(*role),
                                               kRights[static_cast<std::size_t>(right)])
                                 : std::string("unknown user");
    log_apart(session, role, operation, "refused: " + why);
    throw AccessDenied(
        fmt::format("{} {}: user '{}': {}", operation.name, operation.subject, session.user, why));
}

} // namespace

bool may(Role role, Right right) {
    switch (right) {
    case Right::read:
        return true;
    case Right::operate:
        return role == Role::operator_ || role == Role::admin;
    case Right::bill:
        return role == Role::billing || role == Role::admin;
    case Right::administer:
        return role == Role::admin;
    }
    return false;
}

std::string_view name(Role role) {
    return kRoles[static_cast<std::size_t>(role)];
}

bool operate(Session& session, Right right, Operation const& operation,
             std::function<bool()> const& work) {
    auto const role = role_of(session);
    check(session, role, right, operation);
    try {
        Transaction transaction(session.database);
        bool const changed = work();
        log(session, role, operation, changed ? "done" : "already so");
        transaction.commit();
        return changed;
    } catch (std::exception const& error) {
        log_apart(session, role, operation, fmt::format("failed: {}", error.what()));
        throw;
    }
}

void expect_right(Session& session, Right right, Operation const& operation) {
    check(session, role_of(session), right, operation);
}

std::vector<LoggedOperation> operations(Session& session, std::int64_t most) {
    expect_right(session, Right::read, {"read log", "", ""});
    auto rows = session.database.query(
        "SELECT number, at_ns, user_name, role, operation, subject, subscriber, result "
        "FROM operations ORDER BY number DESC LIMIT ?1",
        most);
    std::vector<LoggedOperation> lines;
    while (rows.next()) {
        lines.push_back({rows.integer(0), from_ns(rows.integer(1)), rows.text(2), rows.text(3),
                         rows.text(4), rows.text(5), rows.text(6), rows.text(7)});
    }
    return lines;
}

bool put_user(Session& session, std::string const& user, Role role) {
    return operate(session, Right::administer, {"put user", user, ""}, [&] {
        if (role != Role::admin &&
            session.database
                .query("SELECT 1 FROM users WHERE name = ?1 AND role = 'admin' AND "
                       "(SELECT count(*) FROM users WHERE role = 'admin') = 1",
                       user)
                .next()) {
            throw mistake(session.database.place(),
                          fmt::format("user '{}' is the only admin", user),
                          "another admin before this one's role changes");
        }
        return session.database.run(
                   "INSERT INTO users (name, role) VALUES (?1, ?2) ON CONFLICT (name) "
                   "DO UPDATE SET role = excluded.role WHERE users.role <> excluded.role",
                   user, name(role)) != 0;
    });
}

bool remove_user(Session& session, std::string const& user) {
    return operate(session, Right::administer, {"remove user", user, ""}, [&] {
        auto const removed =
            session.database.run("DELETE FROM users WHERE name = ?1 AND (role <> 'admin' OR "
                                 "(SELECT count(*) FROM users WHERE role = 'admin') > 1)",
                                 user);
        if (removed == 0 &&
            session.database.query("SELECT 1 FROM users WHERE name = ?1", user).next()) {
            throw mistake(session.database.place(),
                          fmt::format("user '{}' is the only admin", user), "another admin first");
        }
        return removed != 0;
    });
}

} // namespace gridtwin::cis
