package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What AWS is given is what the functions need, not only what they are. */
class ProjectFilesTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void functionsJar_isTheOneWithDependencies() throws IOException {
    assertThat(ROOT.relativize(ProjectFiles.under(ROOT).functionsJar()))
        .isEqualTo(Path.of("functions/target/lambda/functions.jar"));
    assertThat(Files.readString(Path.of("app")))
        .contains("../functions/target/lambda/functions.jar")
        .doesNotContain("functions/target/functions.jar");
  }

  @Test
  void functionsJar_onceBuilt_holdsTheSdkAndTheHandlers() throws IOException {
    Path jar = ProjectFiles.under(ROOT).functionsJar();
    assumeThat(jar).as("not built: mvn -pl functions -am package makes it").exists();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName))
          .anyMatch(name -> name.startsWith("software/amazon/awssdk/"))
          .contains(DeclaredFunction.SEGMENT.handlerClass().replace('.', '/') + ".class");
    }
  }
}
