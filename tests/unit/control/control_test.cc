// SPDX-License-Identifier: Apache-2.0
// The control socket, both ends: what fits through it, who is turned away, and what a bad client cannot do.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "anchorwatch/control/client.h"
#include "anchorwatch/control/peer.h"
#include "anchorwatch/control/server.h"
#include "anchorwatch/control/socket_path.h"

#include "support/temp_dir.h"

namespace anchorwatch::control {
namespace {

using store::AdminValues;
using ::testing::HasSubstr;

/// A connection that does as it likes.
class RawClient {
 public:
  explicit RawClient(const std::string& path) : descriptor_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(path.begin(), path.end(), address.sun_path);
    connected_ = connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~RawClient() { close(descriptor_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  [[nodiscard]] bool connected() const { return connected_; }
  void say(const std::string& text) const { static_cast<void>(send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL)); }
  /// Until the other side closes.
  [[nodiscard]] std::string hear() const {
    std::string all;
    char part[1024];
    for (ssize_t count = 0; (count = recv(descriptor_, part, sizeof(part), 0)) > 0;) all.append(part, static_cast<std::size_t>(count));
    return all;
  }

 private:
  int descriptor_;
  bool connected_ = false;
};

class ControlTest : public ::testing::Test {
 protected:
  Result<void> start(ServerOptions options = {}) {
    options.path = path_;
    options.database = "/db";
    auto server = ControlServer::start(executor_, std::move(options), [this](Call call, std::string actor, const Answer& answer) {
      calls_.push_back(call.kind + " by " + actor);
      if (call.kind == "never") return;
      if (call.kind == "no") return answer(Error(ErrorCode::kRefused, "not today"));
      AdminValues values = call.arguments;
      values["actor"] = actor;
      answer(std::move(values));
    });
    if (!server) return std::move(server).error();
    server_ = *std::move(server);
    return {};
  }
  /// Runs `client` beside the loop.
  void with(const std::function<void()>& client) {
    std::thread thread([&] {
      client();
      executor_.post_from_any_thread([this] { executor_.stop(); });
    });
    executor_.run();
    thread.join();
  }
  Result<AdminValues> call(const Call& request) {
    Result<AdminValues> answer = Error(ErrorCode::kInternal, "nothing");
    with([&] { answer = ask(path_, request, std::chrono::seconds(10)); });
    return answer;
  }

