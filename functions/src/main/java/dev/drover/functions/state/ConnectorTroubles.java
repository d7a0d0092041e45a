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
    Connector.Condition condition = connector.condition();
    if (condition.hasLeft()) {
      troubles.add(farewell());
    } else if (!connector.isHeardOf(now)) {
      troubles.add(silence());
    } else if (condition.trouble() != null) {
      troubles.add("Connector " + connector.id() + " is unhealthy: " + condition.trouble());
    } else if (load != null && load.activeTasks() >= load.slots()) {
      troubles.add(fullness(load));
    }
    if (!condition.hasLeft() && condition.trouble() == null && condition.abandoned() > 0) {
      troubles.add(hanging(condition.abandoned()));
    }
    if (connector.processes().areTwo(now)) {
      troubles.add(twins());
    }
    troubles.addAll(ofItsClock());
    return troubles;
  }

  List<String> ofItsClock() {
    Connector.Arrival newest = connector.newest();
    return newest != null && newest.isSkewed() ? List.of(skew(newest.clockSkew())) : List.of();
  }

  /** For whom a run waits that this connector has. */
  String waiting() {
    Instant lastSeen = connector.lastSeen();
    String reason = connector.condition().trouble();
    String since =
        lastSeen == null
            ? ", which never reported"
            : (connector.condition().hasLeft() ? ", which was stopped at " : ", last heard of at ")
                + lastSeen.truncatedTo(ChronoUnit.SECONDS);
    return "The run waits for connector "
        + connector.id()
        + " of environment "
        + connector.environment()
        + since
        + (reason == null ? ": start it, or see that it runs and reaches AWS." : ": " + reason);
  }

  private String farewell() {
    return "Connector " + connector.id() + " was stopped" + atLastSeen() + ": start it.";
  }

  private String atLastSeen() {
    Instant lastSeen = connector.lastSeen();
    return lastSeen == null ? "" : " at " + lastSeen.truncatedTo(ChronoUnit.SECONDS);
  }

  private String hanging(int abandoned) {
    return "At connector "
        + connector.id()
        + " "
        + abandoned
        + (abandoned == 1 ? " read or put does" : " reads or puts do")
        + " not come back: see that its storage and its network answer.";
  }

  private String twins() {
    return "Two processes report as connector "
        + connector.id()
        + " ("
        + connector.processes().before()
        + " and "
        + connector.processes().newest()
        + ", connector.started in their logs): stop one of them, or declare a connector for it.";
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
