#pragma once
// All in which the SQL of the two databases differs: words in braces, replaced.
#include "models/cis/connection.hpp"

#include <string>
#include <string_view>

namespace gridtwin::cis {

/// `sql` with its words in braces in the dialect's own:
///   {int} {blob}   types: 64 bits, octets
///   {text}         a type compared and sorted octet by octet, whatever the database's language
///   {counted}      an integer primary key that counts by itself
///   {table}        what ends a table: values of other types than its columns' are refused
///   {i32:c:o} {u16:c:o} {u8:c:o}   number in the octets of column c, highest octet first, number
///                  `slot` (from 1) of a run that starts at octet o (from 0)
/// @throws SimulationError for a word that is none of these
[[nodiscard]] std::string in_dialect(Dialect dialect, std::string_view sql);

} // namespace gridtwin::cis
