#include "models/cis/customers.hpp"

#include "models/cis/keys.hpp"
#include "models/wire/sms/subscriber_code.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

namespace gridtwin::cis {
namespace {

constexpr std::array<std::string_view, 3> kStatus{"active", "suspended", "ended"};

std::optional<std::int64_t> ns(std::optional<SimTime> at) {
    return at ? std::optional(to_ns(*at)) : std::nullopt;
}
template <typename Id>
std::int64_t row(Id id) {
    return static_cast<std::int64_t>(index(id));
}

std::optional<Subscriber> find_subscriber(Database& database, std::string const& code) {
    auto rows = database.query(
        "SELECT code, name, address, phone, email, document, status, household, rooms, "
        "assumed_mwh, payment_allowed, registered_ns, ended_ns, old_code, notes "
        "FROM subscribers WHERE code = ?1",
        code);
    if (!rows.next()) {
        return std::nullopt;
    }
    auto const status = std::find(kStatus.begin(), kStatus.end(), rows.text(6)) - kStatus.begin();
    return Subscriber{.code = rows.text(0),
                      .name = rows.text(1),
                      .address = rows.text(2),
                      .phone = rows.text(3),
                      .email = rows.text(4),
                      .document = rows.text(5),
                      .status = static_cast<SubscriberStatus>(status),
                      .household = rows.integer(7),
                      .rooms = rows.integer(8),
                      .assumed_mwh = rows.integer(9),
                      .payment_allowed = rows.integer(10) != 0,
                      .registered = from_ns(rows.integer(11)),
                      .ended = instant(rows.maybe(12)),
                      .old_code = rows.text(13),
                      .notes = rows.text(14)};
}

std::optional<Tariff> find_tariff(Database& database, std::string const& code) {
    auto rows =
        database.query("SELECT code, name, valid_from_ns FROM tariffs WHERE code = ?1", code);
    if (!rows.next()) {
        return std::nullopt;
    }
    Tariff tariff{rows.text(0), rows.text(1), from_ns(rows.integer(2)), {}};
    auto rates = database.query(
        "SELECT name, cents_per_mwh FROM tariff_rates WHERE tariff = ?1 ORDER BY rate", code);
    while (rates.next()) {
        tariff.rates.push_back({rates.text(0), rates.integer(1)});
    }
    return tariff;
}

std::optional<Transformer> find_transformer(Database& database, LvNetworkId id) {
    auto rows = database.query(
        "SELECT id, name, feeder, concentrator, rated_va FROM transformers WHERE id = ?1", row(id));
    if (!rows.next()) {
        return std::nullopt;
    }
    auto const concentrator = rows.maybe(3);
    return Transformer{static_cast<LvNetworkId>(rows.integer(0)), rows.text(1),
                       static_cast<FeederId>(rows.integer(2)),
                       concentrator ? std::optional(static_cast<ConcentratorId>(*concentrator))
                                    : std::nullopt,
                       rows.integer(4)};
}

std::optional<Meter> find_meter(Database& database, std::string const& serial) {
    auto rows = database.query("SELECT serial, id, kind, transformer FROM meters WHERE serial = ?1",
                               serial);
    if (!rows.next()) {
        return std::nullopt;
    }
    return Meter{rows.text(0), static_cast<MeterId>(rows.integer(1)), rows.text(2),
                 static_cast<LvNetworkId>(rows.integer(3))};
}

} // namespace

std::string plain_code(Database const& database, std::string const& code) {
    auto const parsed = wire::sms::parse_subscriber_code(code);
    if (!parsed.ok()) {
        throw mistake(database.place(), fmt::format("{}", fmt::join(parsed.problems, "; ")));
    }
    return wire::sms::to_text(parsed.code);
}

void expect_subscriber(Database& database, std::string const& code) {
    if (!database.query("SELECT 1 FROM subscribers WHERE code = ?1", code).next()) {
        throw mistake(database.place(), fmt::format("no subscriber {}", code),
                      "the code of a subscriber who was put before");
    }
}

bool put_subscriber(Session& session, Subscriber const& given) {
    Database& db = session.database;
    return operate(session, Right::bill, {"put subscriber", given.code, key_of(given.code)}, [&] {
        Subscriber wanted = given;
        wanted.code = plain_code(db, given.code);
        if (find_subscriber(db, wanted.code) == wanted) {
            return false;
        }
        expect_not_negative(db, "household", wanted.household);
        expect_not_negative(db, "rooms", wanted.rooms);
        expect_not_negative(db, "assumed consumption", wanted.assumed_mwh);
        if (wanted.ended && *wanted.ended < wanted.registered) {
            throw mistake(db.place(),
                          fmt::format("subscriber {} ends before the registration", wanted.code));
        }
        db.run("INSERT INTO subscribers (code, name, address, address_key, phone, email, document, "
               "status, household, rooms, assumed_mwh, payment_allowed, registered_ns, ended_ns, "
               "old_code, notes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
               "?14, ?15, ?16) ON CONFLICT (code) DO UPDATE SET name = excluded.name, "
               "address = excluded.address, address_key = excluded.address_key, "
               "phone = excluded.phone, email = excluded.email, document = excluded.document, "
               "status = excluded.status, household = excluded.household, rooms = excluded.rooms, "
               "assumed_mwh = excluded.assumed_mwh, payment_allowed = excluded.payment_allowed, "
               "registered_ns = excluded.registered_ns, ended_ns = excluded.ended_ns, "
               "old_code = excluded.old_code, notes = excluded.notes",
               wanted.code, wanted.name, wanted.address, folded(wanted.address), wanted.phone,
               wanted.email, wanted.document, kStatus[static_cast<std::size_t>(wanted.status)],
               wanted.household, wanted.rooms, wanted.assumed_mwh, wanted.payment_allowed,
               to_ns(wanted.registered), ns(wanted.ended), wanted.old_code, wanted.notes);
        return true;
    });
}

bool put_tariff(Session& session, Tariff const& wanted) {
    Database& db = session.database;
    return operate(session, Right::bill, {"put tariff", wanted.code, ""}, [&] {
        if (find_tariff(db, wanted.code) == wanted) {
            return false;
        }
        if (wanted.code.empty() || wanted.rates.empty()) {
            throw mistake(db.place(), fmt::format("tariff '{}' without code or rates", wanted.code),
                          "a code and at least one rate");
        }
        db.run("INSERT INTO tariffs (code, name, valid_from_ns) VALUES (?1, ?2, ?3) ON CONFLICT "
               "(code) DO UPDATE SET name = excluded.name, valid_from_ns = excluded.valid_from_ns",
               wanted.code, wanted.name, to_ns(wanted.valid_from));
        db.run("DELETE FROM tariff_rates WHERE tariff = ?1", wanted.code);
        for (std::size_t i = 0; i < wanted.rates.size(); ++i) {
            expect_not_negative(db, "price", wanted.rates[i].cents_per_mwh);
            db.run("INSERT INTO tariff_rates (tariff, rate, name, cents_per_mwh) "
                   "VALUES (?1, ?2, ?3, ?4)",
                   wanted.code, i + 1, wanted.rates[i].name, wanted.rates[i].cents_per_mwh);
        }
        return true;
    });
}

bool put_agreement(Session& session, Agreement const& given) {
    Database& db = session.database;
    return operate(
        session, Right::bill, {"put agreement", given.number, key_of(given.subscriber)}, [&] {
            Agreement wanted = given;
            wanted.subscriber = plain_code(db, given.subscriber);
            expect_subscriber(db, wanted.subscriber);
            if (wanted.number.empty() || (wanted.to && *wanted.to <= wanted.from)) {
                throw mistake(db.place(),
                              fmt::format("agreement '{}' without number or length", wanted.number),
                              "a number, and an end after its beginning");
            }
            if (!find_tariff(db, wanted.tariff)) {
                throw mistake(db.place(), fmt::format("no tariff '{}'", wanted.tariff),
                              "the code of a tariff that was put before");
            }
            return db.run("INSERT INTO agreements (number, subscriber, tariff, prepaid, from_ns, "
                          "to_ns) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (number) DO UPDATE "
                          "SET subscriber = excluded.subscriber, tariff = excluded.tariff, "
                          "prepaid = excluded.prepaid, from_ns = excluded.from_ns, "
                          "to_ns = excluded.to_ns WHERE agreements.subscriber <> "
                          "excluded.subscriber OR agreements.tariff <> excluded.tariff OR "
                          "agreements.prepaid <> excluded.prepaid OR agreements.from_ns <> "
                          "excluded.from_ns OR agreements.to_ns IS DISTINCT FROM excluded.to_ns",
                          wanted.number, wanted.subscriber, wanted.tariff, wanted.prepaid,
                          to_ns(wanted.from), ns(wanted.to)) != 0;
        });
}

bool put_transformer(Session& session, Transformer const& wanted) {
    Database& db = session.database;
    auto const key = fmt::format("{}", row(wanted.id));
    return operate(session, Right::operate, {"put transformer", key, ""}, [&] {
        if (find_transformer(db, wanted.id) == wanted) {
            return false;
        }
        expect_not_negative(db, "rated power", wanted.rated_va);
        db.run("INSERT INTO transformers (id, name, feeder, concentrator, rated_va) "
               "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
               "feeder = excluded.feeder, concentrator = excluded.concentrator, "
               "rated_va = excluded.rated_va",
               row(wanted.id), wanted.name, row(wanted.feeder),
               wanted.concentrator ? std::optional(row(*wanted.concentrator)) : std::nullopt,
               wanted.rated_va);
        return true;
    });
}

bool put_meter(Session& session, Meter const& wanted) {
    Database& db = session.database;
    return operate(session, Right::operate, {"put meter", wanted.serial, ""}, [&] {
        if (find_meter(db, wanted.serial) == wanted) {
            return false;
        }
        if (wanted.serial.empty() || !find_transformer(db, wanted.transformer)) {
            throw mistake(db.place(),
                          fmt::format("meter '{}' below transformer {}, or without a serial number",
                                      wanted.serial, row(wanted.transformer)),
                          "a serial number, and a transformer that was put before");
        }
        auto other = db.query("SELECT serial FROM meters WHERE id = ?1 AND serial <> ?2",
                              row(wanted.id), wanted.serial);
        if (other.next()) {
            throw mistake(db.place(), fmt::format("meter '{}' has the readings of row {} already",
                                                  other.text(0), row(wanted.id)));
        }
        db.run("INSERT INTO meters (serial, id, kind, transformer) VALUES (?1, ?2, ?3, ?4) ON "
               "CONFLICT (serial) DO UPDATE SET id = excluded.id, kind = excluded.kind, "
               "transformer = excluded.transformer",
               wanted.serial, row(wanted.id), wanted.kind, row(wanted.transformer));
        return true;
    });
}

std::optional<Subscriber> subscriber(Session& session, std::string const& code) {
    expect_right(session, Right::read, {"read subscriber", code, key_of(code)});
    return find_subscriber(session.database, plain_code(session.database, code));
}

std::optional<Tariff> tariff(Session& session, std::string const& code) {
    expect_right(session, Right::read, {"read tariff", code, ""});
    return find_tariff(session.database, code);
}

std::vector<Agreement> agreements(Session& session, std::string const& code) {
    expect_right(session, Right::read, {"read agreements", code, key_of(code)});
    auto rows = session.database.query(
        "SELECT number, subscriber, tariff, prepaid, from_ns, to_ns FROM agreements "
        "WHERE subscriber = ?1 ORDER BY from_ns, number",
        plain_code(session.database, code));
    std::vector<Agreement> found;
    while (rows.next()) {
        found.push_back({rows.text(0), rows.text(1), rows.text(2), rows.integer(3) != 0,
                         from_ns(rows.integer(4)), instant(rows.maybe(5))});
    }
    return found;
}

std::optional<Transformer> transformer(Session& session, LvNetworkId id) {
    expect_right(session, Right::read, {"read transformer", fmt::format("{}", row(id)), ""});
    return find_transformer(session.database, id);
}

std::optional<Meter> meter(Session& session, std::string const& serial) {
    expect_right(session, Right::read, {"read meter", serial, ""});
    return find_meter(session.database, serial);
}

} // namespace gridtwin::cis
