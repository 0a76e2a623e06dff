#include "sim/live/smpp_server.hpp"

#include "models/wire/sms/user_data.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::live {

namespace smpp = wire::smpp;

namespace {

/// Numbers as they are told to clients: a meter's is international.
smpp::Address meter_address(std::string number) {
    return {.ton = smpp::ton::kInternational, .npi = smpp::npi::kIsdn, .digits = std::move(number)};
}

smpp::Pdu message_from_meter(smpp::Address source, std::string_view to,
                             std::vector<std::byte> user_data, bool has_header) {
    smpp::ShortMessage body;
    body.source = std::move(source);
    body.destination.digits = std::string(to);
    body.esm_class = has_header ? smpp::esm::kUdhi : 0;
    body.data_coding = smpp::coding::kOctets8;
    body.short_message = std::move(user_data);
    return {.command = smpp::CommandId::deliver_sm, .body = std::move(body), .tlvs = {}};
}

/// Whether two of the client's requests that wait have this number.
bool number_is_taken(smpp::Session const& session, std::uint32_t sequence) {
    return std::ranges::count(session.theirs, sequence, &smpp::Waiting::sequence) > 1;
}

} // namespace

SmppServer::SmppServer(SmppSpec spec, SocketServer& sockets, SmppBackend& backend)
    : spec_(std::move(spec)), sockets_(sockets), backend_(backend), messages_(spec_.most_messages) {
}

void SmppServer::on_open(ConnectionId connection, SimTime now) {
    clients_[connection].session = smpp::open_session(now);
}

void SmppServer::on_closed(ConnectionId connection) {
    clients_.erase(connection);
    // Whatever was not confirmed goes to whoever comes next.
    for (auto it = unconfirmed_.begin(); it != unconfirmed_.end();) {
        if (it->first.first == connection) {
            again(std::move(it->second));
            it = unconfirmed_.erase(it);
        } else {
            ++it;
        }
    }
}

void SmppServer::on_octets(ConnectionId id, std::span<std::byte const> octets, SimTime now) {
    auto const found = clients_.find(id);
    if (found == clients_.end() || found->second.session.state == smpp::SessionState::closed) {
        return;
    }
    auto& client = found->second;
    client.splitter.feed(octets);
    while (auto const pdu = client.splitter.next()) {
        hear(id, client, *pdu, now);
        if (client.session.state == smpp::SessionState::closed) {
            return;
        }
    }
    if (!client.splitter.ok()) {
        ++counts_.malformed;
        send(id, client.splitter.nack());
        client.session.state = smpp::SessionState::closed;
        sockets_.close(id);
    }
}

void SmppServer::hear(ConnectionId id, Client& client, std::span<std::byte const> octets,
                      SimTime now) {
    auto const decoded = smpp::decode(octets);
    counts_.malformed += decoded.ok() ? 0 : 1;
    auto const reaction = smpp::receive(client.session, spec_.session, decoded, now);
    if (reaction.answer) {
        if (decoded.pdu.command == smpp::CommandId::submit_sm) {
            count_submit(reaction.answer->status);
        }
        send(id, *reaction.answer);
    }
    if (reaction.answers) {
        bool const nack = decoded.pdu.command == smpp::CommandId::generic_nack;
        auto const status = nack && decoded.pdu.status == smpp::CommandStatus::ok
                                ? smpp::CommandStatus::unknown_error
                                : decoded.pdu.status;
        confirmed(id, *reaction.answers, status, now);
    } else if (reaction.for_caller && number_is_taken(client.session, decoded.pdu.sequence)) {
        ++counts_.malformed; // nobody could tell whose answer it is
        if (decoded.pdu.command == smpp::CommandId::submit_sm) {
            count_submit(smpp::CommandStatus::system_error);
        }
        send(id, {.command = smpp::CommandId::generic_nack,
                  .status = smpp::CommandStatus::system_error,
                  .sequence = decoded.pdu.sequence,
                  .body = {},
                  .tlvs = {}});
        client.session.state = smpp::SessionState::closed;
        sockets_.close(id);
        return;
    } else if (reaction.for_caller) {
        serve(id, client, decoded.pdu);
    }
    if (reaction.close) {
        client.session.state = smpp::SessionState::closed;
        sockets_.close(id);
    }
}

