// Debian's server, started by the test as an unprivileged user in a temporary folder, on a socket
// there and nowhere else; stopped at the end.
#include "models/cis/ledger.hpp"
#include "models/cis/money.hpp"
#include "tests/models/cis/backend.hpp"
#include "tests/models/headend/ledger_contract.hpp"

#include <fcntl.h>
#include <filesystem>
#include <grp.h>
#include <iostream>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace gridtwin::cis {
namespace {

namespace fs = std::filesystem;

/// The newest Debian has; empty: none.
std::string server_programs() {
    std::string newest;
    std::error_code absent;
    for (auto const& version : fs::directory_iterator("/usr/lib/postgresql", absent)) {
        auto const bin = version.path() / "bin";
        if (fs::exists(bin / "initdb") && fs::exists(bin / "postgres")) {
            newest = std::max(newest, bin.string());
        }
    }
    return newest;
}

class Server {
  public:
    Server() {
        std::string const bin = server_programs();
        if (bin.empty()) {
            missing_ = "PostgreSQL's server is not installed (Debian package postgresql)";
            return;
        }
        std::string name = "/tmp/gridtwin-pg-XXXXXX"; // a socket's path has little room
        if (mkdtemp(name.data()) == nullptr) {
            missing_ = "no temporary folder " + name;
            return;
        }
        folder_ = name;
        if (geteuid() == 0) { // the server refuses root
            passwd const* user = getpwnam("postgres");
            user = user != nullptr ? user : getpwnam("nobody");
            uid_ = user->pw_uid;
            gid_ = user->pw_gid;
            if (chown(folder_.c_str(), uid_, gid_) != 0) {
                missing_ = "cannot give " + folder_ + " away";
                return;
            }
        }
        data_ = folder_ + "/data";
        bin_ = bin;
        pid_t const made = launch({bin + "/initdb", "-D", data_, "-A", "trust", "-U", "gridtwin",
                                   "--locale=C", "-E", "UTF8", "-N"});
        int status = 0;
        waitpid(made, &status, 0);
        if (status != 0) {
            missing_ = "initdb failed, see " + folder_ + "/log";
            folder_.clear(); // so that it can be seen
            return;
        }
        start();
    }
    ~Server() {
        stop();
        if (!folder_.empty()) {
            std::error_code ignored;
            fs::remove_all(folder_, ignored);
        }
    }
    Server(Server const&) = delete;
    Server& operator=(Server const&) = delete;

    void start() {
        pid_ = launch({bin_ + "/postgres", "-D", data_, "-k", folder_, "-c",
                       "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=20"});
        for (int i = 0; i < 300; ++i) {
            try {
                static_cast<void>(connect(url(), {}));
                return;
            } catch (InputError const&) {
                std::this_thread::sleep_for(std::chrono::milliseconds(100));
            }
        }
        missing_ = "the server did not start";
    }
    /// At once, as if the machine had failed.
    void stop() {
        if (pid_ > 0) {
            kill(pid_, SIGQUIT);
            waitpid(pid_, nullptr, 0);
            pid_ = 0;
        }
    }
    [[nodiscard]] std::string url() const {
        return "postgresql://gridtwin:a-secret@/postgres?host=" + folder_;
    }
    [[nodiscard]] std::string const& missing() const { return missing_; }
    [[nodiscard]] std::string const& folder() const { return folder_; }

  private:
    pid_t launch(std::vector<std::string> words) const {
        std::vector<char*> arguments;
        for (auto& word : words) {
            arguments.push_back(word.data());
        }
        arguments.push_back(nullptr);
        pid_t const child = fork();
        if (child == 0) {
            int const log = ::open((folder_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
            dup2(log, 1);
            dup2(log, 2);
            if (uid_ != 0 &&
                (setgroups(0, nullptr) != 0 || setgid(gid_) != 0 || setuid(uid_) != 0)) {
                _exit(126);
            }
            prctl(PR_SET_PDEATHSIG, SIGQUIT); // a test that dies takes its server with it
            if (chdir(folder_.c_str()) != 0) {
                _exit(126);
            }
            execv(arguments[0], arguments.data());
            _exit(127);
        }
        return child;
    }
    std::string missing_, folder_, data_, bin_;
    uid_t uid_ = 0;
    gid_t gid_ = 0;
    pid_t pid_ = 0;
};

Server& server() {
    static Server one;
    return one;
}

class PostgresBackend final : public Backend {
  public:
    [[nodiscard]] std::string missing() const override {
        auto const& why = server().missing();
        if (!why.empty()) {
            std::cerr << "NOT TESTED WITH POSTGRESQL: " << why << "\n";
        }
        return why;
    }
    std::string fresh() override {
        auto const connection = connect(server().url(), {});
        connection->exec("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        return server().url();
    }
};

} // namespace

std::unique_ptr<Backend> postgres_backend() {
    return std::make_unique<PostgresBackend>();
}

INSTANTIATE_TEST_SUITE_P(Postgres, Cis, testing::Values(&postgres_backend),
                         [](auto const&) { return "Server"; });

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PostgresFaults : public testing::Test {
  protected:
    void SetUp() override {
        PostgresBackend backend;
        if (auto const why = backend.missing(); !why.empty()) {
            GTEST_SKIP() << why;
        }
        url_ = backend.fresh();
    }
    std::string url_;
};

TEST_F(PostgresFaults, AServerThatIsNotThereIsAnErrorWithItsAddressAndWithoutThePassword) {
    auto const words = words_of<InputError>([&] {
        static_cast<void>(open("postgresql://me:a-secret@/nothing?host=" + server().folder()));
    });
    EXPECT_THAT(words, AllOf(HasSubstr(server().folder()), HasSubstr("/nothing"),
                             Not(HasSubstr("a-secret"))));
    EXPECT_THAT(words_of<InputError>(
                    [&] { static_cast<void>(open("postgresql://me:a-secret@/x?host=/nowhere")); }),
                AllOf(HasSubstr("/nowhere"), Not(HasSubstr("a-secret"))));
}

TEST_F(PostgresFaults, AServerThatGoesAwayLosesNothingThatWasCommittedAndTheRestIsWrittenAgain) {
    Database db = open(url_);
    Session session{db, "admin"};
    furnish(session);
    DatabaseLedger ledger(session, 10, 96);
    ledger.store(headend::reading_of(1, 1, 7));
    ledger.write();
    take_payment(session, {"P1", kCode, at_day(1), Money{5}, "web"});
    ledger.store(headend::reading_of(1, 2, 8));
    server().stop();
    EXPECT_THAT(words_of<DatabaseError>([&] { ledger.write(); }), HasSubstr(server().folder()));
    ledger.store(headend::reading_of(1, 3, 9)); // what comes is held
    EXPECT_EQ(ledger.waiting(), 2U);
    EXPECT_THROW(db.reconnect(), InputError);
    server().start();
    db.reconnect();
    ledger.write();
    for (std::uint32_t k = 1; k <= 3; ++k) {
        EXPECT_EQ(find_reading(session, MeterId{1}, k)->import_mwh, static_cast<int>(k) + 6);
    }
    EXPECT_FALSE(take_payment(session, {"P1", kCode, at_day(1), Money{5}, "web"}));
    EXPECT_EQ(balance(session, kCode), Money{-5});
}

} // namespace
} // namespace gridtwin::cis
