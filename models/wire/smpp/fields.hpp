#pragma once
// Layouts of the bodies, once for both directions: fields(codec, body) names each field in order;
// FieldWriter appends them, FieldReader takes them from a span.
#include "models/wire/smpp/pdu.hpp"
#include "models/wire/smpp/time.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace gridtwin::wire::smpp {

/// A text's name, its maximum with the NUL, and what an error of it is answered with.
struct TextField {
    std::string_view name;
    std::size_t most = 0;
    CommandStatus refusal = CommandStatus::invalid_parameter_length;
};

class FieldWriter {
  public:
    explicit FieldWriter(std::vector<std::byte>& out) : out_(out) {}

    void octet(std::uint8_t value, std::string_view) { out_.push_back(std::byte{value}); }
    void state(MessageState value, std::string_view what) {
        octet(static_cast<std::uint8_t>(value), what);
    }
    void text(std::string const& value, TextField field) {
        if (value.size() >= field.most || value.find('\0') != std::string::npos) {
            throw SimulationError(fmt::format("SMPP: {} of {} characters, at most {} and no NUL "
                                              "can be",
                                              field.name, value.size(), field.most - 1));
        }
        for (char const c : value) {
            out_.push_back(static_cast<std::byte>(c));
        }
        out_.push_back(std::byte{0});
    }
    void time(std::string const& value, TextField field) {
        if (!value.empty() && !parse_time(value).ok()) {
            throw SimulationError(fmt::format("SMPP: '{}' is no {}", value, field.name));
        }
        text(value, field);
    }
    void message(std::vector<std::byte> const& value) {
        if (value.size() > kMostShortMessage) {
            throw SimulationError(fmt::format("SMPP: short_message of {} octets, at most {} can be",
                                              value.size(), kMostShortMessage));
        }
        out_.push_back(static_cast<std::byte>(value.size()));
        out_.insert(out_.end(), value.begin(), value.end());
    }
    void rest(std::vector<std::byte> const& value) {
        out_.insert(out_.end(), value.begin(), value.end());
    }

  private:
    std::vector<std::byte>& out_;
};

/// Walks the octets; the first fault stops it, everything after reads as nothing.
class FieldReader {
  public:
    FieldReader(std::span<std::byte const> octets, std::size_t at) : octets_(octets), at_(at) {}

    [[nodiscard]] std::size_t left() const { return octets_.size() - at_; }
    [[nodiscard]] bool ok() const { return problem_.empty(); }
    [[nodiscard]] std::string const& problem() const { return problem_; }
    [[nodiscard]] CommandStatus refusal() const { return refusal_; }

    void fail(std::string_view what, CommandStatus refusal, std::size_t back = 0) {
        if (ok()) {
            problem_ = fmt::format("octet {}: {}", at_ - back, what);
            refusal_ = refusal;
        }
    }
    void octet(std::uint8_t& value, std::string_view what) {
        if (take(1, what)) {
            value = std::to_integer<std::uint8_t>(octets_[at_ - 1]);
        }
    }
    void state(MessageState& value, std::string_view what) {
        std::uint8_t number = 0;
        octet(number, what);
        value = static_cast<MessageState>(number);
    }
    std::uint32_t number(std::size_t octets, std::string_view what) {
        std::uint32_t value = 0;
        if (take(octets, what)) {
            for (std::size_t i = at_ - octets; i < at_; ++i) {
                value = value << 8U | std::to_integer<std::uint32_t>(octets_[i]);
            }
        }
        return value;
    }
    void text(std::string& value, TextField field) {
        if (!ok()) {
            return;
        }
        auto const rest = octets_.subspan(at_, std::min(left(), field.most));
        auto const end = std::find(rest.begin(), rest.end(), std::byte{0});
        if (end == rest.end()) {
            bool const cut = left() < field.most;
            fail(cut ? fmt::format("ends within {}", field.name)
                     : fmt::format("{} does not end within {} octets", field.name, field.most),
                 cut ? CommandStatus::invalid_command_length : field.refusal);
            return;
        }
        value.assign(reinterpret_cast<char const*>(rest.data()),
                     static_cast<std::size_t>(end - rest.begin()));
        at_ += value.size() + 1;
    }
    void time(std::string& value, TextField field) {
        auto const begin = at_;
        text(value, field);
        if (ok() && !value.empty()) {
            if (auto const parsed = parse_time(value); !parsed.ok()) {
                fail(fmt::format("{}: {}", field.name, parsed.problem), field.refusal, at_ - begin);
            }
        }
    }
    void message(std::vector<std::byte>& value) {
        std::uint8_t length = 0;
        octet(length, "sm_length");
        if (length > kMostShortMessage) {
            fail(fmt::format("sm_length {}, at most {} can be", length, kMostShortMessage),
                 CommandStatus::invalid_message_length, 1);
        }
        octets(value, length, "short_message");
    }
    void octets(std::vector<std::byte>& value, std::size_t count, std::string_view what) {
        if (take(count, what)) {
            auto const taken = octets_.subspan(at_ - count, count);
            value.assign(taken.begin(), taken.end());
        }
    }
    void rest(std::vector<std::byte>& value) { octets(value, left(), "the body"); }
    /// Whether all that is left is one NUL; then it is taken.
    bool lone_nul() {
        bool const is = ok() && left() == 1 && octets_[at_] == std::byte{0};
        at_ += is ? 1 : 0;
        return is;
    }

