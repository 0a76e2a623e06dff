#pragma once
// Tables of a circuit: protective devices and the time-current curves that they follow.
// Source: OpenDSS element reference (TCC_Curve, Relay, Recloser, Fuse); IEEE C37.112.
#include "models/grid/circuit_elements.hpp"

namespace gridtwin::grid {

/// Operating time over multiples of the pickup current, interpolated log-log.
struct TccCurve {
    std::string name;
    std::vector<double> multiple; ///< of pickup, ascending
    std::vector<double> time_s;
};

struct Fuse {
    std::string name;
    SourcePos where;
};

struct Recloser {
    std::string name;
    SourcePos where;
};

struct Relay {
    std::string name;
    SourcePos where;
};

} // namespace gridtwin::grid
