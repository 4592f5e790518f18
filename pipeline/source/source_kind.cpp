#include "pipeline/source/source_kind.hpp"

#include "pipeline/source/endpoints.hpp"

#include <fmt/format.h>

#include <utility>

namespace nba {
namespace {

// "http://127.0.0.1:8080" of a URL that a request was sent to.
std::string origin_of_url(const std::string& url) {
  const auto scheme_end = url.find("://");
  return scheme_end == std::string::npos ? host_of(url) : url.substr(0, scheme_end + 3) + host_of(url);
}

}  // namespace

std::optional<failure> wrong_source(const http_response& response, bool wants_synthetic) {
  const auto from = origin_of_url(response.url);
  if (response.is_synthetic && !wants_synthetic)
    return failure{
        failure_class::configuration,
        fmt::format("{0} serves the synthetic league (nba-scraper simulate), and this run is for real games, "
                    "which are never put beside synthetic ones. For its games: --source sim with "
                    "NBA_SIM_URL={0} (without --database they have a file of their own). For real ones: "
                    "leave NBA_CDN_URL and NBA_STATS_URL unset, or name another host there",
                    from),
        "source"};
  if (!response.is_synthetic && wants_synthetic && response.error == http_error::none && response.status == 200)
    return failure{failure_class::configuration,
                   fmt::format("{} does not say that its games are synthetic, and this run is for those of the "
                               "synthetic league (--source sim), which are never put beside real ones. Name a server "
                               "of nba-scraper simulate (without --docroot) with NBA_SIM_URL, or leave it unset for a "
                               "league within the command; for games of this host: NBA_CDN_URL and NBA_STATS_URL, "
                               "without --source sim",
                               from),
                   "source"};
  return std::nullopt;
}

source_guard::source_guard(std::unique_ptr<http_client> inner, bool wants_synthetic,
                           std::function<void(const failure&)> on_wrong)
    : wants_synthetic_(wants_synthetic), on_wrong_(std::move(on_wrong)), inner_(std::move(inner)) {}

void source_guard::submit(http_request request, completion done) {
  inner_->submit(std::move(request), [this, done = std::move(done)](http_response response) {
    // What an earlier run stored was looked at then, and no host says anything with it.
    if (auto why = response.stored ? std::nullopt : wrong_source(response, wants_synthetic_)) refuse(std::move(*why));
    if (const auto known = wrong(); known && response.error != http_error::cancelled) {
      http_response refused;
      refused.url = std::move(response.url);
      refused.error = http_error::cancelled;
      refused.error_text = known->message;
      return done(std::move(refused));
    }
    done(std::move(response));
  });
}

void source_guard::refuse(failure why) {
  {
    const std::lock_guard lock(mutex_);
    if (wrong_) return;
    wrong_ = why;
  }
  inner_->cancel_all();
  if (on_wrong_) on_wrong_(why);
}

std::optional<failure> source_guard::wrong() const {
  const std::lock_guard lock(mutex_);
  return wrong_;
}

}  // namespace nba
