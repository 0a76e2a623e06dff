#include "sim/results/compound_types.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace gridtwin::results {
namespace {

struct Field {
    char const* name;
    std::size_t offset; // in the record
    hid_t memory;
    hid_t file;
};

// An enumeration over the values that core has names for, so that files explain themselves and a
// kind appended to core is in the next file without a word here.
template <typename E>
h5::Handle enum_type(std::string_view object) {
    auto type = h5::own(H5Tenum_create(H5T_STD_U8LE), object, "cannot make an enumeration");
    for (unsigned i = 0; i < 256; ++i) {
        auto const value = static_cast<std::uint8_t>(i);
        std::string const text(name(static_cast<E>(value)));
        if (text == "?") {
            break;
        }
        h5::check(H5Tenum_insert(type.get(), text.c_str(), &value), object,
                  "cannot add to an enumeration");
    }
    return type;
}

RecordType make(std::string_view path, std::size_t size, std::vector<Field> const& fields) {
    std::size_t packed = 0;
    for (auto const& f : fields) {
        packed += H5Tget_size(f.file);
    }
    RecordType out{path, size, h5::own(H5Tcreate(H5T_COMPOUND, size), path, "cannot make a type"),
                   h5::own(H5Tcreate(H5T_COMPOUND, packed), path, "cannot make a type")};
    std::size_t at = 0;
    for (auto const& f : fields) {
        h5::check(H5Tinsert(out.memory.get(), f.name, f.offset, f.memory), path,
                  "cannot add a field");
        h5::check(H5Tinsert(out.file.get(), f.name, at, f.file), path, "cannot add a field");
        at += H5Tget_size(f.file);
    }
    return out;
}

Field enum_field(char const* name, std::size_t offset, h5::Handle const& type) {
    return {name, offset, type.get(), type.get()};
}
Field u8(char const* name, std::size_t offset) {
    return {name, offset, H5T_NATIVE_UINT8, H5T_STD_U8LE};
}
Field u32(char const* name, std::size_t offset) {
    return {name, offset, H5T_NATIVE_UINT32, H5T_STD_U32LE};
}
Field u64(char const* name, std::size_t offset) {
    return {name, offset, H5T_NATIVE_UINT64, H5T_STD_U64LE};
}
Field i32(char const* name, std::size_t offset) {
    return {name, offset, H5T_NATIVE_INT32, H5T_STD_I32LE};
}
Field i64(char const* name, std::size_t offset) {
    return {name, offset, H5T_NATIVE_INT64, H5T_STD_I64LE};
}
Field f32(char const* name, std::size_t offset) {
    return {name, offset, H5T_NATIVE_FLOAT, H5T_IEEE_F32LE};
}
Field f64(char const* name, std::size_t offset) {
    return {name, offset, H5T_NATIVE_DOUBLE, H5T_IEEE_F64LE};
}
Field time_ns(char const* name, std::size_t offset) {
    static_assert(sizeof(SimTime) == 8);
    return {name, offset, H5T_NATIVE_INT64, H5T_STD_I64LE};
}

} // namespace

RecordType event_type() {
    using R = EventRecord;
    auto const kind = enum_type<EventKind>("/events");
    auto const entity = enum_type<EventEntity>("/events");
    return make("/events", sizeof(R),
                {time_ns("at_ns", offsetof(R, at)), enum_field("kind", offsetof(R, kind), kind),
                 enum_field("entity", offsetof(R, entity), entity), u32("row", offsetof(R, row)),
                 f64("value", offsetof(R, value))});
}

RecordType message_type() {
    using R = MessageRecord;
    auto const channel = enum_type<Channel>("/messages");
    auto const kind = enum_type<MessageKind>("/messages");
    auto const fate = enum_type<Fate>("/messages");
    auto const reason = enum_type<LossReason>("/messages");
    auto const state = enum_type<DeliveryState>("/messages");
    return make(
        "/messages", sizeof(R),
        {u64("id", offsetof(R, id)), enum_field("channel", offsetof(R, channel), channel),
         enum_field("kind", offsetof(R, kind), kind), enum_field("fate", offsetof(R, fate), fate),
         enum_field("reason", offsetof(R, reason), reason),
         enum_field("state", offsetof(R, state), state), u8("tries", offsetof(R, tries)),
         u8("hops", offsetof(R, hops)), u32("meter", offsetof(R, meter)),
         u32("concentrator", offsetof(R, concentrator)), u64("command", offsetof(R, command)),
         u32("octets", offsetof(R, octets)), u32("hearers", offsetof(R, hearers)),
         time_ns("sent_ns", offsetof(R, sent)), time_ns("done_ns", offsetof(R, done))});
}

RecordType route_type() {
    using R = RouteRecord;
    auto const channel = enum_type<Channel>("/routes");
    return make("/routes", sizeof(R),
                {time_ns("at_ns", offsetof(R, at)), u32("concentrator", offsetof(R, concentrator)),
                 u32("meter", offsetof(R, meter)), u32("via", offsetof(R, via)),
                 enum_field("channel", offsetof(R, channel), channel),
                 u8("hops", offsetof(R, hops)), f32("etx", offsetof(R, etx))});
}

RecordType belief_type() {
    using R = BeliefRecord;
    auto const entity = enum_type<EventEntity>("/belief");
    return make("/belief", sizeof(R),
                {time_ns("at_ns", offsetof(R, at)),
                 enum_field("entity", offsetof(R, entity), entity), u32("row", offsetof(R, row)),
                 u8("energised", offsetof(R, energised)),
                 f32("confidence", offsetof(R, confidence))});
}

RecordType profile_type() {
    using R = ProfileRecord;
    auto const value = [](std::size_t channel) {
        return offsetof(R, value) + channel * sizeof(std::int32_t);
    };
    return make("/profiles", sizeof(R),
                {time_ns("received_ns", offsetof(R, received)), time_ns("end_ns", offsetof(R, end)),
                 u32("meter", offsetof(R, meter)), u32("interval", offsetof(R, interval)),
                 u8("channels", offsetof(R, channels)), u8("status", offsetof(R, status)),
                 i32("energy_mwh", value(0)), i32("power_w", value(1)), i32("current_ma", value(2)),
                 i32("voltage_mv", value(3)), i32("frequency_mhz", value(4))});
}

RecordType balance_type() {
    using R = BalanceRecord;
    return make("/balance", sizeof(R),
                {time_ns("received_ns", offsetof(R, received)), time_ns("end_ns", offsetof(R, end)),
                 u32("concentrator", offsetof(R, concentrator)),
                 u32("interval", offsetof(R, interval)), u64("meters", offsetof(R, meters)),
                 i64("busbar_mwh", offsetof(R, busbar_mwh)),
                 i64("meters_mwh", offsetof(R, meters_mwh))});
}

} // namespace gridtwin::results
