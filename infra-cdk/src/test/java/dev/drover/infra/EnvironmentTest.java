package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A function finds in its environment what the contract says, and asks for nothing else. */
class EnvironmentTest {
  /** To be empty when the functions have landed: variables that no code reads yet. */
  private static final Set<String> NOT_YET_READ = Set.of();

  private static final Set<String> COMMON =
      Set.of("DROVER_TABLE", "DROVER_BUCKET", "DROVER_BUCKET_OWNER");

  private static final Path FUNCTIONS = Path.of("../functions/src/main/java");

  @Test
  void functions_inTheTemplate_haveExactlyTheVariablesOfTheContract() {
    Map<String, Set<String>> expected = new TreeMap<>();
    for (DeclaredFunction declared : DeclaredFunction.values()) {
      expected.put(declared.constructId(), new TreeSet<>(COMMON));
    }
    add(expected, "DROVER_SEGMENT_QUEUE_PREFIX", "Segment", "AwaitApplied", "DeadLetters");
    add(expected, "DROVER_PUTS_PER_SECOND", "Segment");
    add(expected, "DROVER_ALL_PUTS_PER_SECOND", "Report");
    add(expected, "DROVER_REPORT_QUEUE_URL", "AwaitApplied", "Report", "DeadLetters");
    add(expected, "DROVER_REPORT_DEAD_LETTERS_URL", "DeadLetters");
    add(expected, "DROVER_FAILED_CALLS_URL", "DeadLetters");
    add(
        expected,
        "DROVER_TASK_QUEUE_PREFIX",
        "Prepare",
        "SmsApi",
        "FailRun",
        "EndRun",
        "SweepLeftovers",
        "DeadLetters");
    add(expected, "DROVER_PATIENCE_HOURS", "Prepare");
    add(expected, "DROVER_IMPORT_ROLE", "PublishImage");
    add(expected, "DROVER_MAX_FREQUENCY_HOURS", "SmsApi");
    add(expected, "DROVER_ON_DEMAND_RUNS", "SmsApi");
    add(expected, "DROVER_RECENT_AMIS_TO_KEEP", "SmsApi", "SweepLeftovers");
    add(expected, "DROVER_MAX_APPLICATIONS", "SmsApi");
    add(expected, "DROVER_MAX_SERVER_GROUPS", "SmsApi");
    add(expected, "DROVER_MAX_SERVERS_OF_APPLICATION", "SmsApi");
    add(expected, "DROVER_DISCOVERY_REGION", "SmsApi");
    add(expected, "DROVER_FAILURES_BEFORE_PAUSE", "FailRun", "EndRun");
    add(expected, "DROVER_REPLICATE_RUN_ARN", "SmsApi", "StartRun", "SweepLeftovers");
    add(expected, "DROVER_PENDING_SNAPSHOTS", "SmsApi", "StartRun", "SweepLeftovers");
    add(expected, "DROVER_STACK", "StartRun");
    add(expected, "DROVER_LAUNCH_APP_ARN", "FinishRun", "SmsApi");
    add(expected, "DROVER_API_URL", "AdvanceLaunch", "SmsApi", "SweepLeftovers");
    add(expected, "DROVER_LAUNCH_ROLE_ARN", "AdvanceLaunch", "SmsApi", "SweepLeftovers");
    add(expected, "DROVER_ROLE_ARN_PREFIX", "AdvanceLaunch", "SmsApi", "SweepLeftovers");
    add(expected, "DROVER_ALIAS", "SweepLeftovers");
    add(expected, "DROVER_VERSIONED_FUNCTIONS", "SweepLeftovers");
    add(expected, "DROVER_START_RUN_ARN", "SmsApi", "StartRun", "SweepLeftovers");
    add(expected, "DROVER_SCHEDULE_ROLE_ARN", "SmsApi", "StartRun", "SweepLeftovers");
    add(
        expected,
        "DROVER_SCHEDULE_GROUP",
        "SmsApi",
        "StartRun",
        "FinishRun",
        "FailRun",
        "EndRun",
        "SweepLeftovers");

    Map<String, Set<String>> given = new TreeMap<>();
    for (DeclaredFunction declared : DeclaredFunction.values()) {
      given.put(declared.constructId(), variables(declared));
    }
    assertThat(given).isEqualTo(expected);
  }

  @Test
  void variables_thatCodeReads_areGiven() {
    assertThat(given()).containsAll(read());
  }

  @Test
  void variables_thatAreGiven_areReadByCode() {
    Set<String> unread = new TreeSet<>(given());
    unread.removeAll(read());
    assertThat(unread).isEqualTo(NOT_YET_READ);
  }

  private static Set<String> given() {
    Set<String> given = new TreeSet<>();
    for (DeclaredFunction declared : DeclaredFunction.values()) {
      given.addAll(variables(declared));
    }
    return given;
  }

  private static Set<String> variables(DeclaredFunction declared) {
    Set<String> names = new TreeSet<>();
    Template.aws()
        .function(declared.constructId())
        .at("/Properties/Environment/Variables")
        .fieldNames()
        .forEachRemaining(names::add);
    return names;
  }

  private static Set<String> read() {
    Pattern variable = Pattern.compile("\"(DROVER_[A-Z_]+)\"");
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(FUNCTIONS)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .flatMap(file -> variable.matcher(text(file)).results())
          .map((MatchResult match) -> match.group(1))
          .forEach(names::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(Map<String, Set<String>> expected, String variable, String... functions) {
    for (String function : functions) {
      expected.computeIfAbsent(function, _ -> new TreeSet<>()).add(variable);
    }
  }
}
