package dev.drover.local.simulation.fleet;

import dev.drover.functions.state.Run;
import dev.drover.local.simulation.asl.StatusChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts how executions ended, times what they waited for, and keeps the slowest of them. */
public final class Tally {
  private static final int SLOWEST = 10;
  private static final int LONGEST_STATES = 3;
  private static final String APPLIED = "CompleteSnapshots";

  private final Map<String, Integer> byStatus = new TreeMap<>();
  private final Map<Wait, Waits> waits = new EnumMap<>(Wait.class);
  private final List<Ended> slowest = new ArrayList<>();
  private long bytesRead;
  private long bytesChanged;
  private long bytesSent;
  private int mostEvents;
  private long mostBytes;

  /** What a run that makes an image waits for. */
  public enum Wait {
    /** For its execution. */
    BEGIN("scheduled start → begin"),
    /** For a connector, and for the capture. */
    UPLOAD("begin → upload begun"),
    /** For the disks to be read, sent and put into EBS. */
    APPLIED("upload begun → applied"),
    /** For EBS and EC2, and for the pauses between two looks at them. */
    IMAGE("applied → AMI"),
    /** For all of it. */
    ALL("scheduled start → AMI");

    private final String text;

    Wait(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * An execution that took long.
   *
   * @param longest the states in which it was for the longest times
   */
  public record Ended(
      String run, String status, Duration duration, Map<String, Duration> longest) {}

  void ended(StatusChange change, Run run, @Nullable Instant uploadBegun) {
    String status = String.valueOf(change.execution().status());
    String error = change.error();
    byStatus.merge(error == null ? status : status + " " + error, 1, Integer::sum);
    mostEvents = Math.max(mostEvents, change.execution().events());
    mostBytes = Math.max(mostBytes, change.execution().mostBytes());
    bytesRead += run.progress().bytesRead();
    bytesChanged += run.progress().bytesChanged();
    bytesSent += run.progress().bytesSent();
    if (run.state() == Run.State.COMPLETED) {
      time(change, run, uploadBegun);
    }
    Duration took = Duration.between(change.execution().started(), change.execution().ended());
    if (slowest.size() < SLOWEST || took.compareTo(slowest.getLast().duration()) > 0) {
      slowest.add(new Ended(change.execution().name(), status, took, longest(change)));
      slowest.sort(Comparator.comparing(Ended::duration).reversed());
      if (slowest.size() > SLOWEST) {
        slowest.removeLast();
      }
    }
  }

  private void time(StatusChange change, Run run, @Nullable Instant uploadBegun) {
    Instant scheduled = run.scheduledStartTime();
    Instant end = change.execution().ended();
    add(Wait.BEGIN, scheduled, run.startedAt());
    add(Wait.UPLOAD, run.startedAt(), uploadBegun);
    Instant applied = change.firstEntered().get(APPLIED);
    add(Wait.APPLIED, uploadBegun, applied);
    add(Wait.IMAGE, applied, end);
    add(Wait.ALL, scheduled, end);
  }

  private void add(Wait wait, @Nullable Instant from, @Nullable Instant to) {
    if (from != null && to != null) {
      waits(wait).add(Duration.between(from, to));
    }
  }

  private static Map<String, Duration> longest(StatusChange change) {
    Map<String, Duration> longest = new LinkedHashMap<>();
    change.spent().entrySet().stream()
        .sorted(
            Map.Entry.<String, Duration>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(LONGEST_STATES)
        .forEach(entry -> longest.put(entry.getKey(), entry.getValue()));
    return longest;
  }

  /** How many executions ended so. */
  public Map<String, Integer> byStatus() {
    return byStatus;
  }

  /** How long runs that made an image waited. */
  public Waits waits(Wait wait) {
    return waits.computeIfAbsent(wait, key -> new Waits());
  }

  /** What connectors read, by their own reports. */
  public long bytesRead() {
    return bytesRead;
  }

  /** What of it was not in the base. */
  public long bytesChanged() {
    return bytesChanged;
  }

  /** What of it was put to S3, compressed. */
  public long bytesSent() {
    return bytesSent;
  }

  /** The slowest, slowest first. */
  public List<Ended> slowest() {
    return slowest;
  }

  /** The longest history. */
  public int mostEvents() {
    return mostEvents;
  }

  /** The most bytes that an execution handed on at once. */
  public long mostBytes() {
    return mostBytes;
  }
}
