#pragma once
// The customer database's gateway in a scenario: what comes to it, when, and how it works.
#include "sim/core/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::scenario {

/// A document of the customer database, read and found to be without a mistake.
struct CrmDocument {
    SimTime at{};     ///< the database has it ready
    std::string file; ///< as mistakes and explanations call it
    std::string xml;
};

/// Somebody's short message to the utility.
struct CrmLetter {
    SimTime at{};     ///< it is at the gateway
    std::string from; ///< number, or what the sender calls itself
    std::string text; ///< its octets
};

/// Whether the database's documents are read with the scenario, or left alone by whoever makes
/// them.
enum class CrmDocuments : bool { read, leave };

/// Defaults are assumptions.
struct CrmSection {
    CrmDocuments documents = CrmDocuments::read; ///< no key
    bool present = false;                        ///< the scenario has the section, sound or not
    std::vector<CrmDocument> orders;
    std::vector<CrmLetter> letters;
    std::string out; ///< file beside the result; empty: none
    bool answer_right = true;
    bool answer_wrong = true;
    std::uint32_t answers_an_hour = 5;                 ///< to one number
    SimDuration processing = std::chrono::seconds{2};  ///< a document, or a received message
    SimDuration poll_every = std::chrono::seconds{30}; ///< the gateway looks for both
};

} // namespace gridtwin::scenario
