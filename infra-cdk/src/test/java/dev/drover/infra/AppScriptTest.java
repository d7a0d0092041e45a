package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the script {@code app} leaves of jsii; the JVM here only unpacks a file. */
class AppScriptTest {
  private static final String UNPACK = "#!/bin/sh\n: >\"$TMPDIR/jsii\"\n";

  @TempDir private Path folder;

  @BeforeEach
  void makeFolders() throws IOException {
    Files.createDirectories(folder.resolve("jdk/bin"));
    Files.createDirectory(folder.resolve("tmp"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25\"");
    executable("javac", "#!/bin/sh\n");
  }

  @Test
  void app_jvmFails_endsWithItsCodeAndLeavesNothing() throws IOException, InterruptedException {
    executable("java", UNPACK + "exit 7\n");

    assertThat(start().waitFor()).isEqualTo(7);
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
  void app_signalWhileTheJvmWorks_endsBothAndLeavesNothing(String signal, int code)
      throws IOException, InterruptedException {
    Path pid = folder.resolve("pid");
    executable(
        "java",
        UNPACK + "echo $$ >'%1$s.new'; mv '%1$s.new' '%1$s'\n".formatted(pid) + "exec sleep 30\n");
    Process app = start();
    while (!Files.exists(pid) && app.isAlive()) {
      app.waitFor(10, TimeUnit.MILLISECONDS);
    }
    long jvm = Long.parseLong(Files.readString(pid).strip());

    new ProcessBuilder("kill", "-" + signal, Long.toString(app.pid())).start().waitFor();

    assertThat(app.waitFor()).isEqualTo(code);
    assertThat(ProcessHandle.of(jvm)).isEmpty();
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
  }

  private Process start() throws IOException {
    ProcessBuilder app = new ProcessBuilder(Path.of("app").toAbsolutePath().toString()).inheritIO();
    app.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    app.environment().put("TMPDIR", folder.resolve("tmp").toString());
    app.environment().put("DROVER_SKIP_BUILD", "1");
    return app.start();
  }

  private void executable(String name, String script) throws IOException {
    Path file = Files.writeString(folder.resolve("jdk/bin").resolve(name), script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
