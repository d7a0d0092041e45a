package dev.drover.functions.launch;

import dev.drover.functions.state.AppId;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.message.MessageJson;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an execution of launch-app is started with.
 *
 * @param version of our messages
 * @param round of the application's launches and terminations, or of its test launches
 * @param test whether it is a test launch; null: it is none
 */
record LaunchInput(int version, String appId, int round, @Nullable Boolean test) {
  /** Refuses an input with a part missing. */
  LaunchInput {
    MessageJson.requireVersion(version, "an execution's input");
    InvalidMessageException.requirePresent(appId, "appId");
  }

  /** As JSON. */
  static String of(AppId app, int round) {
    return text(new LaunchInput(MessageJson.VERSION, app.value(), round, null));
  }

  /** As JSON, of a test launch. */
  static String ofTest(AppId app, int round) {
    return text(new LaunchInput(MessageJson.VERSION, app.value(), round, true));
  }

  private static String text(LaunchInput input) {
    return new String(MessageJson.write(input), StandardCharsets.UTF_8);
  }
}
