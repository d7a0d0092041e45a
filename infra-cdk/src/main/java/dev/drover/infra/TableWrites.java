package dev.drover.infra;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;

/**
 * The partitions of the table that each function writes, as patterns of IAM. A test of the
 * simulation compares them with what the functions write.
 */
final class TableWrites {
  private static final String IDS = "ID";
  private static final String CATALOG = "CATALOG";
  private static final String SERVERS = "SERVER";
  private static final String SERVER_NAMES = "SERVERREF";
  private static final String CONNECTORS = "CONNECTOR";
  private static final String JOBS = "JOB";
  private static final String APPS = "APP";
  private static final String APP_CONFIGURATIONS = "APP#*";
  private static final String APP_REQUESTS = "APPREQUEST";
  private static final String APP_COUNT = "APPCOUNT";
  private static final String RUNS = "JOB#*";
  private static final String DISKS = "RUN#*";
  private static final String RECEIPTS = "RECEIPT#*";
  private static final String BLOCKS = "BLOCKS#*";
  private static final String BASES = "BASE#*";
  private static final String LEFTOVERS = "LEFTOVERS";
  private static final String ADMISSIONS = "ADMISSION";
  private static final String STORIES = "STORY#*";
  private static final String SWEEP = "SWEEP";
  private static final String VERSIONS = "VERSION";

  private static final Map<DeclaredFunction, List<String>> WRITES =
      Map.ofEntries(
          entry(DeclaredFunction.SEGMENT, List.of(RECEIPTS, BLOCKS, DISKS)),
          entry(
              DeclaredFunction.REPORT,
              List.of(
                  CATALOG,
                  SERVERS,
                  SERVER_NAMES,
                  IDS,
                  CONNECTORS,
                  RUNS,
                  DISKS,
                  LEFTOVERS,
                  STORIES)),
          entry(
              DeclaredFunction.SMS_API,
              List.of(
                  CATALOG,
                  SERVERS,
                  IDS,
                  JOBS,
                  RUNS,
                  LEFTOVERS,
                  ADMISSIONS,
                  STORIES,
                  APPS,
                  APP_CONFIGURATIONS,
                  APP_REQUESTS,
                  APP_COUNT)),
          entry(
              DeclaredFunction.START_RUN,
              List.of(IDS, SERVERS, JOBS, RUNS, DISKS, LEFTOVERS, ADMISSIONS, STORIES, SWEEP)),
          entry(DeclaredFunction.BEGIN_RUN, List.of(JOBS, RUNS, STORIES)),
          entry(DeclaredFunction.PREPARE, List.of(RUNS, ADMISSIONS, STORIES)),
          entry(
              DeclaredFunction.AWAIT_APPLIED, List.of(RUNS, DISKS, LEFTOVERS, ADMISSIONS, STORIES)),
          entry(DeclaredFunction.WAIT_FOR_SEGMENTS, List.of(DISKS)),
          entry(DeclaredFunction.COMPLETE_SNAPSHOT, List.of(RUNS, DISKS, BASES, STORIES)),
          entry(DeclaredFunction.CHECK_SNAPSHOT, List.of(DISKS)),
          entry(DeclaredFunction.PURGE_STAGING, List.of(STORIES)),
          entry(
              DeclaredFunction.PUBLISH_IMAGE,
              List.of(JOBS, RUNS, BASES, LEFTOVERS, ADMISSIONS, STORIES)),
          entry(DeclaredFunction.PRUNE_IMAGES, List.of(JOBS, DISKS)),
          entry(
              DeclaredFunction.FINISH_RUN,
              List.of(SERVERS, JOBS, RUNS, LEFTOVERS, ADMISSIONS, STORIES)),
          entry(
              DeclaredFunction.FAIL_RUN,
              List.of(IDS, SERVERS, JOBS, RUNS, LEFTOVERS, ADMISSIONS, STORIES)),
          entry(
              DeclaredFunction.END_RUN,
              List.of(IDS, SERVERS, JOBS, RUNS, LEFTOVERS, ADMISSIONS, STORIES)),
          entry(DeclaredFunction.DEAD_LETTERS, List.of()),
          entry(
              DeclaredFunction.ADVANCE_LAUNCH,
              List.of(APPS, APP_CONFIGURATIONS, APP_REQUESTS, APP_COUNT, SERVERS, STORIES)),
          entry(
              DeclaredFunction.SWEEP_LEFTOVERS,
              List.of(
                  IDS,
                  SERVERS,
                  JOBS,
                  RUNS,
                  LEFTOVERS,
                  ADMISSIONS,
                  BASES,
                  STORIES,
                  SWEEP,
                  VERSIONS,
                  APPS,
                  APP_CONFIGURATIONS,
                  APP_REQUESTS,
                  APP_COUNT)));

  private TableWrites() {}

  static List<String> of(DeclaredFunction function) {
    List<String> patterns = WRITES.get(function);
    if (patterns == null) {
      throw new IllegalStateException("nobody says what " + function + " writes to the table");
    }
    return patterns;
  }
}
