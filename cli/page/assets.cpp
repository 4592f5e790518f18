#include "cli/page/assets.hpp"

#include <array>
#include <utility>

namespace nba::cli {
namespace {

std::string_view asset_content_type(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> types{
      {{".css", "text/css; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".svg", "image/svg+xml"}}};
  for (const auto& [ending, type] : types)
    if (name.ends_with(ending)) return type;
  return "application/octet-stream";
}

std::string digested_path(const embedded_file& file) {
  const auto dot = file.name.rfind('.');
  return std::string{"/assets/"}
      .append(file.name.substr(0, dot))
      .append("-")
      .append(file.digest)
      .append(file.name.substr(dot));
}

}  // namespace

std::optional<page_asset> asset_for(std::string_view path) {
  for (const auto& file : embedded_page_files) {
    if (path == digested_path(file)) return page_asset{asset_content_type(file.name), file.bytes, true};
    if (path == "/favicon.ico" && file.name == "favicon.svg")
      return page_asset{asset_content_type(file.name), file.bytes, false};
  }
  return std::nullopt;
}

std::string asset_path(std::string_view name) {
  for (const auto& file : embedded_page_files)
    if (file.name == name) return digested_path(file);
  return {};
}

}  // namespace nba::cli
