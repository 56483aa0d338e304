// SPDX-License-Identifier: Apache-2.0
// What an App builds from one generation. Private to this module.
//
// Threading: loop thread only.
#pragma once

#include "anchorwatch/daemon/app.h"

namespace anchorwatch::daemon {

struct App::Watch {
  Watch(App& app, Generation generation)
      : engine({app.ports_.executor, app.ports_.clock, app.ports_.random, app.ports_.transport},
               std::move(generation.engine)),
        sight(engine.locator(), engine.ancestors(), engine.judge(),
              [&app](change::Event event) { app.announce(std::move(event)); }),
        inventory(std::move(generation.inventory)),
        tools{engine.collector(), engine.ancestors(), engine.whole_zones(), engine.judge(), app.ports_.zones,
              sight,              app.outages_, app.incidents_, app.silences_, app.router_, engine.confirmation(), &app.plans_},
        keeper(engine, app.portfolio_, tools, generation.schedule,
               {[&app] { app.dispatcher_.wake(); },
                [&app](const std::string& text) { app.ports_.logger.error("not stored: " + text); }},
               app.ports_.logger) {}

  pipeline::Engine engine;
  pipeline::Sight sight;
  inventory::Inventory inventory;
  pipeline::LookTools tools;
  pipeline::Watchkeeper keeper;
};

}  // namespace anchorwatch::daemon
