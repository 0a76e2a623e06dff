#pragma once
// One suite, two databases: sqlite.cpp and postgres.cpp say which.
#include "models/cis/customers.hpp"

#include <filesystem>
#include <string>

namespace gridtwin::cis {

/// Where an empty database is; one at a time, the next one is another or empty again.
class Backend {
  public:
    virtual ~Backend() = default;
    /// Why it cannot be had; empty: it can.
    [[nodiscard]] virtual std::string missing() const { return {}; }
    virtual std::string fresh() = 0;
};
using BackendMaker = std::unique_ptr<Backend> (*)();

std::unique_ptr<Backend> sqlite_backend();
std::unique_ptr<Backend> postgres_backend();

/// Each test has an empty database.
class Cis : public testing::TestWithParam<BackendMaker> {
  protected:
    void SetUp() override {
        backend_ = GetParam()();
        if (auto const why = backend_->missing(); !why.empty()) {
            GTEST_SKIP() << why;
        }
        url_ = backend_->fresh();
    }
    std::unique_ptr<Backend> backend_;
    std::string url_;
};

inline constexpr char const* kCode = "010600200260012";
inline constexpr char const* kOther = "010600200260013";
inline constexpr char const* kNobody = "010600200269999";

inline SimTime at_day(int day) {
    return kStart + std::chrono::hours(24) * day;
}

inline Subscriber a_subscriber(std::string code, std::string name, std::string address) {
    return {.code = std::move(code),
            .name = std::move(name),
            .address = std::move(address),
            .phone = "+994501234567",
            .email = "a@example.org",
            .document = "AZE 123",
            .household = 4,
            .rooms = 3,
            .assumed_mwh = 60'000'000,
            .registered = at_day(1),
            .old_code = "17-4",
            .notes = "line\nand another"};
}

/// Two subscribers, a tariff, a transformer and three meters.
inline void furnish(Session& admin) {
    put_subscriber(admin, a_subscriber(kCode, "Leyla Məmmədova", "Nizami 26, Baku"));
    put_subscriber(admin, a_subscriber(kOther, "O'Brien <&\"", "Nizami 27, Baku"));
    put_tariff(admin, {"T1", "Day and night", kStart, {{"day", 9'000}, {"night", 5'000}}});
    put_transformer(admin, {LvNetworkId{0}, "TP-1", FeederId{0}, ConcentratorId{0}, 400'000});
    for (std::uint32_t m = 0; m < 3; ++m) {
        put_meter(admin, {fmt::format("SN{}", m), static_cast<MeterId>(m), "CE", LvNetworkId{0}});
    }
}

/// What `work` throws says.
template <typename Error, typename Work>
std::string words_of(Work const& work) {
    try {
        work();
    } catch (Error const& error) {
        return error.what();
    }
    return "nothing was thrown";
}

} // namespace gridtwin::cis
