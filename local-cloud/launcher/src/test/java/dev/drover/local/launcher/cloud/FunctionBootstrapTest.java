package dev.drover.local.launcher.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which archive and memory the functions' bootstrap gives to a JVM, which here only says so. */
class FunctionBootstrapTest {
  private static final String API = "dev.drover.functions.api.edge.ApiHandler";
  private static final String OTHER = "dev.drover.functions.run.BeginRunHandler";
  private static final String CODE = "a".repeat(64);
  private static final String WITHOUT =
      "-XX:+UseSerialGC -XX:CompilerDirectivesFile=compiler.json -Xms32m -Xmn8m -Xmx320m -XX:TieredStopAtLevel=1";

  @TempDir private Path folder;

  @BeforeEach
  void makeJdk() throws IOException {
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        case $1 in -XX:AOTCacheOutput=*) : >"${1#*=}" ;; esac
        for option in "$@"; do
          case $option in -XX:AOT* | -XX:Comp* | -XX:Tiered* | -Xm* | *GC) printf '%s ' "$option" ;; esac
        done
        """);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25\"");
  }

  @Test
  void training_makesAnArchiveThatEveryFunctionOfThisCodeUses()
      throws IOException, InterruptedException {
    assertThat(start(CODE, API)).isEqualTo(WITHOUT);

    train(CODE);

    String with = "-XX:AOTCache=" + archive() + " " + WITHOUT;
    assertThat(start(CODE, API)).isEqualTo(with);
    assertThat(start(CODE, OTHER)).isEqualTo(with);
  }

  @Test
  void training_whereThereIsAnArchive_keepsIt() throws IOException, InterruptedException {
    train(CODE);
    Files.writeString(archive(), "kept");

    train(CODE);

    assertThat(archive()).hasContent("kept");
  }

  @Test
  void training_ofOtherCode_removesTheArchiveThatNobodyUsesAnyMore()
      throws IOException, InterruptedException {
    train(CODE);
    train("b".repeat(64));

    assertThat(archive().getFileName().toString()).startsWith("bbb");
    assertThat(start(CODE, OTHER)).isEqualTo(WITHOUT);
  }

  @Test
  void start_archiveOfAnotherJdk_isNotUsed() throws IOException, InterruptedException {
    train(CODE);
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"");

    assertThat(start(CODE, OTHER)).isEqualTo(WITHOUT);
  }

  @Test
  void training_inAFolderThatDoesNotNameTheCode_makesNoArchive()
      throws IOException, InterruptedException {
    train("task");

    assertThat(folder.resolve("archives")).doesNotExist();
  }

  @Test
  void start_functionThatHashesDisks_isCompiledToTheEnd() throws IOException, InterruptedException {
    assertThat(start(CODE, "dev.drover.functions.segment.SegmentHandler"))
        .endsWith("-XX:TieredStopAtLevel=4");
  }

  private void train(String code) throws IOException, InterruptedException {
    run(code, API, "1");
  }

  private String start(String code, String handler) throws IOException, InterruptedException {
    return run(code, handler, "");
  }

  private String run(String code, String handler, String training)
      throws IOException, InterruptedException {
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
    builder.environment().put("DROVER_TRAINING", training);
    Process started = builder.start();
    String said = new String(started.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(started.waitFor()).isZero();
    return said;
  }

  private Path archive() throws IOException {
    try (var files = Files.newDirectoryStream(folder.resolve("archives"), "*.aot")) {
      List<Path> found = new ArrayList<>();
      files.forEach(found::add);
      assertThat(found).hasSize(1);
      return found.getFirst();
    }
  }
}
