#include "sim/core/decimal.hpp"
#include "sim/scenario/meter_keys.hpp"
#include "sim/scenario/money_text.hpp"

#include <algorithm>
#include <optional>

namespace gridtwin::scenario {
namespace {

constexpr unsigned kPriceDecimals = 5; // thousandths of a cent
constexpr MoneyRange kLimits{.least = {}, .most = {kMostCents}};
constexpr MoneyRange kADay{.least = {}, .most = {100'000}};

/// Rows of the tariff registers that any calendar switches to.
std::size_t tariffs_of(meter::RegisterSpec const& registers) {
    std::size_t count = 1;
    for (auto const& calendar : registers.calendars) {
        for (auto const& one : calendar.switches) {
            count = std::max(count, std::size_t{one.tariff} + 1);
        }
    }
    return registers.kept ? count : 1;
}

void bind_prices(Section& s, Scenario const& scenario, CreditTerms& terms) {
    std::vector<std::string> texts;
    s.texts("prices", texts,
            "of a kWh, such as 0.25, with five decimals at most: of each of the tariffs, or one of "
            "all");
    if (s.describing()) {
        return;
    }
    if (texts.empty() && !s.sound("prices")) {
        return; // reported
    }
    if (texts.empty()) {
        s.error(s.where("prices"), "an account without prices", "prices: [0.25]");
        return;
    }
    std::vector<std::int64_t> prices;
    for (auto const& text : texts) {
        auto const price = parse_decimal(text, kPriceDecimals);
        if (!price || *price < 0 || *price > 1'000'000'000) {
            s.error(s.where("prices"), fmt::format("'{}' is no price of a kWh", text),
                    "0 to 10000, with five decimals at most");
        }
        prices.push_back(price.value_or(0));
    }
    auto const tariffs = tariffs_of(scenario.meter.registers);
    if (prices.size() != 1 && prices.size() != tariffs) {
        s.error(s.where("prices"), fmt::format("{} prices for {} tariffs", prices.size(), tariffs),
                tariffs == 1 ? "one price, or meter.tariffs and billing_registers"
                             : fmt::format("{} prices, or one", tariffs));
        return;
    }
    terms.price_milli.fill(prices.front());
    std::copy(prices.begin(), prices.end(), terms.price_milli.begin());
}

/// Any tenth of a percent, as accounts are kept by thousandths.
void bind_debt_share(Section& s, CreditTerms& terms) {
    double share = 0.0;
    s.quantity("debt_share", share, Dimension::fraction, {0.0, 1.0},
               "of each payment, by which debt is paid off");
    double const permille = 1000.0 * share;
    terms.debt_share_permille = static_cast<std::int32_t>(permille + 0.5);
    if (s.sound("debt_share") && std::abs(permille - terms.debt_share_permille) > 1e-6) {
        s.error(s.where("debt_share"), "a share is kept by thousandths, and this one is none",
                "a share such as 12.5 %");
    }
}

void bind_friendly(Section& s, std::vector<DailyWindow>& friendly) {
    s.list("friendly", "hours in which nobody is disconnected for lack of credit",
           [&friendly](Section& f) {
               DailyWindow one;
               f.choice<std::uint8_t>("days", one.days, kDays, "on which they begin");
               std::string from;
               std::string to;
               f.text("from", from, "time of day, by the meter's clock", Need::required);
               f.text("to", to,
                      "likewise; of the next day if it is not after 'from', and all day if it is "
                      "the same",
                      Need::required);
               bool sound = true;
               auto const read = [&](std::string_view key, std::string const& text) {
                   auto const second = parse_time_of_day(text);
                   if (!second && f.has(key)) {
                       f.error(f.where(key), fmt::format("'{}' is '{}'", f.path(key), text),
                               "a time of day such as 07:00");
                   }
                   sound = sound && second.has_value();
                   return SimDuration{std::chrono::seconds(second.value_or(0))};
               };
               one.from = read("from", from);
               one.to = read("to", to);
               if (sound) {
                   friendly.push_back(one);
               }
           });
}

void bind_opening(Section& s, std::string const& key, Money& from, Money& up_to,
                  MoneyRange const& range, std::string const& help) {
    bind_money(s, key, from, range, help);
    up_to = from;
    std::string const other = key + "_up_to";
    bind_money(s, other, up_to, range, "and at most, drawn evenly; as that: all begin with it");
    if (up_to < from) {
        s.error(s.where(other),
                fmt::format("'{}' is less than '{}', {}", s.path(other), key,
                            format_decimal(from.cents, 2)),
                fmt::format("{} or more", format_decimal(from.cents, 2)));
        up_to = from;
    }
}

void bind_class(Section& s, Scenario& scenario) {
    OfCustomers<PrepaidClass> one;
    auto& credit = one.spec.credit;
    bool const known = bind_customers(s, scenario, one, scenario.equipment.credit);
    bind_prices(s, scenario, credit.terms);
    bind_money(s, "standing_a_day", credit.terms.standing_a_day, kADay,
               "charge, as a local day ends");
    bind_money(s, "debt_a_day", credit.terms.debt_a_day, kADay,
               "likewise, by which debt is paid off");
    bind_debt_share(s, credit.terms);
    bind_money(s, "low", credit.low, kLimits, "balance at which the meter warns");
    bind_money(s, "emergency", credit.emergency, kLimits,
               "credit beyond nothing that a customer may take; 0.00: none");
    bind_money(s, "emergency_from", credit.emergency_from, kLimits,
               "balance at which it may be taken, and not above");
    s.flag("emergency_by_itself", credit.emergency_by_itself,
           "it is taken as the balance is used up; else by the customer (take_emergency)");
    if (credit.emergency_by_itself && credit.emergency == Money{}) {
        s.error(s.where("emergency_by_itself"), "there is no emergency credit to be taken",
                "emergency: 2.00");
        credit.emergency_by_itself = false;
    }
    bind_money(s, "reconnect_above", credit.reconnect_above, kLimits,
               "what must be there for the supply to come back, emergency credit in use included");
    bind_friendly(s, credit.friendly);
    s.flag("disconnects", credit.disconnects,
           "the meter, as the credit is used up; else it warns, and the head-end disconnects");
    constexpr MoneyRange kAnyBalance{.least = {-kMostCents}, .most = {kMostCents}};
    bind_opening(s, "balance", one.spec.balance, one.spec.balance_up_to, kAnyBalance,
                 "at the start");
    bind_opening(s, "debt", one.spec.debt, one.spec.debt_up_to, kLimits, "likewise");
    if (known && !s.describing()) {
        scenario.equipment.credit.push_back(std::move(one));
    }
}

} // namespace

void bind_credit(Section& s, Scenario& scenario) {
    s.list("credit", "customers who pay in advance: their meters' accounts",
           [&scenario](Section& c) { bind_class(c, scenario); });
}

} // namespace gridtwin::scenario
