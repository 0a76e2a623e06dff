#include "sim/scenario/scenario.hpp"

#include "sim/core/text_places.hpp"
#include "sim/scenario/bindings.hpp"
#include "sim/scenario/text_file.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <set>
#include <stdexcept>

namespace gridtwin::scenario {
namespace {

constexpr std::pair<std::string_view, WireModel> kWireModels[] = {{"sized", WireModel::sized},
                                                                  {"real", WireModel::real}};
constexpr std::pair<std::string_view, RecordLevel> kRecordLevels[] = {
    {"profiles", RecordLevel::profiles},
    {"meters", RecordLevel::meters},
    {"feeder", RecordLevel::feeder},
    {"summary", RecordLevel::summary}};

void bind_expected(Section& s, Expected& expected) {
    expected.where = s.where();
    s.text("kpi", expected.kpi, "name as in the KPI table", Need::required);
    auto const bound = [&](std::string_view key, std::optional<double>& field,
                           std::string_view help) {
        std::string text;
        s.text(key, text, help);
        if (!s.has(key)) {
            return;
        }
        double value = 0.0;
        auto const* end = text.data() + text.size();
        auto const [rest, failure] = std::from_chars(text.data(), end, value);
        std::string_view unit(rest, static_cast<std::size_t>(end - rest));
        unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
        if (failure != std::errc{} || !std::isfinite(value)) {
            s.error(s.where(key), fmt::format("'expect[].{}': '{}' is not a number", key, text),
                    "a number, with a unit such as %, s or kWh where the KPI has one");
            return;
        }
        if ((expected.at_least || expected.at_most || expected.equals) && unit != expected.unit) {
            s.error(s.where(key), "the bounds of an expectation differ in their units", "one unit");
            return;
        }
        field = value;
        expected.unit = unit;
    };
    bound("at_least", expected.at_least, "lower bound, with its unit: 98 %, 5 s, 60 MWh");
    bound("at_most", expected.at_most, "upper bound");
    bound("equals", expected.equals, "exact value");
    if (expected.at_least && expected.at_most && *expected.at_least > *expected.at_most) {
        s.error(s.where(), fmt::format("no '{}' can be both", expected.kpi),
                "at_least no greater than at_most");
    }
    s.text("because", expected.because, "why, for whoever sees it fail");
    if (!s.describing() && !s.has("at_least") && !s.has("at_most") && !s.has("equals")) {
        s.error(s.where(), fmt::format("the expectation of '{}' has no bound", expected.kpi),
                "at_least, at_most or equals");
    }
}

std::optional<CivilClock> read_clock(Section& s, Scenario const& scenario) {
    if (s.describing()) {
        return std::nullopt;
    }
    // The two are told apart by trying the date with a zone that always exists.
    try {
        (void)CivilClock("2026-01-01T00:00:00", scenario.time_zone);
    } catch (std::invalid_argument const& e) {
        s.error(s.where("time_zone"), e.what(), "an IANA name such as Asia/Baku");
        return std::nullopt;
    }
    try {
        return CivilClock(scenario.start, scenario.time_zone);
    } catch (std::invalid_argument const& e) {
        s.error(s.where("start"), e.what(), "a local date and time such as 2026-01-15T00:00:00");
        return std::nullopt;
    }
}

void bind(Section& s, Scenario& scenario) {
    s.integer("gridtwin", scenario.format, {kFormatVersion, kFormatVersion},
              "format version of this file", Need::required);
    s.text("name", scenario.name, "what people call it", Need::required);
    s.text("start", scenario.start, "local date and time at which the simulation begins");
    s.text("time_zone", scenario.time_zone, "IANA name of the town's time zone");
    auto const clock = read_clock(s, scenario);
    s.time("duration", scenario.duration, {1.0, 366.0 * 86400.0}, "how long is simulated",
           Need::required);
    s.integer("seed", scenario.seed.value, {0, 9e18}, "of every random draw");
    s.choice<WireModel>(
        "wire", scenario.wire, kWireModels,
        "how messages travel: with their lengths, or encoded, ciphered and decoded");
    auto const before_layout = s.mistakes();
    if (!s.section("grid", "the feeder and what is below it",
                   [&](Section& g) { bind_grid(g, scenario.grid); })) {
        s.error(s.where(), "'grid' is missing", "grid: { feeder: FILE.dss }");
    }
    std::set<std::string> names;
    s.list("customers", "groups of metered customers on low voltage", [&](Section& c) {
        CustomerGroup group;
        bind_customer(c, group);
        if (group.name.empty() && c.has("name")) {
            c.error(c.where("name"), "the customer group has no name", "a name");
        } else if (!group.name.empty() &&
                   (!names.insert(group.name).second || group.name == kBulkCustomers)) {
            c.error(c.where("name"),
                    fmt::format("a customer group named '{}' exists already", group.name),
                    "names that differ");
        }
        scenario.customers.push_back(std::move(group));
    });
    s.section("access", "what connects meters and concentrators",
              [&](Section& a) { bind_access(a, scenario.access); });
    auto const before_meter = s.mistakes();
    scenario.layout_sound = before_meter == before_layout;
    s.section("meter", "every meter", [&](Section& m) { bind_meter(m, scenario); });
    scenario.meter_sound = s.mistakes() == before_meter;
    s.section("operator", "the SMS operator", [&](Section& o) { bind_operator(o, scenario.sms); });
    s.section("wan", "the wide-area network", [&](Section& w) {
        bind_wan(w, scenario.wan, clock ? &*clock : nullptr, scenario.duration);
    });
    s.section("headend", "control logic", [&](Section& h) { bind_headend(h, scenario.headend); });
    s.section("live", "what real clients of `gridtwin serve` must know",
              [&](Section& l) { bind_live(l, scenario.live, scenario.sms); });
    scenario.crm.present = s.has("crm");
    s.section("crm", "the customer database and its gateway", [&](Section& c) {
        bind_crm(c, scenario.crm, clock ? &*clock : nullptr, scenario.duration);
    });
    scenario.meter.interval = scenario.headend.profile;
    if (!s.has("access.concentrator.poll_every")) {
        scenario.access.concentrator.poll_every = scenario.headend.config.collection.every;
    }
    check_profile(s, scenario);
    check_registration(s, scenario);
    check_clock_broadcast(s, scenario);
    check_first_search(s, scenario);
    s.list("events", "what happens when",
           [&](Section& e) { bind_event(e, scenario, clock ? &*clock : nullptr); });
    s.section("record", "what goes to the result file", [&](Section& r) {
        r.choice<RecordLevel>("level", scenario.record, kRecordLevels,
                              "how much, each with what the ones after it have: rows of second "
                              "profiles; series of meters, messages and routes; series of the "
                              "feeder, events, meters at the end, balances; the feeder's sums");
        r.time("every", scenario.record_every, {1.0, 86400.0},
               "of meters' series; those of the feeder follow grid.step");
    });
    s.list("expect", "bounds on KPIs; a broken one ends the program with 1", [&](Section& e) {
        Expected expected;
        bind_expected(e, expected);
        scenario.expect.push_back(std::move(expected));
    });
    if (!s.describing()) {
        remark_idle(s, scenario);
    }
}

} // namespace

namespace {

/// Where a text stops being UTF-8 or holds a NUL, written out or as an escape.
std::optional<SourcePos> first_bad_text(std::string const& file, std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        auto const c = static_cast<unsigned char>(text[i]);
        std::size_t const length = c < 0x80                ? 1
                                   : c >= 0xC2 && c < 0xE0 ? 2
                                   : c >= 0xE0 && c < 0xF0 ? 3
                                   : c >= 0xF0 && c < 0xF5 ? 4
                                                           : 0;
        bool bad =
            c == 0 || length == 0 || i + length > text.size() || text.substr(i).starts_with("\\0");
        for (std::size_t k = 1; !bad && k < length; ++k) {
            bad = (static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80;
        }
        if (bad) {
            return place_in(file, text, i);
        }
        i += length;
    }
    return std::nullopt;
}

} // namespace

Scenario read_scenario(std::filesystem::path const& file, Diagnostics& diagnostics,
                       CrmDocuments documents) {
    Scenario scenario;
    scenario.crm.documents = documents;
    scenario.file = file;
    scenario.access.where.file = file.string();
    if (std::error_code error; std::filesystem::is_directory(file, error)) {
        diagnostics.error({file.string(), 0, 0}, "this is a directory", "a YAML file");
        return scenario;
    }
    auto text = read_text_file(file);
    if (!text) {
        diagnostics.error({file.string(), 0, 0}, "the scenario cannot be read", "a YAML file");
        return scenario;
    }
    scenario.text = std::move(*text);
    if (auto const where = first_bad_text(file.string(), scenario.text)) {
        diagnostics.error(*where, "this is no UTF-8 text",
                          "a YAML file in UTF-8 without NUL characters");
        return scenario;
    }
    auto const before = diagnostics.errors().size();
    scenario.beside = Section::read(file.string(), scenario.text, diagnostics,
                                    [&](Section& s) { bind(s, scenario); });
    scenario.sound = diagnostics.errors().size() == before;
    return scenario;
}

std::vector<KeyDoc> scenario_keys() {
    Scenario defaults;
    defaults.customers.emplace_back();
    return Section::describe([&](Section& s) { bind(s, defaults); });
}

} // namespace gridtwin::scenario
