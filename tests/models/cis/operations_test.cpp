// Roles, and the log: whatever is called, exactly one line tells of it.
#include "models/cis/money.hpp"
#include "models/cis/operations.hpp"
#include "models/cis/readings.hpp"
#include "models/cis/search.hpp"
#include "tests/draws.hpp"
#include "tests/models/cis/backend.hpp"

namespace gridtwin::cis {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Invoice an_invoice(std::int64_t number) {
    return {.key = {"A", number},
            .subscriber = kCode,
            .from = at_day(0),
            .to = at_day(30),
            .issued = at_day(31),
            .due = at_day(45),
            .lines = {{LineKind::energy, "day", 60'000'000, Money{540}}}};
}

struct Call {
    std::string name;
    Right right;
    std::function<void(Session&)> make;
};

/// Everything that changes anything, legal after furnish() or not.
std::vector<Call> all_calls() {
    static headend::RegisterReading const registers{.meter = MeterId{1}};
    static headend::BalanceReading const balance{.concentrator = ConcentratorId{0}, .interval = 1};
    static MeterDay const day{};
    return {
        {"put user", Right::administer, [](Session& s) { put_user(s, "new", Role::billing); }},
        {"remove user", Right::administer, [](Session& s) { remove_user(s, "new"); }},
        {"put subscriber", Right::bill,
         [](Session& s) { put_subscriber(s, a_subscriber(kCode, "N", "A")); }},
        {"put tariff", Right::bill,
         [](Session& s) {
             put_tariff(s, {"T3", "n", kStart, {{"a", 1}}});
         }},
        {"put agreement", Right::bill,
         [](Session& s) {
             put_agreement(s, {"A", kCode, "T1", false, kStart, std::nullopt});
         }},
        {"put transformer", Right::operate,
         [](Session& s) {
             put_transformer(s, {LvNetworkId{3}, "x", FeederId{0}, std::nullopt, 1});
         }},
        {"put meter", Right::operate,
         [](Session& s) {
             put_meter(s, {"SN7", MeterId{7}, "CE", LvNetworkId{0}});
         }},
        {"install meter", Right::operate,
         [](Session& s) { install_meter(s, "SN0", kCode, at_day(1), 0); }},
        {"remove meter", Right::operate, [](Session& s) { remove_meter(s, "SN0", at_day(2), 5); }},
        {"exchange meter", Right::operate,
         [](Session& s) { exchange_meter(s, "SN0", 5, "SN1", 0, at_day(2)); }},
        {"store readings", Right::operate, [](Session& s) { store_days(s, std::span(&day, 1)); }},
        {"store registers", Right::operate,
         [](Session& s) { store_registers(s, std::span(&registers, 1)); }},
        {"store balances", Right::operate,
         [](Session& s) { store_balances(s, std::span(&balance, 1)); }},
        {"put invoice", Right::bill, [](Session& s) { put_invoice(s, an_invoice(1)); }},
        {"set invoice active", Right::bill,
         [](Session& s) {
             set_invoice_state(s, {"A", 1}, InvoiceState::active);
         }},
        {"set invoice fixed", Right::bill,
         [](Session& s) {
             set_invoice_state(s, {"A", 1}, InvoiceState::fixed);
         }},
        {"set invoice cancelled", Right::bill,
         [](Session& s) {
             set_invoice_state(s, {"A", 1}, InvoiceState::cancelled);
         }},
        {"take payment", Right::bill,
         [](Session& s) {
             take_payment(s, {"P1", kCode, at_day(3), Money{100}, "web"});
         }},
        {"reverse payment", Right::bill, [](Session& s) { reverse_payment(s, "P1"); }},
        {"charge penalty", Right::bill,
         [](Session& s) {
             charge_penalty(s, {"X1", kCode, at_day(3), Money{100}, "late"});
         }},
    };
}

TEST_P(Cis, EveryCallThatChangesAnythingWritesExactlyOneLineWhateverItsEnd) {
    Database db = open(url_);
    Session admin{db, "admin", at_day(7)};
    furnish(admin);
    put_user(admin, "reader", Role::read_only);
    put_user(admin, "crew", Role::operator_);
    put_user(admin, "clerk", Role::billing);
    auto const calls = all_calls();
    std::vector<std::string> const users{"admin", "reader", "crew", "clerk", "stranger", "new"};
    auto const seeds = test::Draws(Seed{6}, 0);
    auto draws = seeds;
    std::map<std::string, int> ends;
    for (int i = 0; i < 400; ++i) {
        Call const& call = calls[draws.below(calls.size())];
        Session session{db, users[draws.below(users.size())], at_day(8)};
        auto const before = operations(admin, 1).at(0).number;
        std::string end = "done";
        try {
            call.make(session);
        } catch (AccessDenied const&) {
            end = "refused: ";
        } catch (InputError const&) {
            end = "failed: ";
        }
        auto const lines = operations(admin, 2);
        ASSERT_GT(lines[0].number, before) << call.name;
        ASSERT_EQ(lines[1].number, before) << call.name << " wrote more than one line";
        EXPECT_EQ(lines[0].operation, call.name);
        EXPECT_EQ(lines[0].user, session.user);
        EXPECT_EQ(lines[0].at, at_day(8));
        EXPECT_TRUE(lines[0].result.starts_with(end) ||
                    (end == "done" && lines[0].result == "already so"))
            << call.name << ": " << lines[0].result << ", not " << end;
        ++ends[lines[0].result.substr(0, 7)];
    }
    EXPECT_EQ(ends.size(), 4U); // done, already so, refused, failed: the test saw each
    EXPECT_TRUE(verify_books(admin).empty());
}

TEST_P(Cis, ARoleMayDoWhatItsRightsSayAndNothingElse) {
    Database db = open(url_);
    Session admin{db, "admin"};
    furnish(admin);
    std::map<std::string, std::vector<Right>> const rights{
        {"read-only", {}},
        {"operator", {Right::operate}},
        {"billing", {Right::bill}},
        {"admin", {Right::operate, Right::bill, Right::administer}}};
    for (Role const role : {Role::read_only, Role::operator_, Role::billing, Role::admin}) {
        put_user(admin, "somebody", role);
        Session session{db, "somebody"};
        EXPECT_TRUE(subscriber(session, kCode).has_value()); // all may look
        for (Call const& call : all_calls()) {
            bool denied = false;
            try {
                call.make(session);
            } catch (AccessDenied const&) {
                denied = true;
            } catch (InputError const&) {}
            auto const& mine = rights.at(std::string(name(role)));
            EXPECT_EQ(!denied, std::find(mine.begin(), mine.end(), call.right) != mine.end())
                << name(role) << " and " << call.name;
        }
    }
}

TEST_P(Cis, AStrangerMayNotEvenLookAndARoleThatIsTakenAwayIsGoneAtOnce) {
    Database db = open(url_);
    Session admin{db, "admin"};
    furnish(admin);
    Session stranger{db, "stranger"};
    EXPECT_THAT(words_of<AccessDenied>([&] { static_cast<void>(subscriber(stranger, kCode)); }),
                HasSubstr("user 'stranger': unknown user"));
    EXPECT_EQ(operations(admin, 1).at(0).result, "refused: unknown user");

    put_user(admin, "clerk", Role::billing);
    Session clerk{db, "clerk"};
    take_payment(clerk, {"P1", kCode, at_day(1), Money{1}, "web"});
    put_user(admin, "clerk", Role::read_only);
    EXPECT_THAT(words_of<AccessDenied>([&] {
                    take_payment(clerk, {"P2", kCode, at_day(1), Money{1}, "web"});
                }),
                HasSubstr("role 'read-only' may not bill"));
    EXPECT_EQ(balance(admin, kCode), Money{-1});
}

TEST_P(Cis, TheLastAdminStays) {
    Database db = open(url_);
    Session admin{db, "admin"};
    EXPECT_THROW(remove_user(admin, "admin"), InputError);
    EXPECT_THROW(put_user(admin, "admin", Role::billing), InputError);
    put_user(admin, "second", Role::admin);
    EXPECT_TRUE(remove_user(admin, "admin"));
    EXPECT_THROW(put_user(admin, "x", Role::billing), AccessDenied);
}

TEST_P(Cis, TheHistoryOfASubscriberIsAllThatHappenedInOrder) {
    Database db = open(url_);
    Session admin{db, "admin", at_day(1)};
    furnish(admin);
    put_agreement(admin, {"A-1", kCode, "T1", true, at_day(2), std::nullopt});
    install_meter(admin, "SN0", kCode, at_day(3), 0);
    admin.now = at_day(4);
    take_payment(admin, {"P1", kCode, at_day(4), Money{500}, "web"});
    take_payment(admin, {"P2", kOther, at_day(4), Money{999}, "web"});
    admin.now = at_day(5);
    EXPECT_THROW(take_payment(admin, {"P3", kCode, at_day(5), Money{-1}, "web"}), InputError);
    admin.now = at_day(6);
    exchange_meter(admin, "SN0", 80, "SN1", 0, at_day(6));
    std::vector<std::string> kinds;
    std::string all;
    SimTime last{};
    for (Happening const& h : history(admin, "01 06 002 0026 0012")) {
        EXPECT_GE(h.at, last);
        last = h.at;
        all += h.kind + ": " + h.what + "\n";
    }
    for (auto const* expected :
         {"registration: Leyla", "agreement: A-1 on tariff T1", "meter installed: SN0 at 0 mWh",
          "posting: payment P1: -500 cents", "operation: admin: take payment P1: done",
          "operation: admin: take payment P3: failed: ", "meter removed: SN0 at 80 mWh",
          "meter installed: SN1 at 0 mWh", "operation: admin: exchange meter SN0 by SN1: done"}) {
        EXPECT_THAT(all, HasSubstr(expected));
    }
    EXPECT_THAT(all, testing::Not(HasSubstr("P2")));
}

} // namespace
} // namespace gridtwin::cis
