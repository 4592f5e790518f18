#include "pipeline/sha256.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace nba {
namespace {

void require(bool done) {
  if (!done) throw std::runtime_error("libcrypto cannot compute SHA-256: is the system restricted to other digests?");
}

}  // namespace

sha256_hasher::sha256_hasher() : context_(EVP_MD_CTX_new()) {
  require(context_ && EVP_DigestInit_ex(context_, EVP_sha256(), nullptr) == 1);
}

sha256_hasher::~sha256_hasher() { EVP_MD_CTX_free(context_); }

void sha256_hasher::update(std::string_view bytes) {
  require(EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1);
}

sha256_digest sha256_hasher::finish() {
  sha256_digest digest{};
  require(EVP_DigestFinal_ex(context_, digest.data(), nullptr) == 1);
  return digest;
}

sha256_digest sha256(std::string_view bytes) {
  sha256_hasher hasher;
  hasher.update(bytes);
  return hasher.finish();
}

std::string to_hex(const sha256_digest& digest) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (const auto byte : digest) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string sha256_hex(std::string_view bytes) { return to_hex(sha256(bytes)); }

}  // namespace nba
