package dev.drover.functions.state;

import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.protocol.ServerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How it is to be seen whether a launched application works, as the caller said it.
 *
 * @param ofApp scripts that are run on an instance which looks at the whole application
 * @param ofServers scripts that are run by the launched servers themselves, one a server at most;
 *     also of such as the application has no more
 */
public record ValidationConfiguration(
    List<Validation<AppScript>> ofApp, List<Validation<ServerScript>> ofServers) {
  /** Nothing was said. */
  public static final ValidationConfiguration NONE =
      new ValidationConfiguration(List.of(), List.of());

  /** Keeps its own lists. */
  public ValidationConfiguration {
    ofApp = List.copyOf(ofApp);
    ofServers = List.copyOf(ofServers);
  }

  /** A script with the id under which its result is told. */
  public record Validation<S>(ValidationId id, S script) {}

  /**
   * A script that Systems Manager runs (SMS's strategy SSM).
   *
   * @param name for people; null: it has none
   * @param type SMS's ScriptType
   * @param instanceId of the managed instance that it runs on
   * @param command runs the script there
   * @param timeoutSeconds null: nothing was said
   * @param outputBucket where its output is put; null: nothing was said
   */
  public record AppScript(
      @Nullable String name,
      S3Object source,
      String type,
      String instanceId,
      String command,
      @Nullable Integer timeoutSeconds,
      @Nullable String outputBucket) {
    /** Whether it does the same, whatever it is called. */
    public boolean doesAs(AppScript other) {
      return nameless().equals(other.nameless());
    }

    private AppScript nameless() {
      return new AppScript(null, source, type, instanceId, command, timeoutSeconds, outputBucket);
    }
  }

  /**
   * A script in the user data of a launched server (SMS's strategy USERDATA).
   *
   * @param name for people; null: it has none
   * @param type SMS's ScriptType
   */
  public record ServerScript(
      ServerId serverId, @Nullable String name, S3Object source, String type) {}
}
