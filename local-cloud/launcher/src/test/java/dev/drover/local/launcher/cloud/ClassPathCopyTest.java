package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathCopyTest {
  @TempDir Path folder;

  @Test
  void into_foldersJarsAndWildcards_areCopiedInTheirOrder() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes/a"));
    Files.writeString(classes.resolve("A.class"), "a");
    Path lib = Files.createDirectory(folder.resolve("lib"));
    Files.writeString(lib.resolve("b.jar"), "b");
    Files.writeString(lib.resolve("notes.txt"), "n");
    Path copies = folder.resolve("copies");

    String classPath =
        ClassPathCopy.into(
            copies, folder.resolve("classes") + ":" + lib + "/*:" + folder.resolve("missing"));

    assertThat(classPath).isEqualTo(copies + "/0-classes:" + copies + "/1-b.jar");
    assertThat(copies.resolve("0-classes/a/A.class")).hasContent("a");
    assertThat(copies.resolve("1-b.jar")).hasContent("b");
  }
}
