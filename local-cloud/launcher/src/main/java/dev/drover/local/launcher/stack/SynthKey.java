package dev.drover.local.launcher.stack;

import dev.drover.local.launcher.cloud.LocalCloudException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Names a synthesized stack by what it was made of. */
final class SynthKey {
  /** Enough of a SHA-256 to tell a developer's few stacks apart, short enough for a folder. */
  private static final int KEY_BYTES = 10;

  private SynthKey() {}

  /**
   * Hex over the content and relative path of every input file, and the context.
   *
   * @param inputs files and folders; one that is missing counts as missing
   */
  static String of(Path root, List<Path> inputs, List<String> context) {
    MessageDigest digest = sha256();
    for (String value : context) {
      update(digest, "context " + value);
    }
    for (Path input : inputs) {
      addTree(digest, root, input);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, KEY_BYTES);
  }

  private static void addTree(MessageDigest digest, Path root, Path input) {
    if (!Files.exists(input)) {
      update(digest, "missing " + root.relativize(input));
      return;
    }
    try (Stream<Path> files = Files.walk(input)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        update(digest, root.relativize(file) + " " + Files.size(file));
        digest.update(Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new LocalCloudException("Cannot read " + input + ", which the stack is made of.", e);
    }
  }

  private static void update(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
