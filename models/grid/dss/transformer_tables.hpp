#pragma once
// What transformers and their codes state: two tables of different order with the same tags.
#include "models/grid/dss/property.hpp"

namespace gridtwin::grid::dss {

enum TransformerTag : int {
    kTrPhases = 1,
    kTrWindings,
    kTrWinding,
    kTrBus,
    kTrConn,
    kTrKv,
    kTrKva,
    kTrTap,
    kTrR,
    kTrRneut,
    kTrXneut,
    kTrBuses,
    kTrConns,
    kTrKvs,
    kTrKvas,
    kTrTaps,
    kTrRs,
    kTrXhl,
    kTrXht,
    kTrXlt,
    kTrXscArray,
    kTrLoadLoss,
    kTrNoLoadLoss,
    kTrImag,
    kTrPpm,
    kTrMaxTap,
    kTrMinTap,
    kTrNumTaps,
    kTrBank,
    kTrCode,
    kTrLeadLag,
    kTrNormKva,
};

} // namespace gridtwin::grid::dss
