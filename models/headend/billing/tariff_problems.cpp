#include "models/headend/billing/tariff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace gridtwin::headend::billing {

namespace {

constexpr std::int32_t kDay = 86'400;
constexpr std::array<std::string_view, 7> kWeekdays = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

std::string clock_text(std::int32_t s) {
    auto const minutes = fmt::format("{:02}:{:02}", s / 3600, s / 60 % 60);
    return s % 60 == 0 ? minutes : fmt::format("{}:{:02}", minutes, s % 60);
}
std::string day_text(std::chrono::month_day day) {
    return fmt::format("{:02}-{:02}", unsigned{day.month()}, unsigned{day.day()});
}
std::string day_text(Date day) {
    return fmt::format("{}-{}", int{day.year()}, day_text({day.month() / day.day()}));
}

/// Collects sentences below one path.
class Check {
  public:
    Check(std::string_view path, SimDuration interval) : path_(path), interval_(interval) {}

    template <typename... Args>
    void say(std::string const& item, fmt::format_string<Args...> text, Args&&... args) {
        found.push_back(
            fmt::format("{}.{}: {}", path_, item, fmt::format(text, std::forward<Args>(args)...)));
    }
    void price(std::string const& item, std::int64_t value) {
        if (value < 0) {
            say(item, "{} is negative", value);
        } else if (value > kMaxPrice) {
            say(item, "{} is above {}", value, kMaxPrice);
        }
    }
    template <typename Items>
    void names(std::string const& list, Items const& items) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            auto const same = [&](auto const& other) { return other.name == items[i].name; };
            if (items[i].name.empty()) {
                say(fmt::format("{}[{}].name", list, i), "is empty");
            } else if (std::any_of(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(i),
                                   same)) {
                say(fmt::format("{}[{}].name", list, i), "'{}' is there twice", items[i].name);
            }
        }
    }
    template <typename Items>
    void known(std::string const& item, std::string_view what, std::string const& name,
               Items const& items) {
        if (std::none_of(items.begin(), items.end(),
                         [&](auto const& other) { return other.name == name; })) {
            say(item, "there is no {} '{}'", what, name);
        }
    }
    [[nodiscard]] bool on_interval(SimDuration time) const {
        return interval_ <= SimDuration::zero() || time % interval_ == SimDuration::zero();
    }
    void event(std::string const& item, PeakEvent const& event, Tariff const& tariff) {
        price(item + ".price", event.price);
        if (event.from >= event.to) {
            say(item, "ends before it begins");
        } else if (event.to - event.from > std::chrono::hours(25)) {
            say(item, "lasts longer than a day");
        }
        if (event.from < tariff.valid_from || event.to > tariff.valid_to) {
            say(item, "{} to {} is outside the tariff's period {} to {}", format_time(event.from),
                format_time(event.to), format_time(tariff.valid_from),
                tariff.valid_to == kNever ? "ever" : format_time(tariff.valid_to));
        }
        if (!on_interval(event.from.time_since_epoch()) ||
            !on_interval(event.to.time_since_epoch())) {
            say(item, "does not begin and end with an interval");
        }
    }

    std::vector<std::string> found;

  private:
    std::string path_;
    SimDuration interval_;
};

void check_seasons(Check& check, std::vector<Season> const& seasons) {
    check.names("seasons", seasons);
    bool valid = true;
    for (std::size_t i = 0; i < seasons.size(); ++i) {
        if (!seasons[i].first.ok() || !seasons[i].last.ok()) {
            check.say(fmt::format("seasons[{}]", i), "is not from one day of a year to another");
            valid = false;
        }
    }
    if (seasons.empty() || !valid) {
        return;
    }
    using std::chrono::sys_days;
    auto const year = std::chrono::year{2024}; // a leap year has all days
    std::string open; // what is wrong with the days up to here, told once a stretch
    for (auto day = sys_days{year / 1 / 1}; day < sys_days{(year / 1 / 1) + std::chrono::years{1}};
         day += std::chrono::days{1}) {
        Date const date{day};
        auto const today = date.month() / date.day();
        std::string in;
        int count = 0;
        for (Season const& s : seasons) {
            if (s.holds(today)) {
                in += (count++ == 0 ? "'" : " and '") + s.name + "'";
            }
        }
        std::string const fault = count == 1 ? "" : count == 0 ? "none" : in;
        if (!fault.empty() && fault != open) {
            check.say("seasons", "{} belongs to {}", day_text(today), fault);
        }
        open = fault;
    }
}

