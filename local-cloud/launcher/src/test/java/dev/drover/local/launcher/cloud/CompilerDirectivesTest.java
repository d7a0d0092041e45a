package dev.drover.local.launcher.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the JVMs of the functions and of the simulator leave to C2. */
final class CompilerDirectivesTest {
  private static final String FULLY_COMPILED = " *\\d+ +\\d+ .{5} +4 +.*";

  @TempDir private Path folder;

  @Test
  void functionsAndSimulator_haveTheSame() {
    Path ofFunctions =
        Repository.containing(Path.of("")).root().resolve("functions/src/main/local/compiler.json");

    assertThat(Resource.copy("compiler.json", folder)).hasSameTextualContentAs(ofFunctions);
  }

  @Test
  void c2_compilesDigestsAndNothingElse() throws IOException, InterruptedException {
    List<String> compiled =
        run("-XX:CompilerDirectivesFile=" + Resource.copy("compiler.json", folder));

    assertThat(compiled)
        .isNotEmpty()
        .allMatch(
            line -> line.contains(" sun.security.provider.") || line.contains(" java.security."))
        .anyMatch(line -> line.contains("SHA2::implCompress0"));
  }

  /** The compilations by C2 while another JVM hashes; it compiles before it goes on. */
  private static List<String> run(String directives) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Surroundings.java(),
            "-Xbatch",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:+PrintCompilation",
            directives,
            "-cp",
            System.getProperty("java.class.path"),
            Hashing.class.getName());
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.redirectErrorStream(true);
    Process java = builder.start();
    List<String> lines = new String(java.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(java.waitFor()).isZero();
    return lines.stream().filter(line -> line.matches(FULLY_COMPILED)).toList();
  }

  /** Hashes what a few blocks have. */
  static final class Hashing {
    private Hashing() {}

    public static void main(String[] arguments) throws NoSuchAlgorithmException {
      byte[] block = new byte[1 << 19];
      for (int i = 0; i < 20; i++) {
        MessageDigest.getInstance("SHA-256").digest(block);
      }
    }
  }
}
