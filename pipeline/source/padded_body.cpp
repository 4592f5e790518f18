#include "pipeline/source/http_client.hpp"

#include <utility>

namespace nba {

// The padding is part of the string's size, not only of its capacity: what lies between size() and capacity() of a
// std::string may not be read, and AddressSanitizer's container annotations say so.
padded_body::padded_body(std::string bytes) : size_(bytes.size()), bytes_(std::move(bytes)) {
  bytes_.resize(size_ + body_padding_bytes, '\0');
}

}  // namespace nba
