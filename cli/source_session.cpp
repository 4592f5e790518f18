#include "cli/source_session.hpp"

#include "bench/fake_nba/server.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"

#include <utility>

namespace nba::cli {
namespace {

class configured_source final : public source_session {
 public:
  configured_source(source_urls urls, std::string name) : urls_(std::move(urls)), name_(std::move(name)) {}
  const source_urls& urls() const override { return urls_; }
  std::shared_ptr<const game_source> games() const override { return make_cdn_source(urls_); }
  std::string_view name() const override { return name_; }

 private:
  source_urls urls_;
  std::string name_;
};

class synthetic_source final : public source_session {
 public:
  explicit synthetic_source(std::unique_ptr<fake_nba_server> server)
      : server_(std::move(server)), urls_(server_->urls()) {}
  const source_urls& urls() const override { return urls_; }
  std::shared_ptr<const game_source> games() const override { return make_cdn_source(urls_); }
  std::string_view name() const override { return "sim"; }

 private:
  std::unique_ptr<fake_nba_server> server_;
  source_urls urls_;
};

}  // namespace

result<std::unique_ptr<source_session>> open_source(const settings& values) {
  if (values.source != "sim")
    return std::unique_ptr<source_session>(
        std::make_unique<configured_source>(source_urls{values.cdn_url, values.stats_url}, values.source));
  if (!values.sim_url.empty())
    return std::unique_ptr<source_session>(
        std::make_unique<configured_source>(urls_below(values.sim_url), values.source));
  // The league's own season does not matter: the server makes every season that is asked for.
  auto played = league::create({});
  if (!played) return std::move(played).error();
  fake_nba_settings serving;
  serving.league = std::move(played).value();
  serving.marks_answers = true;
  auto server = std::make_unique<fake_nba_server>(std::move(serving));
  if (auto started = server->start(); !started) return std::move(started).error();
  return std::unique_ptr<source_session>(std::make_unique<synthetic_source>(std::move(server)));
}

}  // namespace nba::cli
