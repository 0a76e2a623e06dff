#pragma once
// What commands print reaches its reader, or the program says that it did not.

namespace gridtwin::app {

/// Gives closed standard streams a place that takes nothing, so that no file of results is opened
/// in theirs and written to by what is printed.
void occupy_standard_streams();

/// Hands over what has been printed. When standard output did not take all, says so and why, and
/// turns kDone into kBadInput.
/// @param code   what the program would end with
/// @param error  of a write that has failed already, errno; 0: none is known
[[nodiscard]] int finish_standard_output(int code, int error = 0);

} // namespace gridtwin::app
