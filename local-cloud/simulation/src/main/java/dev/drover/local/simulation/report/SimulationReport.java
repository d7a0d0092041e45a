package dev.drover.local.simulation.report;

import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.State;
import dev.drover.local.simulation.aws.Account;
import dev.drover.local.simulation.ebs.AccountUse;
import dev.drover.local.simulation.fleet.Fleet;
import dev.drover.local.simulation.fleet.Tally;
import dev.drover.local.simulation.fleet.Violation;
import dev.drover.local.simulation.fleet.Waits;
import dev.drover.protocol.DiskGeometry;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What came of a simulation, in tables. Disks and blocks are real ones: times the scale. */
public final class SimulationReport {
  private static final int VIOLATIONS_SHOWN = 20;
  private static final double USUAL = 0.5;
  private static final double LATE = 0.95;
  private static final int MINUTE = 60;

  private final Fleet.Outcome outcome;
  private final Account account;
  private final Tally tally;
  private final int scale;
  private final Duration time;
  private final Effort effort;

  /**
   * What it took to simulate.
   *
   * @param mostBytes the most memory that the process had
   */
  public record Effort(Duration wallTime, Duration cpuTime, long mostBytes, long heapBytes) {}

  public SimulationReport(Fleet.Outcome outcome, Effort effort) {
    this.outcome = outcome;
    this.account = outcome.account();
    this.tally = outcome.tally();
    this.scale = outcome.scenario().scale();
    this.time = outcome.scenario().duration();
    this.effort = effort;
  }

  /** Prints it. */
  public void print(PrintStream out) {
    out.println();
    throughput(out);
    waits(out);
    quotas(out);
    cost(out);
    runs(out);
    slowest(out);
    process(out);
    promises(out);
  }

  private void throughput(PrintStream out) {
    out.println("Throughput" + (scale == 1 ? "" : " (a simulated block stands for " + scale + ")"));
    AccountUse use = account.ebs().use();
    double seconds = time.toSeconds();
    double applied = (double) use.puts() * scale;
    new Table()
        .row("", "all", "average a second", "most a second, over a minute")
        .row("read", Words.bytes(real(tally.bytesRead())), rate(real(tally.bytesRead()) / seconds))
        .row(
            "changed",
            Words.bytes(real(tally.bytesChanged())),
            rate(real(tally.bytesChanged()) / seconds))
        .row(
            "sent, zstd",
            Words.bytes(real(tally.bytesSent())),
            rate(real(tally.bytesSent()) / seconds))
        .row(
            "applied",
            Words.bytes(applied * DiskGeometry.BLOCK_BYTES),
            rate(applied * DiskGeometry.BLOCK_BYTES / seconds),
            rate(real(use.mostPutsInMinute()) / MINUTE * DiskGeometry.BLOCK_BYTES))
        .row(
            "blocks applied",
            Words.count(applied),
            String.format(Locale.ROOT, "%.1f", applied / seconds),
            String.format(Locale.ROOT, "%.1f", real(use.mostPutsInMinute()) / MINUTE))
        .print(out);
  }

  private double real(long simulated) {
    return (double) simulated * scale;
  }

  private static String rate(double bytesPerSecond) {
    return Words.bytes(bytesPerSecond) + "/s";
  }

  private void waits(PrintStream out) {
    out.println("Waiting times of runs that made an AMI");
    Table table = new Table().row("", "runs", "median", "95 %", "worst");
    for (Tally.Wait wait : Tally.Wait.values()) {
      Waits waits = tally.waits(wait);
      table.row(
          wait.toString(),
          Words.count(waits.count()),
          Words.duration(waits.quantile(USUAL)),
          Words.duration(waits.quantile(LATE)),
          Words.duration(waits.quantile(1)));
    }
    table.print(out);
  }

  private void quotas(PrintStream out) {
    out.println("Quotas and limits");
    AccountUse use = account.ebs().use();
    Table table =
        new Table()
            .row("", "most", "allowed", "in all", "refused")
            .row(
                "pending snapshots (now " + use.pending() + ")",
                Words.count(use.mostPending()),
                "100",
                Words.count(use.starts()),
                Words.count(use.quotaRefusalCount()))
            .row(
                "PutSnapshotBlock a second",
                Words.count(real(use.mostPutsInSecond())),
                "1,000",
                Words.count(real(use.puts())),
                Words.count(real(use.throttles().getOrDefault("PutSnapshotBlock", 0L))));
    for (Map.Entry<String, Long> call : use.calls().entrySet()) {
      if (!call.getKey().equals("PutSnapshotBlock")) {
        table.row(
            call.getKey() + " a second",
            Words.count(use.mostInSecond(call.getKey())),
            allowed(call.getKey()),
            Words.count(call.getValue()),
            Words.count(use.throttles().getOrDefault(call.getKey(), 0L)));
      }
    }
    table
        .row(
            "Lambda concurrency",
            Words.count(account.lambda().mostAtOnce()),
            "1,000",
            Words.count(sum(account.lambda().invocations())),
            Words.count(account.lambda().throttles()))
        .row(
            "executions at a time",
            Words.count(account.stepFunctions().mostRunning()),
            "1,000,000",
            Words.count(sumOfInts(tally.byStatus())))
        .row("events of the longest history", Words.count(tally.mostEvents()), "25,000")
        .row("bytes handed on at once by an execution", Words.count(tally.mostBytes()), "262,144")
        .row("state transitions", "", "", Words.count(account.stepFunctions().transitions()))
        .row(
            "messages in the queue of segments",
            Words.count(account.mostSegmentsWaiting()),
            "",
            Words.count(account.segmentEvents()))
        .row(
            "messages in the queue of reports",
            Words.count(account.queues().mostDepth(account.reportQueue())),
            "",
            Words.count(account.queues().sent(account.reportQueue())))
        .print(out);
  }

