#include "pipeline/packed_payloads.hpp"

#include <zlib.h>

namespace nba {

std::string pack_payloads(const game_payloads& payloads) {
  std::string plain;
  if (payloads.boxscore) plain += payloads.boxscore->view();
  plain += '\0';
  if (payloads.playbyplay) plain += payloads.playbyplay->view();
  auto length = compressBound(plain.size());
  std::string packed(length, '\0');
  // compressBound is large enough and the level is valid, so this cannot fail but for memory.
  if (compress2(reinterpret_cast<Bytef*>(packed.data()), &length, reinterpret_cast<const Bytef*>(plain.data()),
                plain.size(), Z_DEFAULT_COMPRESSION) != Z_OK)
    throw std::bad_alloc{};
  packed.resize(length);
  return packed;
}

result<unpacked_payloads> unpack_payloads(std::string_view packed) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) throw std::bad_alloc{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string plain;
  char block[64 << 10];
  int state = Z_OK;
  while (state == Z_OK && plain.size() <= packed_bytes_max) {
    stream.next_out = reinterpret_cast<Bytef*>(block);
    stream.avail_out = sizeof block;
    state = inflate(&stream, Z_NO_FLUSH);
    plain.append(block, sizeof block - stream.avail_out);
  }
  inflateEnd(&stream);
  const auto zero = plain.find('\0');
  if (state != Z_STREAM_END || zero == std::string::npos || plain.size() > packed_bytes_max)
    return failure{failure_class::contract_drift, "the stored payloads cannot be unpacked", "dead_letters.payload"};
  return unpacked_payloads{plain.substr(0, zero), plain.substr(zero + 1)};
}

}  // namespace nba
