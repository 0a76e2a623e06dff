#pragma once
// The utility's SMS gateway between the customer database and the operator: orders come in as XML,
// are checked, sealed for their meters and handed over; what becomes of them, and what comes in,
// goes back as XML with an explanation; whoever wrote is answered. The chain is the source
// material's (CRM, XML, encryption, gateway, meter, automatic answer, for right and wrong
// messages); its rules are the project's own, docs/models/crm.md.
#include "models/wire/cipher/aes_gcm.hpp"
#include "models/wire/crm/records.hpp"
#include "models/wire/crm/xml.hpp"
#include "models/wire/sms/guard.hpp"
#include "sim/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gridtwin::crm {

/// Defaults are assumptions.
struct GatewayConfig {
    std::string short_number = "7788";
    std::string top_up_number = "7799"; ///< of top-ups alone; empty: none can be sent
    wire::crm::UtcSeconds epoch{};      ///< UTC at kStart
    bool answer_right = true;           ///< people whose message was right
    bool answer_wrong = true;
    /// To one number: two automatons must not answer each other for ever.
    std::uint32_t answers_an_hour = 5;
    /// Whether a number is a meter's, known by records or not; empty: only those of the records.
    std::function<bool(std::string_view number)> is_meter_number = {};
};

/// A message for the operator; more than 140 octets are cut by whoever submits it.
struct Submission {
    std::uint64_t command = 0; ///< of the database; 0: an automatic answer, plain text
    std::string sender;        ///< short number
    std::string number;        ///< goes there
    std::vector<std::byte> octets;
    SimDuration valid{};
};

struct Injected {
    Diagnostics diagnostics; ///< of the document; with any nothing of it is taken
    std::uint32_t meters = 0;
    std::uint32_t submitted = 0;
    std::uint32_t repeated = 0; ///< commands whose number is known: told of again, not sent again
    std::vector<std::uint64_t> differing; ///< of them, those that now say something else: rejected
    std::uint32_t rejected = 0; ///< commands that no meter can be given, each with its delivery
    [[nodiscard]] bool ok() const { return diagnostics.ok(); }
};

struct GatewayCounts {
    std::uint64_t commands = 0;  ///< submitted
    std::uint64_t differing = 0; ///< orders under the number of another one, rejected
    std::uint64_t received = 0;  ///< explained
    std::uint64_t copies = 0;    ///< the network's; not explained again
    std::uint64_t answered = 0;
    std::uint64_t unanswered = 0; ///< numbers that had their answers of the hour
    wire::sms::GuardCounts guard;
};

/// Not thread-safe. Times must not go back.
class Gateway final {
  public:
    using KeyOf = std::function<wire::AesKey(wire::sms::MeterCode const&)>;

    /// @param key_of the meter's key; asked for each message
    Gateway(GatewayConfig config, KeyOf key_of);

    /// A document of the database: subscribers (their meters become known, or get a new number;
    /// what contradicts known records is a mistake) and commands. Other entries are what we tell,
    /// and change nothing.
    Injected inject(std::string_view xml, std::string_view file, SimTime now);
    /// What is to be handed over, in order.
    [[nodiscard]] std::vector<Submission> take_submissions();

    /// The operator's word on a command: the state only rises.
    void on_state(std::uint64_t command, DeliveryState state, SimTime at);
    /// Expired or rejected: the end, unless the meter's answer shows that it came after all.
    void on_ended(std::uint64_t command, wire::crm::CommandFate fate, std::string_view reason,
                  SimTime at);
    /// A whole short message. @param sender its number. @param short_number it came to
    void on_received(std::string_view sender, std::string_view short_number,
                     std::span<std::byte const> octets, SimTime at);

    /// What has happened since, at most 1000 entries at once; nothing: all has been told.
    [[nodiscard]] std::optional<std::string> take_document(SimTime now);

    /// As told last; nothing for a number that is not known.
    [[nodiscard]] std::optional<wire::crm::Delivery> delivery(std::uint64_t command) const;
    /// How many commands there are of each fate, also those that no meter could be given, and
    /// those under another one's number.
    [[nodiscard]] std::array<std::uint64_t, wire::crm::kFateNames.size()> fates() const;
    [[nodiscard]] GatewayCounts const& counts() const { return counts_; }

  private:
    struct Meter {
        std::string number;
        wire::sms::GuardMemory memory;
        std::uint32_t last_counter = 0; ///< of what went to it
    };
    struct Sent {
        wire::crm::Command ordered;
        wire::crm::Delivery delivery;
        bool submitted = false;
        std::vector<wire::crm::Command> differing; ///< others that came under its number
    };

    void take(wire::crm::Command const& command, SimTime now, Injected& out);
    void refuse_number(Sent& sent, wire::crm::Command const& other, SimTime now);
    void tell(Sent& sent, SimTime at);
    void on_answer(Sent& sent, bool refused, SimTime at);
    void answer(wire::crm::Received const& received, SimTime at);
    [[nodiscard]] wire::crm::UtcSeconds utc(SimTime at) const;

    GatewayConfig config_;
    wire::crm::Records records_;
    KeyOf key_of_;
    wire::AesGcm cipher_;
    std::map<wire::sms::MeterCode, Meter> meters_;
    std::map<std::string, wire::sms::MeterCode, std::less<>> by_number_;
    std::map<std::uint64_t, Sent> commands_;
    std::map<std::pair<wire::sms::MeterCode, std::uint32_t>, std::uint64_t>
        by_counter_;                                             ///< command by meter and counter
    std::deque<std::pair<SimTime, std::string>> answers_;        ///< within the hour, and to whom
    std::map<std::string, std::uint32_t, std::less<>> answered_; ///< how many of answers_
    std::vector<Submission> submissions_;
    std::deque<wire::crm::Entry> untold_;
    std::uint64_t received_ = 0;
    std::uint64_t documents_ = 0;
    GatewayCounts counts_;
};

} // namespace gridtwin::crm