  /** What a bucket gains each second; it holds more than that at first. */
  private static String allowed(String operation) {
    return switch (operation) {
      case "StartSnapshot", "CompleteSnapshot" -> "10";
      case "RegisterImage", "DeregisterImage", "DeleteSnapshot", "CreateTags" -> "5, burst 50";
      default -> operation.startsWith("Describe") ? "20, burst 100" : "";
    };
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static long sumOfInts(Map<String, Integer> counts) {
    return counts.values().stream().mapToLong(Integer::longValue).sum();
  }

  private void cost(PrintStream out) {
    Cost cost = new Cost(account, scale, time, outcome.storedBlocks());
    out.println(
        "Cost of these " + Words.duration(time) + " at AWS's list prices (" + cost.about() + ")");
    Table table = new Table().row("", "use", "", "US dollars");
    for (Cost.Line line : cost.lines()) {
      String amount =
          line.unit().equals("GiB")
              ? String.format(Locale.ROOT, "%,.1f", line.amount())
              : Words.count(line.amount());
      table.row(line.what(), amount, line.unit(), Words.dollars(line.dollars()));
    }
    table
        .row("all", "", "", Words.dollars(cost.dollars()))
        .row(
            "a server and day",
            "",
            "",
            String.format(
                Locale.ROOT,
                "%.4f $",
                cost.dollars()
                    / outcome.scenario().servers()
                    / Math.max(1.0 / 24, time.toHours() / 24.0)))
        .print(out);
  }

  private void runs(PrintStream out) {
    Map<String, Integer> byState = new TreeMap<>();
    State state = account.stateForOracle();
    int jobs = 0;
    for (Job job : state.jobs().list().toList()) {
      jobs++;
      state.runs().list(job.id()).forEach(run -> byState.merge(outcomeOf(run), 1, Integer::sum));
    }
    out.println("Runs by state");
    Table table = new Table().row("jobs", Words.count(jobs));
    byState.forEach((text, count) -> table.row(text, Words.count(count)));
    table
        .row("images equal to their sources", Words.count(outcome.imagesVerified()))
        .row("items of the table that expired", Words.count(account.expiredItems()))
        .row("calls of functions given up", Words.count(account.invocationsGivenUp()))
        .print(out);
  }

  private static String outcomeOf(Run run) {
    String code = run.outcome().failureCode();
    return code == null ? run.state().toString() : run.state() + " " + code;
  }

  private void slowest(PrintStream out) {
    out.println("The slowest executions, and where they were longest");
    Table table = new Table();
    for (Tally.Ended ended : tally.slowest()) {
      StringBuilder states = new StringBuilder();
      ended
          .longest()
          .forEach(
              (name, duration) ->
                  states
                      .append(states.isEmpty() ? "" : ", ")
                      .append(name)
                      .append(' ')
                      .append(Words.duration(duration)));
      table.row(ended.run(), ended.status(), Words.duration(ended.duration()), states.toString());
    }
    table.print(out);
  }

  private void process(PrintStream out) {
    out.println("The simulation itself");
    double seconds = Math.max(effort.wallTime().toMillis() / 1e3, 1e-3);
    double cpuSeconds = Math.max(effort.cpuTime().toMillis() / 1e3, 1e-3);
    new Table()
        .row("time", Words.duration(effort.wallTime()))
        .row("processor time", Words.duration(effort.cpuTime()))
        .row("steps", Words.count(outcome.steps()))
        .row("steps a second", Words.count(outcome.steps() / seconds))
        .row("steps a second of the processor", Words.count(outcome.steps() / cpuSeconds))
        .row("most memory of the process", Words.bytes(effort.mostBytes()))
        .row("heap in use at the end", Words.bytes(effort.heapBytes()))
        .row("trace", String.format(Locale.ROOT, "%x", outcome.trace().digest()))
        .print(out);
  }

  private void promises(PrintStream out) {
    List<Violation> violations = outcome.violations();
    if (violations.isEmpty()) {
      out.println("Every promise was kept.");
      return;
    }
    Map<String, Integer> kinds = new TreeMap<>();
    for (Violation found : violations) {
      kinds.merge("promise " + found.promise() + ", " + found.kind(), 1, Integer::sum);
    }
    out.println("Promises broken: " + violations.size());
    Table table = new Table();
    kinds.forEach((kind, count) -> table.row(kind, Words.count(count)));
    table.print(out);
    // One of each kind comes first: a frequent kind hides no rare one.
    Set<String> kindsShown = new HashSet<>();
    List<Violation> firstOfKind =
        violations.stream().filter(found -> kindsShown.add(found.kind())).toList();
    Stream.concat(
            firstOfKind.stream(), violations.stream().filter(found -> !firstOfKind.contains(found)))
        .limit(VIOLATIONS_SHOWN)
        .forEach(found -> out.println("  " + found));
    if (violations.size() > VIOLATIONS_SHOWN) {
      out.println("  … and " + (violations.size() - VIOLATIONS_SHOWN) + " more");
    }
  }
}
