#include "pipeline/alerts/identifiers.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace nba {
namespace {

// A name space of our own, made once by chance.
constexpr std::array<std::uint8_t, 16> our_names{0x5d, 0x2e, 0x1c, 0x9a, 0x77, 0x34, 0x4b, 0x0f,
                                                 0x9e, 0x61, 0xa2, 0x08, 0x3c, 0xd5, 0xf1, 0x46};

}  // namespace

std::string uuid_of(std::string_view name) {
  std::string bytes(our_names.begin(), our_names.end());
  bytes += name;
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1 || size < 16)
    throw std::runtime_error("libcrypto cannot compute SHA-1: is the system restricted to other digests?");
  digest[6] = static_cast<std::uint8_t>((digest[6] & 0x0Fu) | 0x50u);  // version 5
  digest[8] = static_cast<std::uint8_t>((digest[8] & 0x3Fu) | 0x80u);  // RFC 4122's variant
  constexpr char hex[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += hex[digest.at(i) >> 4u];
    text += hex[digest.at(i) & 15u];
  }
  return text;
}

std::string uuid_of_run(std::string_view run_id) { return uuid_of("run/" + std::string{run_id}); }

std::string without_dashes(std::string_view uuid) {
  std::string text{uuid};
  text.erase(std::remove(text.begin(), text.end(), '-'), text.end());
  return text;
}

std::string to_base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const auto size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string padded{text};
  while (padded.size() % 4 != 0) padded += '=';
  const auto padding = padded.size() - std::min(padded.find_last_not_of('=') + 1, padded.size());
  std::string bytes(padded.size() / 4 * 3 + 1, '\0');
  const auto size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(padded.data()), static_cast<int>(padded.size()));
  if (size < 0 || padding > 2 || static_cast<std::size_t>(size) < padding) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

sha256_digest hmac_sha256(std::string_view key, std::string_view message) {
  sha256_digest digest{};
  unsigned size = digest.size();
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
            reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data(), &size))
    throw std::runtime_error("libcrypto cannot compute HMAC-SHA256: is the system restricted to other digests?");
  return digest;
}

}  // namespace nba
