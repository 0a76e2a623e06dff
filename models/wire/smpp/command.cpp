#include "models/wire/smpp/command.hpp"

#include <array>
#include <utility>

namespace gridtwin::wire::smpp {
namespace {

template <typename Number, std::size_t N>
std::string_view find(std::array<std::pair<Number, std::string_view>, N> const& names,
                      Number number) {
    for (auto const& [key, text] : names) {
        if (key == number) {
            return text;
        }
    }
    return {};
}

constexpr auto kCommands = std::to_array<std::pair<CommandId, std::string_view>>({
    {CommandId::generic_nack, "generic_nack"},
    {CommandId::bind_receiver, "bind_receiver"},
    {CommandId::bind_receiver_resp, "bind_receiver_resp"},
    {CommandId::bind_transmitter, "bind_transmitter"},
    {CommandId::bind_transmitter_resp, "bind_transmitter_resp"},
    {CommandId::query_sm, "query_sm"},
    {CommandId::query_sm_resp, "query_sm_resp"},
    {CommandId::submit_sm, "submit_sm"},
    {CommandId::submit_sm_resp, "submit_sm_resp"},
    {CommandId::deliver_sm, "deliver_sm"},
    {CommandId::deliver_sm_resp, "deliver_sm_resp"},
    {CommandId::unbind, "unbind"},
    {CommandId::unbind_resp, "unbind_resp"},
    {CommandId::replace_sm, "replace_sm"},
    {CommandId::replace_sm_resp, "replace_sm_resp"},
    {CommandId::cancel_sm, "cancel_sm"},
    {CommandId::cancel_sm_resp, "cancel_sm_resp"},
    {CommandId::bind_transceiver, "bind_transceiver"},
    {CommandId::bind_transceiver_resp, "bind_transceiver_resp"},
    {CommandId::outbind, "outbind"},
    {CommandId::enquire_link, "enquire_link"},
    {CommandId::enquire_link_resp, "enquire_link_resp"},
    {CommandId::submit_multi, "submit_multi"},
    {CommandId::submit_multi_resp, "submit_multi_resp"},
    {CommandId::alert_notification, "alert_notification"},
    {CommandId::data_sm, "data_sm"},
    {CommandId::data_sm_resp, "data_sm_resp"},
});

using enum CommandStatus;
constexpr auto kStatuses = std::to_array<std::pair<CommandStatus, std::string_view>>({
    {ok, "ESME_ROK"},
    {invalid_message_length, "ESME_RINVMSGLEN"},
    {invalid_command_length, "ESME_RINVCMDLEN"},
    {invalid_command_id, "ESME_RINVCMDID"},
    {incorrect_bind_status, "ESME_RINVBNDSTS"},
    {already_bound, "ESME_RALYBND"},
    {invalid_priority, "ESME_RINVPRTFLG"},
    {invalid_registered_delivery, "ESME_RINVREGDLVFLG"},
    {system_error, "ESME_RSYSERR"},
    {invalid_source_address, "ESME_RINVSRCADR"},
    {invalid_destination_address, "ESME_RINVDSTADR"},
    {invalid_message_id, "ESME_RINVMSGID"},
    {bind_failed, "ESME_RBINDFAIL"},
    {invalid_password, "ESME_RINVPASWD"},
    {invalid_system_id, "ESME_RINVSYSID"},
    {cancel_failed, "ESME_RCANCELFAIL"},
    {replace_failed, "ESME_RREPLACEFAIL"},
    {message_queue_full, "ESME_RMSGQFUL"},
    {invalid_service_type, "ESME_RINVSERTYP"},
    {invalid_destination_count, "ESME_RINVNUMDESTS"},
    {invalid_list_name, "ESME_RINVDLNAME"},
    {invalid_destination_flag, "ESME_RINVDESTFLAG"},
    {invalid_submit_with_replace, "ESME_RINVSUBREP"},
    {invalid_esm_class, "ESME_RINVESMCLASS"},
    {cannot_submit_to_list, "ESME_RCNTSUBDL"},
    {submit_failed, "ESME_RSUBMITFAIL"},
    {invalid_source_ton, "ESME_RINVSRCTON"},
    {invalid_source_npi, "ESME_RINVSRCNPI"},
    {invalid_destination_ton, "ESME_RINVDSTTON"},
    {invalid_destination_npi, "ESME_RINVDSTNPI"},
    {invalid_system_type, "ESME_RINVSYSTYP"},
    {invalid_replace_flag, "ESME_RINVREPFLAG"},
    {invalid_number_of_messages, "ESME_RINVNUMMSGS"},
    {throttled, "ESME_RTHROTTLED"},
    {invalid_schedule, "ESME_RINVSCHED"},
    {invalid_expiry, "ESME_RINVEXPIRY"},
    {invalid_default_message, "ESME_RINVDFTMSGID"},
    {receiver_temporary_error, "ESME_RX_T_APPN"},
    {receiver_permanent_error, "ESME_RX_P_APPN"},
    {receiver_reject, "ESME_RX_R_APPN"},
    {query_failed, "ESME_RQUERYFAIL"},
    {invalid_optional_stream, "ESME_RINVOPTPARSTREAM"},
    {optional_not_allowed, "ESME_ROPTPARNOTALLWD"},
    {invalid_parameter_length, "ESME_RINVPARLEN"},
    {missing_optional, "ESME_RMISSINGOPTPARAM"},
    {invalid_optional_value, "ESME_RINVOPTPARAMVAL"},
    {delivery_failure, "ESME_RDELIVERYFAILURE"},
    {unknown_error, "ESME_RUNKNOWNERR"},
});

constexpr auto kStates = std::to_array<std::pair<MessageState, std::string_view>>({
    {MessageState::enroute, "ENROUTE"},
    {MessageState::delivered, "DELIVERED"},
    {MessageState::expired, "EXPIRED"},
    {MessageState::deleted, "DELETED"},
    {MessageState::undeliverable, "UNDELIVERABLE"},
    {MessageState::accepted, "ACCEPTED"},
    {MessageState::unknown, "UNKNOWN"},
    {MessageState::rejected, "REJECTED"},
});

} // namespace

bool is_known(CommandId id) {
    return !name(id).empty();
}

std::string_view name(CommandId id) {
    return find(kCommands, id);
}
std::string_view name(CommandStatus status) {
    return find(kStatuses, status);
}
std::string_view name(MessageState state) {
    return find(kStates, state);
}

} // namespace gridtwin::wire::smpp
