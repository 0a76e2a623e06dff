#pragma once
// What is wrong with the fields of a spec, one sentence each.
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gridtwin::medium {

/// Of any part of a frame: what its bits and its time are worked out for.
inline constexpr double kMostOctets = 65'535.0;

/// Collects sentences that name field, value and bound; what is not finite is always wrong.
class SpecCheck {
  public:
    void at_least(char const* field, double value, double least);
    void above(char const* field, double value, double bound);
    void at_most(char const* field, double value, double most);
    void finite(char const* field, double value);
    [[nodiscard]] std::vector<std::string> take() { return std::move(found_); }

  private:
    void require(bool fine, char const* field, double value, char const* relation, double bound);
    std::vector<std::string> found_;
};

/// For whoever is built from specs.
/// @param whose begins the message, "radio area 7"
/// @throws SimulationError that tells all that was found, when anything was
void require_none(std::string_view whose, std::initializer_list<std::vector<std::string>> found);

} // namespace gridtwin::medium
