// A town whose concentrators find their meters, and neighbours that take over each other's.
#include "sim/results/digest.hpp"
#include "sim/twin/access_area.hpp"
#include "sim/twin/meters.hpp"
#include "tests/sim/twin/day.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

namespace gridtwin::twin::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kOfOne = 60; ///< meters of each concentrator's network, in a row

/// First light over some days, nothing known at the start.
std::string town(char const* start, char const* duration, Changes const& more = {}) {
    Changes all{{"duration: 24 h", std::string("duration: ") + duration},
                {"access:\n", std::string("access:\n  start: ") + start + "\n"}};
    all.insert(all.end(), more.begin(), more.end());
    return first_light(all);
}

/// All concentrators on one line, a neighbour's network within reach of a home.
std::pair<std::string, std::string> const kNear{
    "plc: { modem: ce-nero }", "plc: { modem: ce-nero, channel: { transformer_crossing: 22 dB } }"};

TEST(Discovery, ATownThatKnowsNobodyFindsAllInTheFirstHourAndReadsAsWellAsABuiltOne) {
    // given
    Scratch scratch;
    auto const built = run_day(scratch, town("commissioned", "48 h"), "built");
    auto const found = run_day(scratch, town("discover", "48 h"), "found");
    // then nobody is missed, and what meters counted before they were found is read, too
    EXPECT_EQ(found.kpi("discovery.share"), 1.0);
    EXPECT_EQ(found.kpi("discovery.found"), 240.0);
    EXPECT_GT(found.kpi("discovery.last_found"), 0.05);
    EXPECT_LT(found.kpi("discovery.last_found"), 1.0);
    EXPECT_EQ(built.kpi("read_success"), 1.0);
    EXPECT_EQ(found.kpi("read_success"), 1.0);
    EXPECT_EQ(found.kpi("uplink.rows_missing"), 0.0);
    EXPECT_EQ(found.kpi("messages.balanced"), 1.0);
    EXPECT_EQ(found.kpi("discovery.adopted"), 0.0);
    // and the built one has searched on the second day, and found that it knows all
    EXPECT_EQ(built.kpi("discovery.calls"), 8.0);
    EXPECT_EQ(built.kpi("discovery.asked"), 240.0);
    EXPECT_EQ(built.kpi("discovery.hellos"), 0.0);
    EXPECT_EQ(built.kpi("discovery.registered"), 0.0);
}

TEST(Discovery, OnADayWithoutASearchABuiltTownDoesNothingForIt) {
    Scratch scratch;
    auto const built = run_day(scratch, town("commissioned", "24 h"), "built");
    auto const deaf = run_day(
        scratch,
        town("commissioned", "24 h",
             {{"concentrators: 4\n",
               "concentrators: 4\n  concentrator: { discovery: { search_every: 0 s } }\n"}}),
        "deaf");
    for (auto const* kpi : {"discovery.calls", "discovery.asked", "discovery.hellos"}) {
        EXPECT_EQ(built.kpi(kpi), 0.0);
    }
    for (auto const* kpi : {"messages.plc_frames.sent", "messages.wan.sent", "access.requests"}) {
        EXPECT_EQ(built.kpi(kpi), deaf.kpi(kpi)) << kpi;
    }
}

TEST(Discovery, WhereMetersMoveBetweenNeighboursEveryIntervalIsReadAllTheSame) {
    // given four that hear each other and all call at once: with this seed, unlike others, some
    // meters answer a worse one first
    Scratch scratch;
    auto const days = run_day(
        scratch,
        town("discover", "76 h",
             {kNear, {"seed: 42", "seed: 4\nmeter: { faults: { failures_per_year: 0 } }"}}));
    // then they find a better one later, and the head-end knows where each has gone
    EXPECT_GT(days.kpi("discovery.adopted"), 10.0);
    EXPECT_EQ(days.kpi("discovery.share"), 1.0);
    EXPECT_EQ(days.kpi("read_success"), 1.0);
    EXPECT_EQ(days.kpi("uplink.rows_missing"), 0.0);
    EXPECT_EQ(days.kpi("uplink.waiting"), 0.0);
    EXPECT_EQ(days.kpi("messages.balanced"), 1.0);
    results::Reader const reader(days.file);
    std::map<std::uint32_t, std::size_t> last; // [meter] concentrator
    for (auto const& event : reader.events()) {
        if (event.kind == EventKind::meter_registered) {
            last[event.row] = static_cast<std::size_t>(event.value);
        }
    }
    ASSERT_EQ(last.size(), 4 * kOfOne);
    // and nobody takes a meter out of another's tree by asking it
    std::size_t asked = 0;
    for (auto const& message : reader.messages()) {
        if (message.kind == MessageKind::enroll || message.kind == MessageKind::enrolled) {
            ++asked;
            EXPECT_NE(message.reason, LossReason::no_route) << format_time(message.sent);
        }
    }
    EXPECT_GT(asked, 4 * kOfOne);
    std::map<std::uint32_t, std::size_t> way; // as the medium has it at the end
    for (auto const& route : reader.routes()) {
        way[static_cast<std::uint32_t>(route.meter)] = index(route.concentrator);
    }
    EXPECT_EQ(way, last);
}

