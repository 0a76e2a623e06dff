#pragma once
// A scenario file as plain structs: every key is a field here, its default the field's initialiser.
#include "models/concentrator/concentrator.hpp"
#include "models/grid/lv_block.hpp"
#include "models/headend/head_end.hpp"
#include "models/load/bulk.hpp"
#include "models/load/residential.hpp"
#include "models/meter/alarm_push.hpp"
#include "models/meter/parameters.hpp"
#include "models/meter/registration.hpp"
#include "models/meter/table.hpp"
#include "models/plc/modem_table.hpp"
#include "models/rf/spec.hpp"
#include "models/sms/gateway.hpp"
#include "models/topology/lv_network.hpp"
#include "models/wire/sms/refusal.hpp"
#include "sim/core/civil_time.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/message.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"
#include "sim/scenario/crm_section.hpp"
#include "sim/scenario/equipment.hpp"
#include "sim/scenario/section.hpp"
#include "sim/scenario/wan_section.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace gridtwin::scenario {

inline constexpr int kFormatVersion = 1;
inline constexpr std::uint64_t kGreatestSeed = 9'000'000'000'000'000'000;

/// How messages travel: with the lengths that they have, or as the octets that they are.
enum class WireModel : std::uint8_t { sized, real };
/// How much goes to the result file: each level has what those before it have.
enum class RecordLevel : std::uint8_t { summary, feeder, meters, profiles };
enum class LvGenerator : std::uint8_t { none, street };
enum class CustomerProfile : std::uint8_t { residential };

struct LowVoltage {
    LvGenerator generate = LvGenerator::street;
    std::uint32_t customers_per_transformer = 60;
    double voltage_v = 400.0; ///< line to line
    topology::StreetSpec street;
    grid::LvTransformerSpec transformer;
    grid::LvSpec lines;
};

struct GridSection {
    std::string feeder; ///< path, relative to the scenario
    SourcePos feeder_where;
    SimDuration step = std::chrono::seconds{60};
    std::uint32_t copies = 1;        ///< of the feeder and all below it
    std::vector<std::string> ignore; ///< element classes that may be left out
    LowVoltage low_voltage;
    load::BulkSpec bulk;
};

struct CustomerGroup {
    std::string name;
    SourcePos where;
    std::uint32_t count = 0;
    std::string at; ///< "residential loads", "all loads", "load NAME", "bus NAME"
    SourcePos at_where;
    CustomerProfile profile = CustomerProfile::residential;
    load::HouseholdSpec household;
    concentrator::MeterWay meter; ///< by power line, radio, either with the other behind it, or SMS
};

struct PlcSection {
    plc::ModemSpec modem = plc::built_in_modems().front();
    plc::ChannelSpec channel;
    plc::MacSpec mac;
};

struct RfSection {
    rf::RadioSpec radio;
    rf::PropagationSpec propagation;
    rf::CsmaSpec csma;
    double noise_rise_db = 0.0; ///< of what others send in the band, over the thermal noise
};

/// Who reads whom at the start.
enum class AccessStart : std::uint8_t {
    commissioned, ///< each concentrator knows the meters of its networks
    discover,     ///< none knows any
};

struct AccessSection {
    PlcSection plc;
    RfSection rf;
    std::uint32_t concentrators = 0; ///< per feeder; 0: one per transformer with their meters
    SourcePos where;                 ///< of `concentrators`
    concentrator::ConcentratorSpec concentrator;
    AccessStart start = AccessStart::commissioned;
    meter::RegistrationSpec registration;
    bool power_alarms_on_both = true; ///< of meters with two channels
    meter::AlarmPushSpec alarm_push;  ///< but for last gasps
    SimDuration poll_spread =
        std::chrono::minutes{5}; ///< assumption: concentrators begin a random part of it later
    SimDuration search_spread =
        std::chrono::hours{1}; ///< assumption: likewise, of their searches for meters
    SimDuration last_gasp_spread =
        std::chrono::seconds{20}; ///< assumption: a meter waits a random part of it
    SimDuration restore_spread =
        std::chrono::minutes{2}; ///< assumption: likewise, before it reports power
};

/// Whose subscribers share a cell of the SMS operator.
enum class CellsBy : std::uint8_t { number, feeder };

struct SmsSection {
    sms::OperatorSpec spec; ///< without its cells, which `cells` makes
    sms::GatewaySpec gateway;
    std::uint32_t cells = 0; ///< 0: no cell is ever busy; by feeder: so many to each
    CellsBy cells_by = CellsBy::number;
    sms::CellSpec cell;
    /// Of a town.
    [[nodiscard]] std::uint32_t cell_count(std::uint32_t feeders) const {
        return cells_by == CellsBy::feeder ? cells * feeders : cells;
    }
    SimDuration terminal_delay = std::chrono::seconds{2}; ///< the meter's modem reads its store
    SimDuration answer_delay = std::chrono::seconds{1};   ///< the meter makes up its answer
    bool answer_refusals = false;                         ///< a meter tells whom it refuses, too
};