void SmppServer::serve(ConnectionId id, Client& client, smpp::Pdu const& request) {
    switch (request.command) {
    case smpp::CommandId::bind_receiver:
    case smpp::CommandId::bind_transmitter:
    case smpp::CommandId::bind_transceiver:
        return bind(id, client, request);
    case smpp::CommandId::submit_sm:
        return submit(id, client, request);
    case smpp::CommandId::query_sm:
        return query(id, client, request);
    case smpp::CommandId::cancel_sm:
        return answer(id, client, request.sequence, smpp::CommandStatus::cancel_failed);
    case smpp::CommandId::replace_sm:
        return answer(id, client, request.sequence, smpp::CommandStatus::replace_failed);
    default:
        if (smpp::is_answered(request.command)) {
            answer(id, client, request.sequence, smpp::CommandStatus::invalid_command_id);
        }
    }
}

void SmppServer::bind(ConnectionId id, Client& client, smpp::Pdu const& request) {
    auto const& who = std::get<smpp::Bind>(request.body);
    auto const status = who.system_id != spec_.system_id ? smpp::CommandStatus::invalid_system_id
                        : who.password != spec_.password ? smpp::CommandStatus::invalid_password
                                                         : smpp::CommandStatus::ok;
    answer(id, client, request.sequence, status);
    if (status == smpp::CommandStatus::ok) {
        ++counts_.binds;
    } else {
        ++counts_.wrong_binds;
        client.session.state = smpp::SessionState::closed;
        sockets_.close(id);
    }
}

void SmppServer::submit(ConnectionId id, Client& client, smpp::Pdu const& request) {
    auto const& message = std::get<smpp::ShortMessage>(request.body);
    auto const content = smpp::content(request);
    auto const meter = backend_.meter_of(message.destination.digits);
    auto const validity = smpp::remaining(message.validity_period, backend_.utc());
    using Status = smpp::CommandStatus;
    auto const status = !meter                          ? Status::invalid_destination_address
                        : message.source.digits.empty() ? Status::invalid_source_address
                        : !message.schedule_delivery_time.empty() ? Status::invalid_schedule
                        : !message.validity_period.empty() &&
                                (!validity || *validity <= std::chrono::milliseconds{0})
                            ? Status::invalid_expiry
                        : content.size() > wire::sms::kUserDataOctets
                            ? Status::invalid_message_length
                        : !messages_.has_room() ? Status::message_queue_full
                                                : Status::ok;
    if (status != Status::ok) {
        count_submit(status);
        return answer(id, client, request.sequence, status);
    }
    auto const& sent = messages_.add({.from = id,
                                      .sequence = request.sequence,
                                      .source = message.source,
                                      .destination = message.destination,
                                      .registered_delivery = message.registered_delivery,
                                      .submitted = backend_.utc()});
    backend_.submit(id, {.number = sent.number,
                         .source = message.source.digits,
                         .meter = *meter,
                         .has_header = smpp::esm::has_user_data_header(message.esm_class),
                         .user_data = {content.begin(), content.end()},
                         .validity = validity ? SimDuration{*validity} : SimDuration{}});
}

void SmppServer::query(ConnectionId id, Client& client, smpp::Pdu const& request) {
    auto const& asked = std::get<smpp::QuerySm>(request.body);
    auto const* message = messages_.find(asked.message_id);
    if (message == nullptr || !message->answered || message->source.digits != asked.source.digits) {
        return answer(id, client, request.sequence, smpp::CommandStatus::query_failed);
    }
    answer(id, client, request.sequence, smpp::CommandStatus::ok,
           smpp::QuerySmResp{.message_id = asked.message_id,
                             .final_date = message->ended
                                               ? smpp::format_time(smpp::from_utc(*message->ended))
                                               : "",
                             .message_state = message->state});
}

void SmppServer::answer(ConnectionId id, Client& client, std::uint32_t sequence,
                        smpp::CommandStatus status, smpp::Body body) {
    send(id, smpp::answer(client.session, spec_.session, sequence, status, std::move(body)));
}

void SmppServer::answer_submit(SentMessage& message, smpp::CommandStatus status) {
    message.answered = true;
    count_submit(status);
    auto const found = clients_.find(message.from);
    if (found == clients_.end()) {
        return; // gone before the answer
    }
    auto const& theirs = found->second.session.theirs;
    bool const waits = std::ranges::any_of(
        theirs, [&](auto const& one) { return one.sequence == message.sequence; });
    if (waits) {
        answer(message.from, found->second, message.sequence, status,
               smpp::MessageIdResp{std::to_string(message.number)});
    }
}

void SmppServer::count_submit(smpp::CommandStatus status) {
    auto& count = status == smpp::CommandStatus::ok          ? counts_.taken
                  : status == smpp::CommandStatus::throttled ? counts_.throttled
                                                             : counts_.refused;
    ++count;
}

