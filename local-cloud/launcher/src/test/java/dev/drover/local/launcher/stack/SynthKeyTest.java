package dev.drover.local.launcher.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SynthKeyTest {
  private static final List<String> CONTEXT = List.of("drover:local=true");

  @TempDir Path root;

  @BeforeEach
  void makeInputs() throws IOException {
    Files.createDirectories(root.resolve("classes"));
    Files.writeString(root.resolve("classes/A.class"), "one");
    Files.writeString(root.resolve("cdk.json"), "{}");
  }

  @Test
  void of_onlyTimesChanged_isTheSame() throws IOException {
    String before = key(CONTEXT);

    Files.setLastModifiedTime(root.resolve("cdk.json"), FileTime.fromMillis(0));

    assertThat(key(CONTEXT)).isEqualTo(before).matches("[0-9a-f]{20}");
  }

  @Test
  void of_contentChanged_isAnother() throws IOException {
    String before = key(CONTEXT);

    Files.writeString(root.resolve("classes/A.class"), "two");

    assertThat(key(CONTEXT)).isNotEqualTo(before);
  }

  @Test
  void of_fileMoved_isAnother() throws IOException {
    String before = key(CONTEXT);

    Files.move(root.resolve("classes/A.class"), root.resolve("classes/B.class"));

    assertThat(key(CONTEXT)).isNotEqualTo(before);
  }

  @Test
  void of_otherContextOrMissingInput_isAnother() throws IOException {
    String before = key(CONTEXT);
    assertThat(key(List.of("drover:local=false"))).isNotEqualTo(before);

    Files.delete(root.resolve("cdk.json"));

    assertThat(key(CONTEXT)).isNotEqualTo(before);
  }

  private String key(List<String> context) {
    return SynthKey.of(root, List.of(root.resolve("cdk.json"), root.resolve("classes")), context);
  }
}
