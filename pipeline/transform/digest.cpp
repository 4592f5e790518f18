#include "pipeline/transform/transform.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace nba {

std::string payload_digest(const padded_body& boxscore, const padded_body& playbyplay) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  // Between the two, so that bytes cannot wander from one body to the other unseen.
  constexpr char separator = '\0';
  const auto update = [&](const char* data, std::size_t bytes) {
    return EVP_DigestUpdate(context.get(), data, bytes) == 1;
  };
  const bool done = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1 &&
                    update(boxscore.view().data(), boxscore.size()) && update(&separator, 1) &&
                    update(playbyplay.view().data(), playbyplay.size()) &&
                    EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1;
  if (!done) throw std::runtime_error("libcrypto cannot compute SHA-256: is the system restricted to other digests?");
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * size);
  for (unsigned int i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4];
    text += digits[digest[i] & 15];
  }
  return text;
}

}  // namespace nba
