package dev.drover.local.launcher.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which archive the functions' bootstrap gives to a JVM; the JVM here only says what it got. */
class FunctionBootstrapTest {
  private static final String API = "dev.drover.functions.api.edge.ApiHandler";
  private static final String OTHER = "dev.drover.functions.run.BeginRunHandler";
  private static final String CODE = "a".repeat(64);
  private static final String WITHOUT = "-XX:+UseSerialGC";

  @TempDir private Path folder;

  @BeforeEach
  void makeJdk() throws IOException {
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        case $1 in -XX:AOTCacheOutput=*) : >"${1#*=}" ;; esac
        echo "$1"
        """);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25\"");
  }

  @Test
  void start_archiveOfThisCodeAndJdk_isUsedByEveryFunction()
      throws IOException, InterruptedException {
    assertThat(start(CODE, API)).isEqualTo(WITHOUT);
    Path archive = awaitArchive();

    assertThat(start(CODE, API)).isEqualTo("-XX:AOTCache=" + archive);
    assertThat(start(CODE, OTHER)).isEqualTo("-XX:AOTCache=" + archive);
  }

  @Test
  void start_archiveOfOtherCode_isNotUsed() throws IOException, InterruptedException {
    start(CODE, API);
    awaitArchive();

    assertThat(start("b".repeat(64), OTHER)).isEqualTo(WITHOUT);
  }

  @Test
  void start_archiveOfAnotherJdk_isNotUsed() throws IOException, InterruptedException {
    start(CODE, API);
    awaitArchive();
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"");

    assertThat(start(CODE, OTHER)).isEqualTo(WITHOUT);
  }

  @Test
  void start_inAFolderThatDoesNotNameTheCode_makesNoArchive()
      throws IOException, InterruptedException {
    assertThat(start("task", API)).isEqualTo(WITHOUT);

    assertThat(folder.resolve("archives")).doesNotExist();
  }

  private String start(String code, String handler) throws IOException, InterruptedException {
    Path root = Files.createDirectories(folder.resolve(code));
    Files.writeString(root.resolve("functions.jar"), "");
    Path bootstrap =
        Repository.containing(Path.of("")).root().resolve("functions/src/main/local/bootstrap");
    ProcessBuilder builder =
        new ProcessBuilder("sh", bootstrap.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    builder.environment().put("LAMBDA_TASK_ROOT", root.toString());
    builder.environment().put("DROVER_FUNCTION_ARCHIVES", folder.resolve("archives").toString());
    builder.environment().put("_HANDLER", handler);
    Process started = builder.start();
    String said = new String(started.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(started.waitFor()).isZero();
    return said;
  }

  /** It is made beside the function that was started. */
  private Path awaitArchive() throws IOException, InterruptedException {
    Instant deadline = Instant.now().plusSeconds(20);
    while (Instant.now().isBefore(deadline)) {
      try (var files = Files.newDirectoryStream(folder.resolve("archives"), "*.aot")) {
        for (Path archive : files) {
          return archive;
        }
      }
      Pause.interruptibly(Duration.ofMillis(20));
    }
    throw new AssertionError("No archive in " + folder);
  }
}