  TempDir dir_;
  net::UvExecutor executor_;
  std::string path_ = dir_.file("control.sock");
  std::unique_ptr<ControlServer> server_;
  std::vector<std::string> calls_;
};

TEST_F(ControlTest, ValuesGoThereAndComeBackWithTheUserThatTheSystemKnows) {
  ASSERT_TRUE(start());
  const AdminValues sent{{"text", std::string("ä\"b")}, {"number", std::int64_t{-7}}, {"list", std::vector<std::string>{"a", "b"}},
                         {"actor", std::string("somebody else")}};
  const Result<AdminValues> answer = call({"/db", "echo", sent});
  ASSERT_TRUE(answer) << answer.error().message();
  AdminValues wanted = sent;
  wanted["actor"] = own_user();
  EXPECT_EQ(*answer, wanted);
}

TEST_F(ControlTest, ErrorsComeBackAsTheyAre) {
  ASSERT_TRUE(start());
  const Result<AdminValues> answer = call({"/db", "no", {}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), ErrorCode::kRefused);
  EXPECT_EQ(answer.error().message(), "not today");
}

TEST_F(ControlTest, ADaemonOfAnotherDatabaseRefuses) {
  ASSERT_TRUE(start());
  EXPECT_THAT(call({"/other", "echo", {}}).error().message(), HasSubstr("writes to /db, not to /other"));
  EXPECT_TRUE(calls_.empty());
}

TEST_F(ControlTest, TheFileIsForOwnerAndGroupAndGoesAway) {
  ASSERT_TRUE(start());
  struct stat found {};
  ASSERT_EQ(stat(path_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777U, 0660U);
  server_.reset();
  EXPECT_NE(stat(path_.c_str(), &found), 0);
}

TEST_F(ControlTest, AStaleSocketIsReplacedALivingOneAndAFileAreNot) {
  ASSERT_TRUE(start());
  std::unique_ptr<ControlServer> first = std::move(server_);
  const Result<void> second = start();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::kBusy);
  first.reset();
  {
    const int dead = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(path_.begin(), path_.end(), address.sun_path);
    ASSERT_EQ(bind(dead, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    close(dead);
  }
  EXPECT_EQ(ask(path_, {"/db", "echo", {}}, std::chrono::seconds(1)).error().code(), ErrorCode::kNotFound);
  EXPECT_TRUE(start());
  server_.reset();
  std::ofstream(path_) << "precious";
  EXPECT_THAT(start().error().message(), HasSubstr("no socket"));
}

TEST_F(ControlTest, PathsAndGroupsThatCannotBeAreNamed) {
  EXPECT_EQ(start({.path = {}, .group = "no-such-group", .database = {}}).error().message(), "no-such-group: no such group");
  path_ = dir_.file(std::string(120, 'x'));
  EXPECT_THAT(start().error().message(), HasSubstr("at most 107 octets; set daemon.control_socket"));
}

TEST_F(ControlTest, NonsenseIsAnswered) {
  ASSERT_TRUE(start());
  for (const auto& [said, word] : std::map<std::string, std::string>{
           {"hello\n", "not a JSON object"}, {"{}\n", "schema"}, {"[]\n", "not a JSON object"},
           {R"({"schema":"anchorwatch.control/1","database":"/db"})" "\n", "kind: missing"},
           {R"({"schema":"anchorwatch.control/1","database":"/db","kind":"echo","arguments":{"a":{}}})" "\n", "arguments"}}) {
    std::string heard;
    with([&] {
      const RawClient client(path_);
      client.say(said);
      heard = client.hear();
    });
    EXPECT_THAT(heard, HasSubstr(word)) << said;
  }
  EXPECT_TRUE(calls_.empty());
}

TEST_F(ControlTest, LongRequestsSlowClientsAndCrowdsAreBounded) {
  ServerOptions options;
  options.patience = std::chrono::milliseconds(200);
  options.most_connections = 2;
  ASSERT_TRUE(start(options));
  std::string heard;
  with([&] {
    const RawClient client(path_);
    client.say(std::string(2 * kMostOctets, 'x'));
    heard = client.hear();
  });
  EXPECT_TRUE(heard.empty() || heard.find("longer than") != std::string::npos) << heard;
  with([&] {
    const RawClient silent(path_);
    heard = silent.hear();
  });
  EXPECT_EQ(heard, "") << "a client that says nothing is hung up on";
  with([&] {
    const RawClient one(path_), two(path_), three(path_);
    heard = three.hear();
  });
  EXPECT_THAT(heard, HasSubstr("too many"));
  EXPECT_TRUE(call({"/db", "echo", {}})) << "and others are served";
}

TEST_F(ControlTest, AServerThatGoesLeavesNoAnswerBehind) {
  ASSERT_TRUE(start());
  std::string heard;
  std::thread thread([&] {
    const RawClient client(path_);
    client.say(encode_call({"/db", "never", {}}));
    heard = client.hear();
    executor_.post_from_any_thread([this] { executor_.stop(); });
  });
  executor_.call_after(std::chrono::milliseconds(300), [this] { server_.reset(); });
  executor_.run();
  thread.join();
  EXPECT_EQ(heard, "");
}

TEST(SocketPathTest, AnotherStateDirectoryHasItsOwn) {
  EXPECT_EQ(socket_path("/x/y", "/var/lib/anchorwatch"), "/x/y");
  EXPECT_EQ(socket_path("", "/srv/lab"), "/srv/lab/control.sock");
}

}  // namespace
}  // namespace anchorwatch::control
