package dev.drover.local.simulation.ebs;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was asked of an account's EBS, EC2 and KMS, and what was refused because it was too much.
 */
public final class AccountUse {
  private static final int MAX_REFUSALS_KEPT = 1_000;

  private final InstantSource clock;
  private final SortedMap<String, Long> calls = new TreeMap<>();
  private final SortedMap<String, Long> throttles = new TreeMap<>();
  private final SortedMap<String, PeakRate> rates = new TreeMap<>();
  private final PeakRate putsInMinute;
  private final List<QuotaRefusal> quotaRefusals = new ArrayList<>();
  private long quotaRefusalCount;
  private int pending;
  private int mostPending;
  private long starts;
  private long completes;
  private long puts;
  private long secondOfPuts;
  private int putsInSecond;
  private int mostPutsInSecond;

  AccountUse(InstantSource clock) {
    this.clock = clock;
    this.putsInMinute = new PeakRate(clock, 60);
  }

  /** A call that a quota refused. */
  public record QuotaRefusal(Instant time, String operation, String words) {}

  void called(String operation) {
    calls.merge(operation, 1L, Long::sum);
    rates.computeIfAbsent(operation, name -> new PeakRate(clock, 1)).count();
  }

  void throttled(String operation) {
    throttles.merge(operation, 1L, Long::sum);
  }

  void refused(String operation, String words) {
    quotaRefusalCount++;
    if (quotaRefusals.size() < MAX_REFUSALS_KEPT) {
      quotaRefusals.add(new QuotaRefusal(clock.instant(), operation, words));
    }
  }

  void started() {
    starts++;
    pending++;
    mostPending = Math.max(mostPending, pending);
  }

  void completing() {
    completes++;
  }

  void noLongerPending() {
    pending--;
  }

  void put() {
    puts++;
    putsInMinute.count();
    long second = clock.instant().getEpochSecond();
    putsInSecond = second == secondOfPuts ? putsInSecond + 1 : 1;
    secondOfPuts = second;
    mostPutsInSecond = Math.max(mostPutsInSecond, putsInSecond);
  }

  /** Snapshots that are pending now. */
  public int pending() {
    return pending;
  }

  /** The most snapshots that were ever pending. */
  public int mostPending() {
    return mostPending;
  }

  /** Snapshots that were started; a repeated start of the same one does not count. */
  public long starts() {
    return starts;
  }

  /** Snapshots whose completion was accepted. */
  public long completes() {
    return completes;
  }

  /** Blocks that were accepted, repeated ones too. */
  public long puts() {
    return puts;
  }

  /** The most blocks that were accepted in any second of the clock. */
  public int mostPutsInSecond() {
    return mostPutsInSecond;
  }

  /** The most blocks that were accepted in any minute of the clock. */
  public int mostPutsInMinute() {
    return putsInMinute.most();
  }

  /** The most calls that arrived in any second of the clock, throttled ones too. */
  public int mostInSecond(String operation) {
    PeakRate rate = rates.get(operation);
    return rate == null ? 0 : rate.most();
  }

  /** Calls that arrived, by operation, throttled ones too. */
  public SortedMap<String, Long> calls() {
    return Collections.unmodifiableSortedMap(calls);
  }

  /** Calls that were throttled, by operation. */
  public SortedMap<String, Long> throttles() {
    return Collections.unmodifiableSortedMap(throttles);
  }

  /** The first calls that a quota refused, oldest first; at most 1,000. */
  public List<QuotaRefusal> quotaRefusals() {
    return Collections.unmodifiableList(quotaRefusals);
  }

  /** How many calls a quota refused. */
  public long quotaRefusalCount() {
    return quotaRefusalCount;
  }
}
