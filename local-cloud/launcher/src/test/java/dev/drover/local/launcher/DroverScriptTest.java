package dev.drover.local.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.launcher.cloud.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script itself, as far as it gets without installing anything. */
class DroverScriptTest {
  private static final Repository REPOSITORY = Repository.containing(Path.of(""));

  @TempDir Path folder;

  private record Answer(int exitCode, String text) {}

  /** In a folder with the script alone, nothing can be installed or built first. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "export",
        "export snap-1",
        "export snap-1 disk.raw more",
        "export snap-1 --force",
        "export --forse snap-1 disk.raw",
        "up servers",
        "up --servers",
        "up --servers . more",
        "up --simulated-vcenter",
        "up --simulated-vcenter 0",
        "up --simulated-vcenter=many",
        "up --simulated-vcenter 2 --servers .",
        "demo now",
        "setup now",
        "status now",
        "audit now",
        "audit --remove",
        "audit --remove all more",
        "history",
        "history a b",
        "history --all",
        "down now",
        "test --localstak",
        "simulate now",
        "simulate --seed",
        "simulate --servers many",
        "simulate --days 1.x",
        "simulate --faults None,",
        "simulate --long --days",
        "torture now",
        "torture --minutes",
        "torture --seed many",
        "torture --faults None",
        "fly"
      })
  void drover_wrongArguments_isOneSentenceBeforeAnythingIsDone(String arguments)
      throws IOException, InterruptedException {
    Answer answer = drover(Map.of(), arguments.split(" "));

    assertThat(answer.exitCode()).isEqualTo(2);
    assertThat(answer.text().lines()).hasSize(1);
    assertThat(answer.text()).startsWith("drover: ").contains("--help");
    assertThat(folder.resolve(".local")).doesNotExist();
  }

  /** The script has to know each of them to pass it on. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--seed",
        "--seeds",
        "--servers",
        "--scale",
        "--frequency",
        "--severity",
        "--days"
      })
  void drover_simulateOptionWithoutItsNumber_asksForTheNumber(String option)
      throws IOException, InterruptedException {
    assertThat(drover(Map.of(), "simulate", option, "many").text())
        .contains("simulate " + option + " takes a number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"up --servers none", "up --servers=none"})
  void drover_serversThatAreNoFolder_saysSoBeforeAnythingIsDone(String arguments)
      throws IOException, InterruptedException {
    Answer answer = drover(Map.of(), arguments.split(" "));

    assertThat(answer.exitCode()).isEqualTo(1);
    assertThat(answer.text()).contains("none is no folder");
    assertThat(folder.resolve(".local")).doesNotExist();
  }

  @Test
  void drover_serversThatAreEmpty_areNotTheFolderOfTheCaller()
      throws IOException, InterruptedException {
    Answer answer = drover(Map.of(), "up", "--servers", "");

    assertThat(answer.exitCode()).isEqualTo(1);
    assertThat(answer.text())
        .isEqualTo(
            "drover: --servers is empty; it takes a folder with a sub-folder for each server.\n");
  }

  /** The program that the script starts interrupts it, and would last. */
  @Test
  void drover_interrupted_saysSoAndThatItIsCleanedUp() throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("local-cloud/launcher/target/lib"));
    Path bin = Files.createDirectories(folder.resolve("jdk/bin"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    for (String name : List.of("java", "javac")) {
      Files.writeString(bin.resolve(name), "#!/bin/sh\nkill -INT $PPID\nexec sleep 600\n");
      Files.setPosixFilePermissions(
          bin.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Answer answer = drover(Map.of("JAVA_HOME", folder.resolve("jdk").toString()), "status");

    assertThat(answer.exitCode()).isEqualTo(130);
    assertThat(answer.text())
        .endsWith("drover: interrupted; what this command had started is ended and removed.\n");
  }

  @Test
  void drover_helpOfACommand_isTheUsage() throws IOException, InterruptedException {
    Answer answer = drover(Map.of(), "export", "--help");

    assertThat(answer.exitCode()).isZero();
    assertThat(answer.text()).startsWith("Usage: ./drover COMMAND");
  }

  @ParameterizedTest
  @CsvSource({
    "SHELLOPTS,errexit:nounset:noglob:noclobber",
    "POSIXLY_CORRECT,1",
    "BASH_FUNC_dirname%%,() { echo /nowhere; }",
    "GLOBIGNORE,*",
    "CDPATH,/usr"
  })
  void drover_optionsOfTheUsersShell_changeNothing(String name, String value)
      throws IOException, InterruptedException {
    Answer answer = drover(Map.of(name, value), "export", "snap-1");

    assertThat(answer.exitCode()).isEqualTo(2);
    assertThat(answer.text()).startsWith("drover: export takes").hasLineCount(1);
  }

  /** Of two that are there: the machine's own, unless it is older than the simulator's go.mod. */
  @ParameterizedTest
  @CsvSource({"go1.26.0,own", "go1.27rc1,own", "go1.25.9,pinned", "go1.9.1,pinned"})
  void findGo_ownGo_isTakenWhenItIsNewEnough(String version, String taken)
      throws IOException, InterruptedException {
    Path own = go("own/go", version);
    Path pinned = go("venv/lib/python3.13/site-packages/go/bin/go", "go1.27.3");
    String here = REPOSITORY.root().toString();

    Answer answer =
        run(
            folder,
            Map.of("PATH", own.getParent() + ":/usr/bin:/bin"),
            List.of(
                "bash",
                "-c",
                // A machine's own Go would be found before the pinned one.
                "cd '%s' && . <(sed 's#/usr/local/go/bin/go##' build/go.sh) && drover_find_go '%s/venv' && echo $GO"
                    .formatted(here, folder)));

    assertThat(answer.text().strip()).isEqualTo((taken.equals("own") ? own : pinned).toString());
  }

  private Path go(String path, String version) throws IOException {
    Path go = folder.resolve(path);
    Files.createDirectories(go.getParent());
    for (Path program : List.of(go, go.resolveSibling("gofmt"))) {
      Files.writeString(program, "#!/bin/sh\necho " + version + "\n");
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return go;
  }

  /** The interpreter's path may have spaces, and the user's Python settings are not the CLI's. */
  @Test
  void aws_checkoutWithASpaceInItsPath_startsTheInstalledCli()
      throws IOException, InterruptedException {
    Path local = folder.resolve("a b/.local");
    Path aws = local.resolve("bin/aws");
    Path python = local.resolve("venv-clients/bin/python");
    Files.createDirectories(aws.getParent());
    Files.createDirectories(python.getParent());
    Files.copy(REPOSITORY.root().resolve("local-cloud/launcher/tools/aws"), aws);
    Files.writeString(python, "#!/bin/sh\nprintf '%s|' \"$@\"\n");
    Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwxr-xr-x"));

    Answer answer = run(folder, Map.of(), List.of("sh", aws.toString(), "sms", "two words"));

    assertThat(answer.text()).isEqualTo("-I|-m|awscli|sms|two words|");
  }

  private Answer drover(Map<String, String> more, String... arguments)
      throws IOException, InterruptedException {
    Path script = folder.resolve("drover");
    Files.copy(REPOSITORY.root().resolve("drover"), script);
    Files.createDirectories(folder.resolve("build"));
    for (String piece : List.of("environment", "environment.sh", "go.sh", "jdk25.sh")) {
      Files.copy(
          REPOSITORY.root().resolve("build").resolve(piece),
          folder.resolve("build").resolve(piece));
    }
    List<String> command = new ArrayList<>(List.of("bash", script.toString()));
    command.addAll(List.of(arguments));
    return run(folder, more, command);
  }

  private static Answer run(Path directory, Map<String, String> more, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().putAll(more);
    Process process = builder.redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(process.waitFor(), text);
  }
}
