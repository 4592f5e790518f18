// The two databases a store test runs against. A test case takes a backend type and makes one: a fresh, empty database.
#pragma once

#include "storage/store.hpp"

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

namespace nba::test {

// The value, or an exception that fails the test with the failure's words.
template <class T>
T must(result<T> answered) {
  if (!answered) throw std::runtime_error(describe(answered.error()));
  if constexpr (!std::is_void_v<T>) return std::move(answered).value();
}

class backend {
 public:
  virtual ~backend() = default;
  const database_url& url() const { return url_; }
  // A new connection. `migrated` also makes the schema.
  std::unique_ptr<store> open(const store_options& options = {}) const { return must(open_store(url_, options)); }
  std::unique_ptr<store> open_migrated(const store_options& options = {}) const {
    auto opened = open(options);
    must(opened->migrate());
    return opened;
  }
  // Statements behind the store's back.
  virtual void run_sql(const std::string& sql) const = 0;

 protected:
  database_url url_;
};

class sqlite_backend final : public backend {
 public:
  sqlite_backend();
  ~sqlite_backend() override;
  void run_sql(const std::string& sql) const override;
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

// Making a database takes PostgreSQL long (it copies some 300 files): emptied ones are used again.
class postgres_backend final : public backend {
 public:
  postgres_backend();
  ~postgres_backend() override;
  void run_sql(const std::string& sql) const override;
  const std::string& database() const { return database_; }
  // For a test that changes more than the contents of the schema: the database is not used again.
  void spoil() { spoiled_ = true; }

 private:
  std::string database_;
  bool spoiled_ = false;
};

}  // namespace nba::test

TYPE_TO_STRING_AS("SQLite", nba::test::sqlite_backend);
TYPE_TO_STRING_AS("PostgreSQL", nba::test::postgres_backend);

// A test case that runs against both.
#define STORE_TEST(name) TEST_CASE_TEMPLATE(name, Backend, nba::test::sqlite_backend, nba::test::postgres_backend)
