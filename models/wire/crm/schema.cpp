#include "models/wire/crm/schema.hpp"

#include "models/wire/crm/document.hpp"
#include "models/wire/crm/values.hpp"

#include <algorithm>
#include <array>

namespace gridtwin::wire::crm {
namespace {

constexpr std::size_t kShortText = 80;
constexpr std::size_t kLongText = 400;
constexpr std::size_t kMessageText = 140;
constexpr std::array<std::string_view, 2> kBooleans{"true", "false"};
constexpr std::array<std::string_view, 2> kOnOff{"on", "off"};

template <typename Value>
bool readable(std::string_view text) {
    return read_value<Value>(text).has_value();
}

bool is_payment(std::string_view text) {
    auto const amount = read_value<Money>(text);
    return amount && *amount > Money{};
}

// clang-format off
constexpr ValueType kNumber{.name = "number", .expected = "a number of up to 18 digits",
    .pattern = "0|[1-9][0-9]{0,17}", .check = &readable<std::uint64_t>, .names = {}};
constexpr ValueType kCount{.name = "count", .expected = "a number of up to 9 digits",
    .pattern = "0|[1-9][0-9]{0,8}", .check = &readable<std::uint32_t>, .names = {}};
constexpr ValueType kCents{.name = "cents", .expected = "whole cents, up to 15 digits",
    .pattern = "0|-?[1-9][0-9]{0,14}", .check = &readable<Money>, .names = {}};
constexpr ValueType kPayment{.name = "payment", .expected = "whole cents above 0, up to 15 digits",
    .pattern = "[1-9][0-9]{0,14}", .check = &is_payment, .names = {}};
constexpr ValueType kTime{.name = "time", .expected = "a time like 2026-01-15T04:02:00Z",
    .base = "xs:dateTime",
    .pattern = "20[0-9]{2}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z",
    .check = &readable<UtcSeconds>, .names = {}};
constexpr ValueType kDate{.name = "day", .expected = "a date like 2026-01-15", .base = "xs:date",
    .pattern = "(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}", .check = &readable<Date>, .names = {}};
constexpr ValueType kTimeOfDay{.name = "time-of-day", .expected = "a time of day like 07:30",
    .pattern = "([01][0-9]|2[0-3]):[0-5][0-9]", .check = &readable<MinuteOfDay>, .names = {}};
constexpr ValueType kSubscriberCode{.name = "subscriber-code",
    .expected = "15 digits: region (not 00), settlement, street, building, apartment",
    .pattern = "(0[1-9]|[1-9][0-9])[0-9]{13}", .check = &is_subscriber_code, .names = {}};
constexpr ValueType kMeterCode{.name = "meter-code", .expected = "20 digits",
    .pattern = "[0-9]{20}", .check = &is_meter_code, .names = {}};
constexpr ValueType kPhone{.name = "phone", .expected = "3 to 20 digits, a + before them or not",
    .pattern = "\\+?[0-9]{3,20}", .check = &is_phone, .names = {}};
constexpr ValueType kShort{.name = "short-text", .expected = "1 to 80 characters", .pattern = {},
    .names = {}, .least = 1, .most = kShortText};
constexpr ValueType kLong{.name = "long-text", .expected = "up to 400 characters", .pattern = {},
    .names = {}, .least = 0, .most = kLongText};
constexpr ValueType kMessage{.name = "message-text", .expected = "1 to 140 characters", .pattern = {},
    .names = {}, .least = 1, .most = kMessageText};
constexpr ValueType kBoolean{.name = "boolean", .expected = "true or false", .pattern = {}, .names = kBooleans};
constexpr ValueType kContacts{.name = "contacts", .expected = "on or off", .pattern = {}, .names = kOnOff};
constexpr ValueType kStatus{.name = "status", .expected = "active, interrupted or closed",
    .pattern = {}, .names = kStatusNames};
constexpr ValueType kState{.name = "delivery-state", .expected = "0:0, 0:1, 1:0 or 1:1",
    .pattern = {}, .names = kStateNames};
constexpr ValueType kFate{.name = "fate", .expected = "pending, done, expired, rejected or refused",
    .pattern = {}, .names = kFateNames};
constexpr ValueType kKind{.name = "received-kind", .expected = "the kind of a received message",
    .pattern = {}, .names = kReceivedNames};

constexpr std::array kTypes{&kNumber, &kCount, &kCents, &kPayment, &kTime, &kDate, &kTimeOfDay,
                            &kSubscriberCode, &kMeterCode, &kPhone, &kShort, &kLong, &kMessage,
                            &kBoolean, &kContacts, &kStatus, &kState, &kFate, &kKind};

constexpr ElementRule text_element(std::string_view name, ValueType const& type) {
    return {.name = name, .attributes = {}, .content = Content::text, .text = &type, .children = {}};
}
constexpr ElementRule empty_element(std::string_view name,
                                    std::span<AttributeRule const> attributes = {}) {
    return {.name = name, .attributes = attributes, .children = {}};
}

constexpr ElementRule kName = text_element("name", kShort);
constexpr ElementRule kPhoneElement = text_element("phone", kPhone);
constexpr ElementRule kNote = text_element("note", kLong);
constexpr AttributeRule kMeterAttributes[] = {{"code", &kMeterCode, true, true}, {"number", &kPhone, true, true},
    {"tariff", &kCount}, {"balance-cents", &kCents}};
constexpr ElementRule kMeter = empty_element("meter", kMeterAttributes);
constexpr AttributeRule kSubscriberAttributes[] = {{"code", &kSubscriberCode, true, true},
    {"contract", &kShort}, {"status", &kStatus}, {"registered", &kDate}, {"ended", &kDate, false},
    {"household", &kCount, false}, {"rooms", &kCount, false}, {"may-pay", &kBoolean},
    {"assumed-wh", &kCount, false}};
constexpr ChildRule kSubscriberChildren[] = {{&kName}, {&kPhoneElement, 0, 1}, {&kNote, 0, 1},
    {&kMeter, 0, 8}};
constexpr ElementRule kSubscriber{.name = "subscriber", .attributes = kSubscriberAttributes,
    .content = Content::sequence, .children = kSubscriberChildren};

constexpr ElementRule kBalance = empty_element("balance");
constexpr AttributeRule kRateAttributes[] = {{"from", &kTimeOfDay}, {"cents-per-kwh", &kCents}};
constexpr ElementRule kRate = empty_element("rate", kRateAttributes);
constexpr AttributeRule kTariffAttributes[] = {{"from", &kTime}};
constexpr ChildRule kTariffChildren[] = {{&kRate, 1, 48}};
constexpr ElementRule kTariff{.name = "tariff", .attributes = kTariffAttributes,
    .content = Content::sequence, .children = kTariffChildren};
constexpr AttributeRule kSwitchAttributes[] = {{"contacts", &kContacts}};
constexpr ElementRule kSwitch = empty_element("switch", kSwitchAttributes);
constexpr AttributeRule kLimitAttributes[] = {{"power-w", &kCount}, {"energy-wh", &kCount}};
constexpr ElementRule kLimit = empty_element("limit", kLimitAttributes);
constexpr AttributeRule kTopUpAttributes[] = {{"cents", &kPayment}, {"token", &kNumber}};
constexpr ElementRule kTopUp = empty_element("top-up", kTopUpAttributes);
constexpr ElementRule kReadRegisters = empty_element("read-registers");
constexpr AttributeRule kReadProfileAttributes[] = {{"first", &kCount}, {"count", &kCount}};
constexpr ElementRule kReadProfile = empty_element("read-profile", kReadProfileAttributes);
constexpr ElementRule kReadClock = empty_element("read-clock");
constexpr AttributeRule kCommandAttributes[] = {{"id", &kNumber, true, true}, {"meter", &kMeterCode},
    {"valid-s", &kCount}};
constexpr ChildRule kCommandChildren[] = {{&kBalance}, {&kTariff}, {&kSwitch}, {&kLimit},
    {&kTopUp}, {&kReadRegisters}, {&kReadProfile}, {&kReadClock}};
constexpr ElementRule kCommand{.name = "command", .attributes = kCommandAttributes,
    .content = Content::choice, .children = kCommandChildren};

constexpr AttributeRule kDeliveryAttributes[] = {{"command", &kNumber}, {"state", &kState},
    {"fate", &kFate}, {"at", &kTime}, {"reason", &kShort, false}};
constexpr ElementRule kDelivery = empty_element("delivery", kDeliveryAttributes);

constexpr ElementRule kExplanation = text_element("explanation", kLong);
constexpr AttributeRule kReceivedAttributes[] = {{"id", &kNumber}, {"sender", &kShort},
    {"at", &kTime}, {"kind", &kKind}, {"meter", &kMeterCode, false}, {"command", &kNumber, false},
    {"balance-cents", &kCents, false}, {"energy-wh", &kNumber, false}};
constexpr ChildRule kReceivedChildren[] = {{&kExplanation}};
constexpr ElementRule kReceived{.name = "received", .attributes = kReceivedAttributes,
    .content = Content::sequence, .children = kReceivedChildren};

constexpr AttributeRule kAnswerAttributes[] = {{"to", &kNumber}, {"number", &kPhone},
    {"right", &kBoolean}};
constexpr ElementRule kText = text_element("text", kMessage);
constexpr ChildRule kAnswerChildren[] = {{&kText}};
constexpr ElementRule kAnswer{.name = "answer", .attributes = kAnswerAttributes,
    .content = Content::sequence, .children = kAnswerChildren};

constexpr AttributeRule kExchangeAttributes[] = {{"number", &kNumber}, {"created", &kTime}};
constexpr ChildRule kExchangeChildren[] = {{&kSubscriber}, {&kCommand}, {&kDelivery}, {&kReceived},
    {&kAnswer}};
constexpr ElementRule kExchange{.name = "exchange", .attributes = kExchangeAttributes,
    .content = Content::choice, .children = kExchangeChildren, .least = 0, .most = kMostEntries};
// clang-format on

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
    }));
}

} // namespace

bool is_valid(ValueType const& type, std::string_view value) {
    if (type.check != nullptr) {
        return type.check(value);
    }
    if (!type.names.empty()) {
        return std::find(type.names.begin(), type.names.end(), value) != type.names.end();
    }
    auto const length = characters(value);
    return length >= type.least && length <= type.most;
}

ElementRule const& schema() {
    return kExchange;
}

std::span<ValueType const* const> value_types() {
    return kTypes;
}

ValueType const& meter_code_type() {
    return kMeterCode;
}

} // namespace gridtwin::wire::crm
