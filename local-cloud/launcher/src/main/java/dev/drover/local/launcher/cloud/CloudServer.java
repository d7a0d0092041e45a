package dev.drover.local.launcher.cloud;

import java.net.URI;
import java.util.Map;

/** One of a cloud's servers: its class is the only one that knows how it is started and asked. */
public interface CloudServer {
  /** As {@code status} shows it; its log and its place in the cloud's state have the same name. */
  String name();

  /** As a sentence calls it. */
  String title();

  /**
   * Starts it on the port that was chosen for it; does not wait until it answers.
   *
   * @throws LocalCloudException if it cannot be started
   */
  StartedServer start(Surroundings surroundings);

  /** Whether it finds everything again when it is started anew on its port after a sudden end. */
  default boolean keepsItsState() {
    return false;
  }

  /** What answers with 200 once it is ready. */
  URI health(int port);

  /** The variables by which its clients find it. */
  Map<String, String> endpoints(String url);
}
