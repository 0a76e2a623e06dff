#include "models/wire/cipher/key_derivation.hpp"
#include "tests/models/wire/hex.hpp"

#include <gtest/gtest.h>

namespace gridtwin::wire {
namespace {

// NIST CAVP, SP 800-108 counter mode: PRF CMAC_AES128, counter of 32 bits before the fixed input.
TEST(KeyDerivationTruthTest, FirstBlockIsThePublishedOne) {
    EXPECT_EQ(kdf_cmac(hex_array<AesKey>("c10b152e8c97b77e18704e0f0bd38305"),
                       hex("98cd4cbbbebe15d17dc86e6dbad800a2dcbd64f7c7ad0e78e9cf94ffdba89d03"
                           "e97eadf6c4f7b806caf52aa38f09d0eb71d71f497bcc6906b48d36c4")),
              hex_array<AesKey>("26faf61908ad9ee881b8305c221db53f"));
}

} // namespace
} // namespace gridtwin::wire
