// A time that is to hold within an interval alone: it is preset, and the clock adjusted to it, by
// one request.
#include "models/wire/apdu/parts.hpp"
#include "models/wire/apdu/told.hpp"
#include "models/wire/clock_validity.hpp"
#include "models/wire/dlms/objects.hpp"

#include <limits>

namespace gridtwin::wire::apdu {
namespace {

using namespace dlms;

constexpr auto kClass = static_cast<std::uint16_t>(ClassId::clock);
constexpr MethodDescriptor kAdjustToPreset{kClass, kClockName, 4};
constexpr MethodDescriptor kPreset{kClass, kClockName, 5};

} // namespace

void encode_clock_setting(Message const& message, Context const& context,
                          std::vector<std::byte>& out) {
    std::vector<std::byte> preset;
    Writer writer(preset);
    writer.structure(3);
    write_time(from_ns(message.value), context, writer);
    write_time(message.occurred, context, writer);
    write_time(valid_until(message), context, writer);
    std::vector<std::byte> adjust;
    Writer(adjust).integer8(0);
    encode(ActionRequestWithList{.invoke = invoke_of(message),
                                 .methods = {kPreset, kAdjustToPreset},
                                 .parameters = {Octets(preset), Octets(adjust)}},
           out);
}

std::string decode_clock_setting(ActionRequestWithList const& action, Context const& context,
                                 Message& message) {
    bool const known = action.methods == std::vector{kPreset, kAdjustToPreset} &&
                       action.parameters.size() == 2 && action.invoke == invoke_of(message);
    if (!known || message.meter == kNone<MeterId>) {
        return "not the methods of set_clock";
    }
    dlms::Reader preset(action.parameters[0]);
    preset.structure(3, "the time and when it is valid");
    message.value = to_ns(read_time(preset, context, "the time"));
    message.occurred = read_time(preset, context, "from when it is valid");
    SimTime const until = read_time(preset, context, "until when it is valid");
    preset.expect_end();
    dlms::Reader adjust(action.parameters[1]);
    adjust.integer8("the parameter");
    adjust.expect_end();
    if (!preset.ok() || !adjust.ok()) {
        return preset.ok() ? adjust.problem() : preset.problem();
    }
    auto const length_ms = (until - message.occurred) / std::chrono::milliseconds(1);
    if (length_ms <= 0 || length_ms > std::numeric_limits<std::uint32_t>::max()) {
        return "a time that is never valid, or longer than can be told";
    }
    message.count = static_cast<std::uint32_t>(length_ms);
    return {};
}

} // namespace gridtwin::wire::apdu
