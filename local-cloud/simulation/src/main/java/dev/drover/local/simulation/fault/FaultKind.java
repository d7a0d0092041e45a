package dev.drover.local.simulation.fault;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A kind of fault, as `--faults` names it. */
public enum FaultKind {
  /** Events of S3 come late, twice or never. */
  EVENTS,
  /** Messages come twice, and in any order. */
  QUEUES,
  /** Calls get lost on their way there or back, hang or are throttled. */
  NETWORK,
  /** Functions die at any call. */
  FUNCTIONS,
  /** Connectors die, and come again after a while; some lose their state. */
  CONNECTORS,
  /** Sites' clocks are wrong. */
  CLOCKS,
  /** Snapshots of VMs are gone when they are wanted again, or while they are read. */
  SOURCES,
  /** Reads of disks hang. */
  HANGS,
  /** A service of AWS answers nobody for some minutes. */
  OUTAGES,
  /** A site's link is down, or slow, for minutes or hours. */
  LINKS,
  /** Somebody stops executions. */
  ABORTS,
  /** Pending snapshots are deleted or cancelled, and others have as many as the account may. */
  SNAPSHOTS;

  /** Every kind. */
  public static Set<FaultKind> all() {
    return EnumSet.allOf(FaultKind.class);
  }

  /** What {@code --faults} says: all, none, or names with commas. */
  public static Set<FaultKind> parse(String text) {
    return switch (text) {
      case "all" -> all();
      case "none" -> EnumSet.noneOf(FaultKind.class);
      default -> {
        Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        for (String name : text.split(",", -1)) {
          kinds.add(named(name.strip()));
        }
        yield kinds;
      }
    };
  }

  private static FaultKind named(String name) {
    for (FaultKind kind : values()) {
      if (kind.toString().equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "there is no fault '" + name + "': all, none, or some of " + all());
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
