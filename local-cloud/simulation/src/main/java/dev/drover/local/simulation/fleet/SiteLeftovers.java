package dev.drover.local.simulation.fleet;

import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.site.Hypervisor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** VM snapshots that outlive their reason (promise 6). */
final class SiteLeftovers {
  /**
   * The cloud's sweep comes each hour, a message waits for an hour, a connector sweeps in 15 min.
   */
  private static final Duration TIDY_WITHIN = Duration.ofHours(3);

  /** The connector sees to it by itself, whatever the cloud says or has forgotten. */
  private static final Duration UNREAD = Duration.ofHours(24);

  private final Simulation simulation;
  private final List<Hypervisor> sites;
  private final Function<String, Instant> endOfRun;
  private final Books.Judgement judgement;

  /**
   * Of these sites.
   *
   * @param endOfRun when a run's execution ended, or it was given up
   */
  SiteLeftovers(
      Simulation simulation,
      List<Hypervisor> sites,
      Function<String, Instant> endOfRun,
      Books.Judgement judgement) {
    this.simulation = simulation;
    this.sites = sites;
    this.endOfRun = endOfRun;
    this.judgement = judgement;
  }

  /** Looks at all snapshots that stand; those of runs that are read may. */
  void look(Set<String> readRuns) {
    for (Hypervisor site : sites) {
      for (Hypervisor.Standing snapshot : site.standing()) {
        boolean isRead = readRuns.contains(snapshot.run().value());
        if (due(site, snapshot, isRead).plus(TIDY_WITHIN).isBefore(simulation.instant())) {
          judgement.violated(
              6,
              "vm-snapshot-left",
              "a VM snapshot of %s stands on %s, which %s"
                  .formatted(
                      snapshot.run(),
                      snapshot.vmId(),
                      isRead
                          ? "was not read for " + UNREAD.toHours() + " h"
                          : "nobody goes on with"));
        }
      }
    }
  }

  /**
   * When it has to go. A process that began later may have lost what the one before it knew, and
   * counts the hours without a read from its own beginning.
   */
  private Instant due(Hypervisor site, Hypervisor.Standing snapshot, boolean isRead) {
    Instant due =
        isRead
            ? snapshot.readAt().plus(UNREAD)
            : later(snapshot.readAt(), endOfRun.apply(snapshot.run().value()));
    Instant began = site.connectedAt(snapshot.maker());
    return began.isAfter(snapshot.madeAt()) ? later(due, began.plus(UNREAD)) : due;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
