#include "sim/twin/twin.hpp"

#include "models/grid/solve_status.hpp"
#include "models/meter/respond.hpp"
#include "sim/engine/cosimulation.hpp"
#include "sim/twin/application_kpis.hpp"
#include "sim/twin/crm_session.hpp"
#include "sim/twin/kpis.hpp"
#include "sim/twin/meter_orders.hpp"
#include "sim/twin/meters.hpp"
#include "sim/twin/recorder.hpp"
#include "sim/twin/session_fan_out.hpp"
#include "sim/twin/sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <unistd.h>

namespace gridtwin::twin {
namespace {

/// Least latency of the channels that run against the order of federates.
SimDuration lookahead(scenario::Scenario const& s) {
    return std::min({s.headend.dispatch, s.wan.modem_delay, s.wan.gateway_delay,
                     s.meter.relay_operating_delay, s.sms.terminal_delay});
}

/// What a scenario counts hangs on what it has, and that is not known of one with mistakes.
bool may_hang_on_a_mistake(scenario::Scenario const& scenario, std::string_view kpi) {
    return !scenario.sound && (may_be_meter_kpi(kpi) || may_be_application_kpi(kpi) ||
                               (!scenario.crm.present && kpi.starts_with("crm.")));
}

void check_expected_names(scenario::Scenario const& scenario, Diagnostics& diagnostics) {
    auto names = kpi_names();
    if (scenario.sound) {
        auto const of_meters = meter_kpi_names(scenario);
        names.insert(names.end(), of_meters.begin(), of_meters.end());
    }
    auto const of_applications = application_kpi_names(scenario);
    names.insert(names.end(), of_applications.begin(), of_applications.end());
    auto const of_crm = crm_kpi_names(scenario);
    names.insert(names.end(), of_crm.begin(), of_crm.end());
    for (auto const& e : scenario.expect) {
        if (!e.kpi.empty() && !may_hang_on_a_mistake(scenario, e.kpi) &&
            std::find(names.begin(), names.end(), e.kpi) == names.end()) {
            diagnostics.error(e.where, fmt::format("there is no KPI '{}'", e.kpi),
                              "a name of the KPI table", nearest_name(e.kpi, names));
        }
    }
}

std::vector<results::Expectation> expectations_of(scenario::Scenario const& scenario) {
    std::vector<results::Expectation> out;
    for (auto const& e : scenario.expect) {
        out.push_back({.kpi = e.kpi,
                       .at_least = e.at_least,
                       .at_most = e.at_most,
                       .equals = e.equals,
                       .because = e.because,
                       .where = e.where,
                       .unit = e.unit});
    }
    return out;
}

results::Meta meta_of(scenario::Scenario const& s, unsigned threads) {
    auto const clock = s.clock();
    return {.name = s.name,
            .scenario_path = s.file.string(),
            .scenario_text = s.text,
            .program_version = program_version(),
            .seed = s.seed.value,
            .start_iso = clock.iso(kStart),
            .time_zone = s.time_zone,
            .start_unix_s = clock.start_unix_s(),
            .duration_s = to_s(s.duration),
            .threads = threads};
}

/// Resident memory after each layer has been built; the differences are the layers' own.
class MemoryMeter {
  public:
    explicit MemoryMeter(std::size_t meters) : meters_(static_cast<double>(meters)) {}
    void note(std::string layer) {
        double const now = resident_octets();
        uses_.push_back({std::move(layer), (now - last_) / meters_});
        last_ = now;
    }
    [[nodiscard]] std::vector<MemoryUse> uses() const { return uses_; }

  private:
    static double resident_octets() {
        std::ifstream statm("/proc/self/statm");
        double total = 0.0;
        double resident = 0.0;
        statm >> total >> resident;
        return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
    }

    double meters_;
    double last_ = 0.0;
    std::vector<MemoryUse> uses_;
};

/// The federates as a LiveSession sees them.
class LiveFederates final : public LiveWorld {
  public:
    LiveFederates(Loaded const& loaded, meter::MeterTable& meters, GridFederate& grid,
                  AccessFederate& access, OperatorFederate& sms_operator)
        : loaded_(loaded), meters_(meters), grid_(grid), access_(access), operator_(sms_operator),
          numbers_(kOutsideSource) {}

    scenario::Scenario const& scenario() const override { return loaded_.scenario; }
    scenario::World const& world() const override { return loaded_.world; }
    meter::MeterTable const& meters() const override { return meters_; }
    wire::sms::GuardCounts const& guard_counts() const override {
        return access_.sms_meters().guard_counts();
    }
    void submit(SimTime at, sms::ExternalMessage const& message) override {
        operator_.submit(at, message);
    }
    RelayAnswer operate_relay(SimTime at, MeterId meter, bool close) override {
        Message request; // without a command: nobody repeats what was answered
        request.kind = MessageKind::set_relay;
        request.meter = meter;
        request.value = close ? 1 : 0;
        auto const response =
            meter::respond(meters_, loaded_.scenario.meter, request, Channel::wan, at, numbers_);
        for (auto& [when, order] : orders_of(response)) {
            auto const row = static_cast<std::uint32_t>(meter);
            grid_.accept({.at = when,
                          .to = engine::FederateId::grid,
                          .entity = row,
                          .source = row,
                          .sequence = 0,
                          .message = std::move(order)});
        }
        return !response.message ? RelayAnswer::silent
               : response.order  ? RelayAnswer::ordered
                                 : RelayAnswer::refused;
    }

