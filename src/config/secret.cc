// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "anchorwatch/config/sink_config.h"
#include "anchorwatch/inventory/inventory_builder.h"

namespace anchorwatch::config {
namespace {

constexpr std::size_t kMaxSecret = 64 * 1024;
constexpr std::string_view kWhiteSpace = " \t\r\n";

Result<std::string> read_from(const std::string& path) {
  auto text = inventory::read_text_file(path, kMaxSecret);
  if (!text) return std::move(text).error().with(path);
  const std::size_t begin = text->find_first_not_of(kWhiteSpace);
  if (begin == std::string::npos) return Error(ErrorCode::kParse, path + ": the file is empty");
  const std::size_t end = text->find_last_not_of(kWhiteSpace) + 1;
  std::string secret = text->substr(begin, end - begin);
  const bool control = std::any_of(secret.begin(), secret.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (control) {
    return Error(ErrorCode::kParse,
                 path + ": the secret must be one line without control characters");
  }
  return secret;
}

}  // namespace

Result<std::string> read_secret(const SecretSource& source, const std::string& directory) {
  if (!source.credential.empty() && !directory.empty()) {
    auto secret = read_from(directory + "/" + source.credential);
    if (secret || secret.error().code() != ErrorCode::kNotFound) return secret;
  }
  return read_from(source.path);
}

std::string credentials_directory() {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  return directory == nullptr ? std::string() : std::string(directory);
}

}  // namespace anchorwatch::config