TEST(Discovery, ABuiltTownsMetersAreNotTakenOverTheirBackupByNeighboursThatHearThem) {
    // given meters that have hardly been asked over radio, or never, when the neighbours search
    Scratch scratch;
    auto const near = [&](char const* name, char const* more) {
        return run_day(scratch,
                       town("commissioned", "52 h",
                            {{"peak: 2 kW, meter: plc", "peak: 2 kW, meter: plc+rf"},
                             {"plc: { modem: ce-nero }",
                              "plc: { modem: ce-nero, channel: { transformer_crossing: 30 dB } }"},
                             {"concentrators: 4\n", std::string("concentrators: 4\n") + more}}),
                       name);
    };
    auto const searched = near("searched", "");
    auto const left = near("left", "  concentrator: { discovery: { search_every: 0 s } }\n");
    // then
    EXPECT_GE(searched.kpi("discovery.calls"), 16.0);
    EXPECT_LE(searched.kpi("discovery.adopted"), 5.0);
    EXPECT_NEAR(searched.kpi("access.on_backup"), left.kpi("access.on_backup"),
                0.1 * left.kpi("access.on_backup"));
    EXPECT_EQ(searched.kpi("messages.balanced"), 1.0);
}

TEST(Discovery, AFirmwareOrderedWhileMetersAreYetToBeFoundCostsNoInterval) {
    // given neighbours that hear each other, and blocks to everybody that drown registrations
    Scratch scratch;
    auto const days = run_day(
        scratch,
        town("discover", "76 h",
             {{"plc: { modem: ce-nero }",
               "plc: { modem: ce-nero, channel: { transformer_crossing: 20 dB } }"},
              {"events:\n", "events:\n  - { at: 0 h, firmware: all, version: 2, octets: 20000, "
                            "activate_at: 70 h }\n"}}));
    // then
    EXPECT_GT(days.kpi("discovery.failed"), 10.0);
    EXPECT_EQ(days.kpi("discovery.share"), 1.0);
    EXPECT_EQ(days.kpi("read_success"), 1.0);
    EXPECT_EQ(days.kpi("uplink.rows_missing"), 0.0);
}

/// An area alone, nobody above it: all meters have supply, and no concentrator a battery.
class AreaAlone : public testing::Test {
  protected:
    explicit AreaAlone(std::uint64_t seed = 42) {
        auto const file = scratch_.path() / "town.yaml";
        std::ofstream(file) << town(
            "commissioned", "96 h",
            {kNear,
             {"seed: 42", fmt::format("seed: {}", seed)},
             {"concentrators: 4\n", "concentrators: 4\n  concentrator: { battery: 0 s }\n"}});
        loaded_ = load(file);
        meters_ = make_town_meters(loaded_.scenario, loaded_.world);
    }
    void make_area(scenario::AccessStart start) {
        loaded_.scenario.access.start = start;
        area_.emplace(loaded_.scenario, loaded_.world, AreaId{0}, meters_, nullptr);
        ASSERT_EQ(area_->concentrators(), 4U);
    }
    void set_mains_of_the_first(bool on, SimTime at) {
        std::vector<std::uint8_t> live(loaded_.world.lv.size(), 1);
        live[index(loaded_.world.concentrators[0].networks[0])] = on ? 1 : 0;
        area_->on_mains(live, at);
    }
    void run_to(SimTime end) {
        area_->run_until(end);
        area_->outbox().clear();
    }
    /// Of the first one's network: how many hold themselves for that concentrator's.
    [[nodiscard]] std::size_t with(std::uint32_t concentrator) const {
        auto const& by = area_->discovery().registrations.concentrator;
        return static_cast<std::size_t>(
            std::count(by.begin(), by.begin() + kOfOne, static_cast<ConcentratorId>(concentrator)));
    }

    [[nodiscard]] plc::Medium const& line() const { return area_->plc()->medium; }
    [[nodiscard]] std::uint16_t station(std::size_t meter) const {
        return area_->plc()->station[area_->concentrators() + meter];
    }
    /// Of a meter's cheapest way to the first one, over what is in its tree.
    [[nodiscard]] double cost_from_the_first(std::size_t meter) const {
        double least = std::numeric_limits<double>::infinity();
        for (std::uint16_t via = 0; via < line().size(); ++via) {
            if (via != station(meter) && medium::way_end(line().routes(), via) == 0) {
                least = std::min(least, static_cast<double>(line().routes()[via].etx) +
                                            line().link_etx(via, station(meter)));
            }
        }
        return least;
    }

    Scratch scratch_;
    decltype(load(fs::path())) loaded_;
    meter::MeterTable meters_;
    std::optional<AccessArea> area_;
};

class AnyAreaAlone : public AreaAlone, public testing::WithParamInterface<std::uint64_t> {
  protected:
    AnyAreaAlone() : AreaAlone(GetParam()) {}
};

