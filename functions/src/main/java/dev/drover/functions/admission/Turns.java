package dev.drover.functions.admission;

import dev.drover.functions.state.Admission;
import dev.drover.functions.state.AppId;
import dev.drover.protocol.EnvironmentName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Who comes next, of all runs that wait. It decides from what it is given alone and changes
 * nothing.
 *
 * <p>The environment that has the fewest snapshots reserved comes first, so that one with thousands
 * of servers does not keep out one with three; within an environment, who has waited longest. A run
 * that does not get what it needs holds up only those who need the same: runs of its environment
 * where that has no slot left, first copies where they have their part. Smaller runs pass one that
 * needs more snapshots than are free, but not for ever.
 *
 * <p>The servers of an application begin together, so that their VM snapshots do: the first of them
 * waits until there is room for all, and what the others need is kept for them while they ask. For
 * them no slot is waited for. An application that needs more than the account may have comes in
 * waves, each server by itself.
 */
final class Turns {
  /** So long smaller runs may pass a large one. */
  static final Duration PASSED_FOR = Duration.ofHours(1);

  /** So long the room of an application is kept for those of its servers that are still to ask. */
  static final Duration KEPT_FOR_COMPANY = Duration.ofMinutes(2);

  private static final Comparator<Admission> OLDEST =
      Comparator.comparing(Admission::since).thenComparing(each -> each.run().runId().value());

  private final Supply supply;
  private final Instant now;
  private final Map<EnvironmentName, Integer> uploads = new HashMap<>();
  private final Map<EnvironmentName, Integer> shares = new HashMap<>();
  private final List<Admission> admitted = new ArrayList<>();
  private final List<Turn> waiting = new ArrayList<>();
  private final List<Admission> givingBack = new ArrayList<>();
  private final Set<EnvironmentName> slotless = new HashSet<>();

  /**
   * Of each application that was let in just now, snapshots for servers that have not asked yet.
   */
  private final Map<AppId, Integer> keptForCompany = new HashMap<>();

  private int reserved;
  private int reservedByFirst;

  /** How many snapshots the first one needs that waits for some. */
  private int lacking;

  /** The same of the first copy that waits for their part. */
  private int lackingForFirst;

  private boolean firstsWait;
  private boolean allWait;

  private Turns(Supply supply, Instant now) {
    this.supply = supply;
    this.now = now;
  }

  /** Decides over all runs of the line, those that hold and those that wait. */
  static Turns of(Collection<Admission> line, Supply supply, Instant now) {
    Turns turns = new Turns(supply, now);
    line.stream().filter(Admission::holds).forEach(turns::count);
    turns.keepForCompany(line.stream().filter(Admission::holds).toList());
    turns.decide(line.stream().filter(Admission::waits).sorted(OLDEST).toList());
    turns.giveBack(
        line.stream()
            .filter(each -> each.phase() == Admission.Phase.KEPT)
            .sorted(turns.leastLoss())
            .toList());
    return turns;
  }

  /** Those whose turn it is, the first first. */
  List<Admission> admitted() {
    return List.copyOf(admitted);
  }

  /** Those who wait on, the next first. */
  List<Turn> waiting() {
    return List.copyOf(waiting);
  }

  /**
   * Those that failed, are kept, and are to give their pending snapshots back, because the next one
   * waits for as many. Who loses least by it comes first: what is in the snapshots is put again
   * from staging. Of two that lose as much it is that of the environment that holds more, then who
   * was kept longest.
   */
  List<Admission> givingBack() {
    return List.copyOf(givingBack);
  }

  private Comparator<Admission> leastLoss() {
    return Comparator.comparingLong(Admission::applied)
        .thenComparingInt(each -> -shares.getOrDefault(each.environment(), 0))
        .thenComparing(OLDEST);
  }

  private void giveBack(List<Admission> keptLeastLossFirst) {
    int free = supply.pendingSnapshots() - reserved;
    int freeForFirst = supply.forFirstCopies() - reservedByFirst;
    for (Admission kept : keptLeastLossFirst) {
      if (free < lacking || (kept.first() && freeForFirst < lackingForFirst)) {
        givingBack.add(kept);
        free += kept.snapshots();
        freeForFirst += kept.first() ? kept.snapshots() : 0;
      }
    }
  }

  private void count(Admission holding) {
    reserved += holding.snapshots();
    shares.merge(holding.environment(), holding.snapshots(), Integer::sum);
    if (holding.first()) {
      reservedByFirst += holding.snapshots();
    }
    if (holding.phase() == Admission.Phase.UPLOADING) {
      uploads.merge(holding.environment(), 1, Integer::sum);
    }
  }

  /** Those who were let in just now are not all of their application. */
  private void keepForCompany(List<Admission> holding) {
    Map<AppId, List<Admission>> companies = new HashMap<>();
    for (Admission each : holding) {
      Admission.Company company = each.company();
      if (company != null && comesWhole(company) && isJustLetIn(company)) {
        companies.computeIfAbsent(company.appId(), app -> new ArrayList<>()).add(each);
      }
    }
    companies.forEach(
        (app, members) -> {
          int held = members.stream().mapToInt(Admission::snapshots).sum();
          int all = members.stream().mapToInt(Turns::snapshotsOfAll).max().orElse(0);
          keep(app, Math.max(0, all - held), members.stream().anyMatch(Admission::first));
        });
  }

