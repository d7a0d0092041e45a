package dev.drover.functions.launch;

import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.message.MessageJson;

/**
 * What an execution of launch-app is started with.
 *
 * @param version of our messages
 * @param round of the application's launches and terminations
 */
record LaunchInput(int version, String appId, int round) {
  /** Refuses an input with a part missing. */
  LaunchInput {
    MessageJson.requireVersion(version, "an execution's input");
    InvalidMessageException.requirePresent(appId, "appId");
  }
}