  private:
    Loaded const& loaded_;
    meter::MeterTable& meters_;
    GridFederate& grid_;
    AccessFederate& access_;
    OperatorFederate& operator_;
    MessageNumbers numbers_;
};

} // namespace

std::string program_version() {
    return GRIDTWIN_VERSION;
}

Loaded load(std::filesystem::path const& file, std::optional<std::uint64_t> seed,
            scenario::CrmDocuments documents) {
    Diagnostics diagnostics;
    Loaded loaded;
    loaded.scenario = scenario::read_scenario(file, diagnostics, documents);
    if (seed) {
        loaded.scenario.seed.value = *seed;
    }
    check_expected_names(loaded.scenario, diagnostics);
    // The feeder is read even when the scenario has mistakes, so that one pass shows them all.
    if (!loaded.scenario.grid.feeder.empty()) {
        Diagnostics of_world;
        loaded.world = scenario::build_world(loaded.scenario, of_world);
        for (auto const& e : of_world.errors()) {
            diagnostics.error(e.where, e.what, e.expected, e.hint);
        }
    }
    if (diagnostics.ok()) {
        (void)make_distribution(loaded.scenario, loaded.world,
                                FeederId{}); // throws what cannot be solved
    }
    if (!diagnostics.ok()) {
        throw InputError(std::move(diagnostics));
    }
    return loaded;
}

bool RunReport::expectations_met() const {
    return std::all_of(expectations.begin(), expectations.end(),
                       [](auto const& e) { return e.pass; });
}

RunReport run(Loaded const& loaded, RunOptions const& options) {
    auto const started = std::chrono::steady_clock::now();
    auto const& s = loaded.scenario;
    auto const& world = loaded.world;
    ThreadPool pool(options.threads);
    MemoryMeter memory(world.meters.size());
    memory.note("program, world");

    auto meters = make_town_meters(s, world);
    memory.note("meters");
    GridFederate grid(s, world, meters, pool);
    memory.note("grid");
    AccessFederate access(s, world, meters, pool);
    memory.note("access");
    OperatorFederate sms_operator(s, world);
    memory.note("sms operator");
    WanFederate wan(s, world);
    memory.note("wan");
    HeadEndFederate head_end(s, world, options.head_end);
    memory.note("head-end");
    Federates const federates{grid, access, sms_operator, wan, head_end};
    InterruptionCounter outages(world);

    results::Writer writer(options.out, meta_of(s, pool.size()));
    Recorder recorder(s, world, meters, federates, writer);
    access.add_liveness_listener(wan);
    access.add_liveness_listener(sms_operator);
    grid.add_listener(access);
    grid.add_listener(sms_operator);
    grid.add_listener(outages);
    grid.add_listener(recorder);

    engine::Cosimulation cosimulation(lookahead(s));
    cosimulation.add(engine::FederateId::grid, grid);
    cosimulation.add(engine::FederateId::access, access);
    cosimulation.add(engine::FederateId::sms_operator, sms_operator);
    cosimulation.add(engine::FederateId::wan, wan);
    cosimulation.add(engine::FederateId::head_end, head_end);
    SimTime const horizon = kStart + s.duration;
    LiveFederates live_world(loaded, meters, grid, access, sms_operator);
    std::optional<CrmSession> crm;
    SessionFanOut sessions;
    if (s.crm.present) {
        sessions.add(crm.emplace(s, world));
    }
    if (options.live != nullptr) {
        sessions.add(*options.live);
    }
    if (!sessions.empty()) {
        sms_operator.set_external_port(sessions);
        sessions.begin(live_world);
    }
    engine::Cosimulation::Outcome outcome;
    try {
        std::function<SimTime(SimTime, SimTime)> before_window;
        std::function<SimTime()> next_input;
        if (!sessions.empty()) {
            before_window = [&](SimTime reached, SimTime next) {
                return sessions.before_window(reached, next);
            };
            next_input = [&] { return sessions.next_input(); };
        }
        outcome = cosimulation.run(horizon, {.before_window = std::move(before_window),
                                             .next_input = std::move(next_input),
                                             .stop_requested = options.stop_requested,
                                             .on_window =
                                                 [&](engine::Cosimulation::Progress const& p) {
                                                     if (options.on_progress) {
                                                         options.on_progress({p.now, horizon});
                                                     }
                                                 },
                                             .time_federates = options.profile});
    } catch (grid::NotConverged const&) {
        writer.close(false, "a power flow does not converge");
        throw;
    }
    sessions.end(outcome.reached, outcome.complete);
    head_end.close_recording();
    recorder.finish(outcome.reached);

    RunReport report;
    report.complete = outcome.complete;
    report.books_close = books_close(federates, meters);
    report.reached = outcome.reached;
    report.windows = outcome.windows;
    report.kpis =
        make_kpis(s, world, federates, meters, recorder.totals(), outages, outcome.reached);
    if (crm) {
        crm->add_kpis(report.kpis);
    }
    memory.note("during the run");
    report.memory = memory.uses();
    for (std::size_t i = 0; options.profile && i < engine::kFederates; ++i) {
        report.federates.push_back(
            {std::string(engine::name(static_cast<engine::FederateId>(i))), outcome.wall_s[i]});
    }
    if (outcome.complete) {
        report.expectations = results::check_expectations(expectations_of(s), report.kpis);
    }
    writer.write_kpis(report.kpis);
    writer.close(outcome.complete,
                 outcome.complete ? "reached the end"
                                  : fmt::format("stopped at {}", format_time(outcome.reached)));
    if (crm && !s.crm.out.empty()) {
        write_crm_documents(crm->documents(), options.out.parent_path() / s.crm.out);
    }
    report.wall_s =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return report;
}

} // namespace gridtwin::twin
