#include "models/cis/ledger.hpp"
#include "models/cis/migrations.hpp"
#include "models/cis/money.hpp"
#include "tests/models/cis/backend.hpp"

namespace gridtwin::cis {
namespace {

using testing::HasSubstr;

TEST_P(Cis, ADatabaseOfEachOlderVersionIsMigratedWithWhatItHolds) {
    for (int version = 0; version <= schema_version(); ++version) {
        auto const url = backend_->fresh();
        {
            auto old = connect(url, {});
            migrate(*old, version);
            EXPECT_EQ(schema_version(*old), version);
            if (version >= 1) {
                old->exec("INSERT INTO users (name, role) VALUES ('old hand', 'admin')");
            }
            if (version >= 2) {
                old->exec("INSERT INTO transformers VALUES (5, 'old', 1, NULL, 250)");
            }
            if (version >= 3) {
                old->exec("INSERT INTO registers VALUES (5, 1, 0, 42, 0, 0, 0, 0, 0)");
            }
        }
        Database db = open(url);
        EXPECT_EQ(schema_version(db.connection()), schema_version());
        Session hand{db, version >= 1 ? "old hand" : "admin"};
        if (version >= 2) {
            EXPECT_EQ(transformer(hand, LvNetworkId{5})->name, "old");
        }
        if (version >= 3) {
            EXPECT_EQ(registers_of(hand, MeterId{5}).at(0).value[0], 42);
        }
        furnish(hand); // and everything works
        take_payment(hand, {"P1", kCode, at_day(1), Money{1}, "web"});
        EXPECT_EQ(balance(hand, kCode), Money{-1});
    }
}

TEST_P(Cis, ADatabaseOfALaterVersionIsRefusedWithItsNumberAndLeftAlone) {
    { // opened once
        Database db = open(url_);
        db.run("INSERT INTO schema_version (version) VALUES (99)");
    }
    EXPECT_THAT(words_of<InputError>([&] { static_cast<void>(open(url_)); }),
                HasSubstr("its schema has version 99; expected at most 4"));
    auto const raw = connect(url_, {});
    EXPECT_EQ(schema_version(*raw), 99);
}

TEST_P(Cis, AnotherProgramsDatabaseIsRefusedAndLeftAlone) {
    auto const other = connect(url_, {});
    other->exec("CREATE TABLE theirs (x INTEGER)");
    EXPECT_THAT(words_of<InputError>([&] { static_cast<void>(open(url_)); }),
                HasSubstr("it holds tables and no schema_version"));
    EXPECT_NO_THROW(other->exec("SELECT x FROM theirs"));
    EXPECT_THROW(other->exec("SELECT * FROM users"), DatabaseError);
}

TEST_P(Cis, AMigrationThatFailsLeavesTheStepsBeforeIt) {
    {
        auto old = connect(url_, {});
        migrate(*old, 2);
        old->exec("CREATE TABLE penalties (x INTEGER)"); // in the way of step 4, near its end
    }
    EXPECT_THROW(static_cast<void>(open(url_)), InputError);
    {
        auto old = connect(url_, {});
        EXPECT_EQ(schema_version(*old), 3);
        EXPECT_THROW(old->exec("SELECT * FROM invoices"), DatabaseError); // of the same step
        old->exec("DROP TABLE penalties");
    }
    EXPECT_NO_THROW(static_cast<void>(open(url_)));
}

} // namespace
} // namespace gridtwin::cis