void SmppServer::on_state(std::uint64_t number, DeliveryState state, smpp::UtcTime at) {
    auto* message = messages_.find(number);
    if (message == nullptr) {
        return;
    }
    if (state == DeliveryState::sent) {
        answer_submit(*message, smpp::CommandStatus::ok);
    } else if (state == DeliveryState::received) {
        finish(*message, smpp::MessageState::delivered, at);
    }
}

void SmppServer::on_lost(std::uint64_t number, LossReason reason, smpp::UtcTime at) {
    auto* message = messages_.find(number);
    if (message == nullptr) {
        return;
    }
    if (!message->answered) {
        answer_submit(*message, refusal_status(reason));
        messages_.erase(number);
        return;
    }
    finish(*message, lost_state(reason), at);
}

void SmppServer::finish(SentMessage& message, smpp::MessageState state, smpp::UtcTime at) {
    if (message.ended) {
        return; // the client has had its last word; a receipt may be later than that
    }
    messages_.end(message, state, at);
    if (smpp::registered::wants_receipt(message.registered_delivery,
                                        state == smpp::MessageState::delivered)) {
        deliver(receipt_of(message));
    }
}

void SmppServer::on_from_meter(MeterId meter, std::string_view to,
                               std::span<std::byte const> content) {
    if (content.size() > wire::sms::kMostParts * wire::sms::kPartOctets) {
        ++counts_.dropped; // nobody could join it
        return;
    }
    auto parts = wire::sms::cut(content, ++reference_ & 0xFFU);
    bool const has_header = parts.size() > 1;
    for (auto& part : parts) {
        deliver(message_from_meter(meter_address(backend_.number_of(meter)), to, std::move(part),
                                   has_header));
    }
}

void SmppServer::deliver(smpp::Pdu pdu) {
    if (waiting_.size() >= spec_.most_deliveries) {
        ++counts_.dropped;
        return;
    }
    waiting_.push_back({.pdu = std::move(pdu), .serial = ++serial_});
}

void SmppServer::confirmed(ConnectionId id, smpp::Waiting const& request,
                           smpp::CommandStatus status, SimTime now) {
    auto const found = unconfirmed_.find({id, request.sequence});
    if (found == unconfirmed_.end()) {
        return; // an enquire_link
    }
    auto delivery = std::move(found->second);
    unconfirmed_.erase(found);
    bool const not_now = status == smpp::CommandStatus::throttled ||
                         status == smpp::CommandStatus::message_queue_full ||
                         status == smpp::CommandStatus::receiver_temporary_error ||
                         status == smpp::CommandStatus::system_error;
    if (status == smpp::CommandStatus::ok) {
        ++counts_.delivered;
    } else if (not_now) {
        if (auto const client = clients_.find(id); client != clients_.end()) {
            client->second.not_before = now + spec_.retry_after; // others may take it meanwhile
        }
        again(std::move(delivery));
    } else {
        ++counts_.dropped;
    }
}

/// Where it stood before.
void SmppServer::again(Delivery delivery) {
    if (delivery.tries >= spec_.delivery_tries || waiting_.size() >= spec_.most_deliveries) {
        ++counts_.dropped;
    } else {
        auto const place = std::lower_bound(
            waiting_.begin(), waiting_.end(), delivery.serial,
            [](Delivery const& one, std::uint64_t serial) { return one.serial < serial; });
        waiting_.insert(place, std::move(delivery));
    }
}

void SmppServer::flush(SimTime now) {
    for (auto& [id, client] : clients_) {
        while (!waiting_.empty() && now >= client.not_before &&
               smpp::can_send(client.session, spec_.session, smpp::CommandId::deliver_sm)) {
            auto delivery = std::move(waiting_.front());
            waiting_.pop_front();
            ++delivery.tries;
            auto const pdu = smpp::send(client.session, spec_.session, delivery.pdu, now);
            send(id, pdu);
            unconfirmed_.emplace(std::pair{id, pdu.sequence}, std::move(delivery));
        }
    }
}

void SmppServer::on_time(SimTime now) {
    for (auto& [id, client] : clients_) {
        auto const due = smpp::on_time(client.session, spec_.session, now);
        for (auto const& expired : due.expired) {
            if (auto const found = unconfirmed_.find({id, expired.sequence});
                found != unconfirmed_.end()) {
                again(std::move(found->second));
                unconfirmed_.erase(found);
            }
        }
        if (due.enquire_link) {
            send(id, *due.enquire_link);
        }
        if (!due.close.empty()) {
            sockets_.close(id);
        }
    }
    flush(now);
}

void SmppServer::send(ConnectionId id, smpp::Pdu const& pdu) {
    std::vector<std::byte> octets;
    smpp::encode(pdu, octets);
    sockets_.send(id, octets);
}

} // namespace gridtwin::live
