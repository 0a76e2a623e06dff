#pragma once
// The keys of each part of a scenario, bound to its fields. One function a part.
#include "sim/scenario/scenario.hpp"

namespace gridtwin::scenario {

/// Of modems and radios.
inline constexpr std::pair<std::string_view, medium::BerCurve> kBerCurves[] = {
    {"nc_fsk", medium::BerCurve::nc_fsk},
    {"dbpsk", medium::BerCurve::dbpsk},
    {"bpsk", medium::BerCurve::bpsk},
    {"coherent_fsk", medium::BerCurve::coherent_fsk},
    {"oqpsk_dsss", medium::BerCurve::oqpsk_dsss},
    {"dqpsk", medium::BerCurve::dqpsk},
    {"d8psk", medium::BerCurve::d8psk}};

inline constexpr char kIntervals[] = "1, 2, 3, 5, 10, 15, 20, 30 or 60 min";

void bind_grid(Section& s, GridSection& grid);
void bind_customer(Section& s, CustomerGroup& group);
void bind_concentrator(Section& s, concentrator::ConcentratorSpec& concentrator);
void bind_plc(Section& s, PlcSection& plc);
/// The keys of access.plc that say which modem.
void bind_modems(Section& s, plc::ModemSpec& chosen);
void bind_rf(Section& s, RfSection& rf);
void bind_access(Section& s, AccessSection& access);
/// The customers must have been bound.
void bind_meter(Section& s, Scenario& scenario);
/// What meter and head-end need of each other.
void check_profile(Section& s, Scenario const& scenario);
/// Whether some customers' meters have such a module.
[[nodiscard]] bool any_on(Scenario const& scenario, Channel channel);
/// Whether concentrators have some of the customers' meters to read.
[[nodiscard]] bool any_of_concentrators(Scenario const& scenario);
/// What meters of concentrators need of the polls, after access and headend.
void check_registration(Section& s, Scenario const& scenario);
/// What clocks set by broadcast need of the media.
void check_clock_broadcast(Section& s, Scenario const& scenario);
/// Where nobody is known, after access, meter and headend: meters still hold what a first search
/// finds.
void check_first_search(Section& s, Scenario const& scenario);
void bind_operator(Section& s, SmsSection& sms);
/// @param clock none when start or time zone are mistaken
void bind_wan(Section& s, WanSection& wan, CivilClock const* clock, SimDuration duration);
/// Of the meters; their tariffs must have been bound.
void bind_credit(Section& s, Scenario& scenario);
void bind_headend(Section& s, HeadendSection& headend);
/// The operator must have been bound.
void bind_live(Section& s, LiveSection& live, SmsSection const& sms);
/// @param clock none when start or time zone are mistaken
void bind_crm(Section& s, CrmSection& crm, CivilClock const* clock, SimDuration duration);
/// What schedules and events do in vain goes to scenario.remarks, after all else is bound.
void remark_idle(Section& s, Scenario& scenario);
/// @param clock none when start or time zone are mistaken
void bind_event(Section& s, Scenario& scenario, CivilClock const* clock);

} // namespace gridtwin::scenario