void check_days(Check& check, Tariff const& tariff) {
    check.names("day_types", tariff.day_types);
    for (std::size_t d = 0; d < 7 && !tariff.day_types.empty(); ++d) {
        auto const count =
            std::count_if(tariff.day_types.begin(), tariff.day_types.end(),
                          [&](DayType const& type) { return (type.weekdays >> d & 1U) != 0; });
        if (count != 1) {
            check.say("day_types", "{} is in {} of them", kWeekdays[d], count);
        }
    }
    if (std::count_if(tariff.day_types.begin(), tariff.day_types.end(),
                      [](DayType const& type) { return type.holidays; }) > 1) {
        check.say("day_types", "holidays are in more than one of them");
    }
    for (std::size_t i = 0; i < tariff.holidays.size(); ++i) {
        Date const day = tariff.holidays[i];
        auto const item = fmt::format("holidays[{}]", i);
        if (!day.ok()) {
            check.say(item, "{} is not a date", day_text(day));
        }
        auto const before = tariff.holidays.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(tariff.holidays.begin(), before, day) != before) {
            check.say(item, "{} is there twice", day_text(day));
        }
    }
}

void check_periods(Check& check, std::string const& path, DayPlan const& plan,
                   std::vector<Rate> const& rates) {
    std::vector<std::size_t> order(plan.periods.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return plan.periods[a].from_s < plan.periods[b].from_s;
    });
    std::int32_t covered = 0;
    std::size_t last = 0; // whose end that is
    for (std::size_t const i : order) {
        Period const& p = plan.periods[i];
        auto const item = fmt::format("{}.periods[{}]", path, i);
        check.known(item + ".rate", "rate", p.rate, rates);
        if (p.from_s < 0 || p.to_s > kDay || p.from_s >= p.to_s) {
            check.say(item, "is not from one time of a day to a later one");
            continue;
        }
        if (!check.on_interval(std::chrono::seconds(p.from_s)) ||
            !check.on_interval(std::chrono::seconds(p.to_s))) {
            check.say(item, "does not begin and end with an interval");
        }
        if (p.from_s > covered) {
            check.say(path + ".periods", "{} to {} is in none of them", clock_text(covered),
                      clock_text(p.from_s));
        } else if (p.from_s < covered) {
            check.say(item, "overlaps periods[{}] from {} to {}", last, clock_text(p.from_s),
                      clock_text(std::min(covered, p.to_s)));
        }
        if (p.to_s > covered) {
            covered = p.to_s;
            last = i;
        }
    }
    if (covered < kDay) {
        check.say(path + ".periods", "{} to {} is in none of them", clock_text(covered),
                  clock_text(kDay));
    }
}

void check_plans(Check& check, Tariff const& tariff) {
    for (std::size_t i = 0; i < tariff.plans.size(); ++i) {
        DayPlan const& plan = tariff.plans[i];
        auto const path = fmt::format("plans[{}]", i);
        if (!plan.season.empty()) {
            check.known(path + ".season", "season", plan.season, tariff.seasons);
        }
        if (!plan.day_type.empty()) {
            check.known(path + ".day_type", "day type", plan.day_type, tariff.day_types);
        }
        check_periods(check, path, plan, tariff.rates);
    }
    for (std::size_t s = 0; s < std::max<std::size_t>(1, tariff.seasons.size()); ++s) {
        for (std::size_t d = 0; d < std::max<std::size_t>(1, tariff.day_types.size()); ++d) {
            std::string const season = tariff.seasons.empty() ? "" : tariff.seasons[s].name;
            std::string const type = tariff.day_types.empty() ? "" : tariff.day_types[d].name;
            auto const count =
                std::count_if(tariff.plans.begin(), tariff.plans.end(), [&](DayPlan const& p) {
                    return (p.season.empty() || p.season == season) &&
                           (p.day_type.empty() || p.day_type == type);
                });
            if (count != 1) {
                check.say("plans", "{} of them are for season '{}', day type '{}'", count, season,
                          type);
            }
        }
    }
}

