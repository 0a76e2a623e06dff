#pragma once
// The parts of `gridtwin channel`'s output that power line and radio share.
#include "models/medium/transfer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gridtwin::app {

/// The poll that both are judged by.
inline constexpr std::uint32_t kRequestOctets = 20;
inline constexpr std::uint32_t kAnswerOctets = 60;

/// A meter's way to its concentrator, summed up.
struct WholeWay {
    std::size_t hops = 0;
    double margin_db = 0.0; ///< the least of all hops
    double snr_db = 0.0;    ///< likewise
    double transmissions = 0.0;
    double rate_bps = 0.0; ///< of the slowest hop
    medium::Transfer poll;
};

/// @param hops with margin_db, snr_db and transmissions; at least one
template <typename Hop>
WholeWay whole_way(std::vector<Hop> const& hops, medium::Transfer const& poll, double rate_bps) {
    WholeWay whole{.hops = hops.size(),
                   .margin_db = hops.front().margin_db,
                   .snr_db = hops.front().snr_db,
                   .transmissions = 0.0,
                   .rate_bps = rate_bps,
                   .poll = poll};
    for (auto const& hop : hops) {
        whole.margin_db = std::min(whole.margin_db, hop.margin_db);
        whole.snr_db = std::min(whole.snr_db, hop.snr_db);
        whole.transmissions += hop.transmissions;
    }
    return whole;
}

/// "the whole way", line by line.
[[nodiscard]] std::string whole_way_text(WholeWay const& way, std::uint32_t max_hops);

/// The way to the concentrator that a meter belongs to as built, for who asked about another one.
/// @param way nothing: it has none
[[nodiscard]] std::string way_as_built_text(std::string const& concentrator,
                                            std::optional<WholeWay> const& way);

/// All meters of a medium, one a line.
class MeterTable {
  public:
    /// @param over name of who repeats for it
    void add(std::string name, WholeWay way, std::string over);
    void add_lost(std::string name, std::string why);
    [[nodiscard]] std::size_t meters() const { return rows_.size() + lost_.size(); }
    [[nodiscard]] std::size_t lost() const { return lost_.size(); }
    /// Those without a path first, then by expected transmissions, most first.
    [[nodiscard]] std::string text() const;

  private:
    struct Row {
        std::string name;
        WholeWay way;
        std::string over; ///< or why it is lost
    };
    std::vector<Row> rows_;
    std::vector<Row> lost_;
};

} // namespace gridtwin::app
