package dev.drover.local.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.simulation.Checkout;
import dev.drover.local.simulation.fault.FaultKind;
import dev.drover.local.simulation.kernel.Trace;
import dev.drover.local.simulation.site.ScratchFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What functions write to the table, and what {@code infra-cdk} lets them write. */
class TableWritesTest {
  private static final String GRANTS = "infra-cdk/src/main/java/dev/drover/infra/TableWrites.java";
  private static final Pattern PARTITION =
      Pattern.compile("String ([A-Z_]+) = \"([A-Z]+#?)\\*?\";");
  private static final Pattern GRANT =
      Pattern.compile("entry\\(\\s*DeclaredFunction\\.([A-Z_]+),\\s*List\\.of\\(([A-Z_,\\s]*)\\)");

  @Test
  void functions_writeOnlyPartitionsOfTheirOwn() throws IOException {
    Map<String, Set<String>> granted = granted();
    assertThat(granted).hasSizeGreaterThan(15);
    for (long seed = 1; seed <= 3; seed++) {
      Scenario scenario = new Scenario(seed, 2, Duration.ofHours(26), FaultKind.all(), 1);
      written(scenario)
          .forEach(
              (function, partitions) ->
                  assertThat(granted.get(function))
                      .as("%s writes in %s, and may write by %s", function, scenario, GRANTS)
                      .containsAll(partitions));
    }
  }

  private static Map<String, Set<String>> written(Scenario scenario) throws IOException {
    try (ScratchFolder folder = new ScratchFolder()) {
      String machine = Files.readString(Checkout.ROOT.resolve(Checkout.MACHINE));
      Fleet fleet = new Fleet(scenario, machine, folder.path(), Trace.digested());
      fleet.run();
      return fleet.tableWrites();
    }
  }

  private static Map<String, Set<String>> granted() throws IOException {
    String source = Files.readString(Checkout.ROOT.resolve(GRANTS));
    Map<String, String> partitions = new HashMap<>();
    Matcher partition = PARTITION.matcher(source);
    while (partition.find()) {
      partitions.put(partition.group(1), partition.group(2));
    }
    Map<String, Set<String>> granted = new HashMap<>();
    Matcher grant = GRANT.matcher(source);
    while (grant.find()) {
      Set<String> own =
          Arrays.stream(grant.group(2).split(",", -1))
              .map(String::strip)
              .filter(name -> !name.isEmpty())
              .map(partitions::get)
              .collect(Collectors.toCollection(TreeSet::new));
      granted.put(name(grant.group(1)), own);
    }
    return granted;
  }

  /** {@code START_RUN} → {@code StartRun}. */
  private static String name(String constant) {
    return Arrays.stream(constant.split("_", -1))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
