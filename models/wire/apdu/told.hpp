#pragma once
// Times and names as APDUs have them.
#include "models/wire/apdu/apdu.hpp"
#include "models/wire/dlms/data_reader.hpp"
#include "models/wire/dlms/data_writer.hpp"
#include "models/wire/dlms/date_time.hpp"
#include "models/wire/dlms/service_types.hpp"
#include "models/wire/dlms_link/security.hpp"

namespace gridtwin::wire::apdu {

/// UTC, deviation 0. @throws SimulationError for a time finer than a hundredth
[[nodiscard]] dlms::DateTime told_date_time(SimTime t, Context const& context);
/// @return empty for a time that says less, is not UTC or lies beyond what can be calculated with
[[nodiscard]] std::optional<SimTime> time_of(dlms::DateTime const& told, Context const& context);

void write_time(SimTime t, Context const& context, dlms::Writer& writer);
/// An octet-string of 12; a fault of the reader for others.
[[nodiscard]] SimTime read_time(dlms::Reader& reader, Context const& context,
                                std::string_view what);

/// When so many intervals have passed since the start. @throws SimulationError for what cannot be
/// calculated with
[[nodiscard]] SimTime end_of_interval(std::int64_t interval, SimDuration length);
/// A fault of the reader for a time that ends none, or more than 32 bits.
[[nodiscard]] std::uint32_t interval_ended(SimTime end, SimDuration length, dlms::Reader& reader);

/// @throws SimulationError for a value that does not fit so many bits
[[nodiscard]] std::uint64_t checked(std::int64_t value, unsigned bits, Message const& message);

/// The invoke id of a request and its answer: the low four bits of the command.
[[nodiscard]] dlms::InvokeId invoke_of(Message const& message);

[[nodiscard]] std::uint64_t number_of(SystemTitle const& title);

} // namespace gridtwin::wire::apdu
