// SPDX-License-Identifier: Apache-2.0
#include "hooked_sink.h"

namespace anchorwatch::daemon {

namespace {

class HookedSink final : public outbox::Sink {
 public:
  HookedSink(std::unique_ptr<outbox::Sink> inner, std::function<void(const char*)> hook)
      : inner_(std::move(inner)), hook_(std::move(hook)) {}
  [[nodiscard]] const std::string& name() const override { return inner_->name(); }
  [[nodiscard]] int max_attempts() const override { return inner_->max_attempts(); }
  void deliver(const store::PendingDelivery& delivery, std::function<void(outbox::DeliveryResult)> done) override {
    hook_("before_send");
    inner_->deliver(delivery, [this, done = std::move(done)](outbox::DeliveryResult result) {
      hook_("after_send");
      done(std::move(result));
    });
  }

 private:
  std::unique_ptr<outbox::Sink> inner_;
  std::function<void(const char*)> hook_;
};

}  // namespace

void hook_sinks(std::vector<std::unique_ptr<outbox::Sink>>& sinks, const std::function<void(const char*)>& hook) {
  for (std::unique_ptr<outbox::Sink>& sink : sinks) sink = std::make_unique<HookedSink>(std::move(sink), hook);
}

}  // namespace anchorwatch::daemon
