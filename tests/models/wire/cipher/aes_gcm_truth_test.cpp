#include "models/wire/cipher/aes_gcm.hpp"
#include "tests/models/wire/hex.hpp"

#include <gtest/gtest.h>

namespace gridtwin::wire {
namespace {

struct Vector {
    char const* key;
    char const* iv;
    char const* aad;
    char const* plain;
    char const* cipher;
    char const* tag; // 16 octets as published; suite 0 keeps the first 12
};

// McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", appendix B, test cases 1 to 4
// (those with a key of 128 and an initialization vector of 96 bits).
constexpr Vector kPublished[] = {
    {"00000000000000000000000000000000", "000000000000000000000000", "", "", "",
     "58e2fccefa7e3061367f1d57a4e7455a"},
    {"00000000000000000000000000000000", "000000000000000000000000", "",
     "00000000000000000000000000000000", "0388dace60b6a392f328c2b971b2fe78",
     "ab6e47d42cec13bdf53a67b21257bddf"},
    {"feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", "",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
     "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985",
     "4d5c2af327cd64a62cf35abd2ba6fab4"},
    {"feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
     "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
     "5bc94fbc3221a5db94fae95ae7121a47"},
};

TEST(AesGcmTruthTest, PublishedVectorsAreSealedAndOpened) {
    AesGcm gcm;
    for (auto const& vector : kPublished) {
        auto const plain = hex(vector.plain);
        auto const aad = hex(vector.aad);
        auto const iv = hex_array<GcmIv>(vector.iv);
        gcm.set_key(hex_array<AesKey>(vector.key));
        std::vector<std::byte> cipher(plain.size());
        auto const tag = gcm.seal(iv, {aad}, plain, cipher);
        EXPECT_EQ(cipher, hex(vector.cipher));
        EXPECT_EQ(tag, hex_array<GcmTag>(vector.tag));

        std::vector<std::byte> opened(plain.size());
        EXPECT_TRUE(gcm.open(iv, {aad}, cipher, tag, opened));
        EXPECT_EQ(opened, plain);
        std::vector<std::byte> unchecked(plain.size());
        gcm.decrypt(iv, cipher, unchecked);
        EXPECT_EQ(unchecked, plain);
    }
}

TEST(AesGcmTruthTest, AuthenticatedDataInPiecesIsTheSameData) {
    AesGcm gcm;
    auto const& vector = kPublished[3];
    auto const plain = hex(vector.plain);
    auto const aad = hex(vector.aad);
    std::vector<std::byte> cipher(plain.size());
    gcm.set_key(hex_array<AesKey>(vector.key));
    EXPECT_EQ(gcm.seal(hex_array<GcmIv>(vector.iv),
                       {std::span(aad).first(1), {}, std::span(aad).subspan(1)}, plain, cipher),
              hex_array<GcmTag>(vector.tag));
}

TEST(AesGcmTruthTest, EveryChangedBitOfTheTagIsSeenAndNoPlaintextIsLeft) {
    AesGcm gcm;
    auto const& vector = kPublished[1];
    auto const cipher = hex(vector.cipher);
    gcm.set_key(hex_array<AesKey>(vector.key));
    for (std::size_t bit = 0; bit < 96; ++bit) {
        auto tag = hex_array<GcmTag>(vector.tag);
        tag[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        std::vector<std::byte> plain(cipher.size(), std::byte{0xFF});
        EXPECT_FALSE(gcm.open(hex_array<GcmIv>(vector.iv), {}, cipher, tag, plain));
        EXPECT_EQ(plain, std::vector<std::byte>(cipher.size()));
    }
}

} // namespace
} // namespace gridtwin::wire
