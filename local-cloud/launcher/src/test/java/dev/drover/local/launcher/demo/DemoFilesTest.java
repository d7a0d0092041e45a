package dev.drover.local.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFilesTest {
  private static final int BLOCK = 4096;

  @Test
  void fill_fileGoneSinceItWasListed_takesTheNextOne(@TempDir Path source, @TempDir Path tree)
      throws IOException {
    for (int i = 0; i < 8; i++) {
      Files.write(source.resolve("file-" + i), new byte[BLOCK]);
    }
    DemoFiles files = new DemoFiles(List.of(source), () -> {});
    for (int i = 0; i < 8; i += 2) {
      Files.delete(source.resolve("file-" + i));
    }

    assertThat(files.fill(tree, 4 * BLOCK, 100)).isEqualTo(4);

    try (Stream<Path> copies = Files.walk(tree.resolve("files"))) {
      assertThat(copies.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("file-1", "file-3", "file-5", "file-7");
    }
  }
}
