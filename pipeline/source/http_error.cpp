#include "pipeline/source/http_client.hpp"

namespace nba {

std::string_view to_string(http_error value) {
  switch (value) {
    case http_error::none:
      return "none";
    case http_error::timeout:
      return "timeout";
    case http_error::stalled:
      return "stalled";
    case http_error::connect:
      return "connect";
    case http_error::reset:
      return "reset";
    case http_error::dns:
      return "dns";
    case http_error::truncated:
      return "truncated";
    case http_error::body_too_large:
      return "body_too_large";
    case http_error::bad_encoding:
      return "bad_encoding";
    case http_error::tls:
      return "tls";
    case http_error::cancelled:
      return "cancelled";
    case http_error::other:
      return "other";
  }
  return "other";
}

}  // namespace nba
