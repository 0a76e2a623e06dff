#include "models/wire/crm/records.hpp"

#include "sim/core/text_places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace gridtwin::wire::crm {
namespace {

bool names(Subscriber const& subscriber, std::string_view meter) {
    return std::ranges::find(subscriber.meters, meter, &MeterRecord::code) !=
           subscriber.meters.end();
}

} // namespace

/// One document against what is known.
class Records::Check {
  public:
    Check(Records const& known, ParsedExchange const& parsed, std::string_view text,
          std::string_view file)
        : known_(known), parsed_(parsed), places_(file, text) {
        for (auto const& entry : parsed.exchange.entries) {
            if (auto const* subscriber = std::get_if<Subscriber>(&entry)) {
                news_[subscriber->code] = subscriber;
                for (auto const& meter : subscriber->meters) {
                    meters_.insert(meter.code);
                }
            }
        }
    }

    Diagnostics mistakes() {
        for (entry_ = 0; entry_ < parsed_.exchange.entries.size(); ++entry_) {
            if (auto const* one = std::get_if<Subscriber>(&parsed_.exchange.entries[entry_])) {
                subscriber(*one);
            }
        }
        return std::move(diagnostics_);
    }

  private:
    void subscriber(Subscriber const& one) {
        auto const known = known_.subscribers_.find(one.code);
        if (known != known_.subscribers_.end() && known->second.status != Status::closed &&
            (known->second.contract != one.contract || known->second.name != one.name)) {
            mistake(fmt::format("subscriber {} is '{}' of contract '{}'", one.code,
                                known->second.name, known->second.contract),
                    "a subscriber-code of its own for each 'subscriber'");
        }
        for (auto const& record : one.meters) {
            auto const meter = known_.meters_.find(record.code);
            if (meter != known_.meters_.end() && meter->second.owner != one.code &&
                is_held(*meter)) {
                mistake(
                    fmt::format("meter {} is subscriber {}'s", record.code, meter->second.owner),
                    "a meter-code of its own for each 'meter'");
            }
            auto const holder = known_.by_number_.find(record.number);
            if (holder != known_.by_number_.end() && holder->second != record.code &&
                !meters_.contains(holder->second) && // else it gets another number
                is_held(*known_.meters_.find(holder->second))) {
                mistake(fmt::format("number {} is meter {}'s", record.number, holder->second),
                        "a phone of its own for each 'meter'");
            }
        }
    }

    /// Whether its owner still has it behind this document.
    [[nodiscard]] bool is_held(std::pair<std::string const, Meter> const& meter) const {
        auto const now = news_.find(meter.second.owner);
        auto const& owner = now != news_.end()
                                ? *now->second
                                : known_.subscribers_.find(meter.second.owner)->second;
        return owner.status != Status::closed && names(owner, meter.first);
    }

    void mistake(std::string what, std::string expected) {
        diagnostics_.error(places_.at(parsed_.octets[entry_]), std::move(what),
                           std::move(expected));
    }

    Records const& known_;
    ParsedExchange const& parsed_;
    TextPlaces places_;
    std::map<std::string_view, Subscriber const*> news_; ///< by code
    std::set<std::string_view> meters_;                  ///< codes in the document
    std::size_t entry_ = 0;
    Diagnostics diagnostics_;
};

Diagnostics Records::take(ParsedExchange const& parsed, std::string_view text,
                          std::string_view file) {
    auto mistakes = Check(*this, parsed, without_mark(text), file).mistakes();
    if (!mistakes.ok()) {
        return mistakes;
    }
    for (auto const& entry : parsed.exchange.entries) {
        if (auto const* subscriber = std::get_if<Subscriber>(&entry)) {
            subscribers_.insert_or_assign(subscriber->code, *subscriber);
            for (auto const& record : subscriber->meters) {
                auto& meter = meters_[record.code];
                auto const old = by_number_.find(meter.number);
                if (old != by_number_.end() && old->second == record.code) {
                    by_number_.erase(old);
                }
                meter = {.owner = subscriber->code, .number = record.number};
                by_number_.insert_or_assign(record.number, record.code);
            }
        }
    }
    return mistakes;
}

} // namespace gridtwin::wire::crm
