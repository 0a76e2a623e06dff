#pragma once
// Any Data, times and APDUs.
#include "models/wire/dlms/data.hpp"
#include "models/wire/dlms/selective_access.hpp"
#include "models/wire/dlms/services.hpp"
#include "tests/models/wire/random_block.hpp"

#include <deque>

namespace gridtwin::wire::dlms {

inline std::vector<std::byte> random_bytes(TestDraws& draws, std::uint64_t most) {
    std::vector<std::byte> bytes(draws.below(most + 1));
    for (auto& byte : bytes) {
        byte = static_cast<std::byte>(draws.bits());
    }
    return bytes;
}

/// @param deeper levels of arrays and structures that may still be opened
inline Data random_data(TestDraws& draws, unsigned deeper = kMaxDepth) {
    static constexpr Tag kTags[] = {Tag::null_data,
                                    Tag::boolean,
                                    Tag::bit_string,
                                    Tag::double_long,
                                    Tag::double_long_unsigned,
                                    Tag::octet_string,
                                    Tag::visible_string,
                                    Tag::utf8_string,
                                    Tag::bcd,
                                    Tag::integer,
                                    Tag::long_integer,
                                    Tag::unsigned8,
                                    Tag::long_unsigned,
                                    Tag::long64,
                                    Tag::long64_unsigned,
                                    Tag::enumerated,
                                    Tag::float32,
                                    Tag::float64,
                                    Tag::date_time,
                                    Tag::date,
                                    Tag::time,
                                    Tag::dont_care,
                                    Tag::array,
                                    Tag::structure};
    std::size_t const leaves = std::size(kTags) - 2;
    Data data;
    // Few elements, so that depth is reached and sizes stay small.
    data.tag = deeper > 0 && draws.below(3) == 0 ? kTags[leaves + draws.below(2)]
                                                 : kTags[draws.below(leaves)];
    auto const shift = draws.below(64);
    switch (data.tag) {
    case Tag::null_data:
    case Tag::dont_care:
        break;
    case Tag::boolean:
        data.value = draws.below(2);
        break;
    case Tag::bit_string: {
        auto bytes = random_bytes(draws, 40);
        data.bits = static_cast<std::uint32_t>(8 * bytes.size());
        if (!bytes.empty()) {
            auto const less = static_cast<std::uint32_t>(draws.below(8));
            data.bits -= less;
            bytes.back() &= static_cast<std::byte>(0xFFU << less);
        }
        data.value = std::move(bytes);
        break;
    }
    case Tag::double_long:
        data.value = std::int64_t{static_cast<std::int32_t>(draws.bits())};
        break;
    case Tag::integer:
    case Tag::bcd:
        data.value = std::int64_t{static_cast<std::int8_t>(draws.bits())};
        break;
    case Tag::long_integer:
        data.value = std::int64_t{static_cast<std::int16_t>(draws.bits())};
        break;
    case Tag::long64:
        data.value = static_cast<std::int64_t>(draws.bits()) >> shift;
        break;
    case Tag::double_long_unsigned:
        data.value = std::uint64_t{static_cast<std::uint32_t>(draws.bits())};
        break;
    case Tag::unsigned8:
    case Tag::enumerated:
        data.value = draws.below(256);
        break;
    case Tag::long_unsigned:
        data.value = draws.below(65536);
        break;
    case Tag::long64_unsigned:
        data.value = draws.bits() >> shift;
        break;
    case Tag::float32:
        data.value = static_cast<float>(draws.below(100'000)) / -7.0F;
        break;
    case Tag::float64:
        data.value = static_cast<double>(draws.below(100'000)) / 7.0;
        break;
    case Tag::date_time:
    case Tag::date:
    case Tag::time: {
        auto bytes = random_bytes(draws, 0);
        bytes.resize(*fixed_octets(data.tag), static_cast<std::byte>(draws.bits()));
        data.value = std::move(bytes);
        break;
    }
    case Tag::array:
    case Tag::structure: {
        auto& elements = data.value.emplace<Data::Elements>();
        for (auto left = draws.below(5); left > 0; --left) {
            elements.push_back(random_data(draws, deeper - 1));
        }
        break;
    }
    default:
        data.value = random_bytes(draws, draws.below(20) == 0 ? 70'000 : 300);
    }
    return data;
}

inline DateTime random_time(TestDraws& draws) {
    auto const field = [&draws](std::uint64_t least, std::uint64_t most) {
        return draws.below(8) == 0
                   ? kUnspecified
                   : static_cast<std::uint8_t>(least + draws.below(most - least + 1));
    };
    DateTime when;
    when.date = {.year = draws.below(8) == 0 ? kAnyYear
                                             : static_cast<std::uint16_t>(draws.below(0xFFFF)),
                 .month = field(1, 12),
                 .day = field(1, 28),
                 .weekday = field(1, 7)};
    when.time = {field(0, 23), field(0, 59), field(0, 59), field(0, 99)};
    when.deviation_min = draws.below(4) == 0
                             ? kNoDeviation
                             : static_cast<std::int16_t>(static_cast<int>(draws.below(1681)) - 840);
    when.clock_status = static_cast<std::uint8_t>(draws.bits());
    return when;
}

/// Draws APDUs, and keeps what they point at.
class ApduDraws {
  public:
    explicit ApduDraws(TestDraws& draws) : draws_(&draws) {}

    Apdu next() {
        switch (draws_->below(30)) {
        case 0:
            return GetRequestNormal{invoke(), selected()};
        case 1:
            return GetRequestNext{invoke(), number()};
        case 2:
            return GetRequestWithList{invoke(), attributes()};
        case 3:
            return GetResponseNormal{invoke(), result()};
        case 4:
            return GetResponseWithDatablock{invoke(), flag(), number(), raw_or_result()};
        case 5:
            return GetResponseWithList{invoke(), list<GetDataResult>([this] { return result(); })};
        case 6:
            return SetRequestNormal{invoke(), selected(), data()};
        case 7:
            return SetRequestWithFirstDatablock{invoke(), selected(), block()};
        case 8:
            return SetRequestWithDatablock{invoke(), block()};
        case 9: {
            SetRequestWithList apdu{invoke(), attributes(), {}};
            for (std::size_t i = 0; i < apdu.attributes.size(); ++i) {
                apdu.values.push_back(data());
            }
            return apdu;
        }
        case 10:
            return SetRequestWithListAndFirstDatablock{invoke(), attributes(), block()};
        case 11:
            return SetResponseNormal{invoke(), access_result()};
        case 12:
            return SetResponseDatablock{invoke(), number()};
        case 13:
            return SetResponseLastDatablock{invoke(), access_result(), number()};
        case 14:
            return SetResponseLastDatablockWithList{invoke(), access_results(), number()};
        case 15:
            return SetResponseWithList{invoke(), access_results()};
        case 16:
            return ActionRequestNormal{invoke(), method(),
                                       flag() ? std::optional(data()) : std::nullopt};
        case 17:
            return ActionRequestNextPblock{invoke(), number()};
        case 18: {
            ActionRequestWithList apdu{invoke(), methods(), {}};
            for (std::size_t i = 0; i < apdu.methods.size(); ++i) {
                apdu.parameters.push_back(data());
            }
            return apdu;
        }
        case 19:
            return ActionRequestWithFirstPblock{invoke(), method(), block()};
        case 20:
            return ActionRequestWithListAndFirstPblock{invoke(), methods(), block()};
        case 21:
            return ActionRequestWithPblock{invoke(), block()};
        case 22:
            return ActionResponseNormal{invoke(), outcome()};
        case 23:
            return ActionResponseWithPblock{invoke(), block()};
        case 24:
            return ActionResponseWithList{invoke(),
                                          list<ActionOutcome>([this] { return outcome(); })};
        case 25:
            return ActionResponseNextPblock{invoke(), number()};
        case 26:
            return EventNotification{time(), attribute(), data()};
        case 27:
            return DataNotification{{static_cast<std::uint32_t>(draws_->below(1U << 24)), flag(),
                                     flag(), flag(), flag()},
                                    time(),
                                    data()};
        case 28: {
            ExceptionResponse apdu{static_cast<StateError>(1 + draws_->below(2)),
                                   static_cast<ServiceError>(1 + draws_->below(6)),
                                   {}};
            if (apdu.service == ServiceError::invocation_counter_error && flag()) {
                apdu.counter = number();
            }
            return apdu;
        }
        default:
            return ConfirmedServiceError{static_cast<std::uint8_t>(1 + draws_->below(19)),
                                         static_cast<std::uint8_t>(draws_->below(11)), octet()};
        }
    }

    RangeDescriptor range() {
        return {column(), data(), data(), list<CaptureObject>([this] { return column(); })};
    }

  private:
    bool flag() { return draws_->below(2) == 1; }
    std::uint8_t octet() { return static_cast<std::uint8_t>(draws_->bits()); }
    std::uint32_t number() { return static_cast<std::uint32_t>(draws_->bits()); }
    InvokeId invoke() { return invoke_id_of(octet()); }
    Obis name() { return {octet(), octet(), octet(), octet(), octet(), octet()}; }
    AttributeDescriptor attribute() {
        return {static_cast<std::uint16_t>(number()), name(), static_cast<std::int8_t>(octet())};
    }
    MethodDescriptor method() {
        return {static_cast<std::uint16_t>(number()), name(), static_cast<std::int8_t>(octet())};
    }
    CaptureObject column() {
        return {static_cast<std::uint16_t>(number()), name(), static_cast<std::int8_t>(octet()),
                static_cast<std::uint16_t>(number())};
    }
    Octets keep(std::vector<std::byte> octets) {
        return Octets(kept_.emplace_back(std::move(octets)));
    }
    Octets data() {
        std::vector<std::byte> octets;
        encode(random_data(*draws_, 3), octets);
        return keep(std::move(octets));
    }
    Octets raw() { return keep(random_bytes(*draws_, 400)); }
    DataBlock block() { return {flag(), number(), raw()}; }
    SelectedAttribute selected() {
        SelectedAttribute selected{attribute(), {}};
        if (flag()) {
            selected.access = {octet(), data()};
        }
        return selected;
    }
    DataAccessResult access_result() { return static_cast<DataAccessResult>(octet()); }
    GetDataResult result() {
        return flag() ? GetDataResult(data()) : GetDataResult(access_result());
    }
    std::variant<Octets, DataAccessResult> raw_or_result() {
        return flag() ? GetDataResult(raw()) : GetDataResult(access_result());
    }
    ActionOutcome outcome() {
        ActionOutcome outcome{static_cast<ActionResult>(octet()), {}};
        if (flag()) {
            outcome.returned = result();
        }
        return outcome;
    }
    std::optional<DateTime> time() {
        return flag() ? std::optional(random_time(*draws_)) : std::nullopt;
    }
    template <typename Element, typename Draw>
    std::vector<Element> list(Draw draw) {
        std::vector<Element> elements;
        for (auto left = draws_->below(draws_->below(10) == 0 ? 200 : 5); left > 0; --left) {
            elements.push_back(draw());
        }
        return elements;
    }
    std::vector<SelectedAttribute> attributes() {
        return list<SelectedAttribute>([this] { return selected(); });
    }
    std::vector<MethodDescriptor> methods() {
        return list<MethodDescriptor>([this] { return method(); });
    }
    std::vector<DataAccessResult> access_results() {
        return list<DataAccessResult>([this] { return access_result(); });
    }

    TestDraws* draws_;
    std::deque<std::vector<std::byte>> kept_;
};

} // namespace gridtwin::wire::dlms
