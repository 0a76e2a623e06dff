#pragma once
// The subscribers' records of one document after the other: who has which meter, and in which meter
// a SIM is. Within a document the schema sees to it that each is there once.
#include "models/wire/crm/xml.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire::crm {

class Records {
  public:
    /// Takes a document's records or, with a mistake, none. One that is known may come again, and
    /// with other values; its meters are then those that it names. A mistake, unless whoever has
    /// it is closed or gives it up by then: a subscriber's code under another contract or name,
    /// another subscriber's meter, the SIM number of another meter.
    /// @param parsed ok(), of `text`
    /// @param file what the mistakes call it
    [[nodiscard]] Diagnostics take(ParsedExchange const& parsed, std::string_view text,
                                   std::string_view file);

  private:
    struct Meter {
        std::string owner; ///< subscriber who named it last
        std::string number;
    };
    class Check;

    std::map<std::string, Subscriber, std::less<>> subscribers_; ///< by code
    std::map<std::string, Meter, std::less<>> meters_;           ///< by code
    std::map<std::string, std::string, std::less<>> by_number_;  ///< meter by its SIM's number
};

} // namespace gridtwin::wire::crm