  private:
    bool take(std::size_t count, std::string_view what) {
        if (ok() && left() < count) {
            fail(fmt::format("ends within {}", what), CommandStatus::invalid_command_length);
        }
        if (!ok()) {
            return false;
        }
        at_ += count;
        return true;
    }

    std::span<std::byte const> octets_;
    std::size_t at_;
    std::string problem_;
    CommandStatus refusal_ = CommandStatus::ok;
};

// Codec is FieldWriter with a const body, or FieldReader with one to fill.

template <typename Codec, typename Text>
void address(Codec& codec, Text& a, std::size_t most, std::string_view what,
             CommandStatus refusal) {
    codec.octet(a.ton, "a type of number");
    codec.octet(a.npi, "a numbering plan");
    codec.text(a.digits, {what, most, refusal});
}
template <typename Codec, typename A>
void source(Codec& codec, A& a, std::size_t most = 21) {
    address(codec, a, most, "source_addr", CommandStatus::invalid_source_address);
}
template <typename Codec, typename A>
void destination(Codec& codec, A& a, std::size_t most = 21) {
    address(codec, a, most, "destination_addr", CommandStatus::invalid_destination_address);
}

inline constexpr TextField kSystemId{"system_id", 16, CommandStatus::invalid_system_id};
inline constexpr TextField kPassword{"password", 9, CommandStatus::invalid_password};
inline constexpr TextField kServiceType{"service_type", 6, CommandStatus::invalid_service_type};
inline constexpr TextField kMessageId{"message_id", 65, CommandStatus::invalid_message_id};
inline constexpr TextField kSchedule{"schedule_delivery_time", 17, CommandStatus::invalid_schedule};
inline constexpr TextField kValidity{"validity_period", 17, CommandStatus::invalid_expiry};

template <typename Codec, typename B>
void fields(Codec& c, B& b) {
    using Plain = std::remove_const_t<B>;
    if constexpr (std::is_same_v<Plain, Bind>) {
        c.text(b.system_id, kSystemId);
        c.text(b.password, kPassword);
        c.text(b.system_type, {"system_type", 13, CommandStatus::invalid_system_type});
        c.octet(b.interface_version, "interface_version");
        address(c, b.address_range, 41, "address_range", CommandStatus::bind_failed);
    } else if constexpr (std::is_same_v<Plain, BindResp>) {
        c.text(b.system_id, kSystemId);
    } else if constexpr (std::is_same_v<Plain, Outbind>) {
        c.text(b.system_id, kSystemId);
        c.text(b.password, kPassword);
    } else if constexpr (std::is_same_v<Plain, ShortMessage>) {
        c.text(b.service_type, kServiceType);
        source(c, b.source);
        destination(c, b.destination);
        c.octet(b.esm_class, "esm_class");
        c.octet(b.protocol_id, "protocol_id");
        c.octet(b.priority_flag, "priority_flag");
        c.time(b.schedule_delivery_time, kSchedule);
        c.time(b.validity_period, kValidity);
        c.octet(b.registered_delivery, "registered_delivery");
        c.octet(b.replace_if_present_flag, "replace_if_present_flag");
        c.octet(b.data_coding, "data_coding");
        c.octet(b.sm_default_msg_id, "sm_default_msg_id");
        c.message(b.short_message);
    } else if constexpr (std::is_same_v<Plain, DataSm>) {
        c.text(b.service_type, kServiceType);
        source(c, b.source, 65);
        destination(c, b.destination, 65);
        c.octet(b.esm_class, "esm_class");
        c.octet(b.registered_delivery, "registered_delivery");
        c.octet(b.data_coding, "data_coding");
    } else if constexpr (std::is_same_v<Plain, MessageIdResp>) {
        c.text(b.message_id, kMessageId);
    } else if constexpr (std::is_same_v<Plain, QuerySm>) {
        c.text(b.message_id, kMessageId);
        source(c, b.source);
    } else if constexpr (std::is_same_v<Plain, QuerySmResp>) {
        c.text(b.message_id, kMessageId);
        c.time(b.final_date, {"final_date", 17});
        c.state(b.message_state, "message_state");
        c.octet(b.error_code, "error_code");
    } else if constexpr (std::is_same_v<Plain, CancelSm>) {
        c.text(b.service_type, kServiceType);
        c.text(b.message_id, kMessageId);
        source(c, b.source);
        destination(c, b.destination);
    } else if constexpr (std::is_same_v<Plain, ReplaceSm>) {
        c.text(b.message_id, kMessageId);
        source(c, b.source);
        c.time(b.schedule_delivery_time, kSchedule);
        c.time(b.validity_period, kValidity);
        c.octet(b.registered_delivery, "registered_delivery");
        c.octet(b.sm_default_msg_id, "sm_default_msg_id");
        c.message(b.short_message);
    } else if constexpr (std::is_same_v<Plain, AlertNotification>) {
        source(c, b.source, 65);
        address(c, b.esme, 65, "esme_addr", CommandStatus::invalid_destination_address);
    } else if constexpr (std::is_same_v<Plain, Undecoded>) {
        c.rest(b.octets);
    }
}

} // namespace gridtwin::wire::smpp