TEST_P(AnyAreaAlone, MetersRegisteredAtAFarConcentratorMoveToTheNearOne) {
    // given the near one without supply while the others search
    make_area(scenario::AccessStart::discover);
    set_mains_of_the_first(false, kStart);
    run_to(kStart + 3h);
    EXPECT_EQ(with(0), 0U);
    EXPECT_GE(with(1) + with(2) + with(3), kOfOne * 9 / 10) << "heard over two transformers";
    std::size_t const ways_of_the_far = [&] {
        std::size_t hops = 0;
        for (auto const& route : area_->plc()->medium.routes()) {
            hops += route.hops;
        }
        return hops;
    }();
    // when
    set_mains_of_the_first(true, kStart + 3h);
    run_to(kStart + 30h);
    // then
    EXPECT_GT(with(0), kOfOne / 2);
    std::size_t hops = 0;
    for (auto const& route : area_->plc()->medium.routes()) {
        hops += route.hops;
    }
    EXPECT_LT(hops, ways_of_the_far);
    for (std::size_t m = 0; m < kOfOne; ++m) {
        auto const& registrations = area_->discovery().registrations;
        auto const by = index(registrations.concentrator[m]);
        if (!line().powered(station(m))) { // they have supply: its module is broken from the start
            EXPECT_EQ(registrations.concentrator[m], kNone<ConcentratorId>) << "meter " << m;
            continue;
        }
        ASSERT_LT(by, 4U) << "meter " << m;
        EXPECT_TRUE(area_->concentrator(by).has(area_->meters()[m])) << "meter " << m;
        double const cost = 1e-3 * registrations.over(m, Channel::plc).cost_milli;
        EXPECT_TRUE(by == 0 || cost_from_the_first(m) + 0.5 >= cost)
            << "meter " << m << " would save half a transmission: " << cost << " to "
            << cost_from_the_first(m);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyAreaAlone, testing::Range<std::uint64_t>(1, 25));

TEST_F(AreaAlone, ADeadConcentratorsMetersAreTakenOverByTheNeighboursThatHearThem) {
    make_area(scenario::AccessStart::commissioned);
    run_to(kStart + 30h);
    EXPECT_EQ(with(0), kOfOne);
    // when its busbar is dark for good
    set_mains_of_the_first(false, kStart + 30h);
    run_to(kStart + 96h);
    ASSERT_FALSE(area_->concentrator(0).alive());
    // then they belong to nobody a day later, and to a neighbour after the next search
    EXPECT_EQ(with(1) + with(2) + with(3), kOfOne);
    for (std::size_t m = 0; m < kOfOne; ++m) {
        auto const by = index(area_->discovery().registrations.concentrator[m]);
        EXPECT_TRUE(area_->concentrator(by).has(area_->meters()[m])) << "meter " << m;
    }
}

TEST_F(AreaAlone, AMeterThatAgreedUnheardRaisesItsAlarmsWhereItsWayLeads) {
    // given meters of far concentrators, the near one about to search
    loaded_.scenario.meter.hold_up = SimDuration::zero();
    make_area(scenario::AccessStart::discover);
    set_mains_of_the_first(false, kStart);
    run_to(kStart + 3h);
    ASSERT_EQ(with(0), 0U);
    set_mains_of_the_first(true, kStart + 3h);
    auto const& by = area_->discovery().registrations.concentrator;
    auto const before = by;
    std::size_t m = kOfOne;
    SimTime now = kStart;
    while (m == kOfOne) {
        now = area_->next_event();
        ASSERT_LT(now, kStart + 30h);
        run_to(now + 1ns);
        for (m = 0; m < kOfOne && (by[m] == before[m] || before[m] == kNone<ConcentratorId>);) {
            ++m;
        }
    }
    // when one has just agreed, and loses supply before its answer is out
    auto const meter = area_->meters()[m];
    auto const supply = [&](bool on, SimTime at) {
        meters_.energised[index(meter)] = on ? 1 : 0;
        area_->on_supply(meter, on, at);
    };
    supply(false, now + 1ns);
    run_to(now + 10min);
    supply(true, now + 10min);
    // then it holds itself for the near one's, but is back in the far one's tree
    EXPECT_EQ(index(by[m]), 0U);
    EXPECT_EQ(area_->plc()->medium.root(area_->plc()->station[area_->concentrators() + m]),
              index(before[m]));
    area_->message_records().clear();
    run_to(now + 30min);
    std::size_t alarms = 0;
    for (auto const& record : area_->message_records()) {
        if (record.kind == MessageKind::alarm && record.meter == meter) {
            ++alarms;
            EXPECT_EQ(record.fate, Fate::delivered);
            EXPECT_EQ(record.reason, LossReason::none);
        }
    }
    EXPECT_EQ(alarms, 1U) << "of its restored supply";
}

TEST(Discovery, GivesTheSameBitsOnAnyNumberOfThreads) {
    expect_same_bits_on_any_threads(with_an_outage(
        town("discover", "5 h", {kNear, {"step: 60 s", "step: 5 min\n  copies: 9"}})));
}

} // namespace
} // namespace gridtwin::twin::test