  private boolean isJustLetIn(Admission.Company company) {
    return company.admittedAt() != null && company.admittedAt().plus(KEPT_FOR_COMPANY).isAfter(now);
  }

  private boolean comesWhole(Admission.Company company) {
    return company.snapshots() <= supply.pendingSnapshots();
  }

  private void keep(AppId app, int snapshots, boolean first) {
    keptForCompany.put(app, snapshots);
    reserved += snapshots;
    reservedByFirst += first ? snapshots : 0;
  }

  private void takeKept(AppId app, Admission run) {
    keptForCompany.merge(app, -run.snapshots(), Integer::sum);
    reserved -= run.snapshots();
    reservedByFirst -= run.first() ? run.snapshots() : 0;
  }

  private boolean isKept(Admission.Company company, Admission run) {
    return !run.holds() && keptForCompany.getOrDefault(company.appId(), 0) >= run.snapshots();
  }

  /** Of all that are to begin with the run; its own where it begins alone or in a wave. */
  private int wanted(Admission run) {
    Admission.Company company = run.company();
    return company != null && comesWhole(company) && !keptForCompany.containsKey(company.appId())
        ? snapshotsOfAll(run)
        : run.snapshots();
  }

  private static int snapshotsOfAll(Admission run) {
    Admission.Company company = run.company();
    return company == null ? run.snapshots() : Math.max(run.snapshots(), company.snapshots());
  }

  /** Takes the next of the environment with the smallest share, as often as there is one. */
  private void decide(List<Admission> oldestFirst) {
    Map<EnvironmentName, Deque<Admission>> lines = new HashMap<>();
    oldestFirst.forEach(
        each -> lines.computeIfAbsent(each.environment(), name -> new ArrayDeque<>()).add(each));
    Map<EnvironmentName, Integer> virtual = new HashMap<>(shares);
    Comparator<Deque<Admission>> smallestShare =
        Comparator.comparing(line -> virtual.getOrDefault(line.getFirst().environment(), 0));
    PriorityQueue<Deque<Admission>> next =
        new PriorityQueue<>(smallestShare.thenComparing(Deque::getFirst, OLDEST));
    next.addAll(lines.values());
    while (!next.isEmpty()) {
      Deque<Admission> line = next.remove();
      Admission run = line.removeFirst();
      virtual.merge(run.environment(), run.snapshots(), Integer::sum);
      judge(run);
      if (!line.isEmpty()) {
        next.add(line);
      }
    }
  }

  private void judge(Admission run) {
    Admission.Company company = run.company();
    boolean isKept = company != null && isKept(company, run);
    String lacks = isKept ? "" : lacks(run);
    if (lacks.isEmpty()) {
      admitted.add(run);
      if (company != null && isKept) {
        takeKept(company.appId(), run);
      } else if (company != null && !run.holds() && wanted(run) > run.snapshots()) {
        keep(company.appId(), wanted(run) - run.snapshots(), run.first());
      }
      if (run.holds()) {
        uploads.merge(run.environment(), 1, Integer::sum);
      } else {
        count(run.in(Admission.Phase.UPLOADING));
      }
    } else {
      waiting.add(new Turn(run, waiting.size() + 1, lacks));
    }
  }

  /** What the run has to wait for; empty: nothing. */
  private String lacks(Admission run) {
    if (uploads.getOrDefault(run.environment(), 0) >= supply.uploads(run.environment())) {
      slotless.add(run.environment());
    }
    if (slotless.contains(run.environment())) {
      return slotSentence(run);
    }
    if (run.holds()) {
      return "";
    }
    int wanted = wanted(run);
    boolean fits = reserved + wanted <= supply.pendingSnapshots();
    if (!fits && run.since().plus(PASSED_FOR).isBefore(now)) {
      allWait = true;
    }
    if (!fits || allWait) {
      lacking = lacking == 0 ? wanted : lacking;
      return snapshotSentence(run);
    }
    // Alone, a first copy may have more than their part: else it would never have its turn.
    if (run.first() && reservedByFirst > 0 && reservedByFirst + wanted > supply.forFirstCopies()) {
      firstsWait = true;
    }
    if (!run.first() || !firstsWait) {
      return "";
    }
    lackingForFirst = lackingForFirst == 0 ? wanted : lackingForFirst;
    return firstSentence(run);
  }

  private String slotSentence(Admission run) {
    Integer slots = supply.slots().get(run.environment());
    return slots == null
        ? "no connector of environment " + run.environment() + " is healthy"
        : "the connectors of environment "
            + run.environment()
            + " have "
            + slots
            + (slots == 1 ? " slot" : " slots")
            + ", and "
            + uploads.getOrDefault(run.environment(), 0)
            + " runs are with them";
  }

  private String snapshotSentence(Admission run) {
    return needs(run)
        + ", and "
        + reserved
        + " of the "
        + supply.pendingSnapshots()
        + " that may be pending are reserved";
  }

  private String firstSentence(Admission run) {
    return needs(run)
        + " for a first copy, and first copies have "
        + reservedByFirst
        + " of the "
        + supply.forFirstCopies()
        + " that are theirs";
  }

  private String needs(Admission run) {
    int wanted = wanted(run);
    String who = wanted > run.snapshots() ? "the servers of its application need " : "it needs ";
    return who + wanted + (wanted == 1 ? " snapshot" : " snapshots");
  }
}
