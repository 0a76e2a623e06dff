#include "sim/live/dlms_server.hpp"

#include "models/wire/dlms/data_reader.hpp"
#include "models/wire/dlms/objects.hpp"
#include "models/wire/dlms_link/meter_keys.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/live/dlms_object_list.hpp"

namespace gridtwin::live {

namespace dlms = wire::dlms;

namespace {

constexpr std::uint8_t kAarq = 0x60;
constexpr std::uint8_t kRlrq = 0x62;
constexpr std::size_t kChallengeOctets = 16;

wire::AssociationPolicy reading_policy(std::string_view password, std::uint16_t longest) {
    wire::AssociationPolicy policy{.client = kReadingClient,
                                   .mechanism = wire::Mechanism::low,
                                   .conformance = wire::conformance::kBlockTransferWithGet |
                                                  wire::conformance::kGet |
                                                  wire::conformance::kSelectiveAccess,
                                   .max_pdu_size = longest};
    auto const octets = std::as_bytes(std::span(password));
    policy.password.assign(octets.begin(), octets.end());
    dlms::for_each_name([&](dlms::MeterObject const& object, dlms::Obis const& name) {
        policy.readable.push_back(object_of(static_cast<std::uint16_t>(object.class_id), name));
    });
    return policy;
}

} // namespace

DlmsServer::DlmsServer(DlmsBackend& backend, SocketServer& sockets, Seed seed,
                       std::string_view reading_password)
    : backend_(backend), sockets_(sockets),
      seed_(seed), policies_{wire::public_client_policy(kLongestApdu),
                             wire::management_client_policy(kLongestApdu),
                             reading_policy(reading_password, kLongestApdu)} {
    for (auto& policy : policies_) {
        policy.any_client_title = true;
    }
}

void DlmsServer::on_open(ConnectionId connection, SimTime) {
    streams_.emplace(connection, wire::WrapperSplitter(kLongestApdu));
}

void DlmsServer::on_closed(ConnectionId connection) {
    streams_.erase(connection);
    for (auto& [row, device] : devices_) {
        if (device.owner == connection) {
            device.association.state = wire::AssociationState::idle;
            device.long_get.reset();
        }
    }
}

void DlmsServer::on_octets(ConnectionId connection, std::span<std::byte const> octets, SimTime) {
    auto const found = streams_.find(connection);
    if (found == streams_.end() || !found->second.ok()) {
        return;
    }
    std::vector<wire::WrapperPdu> pdus;
    found->second.feed(octets, pdus);
    for (auto const& pdu : pdus) {
        hear(connection, pdu);
    }
    if (!found->second.ok()) {
        ++counts_.malformed;
        sockets_.close(connection);
    }
}

DlmsServer::Device& DlmsServer::device_of(std::uint32_t row) {
    auto const [at, added] = devices_.try_emplace(row);
    if (added) {
        auto const meter = static_cast<MeterId>(row);
        at->second.association.security = {.own = wire::meter_system_title(meter),
                                           .keys = wire::derive_meter_keys({}, seed_, meter)};
    }
    return at->second;
}

void DlmsServer::hear(ConnectionId id, wire::WrapperPdu const& pdu) {
    if (pdu.destination < kFirstMeterPort) {
        return; // nobody there
    }
    std::uint32_t const row = pdu.destination - kFirstMeterPort;
    if (!backend_.meter(row)) {
        return; // likewise, or in the dark
    }
    auto& device = device_of(row);
    Request request{.connection = id, .row = row, .client = pdu.source};
    auto const tag = std::to_integer<std::uint8_t>(pdu.apdu.front());
    if (tag == kAarq) {
        return open(id, device, pdu);
    }
    bool const own = device.owner == id && device.client == pdu.source &&
                     device.association.state != wire::AssociationState::idle;
    if (!own) {
        ++counts_.refused;
        return refuse(device, request, dlms::ServiceError::operation_not_possible);
    }
    if (tag == kRlrq) {
        auto const closed = wire::close_association(device.association, gcm_, pdu.apdu);
        if (!closed.apdu.empty()) {
            send(request, closed.apdu);
        }
        return;
    }
    request.as = wire::receive_apdu(device.association, gcm_, pdu.apdu);
    if (!request.as.ok()) {
        ++counts_.refused;
        bool const old = request.as.refusal == wire::Refusal::replayed;
        auto const next =
            static_cast<std::uint32_t>(device.association.security.unicast.acceptable);
        request.as = {};
        return refuse(device, request,
                      old ? dlms::ServiceError::invocation_counter_error
                          : dlms::ServiceError::deciphering_error,
                      old ? std::optional(next) : std::nullopt);
    }
    serve(device, std::move(request));
}

void DlmsServer::open(ConnectionId id, Device& device, wire::WrapperPdu const& pdu) {
    std::array<std::byte, kChallengeOctets> challenge{};
    for (auto& octet : challenge) {
        octet = static_cast<std::byte>(challenges_() & 0xFFU);
    }
    auto const opened = wire::open_association(device.association, gcm_, policies_, pdu.source,
                                               pdu.apdu, challenge);
    if (opened.accepted) {
        ++counts_.associations;
        device.owner = id;
        device.client = pdu.source;
        device.long_get.reset();
    } else {
        ++counts_.refused;
    }
    if (!opened.apdu.empty()) {
        send({.connection = id,
              .row = static_cast<std::uint32_t>(pdu.destination - kFirstMeterPort),
              .client = pdu.source},
             opened.apdu);
    }
}

void DlmsServer::serve(Device& device, Request request) {
    auto const decoded = dlms::decode_apdu(std::span<std::byte const>(request.as.apdu));
    if (!decoded.ok()) {
        ++counts_.malformed;
        return refuse(device, request, dlms::ServiceError::service_not_supported);
    }
    ++counts_.requests;
    if (auto const* one = std::get_if<dlms::GetRequestNormal>(&decoded.value)) {
        request.invoke = one->invoke;
        return get(device, request, *one);
    }
    if (auto const* one = std::get_if<dlms::GetRequestNext>(&decoded.value)) {
        request.invoke = one->invoke;
        return get_next(device, request, *one);
    }
    if (auto const* one = std::get_if<dlms::ActionRequestNormal>(&decoded.value)) {
        request.invoke = one->invoke;
        return act(device, request, *one);
    }
    if (auto const* one = std::get_if<dlms::SetRequestNormal>(&decoded.value)) {
        request.invoke = one->invoke; // nothing is set over this way
        return answer(device, request,
                      dlms::SetResponseNormal{.invoke = one->invoke,
                                              .result = dlms::DataAccessResult::read_write_denied});
    }
    refuse(device, request, dlms::ServiceError::service_not_supported);
}

std::size_t DlmsServer::room(Device const& device, Request const& request) const {
    std::size_t const most = device.association.client_max_pdu_size == 0
                                 ? 0xFFFF
                                 : device.association.client_max_pdu_size;
    bool const plain = !request.as.control.authenticated && !request.as.control.encrypted;
    std::size_t const around =
        plain ? 0 : wire::protection_octets(most, request.as.control, request.as.envelope);
    return most > around ? most - around : 0;
}

void DlmsServer::get(Device& device, Request const& request, dlms::GetRequestNormal const& asked) {
    auto const& name = asked.attribute.attribute;
    Attribute result = dlms::DataAccessResult::read_write_denied;
    if (wire::may_access(device.association, wire::CosemService::get,
                         object_of(name.class_id, name.instance),
                         static_cast<std::uint8_t>(name.attribute))) {
        auto const view = *backend_.meter(request.row);
        bool const list =
            name.instance == dlms::kAssociationName && name.attribute == 2 &&
            name.class_id == static_cast<std::uint16_t>(dlms::ClassId::association_ln) &&
            !asked.attribute.access;
        result = list ? read_object_list(view, device.association)
                      : read_attribute(view, asked.attribute);
    }
    device.long_get.reset();
    if (auto const* why = std::get_if<dlms::DataAccessResult>(&result)) {
        return answer(device, request,
                      dlms::GetResponseNormal{.invoke = request.invoke, .result = *why});
    }
    constexpr std::size_t kNormalHead = 4;
    auto& value = std::get<std::vector<std::byte>>(result);
    std::size_t const most = room(device, request);
    if (value.size() + kNormalHead <= most) {
        return answer(
            device, request,
            dlms::GetResponseNormal{.invoke = request.invoke, .result = wire::Octets(value)});
    }
    auto const block = dlms::block_room(most, dlms::kGetBlockHead);
    bool const blocks =
        (device.association.conformance & wire::conformance::kBlockTransferWithGet) != 0;
    if (!blocks || block == 0) {
        return answer(
            device, request,
            dlms::GetResponseNormal{.invoke = request.invoke,
                                    .result = dlms::DataAccessResult::data_block_unavailable});
    }
    device.long_get.emplace(std::move(value), block, block);
    answer_block(device, request);
}

void DlmsServer::answer_block(Device& device, Request const& request) {
    auto const block = device.long_get->block();
    answer(device, request,
           dlms::GetResponseWithDatablock{.invoke = request.invoke,
                                          .last = block.last,
                                          .number = block.number,
                                          .raw = block.raw});
}

void DlmsServer::get_next(Device& device, Request const& request,
                          dlms::GetRequestNext const& asked) {
    using Next = dlms::BlockSender::Next;
    auto const fail = [&](dlms::DataAccessResult why) {
        device.long_get.reset();
        answer(device, request,
               dlms::GetResponseWithDatablock{
                   .invoke = request.invoke, .last = true, .number = asked.block, .raw = why});
    };
    if (!device.long_get) {
        return fail(dlms::DataAccessResult::no_long_get_in_progress);
    }
    auto const next = device.long_get->received(asked.block);
    if (next == Next::finished || next == Next::wrong_number) {
        return fail(dlms::DataAccessResult::data_block_number_invalid);
    }
    answer_block(device, request);
}

void DlmsServer::act(Device& device, Request const& request,
                     dlms::ActionRequestNormal const& asked) {
    auto const& what = asked.method;
    auto const result = [&](dlms::ActionResult why) {
        answer(device, request,
               dlms::ActionResponseNormal{.invoke = request.invoke,
                                          .outcome = {.result = why, .returned = std::nullopt}});
    };
    if (!wire::may_access(device.association, wire::CosemService::action,
                          object_of(what.class_id, what.instance),
                          static_cast<std::uint8_t>(what.method))) {
        return result(dlms::ActionResult::read_write_denied);
    }
    auto const* object = dlms::find_object(what.instance);
    if (object == nullptr || what.class_id != static_cast<std::uint16_t>(object->class_id)) {
        return result(object == nullptr ? dlms::ActionResult::object_undefined
                                        : dlms::ActionResult::object_class_inconsistent);
    }
    if (what.instance == dlms::kDisconnectName && (what.method == 1 || what.method == 2)) {
        relays_.push_back(request);
        return backend_.operate_relay(request.connection, static_cast<MeterId>(request.row),
                                      what.method == 2);
    }
    if (what.instance != dlms::kAssociationName || what.method != 1 || !asked.parameter) {
        return result(dlms::ActionResult::object_unavailable);
    }
    dlms::Reader parameter(*asked.parameter);
    auto const challenged = parameter.octet_string("f(StoC)");
    if (!parameter.ok()) {
        return result(dlms::ActionResult::type_unmatched);
    }
    auto const finished = wire::finish_hls(device.association, gcm_, challenged);
    if (finished.refusal != wire::Refusal::none) {
        ++counts_.refused;
        return result(dlms::ActionResult::read_write_denied);
    }
    std::vector<std::byte> reply;
    dlms::Writer(reply).octet_string(finished.reply);
    answer(device, request,
           dlms::ActionResponseNormal{.invoke = request.invoke,
                                      .outcome = {.result = dlms::ActionResult::success,
                                                  .returned = wire::Octets(reply)}});
}

void DlmsServer::on_relay(twin::RelayAnswer became) {
    if (relays_.empty()) {
        throw SimulationError("a relay's answer that nobody asked for");
    }
    auto const request = std::move(relays_.front());
    relays_.erase(relays_.begin());
    auto& device = device_of(request.row);
    if (became == twin::RelayAnswer::silent || device.owner != request.connection ||
        device.association.state != wire::AssociationState::associated) {
        return; // its voltage, or the client, has gone meanwhile
    }
    answer(device, request,
           dlms::ActionResponseNormal{
               .invoke = request.invoke,
               .outcome = {.result = became == twin::RelayAnswer::ordered
                                         ? dlms::ActionResult::success
                                         : dlms::ActionResult::temporary_failure,
                           .returned = std::nullopt}});
}

void DlmsServer::answer(Device& device, Request const& request, dlms::Apdu const& apdu) {
    std::vector<std::byte> plain;
    dlms::encode(apdu, plain);
    std::vector<std::byte> out;
    if (wire::send_answer(device.association, gcm_, request.as, plain, out)) {
        send(request, out);
    } else {
        sockets_.close(request.connection); // its keys are used up
    }
}

void DlmsServer::refuse(Device& device, Request const& request, dlms::ServiceError error,
                        std::optional<std::uint32_t> counter) {
    answer(device, request,
           dlms::ExceptionResponse{.state = dlms::StateError::service_not_allowed,
                                   .service = error,
                                   .counter = counter});
}

void DlmsServer::send(Request const& to, std::span<std::byte const> apdu) {
    std::vector<std::byte> octets;
    wire::encode_wrapper(static_cast<std::uint16_t>(to.row + kFirstMeterPort), to.client, apdu,
                         octets);
    sockets_.send(to.connection, octets);
}

} // namespace gridtwin::live
