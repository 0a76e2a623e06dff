#pragma once
#include "models/wire/crm/document.hpp"
#include "tests/draws.hpp"

#include <fmt/format.h>

#include <set>

namespace gridtwin::wire::crm {

using gridtwin::test::Draws;

/// Any document that can be written: every entry, every command, letters that mean something to
/// XML.
class RandomExchange {
  public:
    explicit RandomExchange(Draws& draws) : draws_(draws) {}

    Exchange operator()(std::size_t most_entries = 8) {
        sims_.clear();
        Exchange out{.number = number(), .created = time(), .entries = {}};
        for (auto left = draws_.below(most_entries + 1); left > 0; --left) {
            out.entries.push_back(entry());
        }
        return out;
    }

  private:
    bool coin() { return draws_.below(2) == 0; }
    std::uint64_t number() { return draws_.below(1'000'000'000'000'000'000); }
    std::uint32_t count() { return static_cast<std::uint32_t>(draws_.below(1'000'000'000)); }
    Money money() {
        auto const cents = static_cast<std::int64_t>(draws_.below(1'000'000'000'000'000));
        return {coin() ? cents : -cents};
    }
    UtcSeconds time() {
        using namespace std::chrono;
        return sys_days{2000y / January / 1} + seconds{draws_.below(3'155'760'000)};
    }
    Date date() {
        using namespace std::chrono;
        return sys_days{1900y / January / 1} + days{draws_.below(73'000)};
    }
    std::string digits(std::size_t length) {
        std::string out;
        for (; out.size() < length; out += static_cast<char>('0' + draws_.below(10))) {}
        return out;
    }
    std::string phone() { return (coin() ? "+" : "") + digits(3 + draws_.below(18)); }
    /// A number of its own in the document.
    std::string sim() {
        for (;;) {
            if (auto const [number, news] = sims_.insert(phone()); news) {
                return *number;
            }
        }
    }
    std::string text(std::size_t least, std::size_t most) {
        static constexpr std::string_view kLetters[] = {"a",     "B", " ",  "&",  "<",  ">",
                                                        "\"",    "'", "\n", "\t", "\r", "]]>",
                                                        "&amp;", "é", "ე",  "😀"};
        std::string out;
        std::size_t characters = 0;
        for (auto left = least + draws_.below(most - least + 1 - 5); left > 0; --left) {
            auto const letter = draws_.one_of(kLetters);
            if (characters + letter.size() > most) {
                break;
            }
            out += letter;
            characters += letter.size(); // octets: at least as many
        }
        return out.empty() && least > 0 ? "x" : out;
    }
    template <typename Value>
    std::optional<Value> maybe(Value value) {
        return coin() ? std::optional<Value>(std::move(value)) : std::nullopt;
    }
    Action action() {
        switch (draws_.below(8)) {
        case 0:
            return QueryBalance{};
        case 1: {
            SetTariff tariff{.from = time(), .rates = {}};
            for (auto left = 1 + draws_.below(48); left > 0; --left) {
                tariff.rates.push_back({static_cast<std::uint32_t>(draws_.below(1440)), money()});
            }
            return tariff;
        }
        case 2:
            return Switch{coin()};
        case 3:
            return SetLimit{count(), count()};
        case 4:
            return TopUp{Money{1 + static_cast<std::int64_t>(draws_.below(999'999'999'999'999))},
                         number()};
        case 5:
            return ReadRegisters{};
        case 6:
            return ReadProfile{count(), count()};
        default:
            return ReadClock{};
        }
    }
    Entry entry() {
        switch (draws_.below(5)) {
        case 0: {
            Subscriber out{.code = fmt::format("{:02}", 1 + draws_.below(99)) + digits(13),
                           .contract = text(1, 80),
                           .status = static_cast<Status>(draws_.below(3)),
                           .registered = date(),
                           .ended = maybe(date()),
                           .household = maybe(count()),
                           .rooms = maybe(count()),
                           .may_pay = coin(),
                           .assumed_wh = maybe(count()),
                           .name = text(1, 80),
                           .phone = maybe(phone()),
                           .note = maybe(text(0, 400)),
                           .meters = {}};
            for (auto left = draws_.below(9); left > 0; --left) {
                out.meters.push_back({digits(20), sim(), count(), money()});
            }
            return out;
        }
        case 1:
            return Command{number(), digits(20), count(), action()};
        case 2:
            return Delivery{number(), static_cast<std::uint8_t>(draws_.below(4)),
                            static_cast<CommandFate>(draws_.below(5)), time(), maybe(text(1, 80))};
        case 3: {
            Received out{.id = number(),
                         .sender = phone(),
                         .at = time(),
                         .kind = static_cast<ReceivedKind>(draws_.below(kReceivedNames.size())),
                         .meter = maybe(digits(20)),
                         .command = maybe(number()),
                         .balance = maybe(money()),
                         .energy_wh = maybe(number()),
                         .explanation = {}};
            out.explanation = coin() ? explain(out, draws_.below(1000)) : text(0, 400);
            return out;
        }
        default:
            return Answer{number(), phone(), coin(), text(1, 140)};
        }
    }

    Draws& draws_;
    std::set<std::string> sims_;
};

} // namespace gridtwin::wire::crm
