#pragma once
// What opening and closing an association share; for association_open.cpp and association.cpp.
#include "models/wire/dlms_link/association.hpp"

namespace gridtwin::wire {

constexpr bool ciphered(ApplicationContext context) {
    return context == ApplicationContext::logical_name_ciphered;
}

/// The InitiateResponse, ciphered as the request was; false where the counter is used up.
[[nodiscard]] bool put_initiate_response(ServerAssociation& association, AesGcm& gcm,
                                         SecurityControl control, std::vector<std::byte>& out);

} // namespace gridtwin::wire
