#pragma once
// The parties of the DLMS UA Green Book's examples (9.2.7.2, table 40; 9.2.7.4, table 43).
#include "models/wire/dlms_link/security.hpp"
#include "tests/models/wire/hex.hpp"

namespace gridtwin::wire {

inline SecurityKeys green_book_keys() {
    return {.encryption = hex_array<AesKey>("000102030405060708090A0B0C0D0E0F"),
            .authentication = hex_array<AesKey>("D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF")};
}
inline SystemTitle green_book_server() {
    return hex_array<SystemTitle>("4D4D4D0000BC614E");
}
inline SystemTitle green_book_client() {
    return hex_array<SystemTitle>("4D4D4D0000000001");
}

/// Sends as 4D4D4D0000BC614E, next with counter 01234567.
inline SecurityContext green_book_sender() {
    return {.own = green_book_server(),
            .peer = green_book_client(),
            .keys = green_book_keys(),
            .unicast = {.next = 0x01234567}};
}
/// Hears 4D4D4D0000BC614E.
inline SecurityContext green_book_receiver() {
    return {.own = green_book_client(), .peer = green_book_server(), .keys = green_book_keys()};
}

} // namespace gridtwin::wire
