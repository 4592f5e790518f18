// Whether the games that a host serves are the ones that are wanted: real or synthetic.
//
// Purpose: synthetic games have the ids of real ones, and both come over HTTP from wherever a base URL points. So the
// synthetic server says with every answer what it is (a header), and a run believes that more than its settings.
// docs/adr/0107-the-synthetic-league-says-what-it-is.md
// Threads: `wrong_source` is a pure function; source_guard is an http_client, with an http_client's rules.
#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/source/http_client.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace nba {

// The header of every answer of the synthetic league, and its value.
inline constexpr const char* source_header = "X-Nba-Scraper-Source";
inline constexpr const char* synthetic_mark = "synthetic";

// Why this answer is none for a run that wants real (or synthetic) games: class configuration, with the fix. nullopt
// for an answer of the right kind, and for one that does not tell: a failure without the mark may be anybody's.
std::optional<failure> wrong_source(const http_response& response, bool wants_synthetic);

// In front of another client. The first answer of the wrong kind ends every transfer with http_error::cancelled, itself
// and later ones included: nothing of it reaches whoever asked, and no game or host is blamed for it.
class source_guard final : public http_client {
 public:
  // `on_wrong`: told once, on the client's thread; must not block. May be null.
  source_guard(std::unique_ptr<http_client> inner, bool wants_synthetic, std::function<void(const failure&)> on_wrong);
  void submit(http_request request, completion done) override;
  void cancel_all() override { inner_->cancel_all(); }

  // What was wrong. From any thread.
  std::optional<failure> wrong() const;

 private:
  void refuse(failure why);

  const bool wants_synthetic_;
  const std::function<void(const failure&)> on_wrong_;
  mutable std::mutex mutex_;
  std::optional<failure> wrong_;
  std::unique_ptr<http_client> inner_;  // last: its completions use the rest until it is gone
};

}  // namespace nba