void check_tiers(Check& check, std::vector<Tier> const& tiers) {
    std::int64_t before = 0;
    for (std::size_t i = 0; i < tiers.size(); ++i) {
        auto const item = fmt::format("tiers[{}]", i);
        check.price(item + ".price", tiers[i].price);
        if (tiers[i].up_to_mwh <= before || before == Tier::kNoLimit) {
            check.say(item, "is never reached: its limit is not above {}",
                      i == 0 ? "zero" : fmt::format("that of tiers[{}]", i - 1));
        }
        before = std::max(before, tiers[i].up_to_mwh);
    }
    if (!tiers.empty() && before != Tier::kNoLimit) {
        check.say("tiers", "energy above {} mWh is in none of them", before);
    }
}

void check_events(Check& check, std::string const& list, std::vector<PeakEvent> const& events,
                  Tariff const& tariff) {
    for (std::size_t i = 0; i < events.size(); ++i) {
        auto const item = fmt::format("{}[{}]", list, i);
        check.event(item, events[i], tariff);
        for (std::size_t j = 0; j < i; ++j) {
            if (events[i].from < events[j].to && events[j].from < events[i].to) {
                check.say(item, "overlaps {}[{}]", list, j);
            }
        }
    }
}

} // namespace

Tariff flat_tariff(std::string name, Price price) {
    Tariff tariff;
    tariff.name = std::move(name);
    tariff.rates = {{.name = "all", .price = price, .feed_in = 0}};
    tariff.plans = {{.season = {}, .day_type = {}, .periods = {{.rate = "all"}}}};
    return tariff;
}

std::vector<std::string> problems(Tariff const& tariff, std::string_view path,
                                  SimDuration interval) {
    Check check(path, interval);
    if (tariff.valid_from >= tariff.valid_to) {
        check.say("valid_to", "is not after valid_from");
    }
    if (tariff.rates.empty()) {
        check.say("rates", "there is none");
    }
    check.names("rates", tariff.rates);
    for (std::size_t i = 0; i < tariff.rates.size(); ++i) {
        check.price(fmt::format("rates[{}].price", i), tariff.rates[i].price);
        check.price(fmt::format("rates[{}].feed_in", i), tariff.rates[i].feed_in);
    }
    check_seasons(check, tariff.seasons);
    check_days(check, tariff);
    check_plans(check, tariff);
    check_tiers(check, tariff.tiers);
    check_events(check, "critical_peaks", tariff.critical_peaks, tariff);
    check_events(check, "rebates", tariff.rebates, tariff);
    BaselineRule const& rule = tariff.baseline;
    if (rule.highest == 0 || rule.highest > rule.of_last || rule.of_last > rule.look_back) {
        check.say("baseline", "needs 1 <= highest <= of_last <= look_back, has {}, {}, {}",
                  rule.highest, rule.of_last, rule.look_back);
    }
    check.price("demand.per_kw", tariff.demand.per_kw);
    if (tariff.demand.intervals == 0) {
        check.say("demand.intervals", "is zero");
    }
    check.price("limit.limit_w", tariff.limit.limit_w);
    check.price("limit.per_kwh", tariff.limit.per_kwh);
    check.price("limit.per_interval", tariff.limit.per_interval);
    check.price("per_day", tariff.per_day);
    check.price("minimum", tariff.minimum.cents);
    check.names("taxes", tariff.taxes);
    for (std::size_t i = 0; i < tariff.taxes.size(); ++i) {
        check.price(fmt::format("taxes[{}].per_mille", i), tariff.taxes[i].per_mille);
    }
    return std::move(check.found);
}

std::vector<std::string> problems(PeakEvent const& event, Tariff const& tariff,
                                  std::string_view path, SimDuration interval) {
    Check check(path, interval);
    check.event("event", event, tariff);
    return std::move(check.found);
}

} // namespace gridtwin::headend::billing
