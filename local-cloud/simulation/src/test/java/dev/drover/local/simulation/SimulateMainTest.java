package dev.drover.local.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.simulation.site.ScratchFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulateMainTest {
  private record Answer(int exitCode, String out, String err) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--servers 0",
        "--servers 20001",
        "--days 0",
        "--days 367",
        "--seeds 0",
        "--scale 0",
        "--scale 101",
        "--frequency 0",
        "--frequency 25",
        "--severity 0",
        "--severity 101",
        "--faults gremlins",
        "--faults all,none"
      })
  void execute_valueThatMakesNoSense_isOneSentenceThatNamesIt(String arguments) {
    Answer answer = simulate(arguments.split(" ", -1));

    assertThat(answer.exitCode()).isEqualTo(2);
    assertThat(answer.out()).isEmpty();
    assertThat(answer.err()).startsWith("drover: " + arguments.split(" ", -1)[0]).hasLineCount(1);
  }

  @Test
  void execute_goodRun_reportsInTablesAndLeavesNothing() throws IOException {
    List<Path> before = folders();

    Answer answer =
        simulate(
            "--seed", "1", "--servers", "2", "--days", "0.5", "--faults", "none", "--scale", "8");

    assertThat(answer.exitCode()).isZero();
    assertThat(answer.out())
        .contains("Throughput (a simulated block stands for 8)")
        .contains("scheduled start → AMI")
        .contains("pending snapshots")
        .contains("EBS PutSnapshotBlock")
        .contains("COMPLETED")
        .contains("Every promise was kept.")
        .contains("--seed 1 --servers 2 --days 0.5 --faults none --scale 8: good");
    assertThat(folders()).isSubsetOf(before);
  }

  @Test
  void execute_commandLineThatItPrints_replaysExactly() {
    String said = lastWord("--servers 1 --days 0.125 --frequency 1 --severity 20 --faults network");

    String commandLine = said.substring(0, said.indexOf(": "));
    assertThat(commandLine).contains(" --frequency 1").contains(" --severity 20");
    assertThat(trace(lastWord(commandLine))).isEqualTo(trace(said));
  }

  /** Command line, outcome and trace. */
  private static String lastWord(String arguments) {
    return simulate(arguments.split(" ", -1))
        .out()
        .lines()
        .filter(line -> line.contains(", trace "))
        .findFirst()
        .orElseThrow();
  }

  private static String trace(String said) {
    return said.substring(said.indexOf(", trace "));
  }

  @Test
  void execute_reportThatCannotBeWritten_fails() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException("no space left on device");
          }
        };
    Answer answer =
        simulate(full, "--servers", "1", "--days", "0.05", "--faults", "none", "--scale", "8");
    assertThat(answer.exitCode()).isEqualTo(1);
    assertThat(answer.err()).startsWith("drover: the report could not be written").hasLineCount(1);
  }

  private static Answer simulate(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Answer answer = simulate(out, arguments);
    return new Answer(answer.exitCode(), out.toString(StandardCharsets.UTF_8), answer.err());
  }

  private static Answer simulate(OutputStream out, String... arguments) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> all =
        new ArrayList<>(List.of("--machine", Checkout.ROOT.resolve(Checkout.MACHINE).toString()));
    all.addAll(List.of(arguments));
    int exitCode =
        SimulateMain.execute(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            all.toArray(String[]::new));
    return new Answer(exitCode, "", err.toString(StandardCharsets.UTF_8));
  }

  private static List<Path> folders() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/dev/shm"))) {
      return all.filter(path -> path.getFileName().toString().startsWith(ScratchFolder.PREFIX))
          .toList();
    }
  }
}
