package dev.drover.local.simulation.report;

import dev.drover.local.simulation.aws.Account;
import dev.drover.local.simulation.aws.Deployed;
import dev.drover.local.simulation.aws.Meter;
import dev.drover.protocol.DiskGeometry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What AWS would charge for the time that was simulated. What goes with the size of disks counts as
 * often as a simulated block stands for real ones.
 */
final class Cost {
  private static final double THOUSAND = 1e3;
  private static final double MILLION = 1e6;
  private static final double GIB = 1 << 30;
  private static final Duration MONTH = Duration.ofDays(30);

  private static final String SEGMENT = "Segment";

  /** Lambda's pollers of a queue ask all the time: some five of them, for 20 s each. */
  private static final int POLLS_A_MINUTE = 15;

  private static final int POLLED_QUEUES = 2;

  private final Account account;
  private final Deployed deployed = new Deployed();
  private final Prices prices = new Prices();
  private final int scale;
  private final Duration time;
  private final double storedBlocks;
  private final List<Line> lines = new ArrayList<>();

  /** One kind of use. */
  record Line(String what, double amount, String unit, double dollars) {}

  /**
   * Of an account.
   *
   * @param storedBlocks of snapshots, on average over the time
   */
  Cost(Account account, int scale, Duration time, double storedBlocks) {
    this.account = account;
    this.scale = scale;
    this.time = time;
    this.storedBlocks = storedBlocks;
    ebs();
    s3();
    lambda();
    requests();
  }

  private void ebs() {
    double puts = (double) account.ebs().use().puts() * scale;
    add("EBS PutSnapshotBlock", puts, "blocks", puts / THOUSAND * prices.of("ebs.put.thousand"));
    double gib = storedBlocks * scale * DiskGeometry.BLOCK_BYTES / GIB;
    add("EBS snapshots, average", gib, "GiB", gib * months() * prices.of("ebs.snapshot.gib.month"));
  }

  private double months() {
    return (double) time.toSeconds() / MONTH.toSeconds();
  }

  private void s3() {
    double writes = s3Calls(name -> name.equals("s3 PutObject") || name.equals("s3 ListObjectsV2"));
    add("S3 PUT, LIST", writes, "requests", writes / THOUSAND * prices.of("s3.put.thousand"));
    double reads = s3Calls(name -> name.equals("s3 GetObject"));
    add("S3 GET", reads, "requests", reads / THOUSAND * prices.of("s3.get.thousand"));
    double gib = account.bucket().averageBytes() / GIB;
    add("S3 storage, average", gib, "GiB", gib * months() * prices.of("s3.gib.month"));
  }

  private double s3Calls(Predicate<String> name) {
    Meter meter = account.meter();
    return sum(meter.calls(), name) + sum(meter.callsOfSegments(), name) * scale;
  }

  private static double sum(Map<String, Long> calls, Predicate<String> name) {
    return calls.entrySet().stream()
        .filter(entry -> name.test(entry.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private void lambda() {
    double calls = 0;
    for (Map.Entry<String, Long> entry : account.lambda().invocations().entrySet()) {
      calls += entry.getValue() * (entry.getKey().equals(SEGMENT) ? (double) scale : 1);
    }
    add("Lambda", calls, "calls", calls / MILLION * prices.of("lambda.million"));
    double gibSeconds = 0;
    for (Map.Entry<String, Duration> entry : account.lambda().durations().entrySet()) {
      gibSeconds += entry.getValue().toMillis() / 1e3 * deployed.memoryMib(entry.getKey()) / 1024;
    }
    add("Lambda", gibSeconds, "GiB-s", gibSeconds * prices.of("lambda.gib.second"));
  }

  private void requests() {
    double transitions = account.stepFunctions().transitions();
    add(
        "Step Functions",
        transitions,
        "transitions",
        transitions / THOUSAND * prices.of("states.transition.thousand"));
    double reads = account.meter().tableReads();
    add("DynamoDB", reads, "read units", reads / MILLION * prices.of("dynamodb.read.million"));
    double writes = account.meter().tableWrites();
    add("DynamoDB", writes, "write units", writes / MILLION * prices.of("dynamodb.write.million"));
    double messages = sqs();
    add("SQS", messages, "requests", messages / MILLION * prices.of("sqs.million"));
    double firings = account.scheduler().firings();
    add("Scheduler", firings, "firings", firings / MILLION * prices.of("scheduler.million"));
  }

  /** Each message of a function's queue is sent, received and deleted. */
  private double sqs() {
    double segments = (double) account.segmentEvents() * scale;
    double reports = account.queues().sent(account.reportQueue());
    double connectors = sum(account.meter().calls(), name -> name.startsWith("sqs "));
    double polls = (double) time.toMinutes() * POLLS_A_MINUTE * POLLED_QUEUES;
    return 3 * (segments + reports) + connectors + polls;
  }

  private void add(String what, double amount, String unit, double dollars) {
    lines.add(new Line(what, amount, unit, dollars));
  }

  List<Line> lines() {
    return lines;
  }

  double dollars() {
    return lines.stream().mapToDouble(Line::dollars).sum();
  }

  String about() {
    return prices.about();
  }
}
