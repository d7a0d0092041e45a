package dev.drover.functions.launch;

import dev.drover.functions.state.AppId;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.message.MessageJson;
import java.nio.charset.StandardCharsets;

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

  /** As JSON. */
  static String of(AppId app, int round) {
    LaunchInput input = new LaunchInput(MessageJson.VERSION, app.value(), round);
    return new String(MessageJson.write(input), StandardCharsets.UTF_8);
  }
}
