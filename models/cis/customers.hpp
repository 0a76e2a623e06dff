#pragma once
// Subscribers, their agreements and meters. Functions named put_ add a record or change the one of
// its natural key, and return whether anything changed: written twice is written once.
#include "models/cis/operations.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gridtwin::cis {

enum class SubscriberStatus : std::uint8_t { active, suspended, ended };

struct Subscriber {
    std::string code; ///< 15 digits; put_ and lookups also take "01 06 002 0026 0012"
    std::string name, address, phone, email;
    std::string document; ///< that proves who it is
    SubscriberStatus status{};
    std::int64_t household = 0; ///< persons
    std::int64_t rooms = 0;
    std::int64_t assumed_mwh = 0; ///< a month's consumption where readings are missing
    bool payment_allowed = true;
    SimTime registered{};
    std::optional<SimTime> ended{};
    std::string old_code, notes;
    friend bool operator==(Subscriber const&, Subscriber const&) = default;
};

struct TariffRate {
    std::string name;
    std::int64_t cents_per_mwh = 0; ///< a thousandth of a cent a kWh
    friend bool operator==(TariffRate const&, TariffRate const&) = default;
};
struct Tariff {
    std::string code, name;
    SimTime valid_from{};
    std::vector<TariffRate> rates; ///< of rate 1, 2, ...
    friend bool operator==(Tariff const&, Tariff const&) = default;
};

struct Agreement {
    std::string number, subscriber, tariff;
    bool prepaid = false;
    SimTime from{};
    std::optional<SimTime> to{};
    friend bool operator==(Agreement const&, Agreement const&) = default;
};

struct Transformer {
    LvNetworkId id{};
    std::string name;
    FeederId feeder{};
    std::optional<ConcentratorId> concentrator{}; ///< that reads the meter at its busbar
    std::int64_t rated_va = 0;
    friend bool operator==(Transformer const&, Transformer const&) = default;
};

struct Meter {
    std::string serial;
    MeterId id{}; ///< its readings' row
    std::string kind;
    LvNetworkId transformer{};
    friend bool operator==(Meter const&, Meter const&) = default;
};

/// A meter serves a subscriber in [from, to).
struct Installation {
    std::string meter, subscriber;
    SimTime from{};
    std::int64_t first_mwh = 0;  ///< its register then
    std::optional<SimTime> to{}; ///< none: it still does
    std::optional<std::int64_t> last_mwh{};
    friend bool operator==(Installation const&, Installation const&) = default;
};

// All throw InputError for a record that cannot be (the database's place, what, expected),
// AccessDenied, DatabaseError.

/// 15 digits. @throws InputError for what is no subscriber code
[[nodiscard]] std::string plain_code(Database const& database, std::string const& code);

bool put_subscriber(Session&, Subscriber const&);
bool put_tariff(Session&, Tariff const&);
bool put_agreement(Session&, Agreement const&);
bool put_transformer(Session&, Transformer const&);
bool put_meter(Session&, Meter const&);

[[nodiscard]] std::optional<Subscriber> subscriber(Session&, std::string const& code);
[[nodiscard]] std::optional<Tariff> tariff(Session&, std::string const& code);
[[nodiscard]] std::vector<Agreement> agreements(Session&, std::string const& code);
[[nodiscard]] std::optional<Transformer> transformer(Session&, LvNetworkId id);
[[nodiscard]] std::optional<Meter> meter(Session&, std::string const& serial);
/// In order of time.
[[nodiscard]] std::vector<Installation> installations_of(Session&, std::string const& code);

/// @return false if just this installation is there already
bool install_meter(Session&, std::string const& serial, std::string const& code, SimTime from,
                   std::int64_t first_mwh);
/// Ends the installation that is open. @return false if it had ended just so
bool remove_meter(Session&, std::string const& serial, SimTime to, std::int64_t last_mwh);
/// Both at one instant, or neither; one operation.
bool exchange_meter(Session&, std::string const& old_serial, std::int64_t last_mwh,
                    std::string const& new_serial, std::int64_t first_mwh, SimTime at);

} // namespace gridtwin::cis
