#pragma once
// Remote commands to protective devices: settings changed while they run, and operation by hand.
#include "models/grid/protection/devices.hpp"

#include <variant>

namespace gridtwin::grid::protection {

/// Which overcurrent element; the fast ones are a recloser's.
enum class Which : std::uint8_t { phase, ground, phase_fast, ground_fast };

struct SetPickup {
    Which element = Which::phase;
    double pickup_a = 0.0;
};
struct SetTimeDial {
    Which element = Which::phase;
    double time_dial = 1.0;
};
struct SetCurve {
    Which element = Which::phase;
    std::string curve; ///< by lower-case name
};
struct SetInstantaneous {
    Which element = Which::phase;
    double i_a = 0.0; ///< 0: none
};
struct SetShots {
    int shots = 1;
};
/// While blocked every trip locks out; a switch that waits to reclose locks out at once.
struct BlockReclosing {
    bool blocked = true;
};
/// Puts all settings of one of the device's groups in force.
struct SelectGroup {
    std::size_t group = 0;
};
struct OpenByHand {};
/// Closes a switch and starts its sequence anew; gives a fuse new, cold links.
struct CloseByHand {};

using Order = std::variant<SetPickup, SetTimeDial, SetCurve, SetInstantaneous, SetShots,
                           BlockReclosing, SelectGroup, OpenByHand, CloseByHand>;

struct Command {
    SimTime at;
    std::string device; ///< "recloser.r1", lower case
    Order order;
};

/// Reports commands to devices and with curves that are not there, with the nearest name.
void check_commands(Devices const& devices, std::span<Command const> commands, Diagnostics& d);

/// Carries out one command, or refuses it and changes nothing: settings that make no sense, a
/// setting that the device does not have. Logs which. Travel of time elements, and what has melted
/// of a link, stay as they are. True when lines are to be switched.
/// A measurement must follow before devices are asked for their next event.
bool obey(Devices& devices, Command const& command, SimTime now, std::vector<LogEntry>& log);

} // namespace gridtwin::grid::protection
