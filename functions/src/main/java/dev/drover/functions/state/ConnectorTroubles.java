package dev.drover.functions.state;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Why a task may wait at a connector, or fail there, in sentences with the cause and the remedy.
 */
record ConnectorTroubles(Connector connector) {
  List<String> at(Instant now) {
    List<String> troubles = new ArrayList<>();
    Connector.Load load = connector.load();
    if (!connector.isHeardOf(now)) {
      troubles.add(silence());
    } else if (load != null && load.activeTasks() >= load.slots()) {
      troubles.add(fullness(load));
    }
    troubles.addAll(ofItsClock());
    return troubles;
  }

  List<String> ofItsClock() {
    Connector.Arrival newest = connector.newest();
    return newest != null && newest.isSkewed() ? List.of(skew(newest.clockSkew())) : List.of();
  }

  private String silence() {
    Instant lastSeen = connector.lastSeen();
    return "Connector "
        + connector.id()
        + (lastSeen == null
            ? " never reported"
            : " was last heard of at " + lastSeen.truncatedTo(ChronoUnit.SECONDS))
        + ": see that it runs and reaches AWS.";
  }

  private String fullness(Connector.Load load) {
    return "Connector "
        + connector.id()
        + " is at work in all of its "
        + load.slots()
        + (load.slots() == 1 ? " slot, " : " slots, ")
        + load.queuedTasks()
        + (load.queuedTasks() == 1 ? " task waits" : " tasks wait")
        + ": wait, or give it more slots.";
  }

  private String skew(Duration by) {
    return "The clock of connector "
        + connector.id()
        + " is "
        + rounded(by.abs())
        + (by.isPositive() ? " ahead" : " behind")
        + ": set it right, best by NTP.";
  }

  private static String rounded(Duration by) {
    if (by.toDays() >= 2) {
      return by.toDays() + " days";
    }
    return by.toHours() >= 2 ? by.toHours() + " hours" : by.toMinutes() + " minutes";
  }
}
