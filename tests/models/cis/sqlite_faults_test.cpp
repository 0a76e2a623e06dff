// What can happen to a file.
#include "models/cis/ledger.hpp"
#include "models/cis/money.hpp"
#include "tests/models/cis/backend.hpp"
#include "tests/models/cis/sqlite_backend.hpp"
#include "tests/models/headend/ledger_contract.hpp"

#include <fstream>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gridtwin::cis {
namespace {

using headend::reading_of;
using testing::AllOf;
using testing::HasSubstr;

std::string refused(std::string const& url, OpenOptions options = {}) {
    return words_of<InputError>([&] { static_cast<void>(open(url, options)); });
}

TEST(SqliteFaults, WhatIsNoDatabaseIsRefusedWithItsNameAndWhy) {
    TemporaryFolder folder;
    auto const file = folder.path("readme.db");
    std::ofstream(file) << std::string(5000, 'x');
    EXPECT_THAT(refused("sqlite:" + file), AllOf(HasSubstr(file), HasSubstr("not a database")));
    EXPECT_THAT(refused("sqlite:" + folder.path("no/such/folder.db")),
                AllOf(HasSubstr("folder.db"), HasSubstr("unable to open")));
    EXPECT_THAT(refused("sqlite:" + folder.path("absent.db"), {.create = false}),
                HasSubstr("unable to open"));
    EXPECT_THAT(refused("sqlite:"), HasSubstr("names no file"));
    EXPECT_THAT(refused("sqllite:x.db"), HasSubstr("did you mean 'sqlite'"));
    EXPECT_THAT(refused("oracle://me:secret@host/x"),
                AllOf(HasSubstr("'oracle'"), testing::Not(HasSubstr("secret"))));
}

TEST(SqliteFaults, ABrokenFileIsAnErrorAndNeverAWrongNumber) {
    TemporaryFolder folder;
    auto const file = folder.path("a.db");
    std::vector<MeterDay> days(400);
    for (std::size_t i = 0; i < days.size(); ++i) {
        days[i].meter = static_cast<MeterId>(i);
        days[i].keep(reading_of(0, 5, 12345));
    }
    {
        Database db = open("sqlite:" + file);
        Session session{db, "admin"};
        store_days(session, days);
    }
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
    int right = 0;
    int errors = 0;
    try {
        Database db = open("sqlite:" + file);
        Session session{db, "admin"};
        for (std::uint32_t m = 0; m < days.size(); ++m) {
            try {
                auto const reading = find_reading(session, static_cast<MeterId>(m), 5);
                ASSERT_TRUE(reading.has_value());
                EXPECT_EQ(reading->import_mwh, 12345);
                ++right;
            } catch (DatabaseError const& error) {
                EXPECT_THAT(error.what(), AllOf(HasSubstr(file), HasSubstr("malformed")));
                ++errors;
            }
        }
    } catch (InputError const& error) {
        EXPECT_THAT(error.what(), HasSubstr("malformed"));
        ++errors;
    }
    EXPECT_GT(errors, 0) << right;
}

TEST(SqliteFaults, ALockedFileIsAnErrorAfterAWhileAndTheSameCallWorksLater) {
    TemporaryFolder folder;
    auto const url = "sqlite:" + folder.path("a.db");
    Database db = open(url, {.wait_for_lock = std::chrono::milliseconds(50)});
    Session session{db, "admin"};
    furnish(session);
    Database other = open(url);
    other.connection().begin();
    Payment const payment{"P1", kCode, kStart, Money{5}, "web"};
    EXPECT_THAT(words_of<DatabaseError>([&] { take_payment(session, payment); }),
                AllOf(HasSubstr("a.db"), HasSubstr("another program holds it")));
    EXPECT_EQ(balance(session, kCode), Money{0}); // to look is possible meanwhile
    other.connection().rollback();
    EXPECT_TRUE(take_payment(session, payment));
    EXPECT_EQ(balance(session, kCode), Money{-5});
}

TEST(SqliteFaults, AFullDiskLosesNothingThatWasCommittedAndTheRestIsWrittenWhenThereIsRoom) {
    TemporaryFolder folder;
    Database db = open("sqlite:" + folder.path("a.db"));
    Session session{db, "admin"};
    DatabaseLedger ledger(session, 2000, 96);
    for (std::uint32_t m = 0; m < 100; ++m) {
        ledger.store(reading_of(m, 1, 7));
    }
    ledger.write();
    auto pages = db.connection().prepare("PRAGMA page_count");
    ASSERT_TRUE(pages->step());
    db.connection().exec(fmt::format("PRAGMA max_page_count = {}", pages->integer(0) + 50));
    pages.reset();
    for (std::uint32_t m = 0; m < 2000; ++m) {
        ledger.store(reading_of(m, 2, 8));
    }
    EXPECT_THAT(words_of<DatabaseError>([&] { ledger.write(); }),
                AllOf(HasSubstr("a.db"), HasSubstr("full"), HasSubstr("no room left")));
    EXPECT_TRUE(find_reading(session, MeterId{99}, 1).has_value());
    EXPECT_FALSE(find_reading(session, MeterId{99}, 2).has_value()); // all of a batch or nothing
    EXPECT_EQ(ledger.waiting(), 2000U);
    db.connection().exec("PRAGMA max_page_count = 1000000");
    ledger.write();
    for (std::uint32_t m = 0; m < 2000; ++m) {
        ASSERT_EQ(find_reading(session, static_cast<MeterId>(m), 2)->import_mwh, 8);
        ASSERT_EQ(find_reading(session, static_cast<MeterId>(m), 1).has_value(), m < 100);
    }
}

TEST(SqliteFaults, AFileThatIsTakenAwayIsMissedBeforeAnythingIsWrittenIntoNowhere) {
    TemporaryFolder folder;
    auto const file = folder.path("a.db");
    Database db = open("sqlite:" + file);
    Session session{db, "admin"};
    DatabaseLedger ledger(session, 10, 96);
    ledger.store(reading_of(1, 1, 7));
    ledger.write();
    ledger.store(reading_of(1, 2, 8));
    for (auto const* end : {"", "-wal", "-shm"}) {
        std::filesystem::rename(file + end, folder.path(std::string("away.db") + end));
    }
    EXPECT_THAT(words_of<DatabaseError>([&] { ledger.write(); }),
                HasSubstr("was moved or removed while it was open"));
    EXPECT_THROW(db.reconnect(), InputError); // an empty one in its place would be a loss unseen
    EXPECT_FALSE(std::filesystem::exists(file));
    for (auto const* end : {"", "-wal", "-shm"}) {
        std::filesystem::rename(folder.path(std::string("away.db") + end), file + end);
    }
    db.reconnect();
    ledger.write();
    EXPECT_EQ(find_reading(session, MeterId{1}, 1)->import_mwh, 7);
    EXPECT_EQ(find_reading(session, MeterId{1}, 2)->import_mwh, 8);
}

/// Writes day after day, each a batch of 300 meters, and tells of each after its commit.
[[noreturn]] void write_days_until_killed(std::string const& url, int told) {
    Database db = open(url);
    Session session{db, "admin"};
    std::vector<MeterDay> days(300);
    for (std::uint32_t day = 0;; ++day) {
        for (std::uint32_t m = 0; m < days.size(); ++m) {
            days[m] = {.meter = static_cast<MeterId>(m), .day = day};
            for (std::uint32_t k = 1; k <= kSlots; ++k) {
                days[m].keep(reading_of(m, day * kSlots + k, static_cast<std::int32_t>(day + k)));
            }
        }
        store_days(session, days);
        if (::write(told, &day, sizeof day) != sizeof day) {
            _exit(1);
        }
    }
}

TEST(SqliteFaults, AWriterKilledInTheMiddleLeavesAllCommittedDaysWholeAndNoPartOfAnother) {
    TemporaryFolder folder;
    auto const url = "sqlite:" + folder.path("a.db");
    for (int kill_after = 1; kill_after <= 6; ++kill_after) {
        std::array<int, 2> pipe_ends{};
        ASSERT_EQ(pipe(pipe_ends.data()), 0);
        pid_t const child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            close(pipe_ends[0]);
            write_days_until_killed(url, pipe_ends[1]);
        }
        close(pipe_ends[1]);
        std::uint32_t day = 0;
        std::int64_t committed = 0;
        for (int i = 0; i < kill_after; ++i) {
            ASSERT_EQ(::read(pipe_ends[0], &day, sizeof day), ssize_t{sizeof day});
            committed = day + 1;
        }
        usleep(static_cast<useconds_t>(700 * kill_after)); // somewhere within the next one
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status));
        while (::read(pipe_ends[0], &day, sizeof day) == ssize_t{sizeof day}) {
            committed = day + 1; // told before it was killed
        }
        close(pipe_ends[0]);

        Database db = open(url);
        Session session{db, "admin"};
        auto check = db.query("PRAGMA integrity_check");
        ASSERT_TRUE(check.next());
        EXPECT_EQ(check.text(0), "ok");
        auto per_day = db.query("SELECT day, count(*) FROM reading_days GROUP BY day ORDER BY day");
        std::int64_t whole = 0;
        while (per_day.next()) {
            EXPECT_EQ(per_day.integer(0), whole);
            EXPECT_EQ(per_day.integer(1), 300) << "day " << whole << " is not whole";
            ++whole;
        }
        EXPECT_GE(whole, committed);
        EXPECT_EQ(find_reading(session, MeterId{299}, kSlots)->import_mwh, 96);
        // one line a batch, never one for what was undone
        auto lines = db.query("SELECT count(*) FROM operations WHERE result = 'done'");
        ASSERT_TRUE(lines.next());
        EXPECT_GE(lines.integer(0), whole);
    }
}

} // namespace
} // namespace gridtwin::cis
