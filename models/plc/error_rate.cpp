#include "models/plc/error_rate.hpp"

#include <cmath>

namespace gridtwin::plc {

double frame_error_rate(ModemSpec const& modem, double snr_db, std::size_t octets) {
    double const bits = 8.0 * static_cast<double>(octets);
    return -std::expm1(bits * std::log1p(-bit_error_rate(modem.ber, snr_db)));
}

} // namespace gridtwin::plc
