package dev.drover.local.simulator.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The account's switch that encrypts every new snapshot, kept in a file. */
public final class EncryptionByDefault {
  private final Path file;
  private final JsonFile<Boolean> format = new JsonFile<>(Boolean.class);
  private volatile boolean enabled;

  private EncryptionByDefault(Path file) {
    this.file = file;
  }

  public static EncryptionByDefault open(Path file) throws IOException {
    EncryptionByDefault setting = new EncryptionByDefault(file);
    if (Files.exists(file)) {
      setting.enabled = setting.format.read(file);
    }
    return setting;
  }

  public boolean enabled() {
    return enabled;
  }

  public void set(boolean newValue) throws IOException {
    format.write(file, newValue);
    enabled = newValue;
  }
}
