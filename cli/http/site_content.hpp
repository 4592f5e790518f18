// What the site shows, made of the parts that make it: page, metrics, health, documents.
//
// Threads: the content's functions may be called from any thread.
#pragma once

#include "cli/http/web_site.hpp"
#include "cli/settings.hpp"
#include "pipeline/time.hpp"

#include <memory>
#include <string>

namespace nba::cli {

// What the page says of the process that serves it.
struct site_server {
  std::string command;  // "serve", "backfill"
  utc_time started_at{};
};
std::shared_ptr<const site_content> make_site_content(const settings& values, const site_server& server);

}  // namespace nba::cli
