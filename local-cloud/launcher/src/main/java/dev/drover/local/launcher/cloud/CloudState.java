package dev.drover.local.launcher.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a cloud leaves in its home for the next command to find it.
 *
 * @param cloudId the value of {@link CloudProcesses#MARKER} in its processes
 * @param startedAtMillis epoch milliseconds
 * @param ready whether everything answered; a start that was cut short leaves {@code false}
 * @param components its servers, in the order of their start
 * @param outputs the stack's outputs, empty without a stack
 */
public record CloudState(
    String cloudId,
    long startedAtMillis,
    boolean ready,
    List<Component> components,
    Map<String, String> outputs) {

  private static final String FILE_NAME = "cloud.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A server process of the cloud.
   *
   * @param port on 127.0.0.1; 0 if it listens nowhere
   * @param serves what a connector serves: a folder, a vCenter's address; empty for others
   */
  public record Component(String name, long pid, int port, String serves) {}

  public CloudState {
    components = List.copyOf(components);
    outputs = Map.copyOf(outputs);
  }

  /** That of a cloud that is there, or the word that none is. */
  public static CloudState ofRunning(CloudHome home) {
    return read(home)
        .orElseThrow(
            () -> new LocalCloudException("The local cloud is down: './drover up' starts it."));
  }

  public int port(String name) {
    return components.stream()
        .filter(component -> component.name().equals(name))
        .findFirst()
        .map(Component::port)
        .orElseThrow(() -> new LocalCloudException("This cloud runs no " + name + "."));
  }

  public static Optional<CloudState> read(CloudHome home) {
    Path file = home.run().resolve(FILE_NAME);
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), CloudState.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot read "
              + file
              + ", which says what runs: "
              + Reason.of(e, file)
              + ". './drover down' cannot find the cloud's processes without it: end them by hand, then"
              + " remove the folder "
              + home.root()
              + ", which holds the copies too.",
          e);
    }
  }

  void write(CloudHome home) {
    try {
      writeAtomically(home.run().resolve(FILE_NAME), JSON.writeValueAsString(this));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Records of plain values always become JSON", e);
    }
  }

  /** Writes a file so that a reader sees the old text or the new one, never a part. */
  public static void writeAtomically(Path file, String text) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new LocalCloudException("Cannot write " + file + ": " + Reason.of(e, file), e);
    }
  }
}
