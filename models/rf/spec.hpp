#pragma once
// What a radio mesh is made of, as data: the radio, propagation, medium access and routing.
// What is marked "assumption" is a default for the scenario to change; docs/models/rf.md has the
// sources and ranges.
#include "models/medium/bit_error.hpp"
#include "models/medium/route.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::rf {

using medium::BerCurve;

/// Defaults: `ce-intro`.
struct RadioSpec {
    std::string name = "ce-intro";
    double frequency_hz = 433.92e6;     ///< assumption: sub-GHz; this band's limits are known
    double tx_power_dbm = 10.0;         ///< 433.05-434.79 MHz: 10 mW e.r.p.
    double sensitivity_dbm = -110.0;    ///< assumption; thermal -112 at 10 dB and the noise below
    double noise_figure_db = 8.0;       ///< assumption
    double bandwidth_hz = 25e3;         ///< assumption: the receiver's, in which noise is counted
    double bit_rate_bps = 16e3;         ///< the source's text is garbled: a parameter
    std::uint32_t preamble_octets = 8;  ///< assumption: preamble, start of frame
    std::uint32_t overhead_octets = 14; ///< assumption: length, addresses, control, route, CRC
    std::uint32_t ack_octets = 6;       ///< assumption: behind the preamble
    std::uint32_t max_payload_octets = 64; ///< assumption
    double turnaround_s = 0.001;           ///< assumption: receive to send, and send to receive
    double detect_s = 0.001;         ///< assumption: the medium is sensed as it was this long ago
    double backoff_unit_s = 0.005;   ///< assumption: ten octets
    double capture_db = 8.0;         ///< assumption: over the power sum of the interferers
    double duty_cycle_frac = 0.1;    ///< of each node's airtime, acknowledgements included; 1: free
    BerCurve ber = BerCurve::nc_fsk; ///< assumption
};

/// `ce-intro`, `802.15.4g` and `zigbee`.
[[nodiscard]] std::vector<RadioSpec> const& built_in_radios();
/// The built-in row of that name, or nullptr.
[[nodiscard]] RadioSpec const* find_radio(std::string_view name);

struct PropagationSpec {
    double exponent = 3.5;           ///< assumption: 2.7..4
    double shadowing_sigma_db = 8.0; ///< assumption: 6..10
    double correlation_m = 50.0;     ///< assumption: shadowing of places so far apart shares 1/e
    double common_share_frac = 0.5;  ///< assumption: of the variance that belongs to the places,
                                     ///< the rest to the link alone
    double asymmetry_sigma_db = 2.0; ///< assumption: spread of a node's transmit power
    double indoor_share_frac = 0.3;  ///< assumption: meters behind a wall; never node 0
    double wall_db = 8.0;            ///< assumption: 5..12, each end that is indoors
    double least_distance_m = 1.0;   ///< nearer than this counts as this far
    double floor_below_sensitivity_db = 6.0; ///< weaker links are not kept and do not disturb
};

/// Who may begin when. The names are those of Kleinrock and Tobagi, 1975, and of IEEE 802.15.4.
enum class Access : std::uint8_t {
    csma_ca,        ///< back off (contending datagrams), sense, send, or back off again, longer
    non_persistent, ///< sense at once, send, or come back after a random time
    aloha,          ///< send at once
    slotted_aloha,  ///< send at the next multiple of slot_s
};

struct CsmaSpec {
    Access access = Access::csma_ca;
    std::uint32_t min_backoff_exponent = 3; ///< IEEE 802.15.4
    std::uint32_t max_backoff_exponent = 5; ///< IEEE 802.15.4
    std::uint32_t max_backoffs = 4;         ///< IEEE 802.15.4: busy oftener is a failed try
    std::uint32_t retries = 3;              ///< IEEE 802.15.4: failed tries of a frame, less one
    double sense_margin_db = 0.0;      ///< assumption: energy so far over the sensitivity is busy;
                                       ///< IEEE 802.15.4: at most 10
    double slot_s = 0.0;               ///< of slotted_aloha only
    double ack_guard_s = 0.002;        ///< assumption: waited beyond the acknowledgement's end
    bool duty_cycle = true;            ///< keep the radio's duty_cycle_frac
    double duty_window_s = 3600.0;     ///< in any window so long; ETSI EN 300 220: an hour
    double duty_burst_frac = 0.1;      ///< assumption: of the window's budget, at once
    bool acknowledge = true;           ///< off: one transmission a frame, its fate the hop's
    std::uint32_t queue_limit = 16;    ///< assumption: datagrams waiting at one node
    std::uint32_t max_hops = 8;        ///< assumption: 8..15; at most kMaxHops
    double route_refresh_s = 300.0;    ///< assumption: routes are renewed no more often than this
    double route_noise_step_db = 3.0;  ///< assumption: a change of noise worth new routes
    double route_hysteresis_etx = 0.5; ///< assumption: a parent must be better by this to be taken
    double least_link_success = 0.2;   ///< assumption: data and acknowledgement; poorer is no link
};

inline constexpr std::uint32_t kMaxHops = medium::kMostHops;

/// Path loss at one metre in free space: 20 lg(4 pi f / c).
[[nodiscard]] double loss_at_1m_db(double frequency_hz);
/// Loss over a distance without shadowing and walls: loss at one metre + 10 n lg d. Here and below
/// the specs have no problems().
[[nodiscard]] double path_loss_db(RadioSpec const& radio, PropagationSpec const& propagation,
                                  double distance_m);
/// Where path_loss_db leaves `margin_db` over the sensitivity.
[[nodiscard]] double range_m(RadioSpec const& radio, PropagationSpec const& propagation,
                             double margin_db);
/// Thermal noise in the receiver's bandwidth: -174 dBm/Hz + 10 lg bandwidth + noise figure.
[[nodiscard]] double thermal_noise_dbm(RadioSpec const& radio);
/// Energy per bit over noise density, of a level over a noise in the receiver's bandwidth.
[[nodiscard]] double snr_per_bit_db(RadioSpec const& radio, double level_dbm, double noise_dbm);

/// Time on the air of a frame with that payload: (preamble + overhead + payload) * 8 / bit rate.
[[nodiscard]] SimDuration frame_time(RadioSpec const& radio, std::uint32_t payload_octets);
[[nodiscard]] SimDuration ack_time(RadioSpec const& radio);

/// What is wrong with these, one sentence each naming field and range; empty when all is well.
[[nodiscard]] std::vector<std::string> problems(RadioSpec const& radio);
[[nodiscard]] std::vector<std::string> problems(PropagationSpec const& propagation);
[[nodiscard]] std::vector<std::string> problems(CsmaSpec const& csma);

/// Time on the air that a node may spend at once under the duty cycle, s; none without one.
[[nodiscard]] std::optional<double> duty_burst_s(RadioSpec const& radio, CsmaSpec const& csma);
/// What is wrong with the two together, each sound by itself: a longest frame must fit the burst.
[[nodiscard]] std::vector<std::string> problems(RadioSpec const& radio, CsmaSpec const& csma);

} // namespace gridtwin::rf
