#include "sim/live/dlms_object_list.hpp"

#include "models/wire/dlms/data_writer.hpp"
#include "models/wire/dlms/objects.hpp"
#include "models/wire/dlms/selective_access.hpp"
#include "sim/live/dlms_profiles.hpp"

namespace gridtwin::live {

namespace dlms = wire::dlms;

namespace {

// Access modes of attributes and of methods (IEC 62056-6-2, Association LN, version 1).
constexpr std::uint8_t kNoAccess = 0;
constexpr std::uint8_t kReadOnly = 1;
constexpr std::uint8_t kAccess = 1;

bool is_served(MeterView const& view, dlms::MeterObject const& object, dlms::Obis const& name,
               std::int8_t attribute) {
    if (object.class_id == dlms::ClassId::association_ln) {
        return attribute <= 2;
    }
    if (object.class_id == dlms::ClassId::profile_generic) { // its buffer may be long
        return find_profile(view, name) && (attribute <= 4 || attribute >= 7);
    }
    auto const read =
        read_attribute(view, {.attribute = {.class_id = static_cast<std::uint16_t>(object.class_id),
                                            .instance = name,
                                            .attribute = attribute},
                              .access = std::nullopt});
    return std::holds_alternative<std::vector<std::byte>>(read);
}

/// Of those that can be called here.
bool is_method(dlms::Obis const& name, std::uint8_t method) {
    return (name == dlms::kDisconnectName && (method == 1 || method == 2)) ||
           (name == dlms::kAssociationName && method == 1);
}

void write_rights(MeterView const& view, wire::ServerAssociation const& association,
                  dlms::MeterObject const& object, dlms::Obis const& name, dlms::Writer& writer) {
    auto const cosem = object_of(static_cast<std::uint16_t>(object.class_id), name);
    writer.structure(2).array(object.attributes);
    for (std::int8_t attribute = 1; attribute <= object.attributes; ++attribute) {
        bool const may = is_served(view, object, name, attribute) &&
                         wire::may_access(association, wire::CosemService::get, cosem,
                                          static_cast<std::uint8_t>(attribute));
        writer.structure(3).integer8(attribute).enumerated(may ? kReadOnly : kNoAccess);
        if (attribute == 2 && object.class_id == dlms::ClassId::profile_generic) {
            writer.array(2)
                .integer8(static_cast<std::int8_t>(dlms::kSelectByRange))
                .integer8(static_cast<std::int8_t>(dlms::kSelectByEntry));
        } else {
            writer.null();
        }
    }
    writer.array(object.methods);
    for (std::uint8_t method = 1; method <= object.methods; ++method) {
        bool const may = is_method(name, method) &&
                         wire::may_access(association, wire::CosemService::action, cosem, method);
        writer.structure(2)
            .integer8(static_cast<std::int8_t>(method))
            .enumerated(may ? kAccess : kNoAccess);
    }
}

} // namespace

wire::CosemObject object_of(std::uint16_t class_id, dlms::Obis const& name) {
    return {.class_id = class_id, .name = {name.a, name.b, name.c, name.d, name.e, name.f}};
}

Attribute read_object_list(MeterView const& view, wire::ServerAssociation const& association) {
    std::uint32_t count = 0;
    std::vector<std::byte> entries;
    dlms::Writer writer(entries);
    dlms::for_each_name([&](dlms::MeterObject const& object, dlms::Obis const& name) {
        if (!is_served(view, object, name, 2)) {
            return; // the name is one that some meters have
        }
        ++count;
        writer.structure(4)
            .unsigned16(static_cast<std::uint16_t>(object.class_id))
            .unsigned8(object.version)
            .octet_string(dlms::octets_of(name));
        write_rights(view, association, object, name, writer);
    });
    std::vector<std::byte> out;
    dlms::Writer(out).array(count);
    out.insert(out.end(), entries.begin(), entries.end());
    return out;
}

} // namespace gridtwin::live