/// What real clients of a served run must know (docs/live.md). All defaults are assumptions.
struct LiveSection {
    std::string system_id = "gridtwin";  ///< of SMPP, at most 15 characters
    std::string password = "gridtwin";   ///< of SMPP, at most 8 characters
    std::string number_prefix = "99400"; ///< of meters' numbers; their rows follow in seven digits
    std::string top_up_number;           ///< the only one that top-ups come by; empty: none do
    std::string dlms_password = "12345678"; ///< of the reading client
};

/// The utility's model of its low-voltage lines (sim/twin/line_losses.hpp). Assumptions.
struct LineModel {
    double variation = 1.0; ///< squared coefficient of variation of a customer's power
    double power_factor = 0.97;
};

struct HeadendSection {
    SimDuration dispatch = std::chrono::milliseconds{100}; ///< order to hand-over to the network
    SimDuration profile = std::chrono::minutes{15};
    headend::HeadEndConfig config;
    LineModel lines{};
    SimDuration operations_every{}; ///< between rows of the operations centre's view; zero: none
};

/// Somebody's short messages that no meter may accept.
struct Forgery {
    wire::sms::Refusal kind = wire::sms::Refusal::wrong_sender; ///< what is wrong with them
    std::string sender; ///< number they claim to come from; empty: a stranger's if that is what is
                        ///< wrong, else the utility's first
    std::uint32_t count = 1;
};

struct TimedEvent {
    enum class Kind : std::uint8_t {
        open,
        close,
        disconnect,
        reconnect,
        tamper,
        end_tamper,
        wrong_password,
        set,
        weld,
        break_module,
        repair_module,
        set_parameter,
        announce,
        read_registers,
        read_events,
        wan_down,
        wan_up,
        firmware,
        operator_down,
        operator_up,
        gateway_down,
        gateway_up,
        cell_down,
        cell_up,
        coverage_lost,
        coverage_back,
        forge,
        take_emergency
    };
    Kind kind{};
    SimTime at{};
    std::string target;                          ///< "line.671692", "homes/17"
    meter::TamperInput input{};                  ///< tamper, end_tamper
    std::uint32_t tries = 1;                     ///< wrong_password
    std::vector<meter::ParameterChange> changes; ///< set, set_parameter; their meter: the target
    std::optional<Channel> channel;              ///< break_module, repair_module; none: all it has
    wire::FirmwareImage image;                   ///< firmware
    Forgery forgery;                             ///< forge
    std::optional<std::uint32_t>
        feeder; ///< which copy, from 1; none: the first, of 'all' every one
    SourcePos where;
};

struct Expected {
    std::string kpi;
    std::optional<double> at_least;
    std::optional<double> at_most;
    std::optional<double> equals;
    std::string unit; ///< of the bounds, as written; empty: the KPI's own
    std::string because;
    SourcePos where;
};

/// No mistake, and hardly meant: what does nothing, or only costs.
struct Remark {
    SourcePos where;
    std::string text;
};

struct Scenario {
    std::filesystem::path file;
    std::string text;                ///< as it was read
    std::vector<std::string> beside; ///< likewise, of the files that it names but for the feeder's
    bool sound = false; ///< read without a mistake; if not, some fields still hold defaults
    bool layout_sound =
        true;                ///< likewise grid, customers and access: whose meters are read by whom
    bool meter_sound = true; ///< likewise meter: what meters have
    int format = kFormatVersion;
    std::string name;
    std::string start = "2026-01-01T00:00:00";
    std::string time_zone = "UTC";
    SimDuration duration = std::chrono::hours{24};
    Seed seed{1};
    WireModel wire = WireModel::sized;
    std::uint64_t flip_every =
        0; ///< no key, for tests: of so many real messages one bit is flipped
    GridSection grid;
    std::vector<CustomerGroup> customers;
    AccessSection access;
    meter::MeterSpec meter;         ///< its interval is headend.profile
    std::uint32_t meter_events = 0; ///< entries of each meter's log; 0: none is kept
    MeterEquipment equipment;
    SmsSection sms;
    WanSection wan;
    HeadendSection headend;
    LiveSection live;
    CrmSection crm;
    std::vector<TimedEvent> events;
    RecordLevel record = RecordLevel::meters;
    SimDuration record_every = std::chrono::minutes{15};
    std::vector<Expected> expect;
    std::vector<Remark> remarks;

    [[nodiscard]] CivilClock clock() const { return CivilClock(start, time_zone); }
};

/// Reads and checks one scenario file by itself; the feeder is read by build_world. All mistakes of
/// the file go to `diagnostics`.
[[nodiscard]] Scenario read_scenario(std::filesystem::path const& file, Diagnostics& diagnostics,
                                     CrmDocuments documents = CrmDocuments::read);

/// Every key with type, unit, default, range and meaning, in the order of the bindings.
[[nodiscard]] std::vector<KeyDoc> scenario_keys();

} // namespace gridtwin::scenario
