package dev.drover.local.launcher.cloud;

import java.util.Map;

/** The text of {@code .local/env}: a user's shell that sources it talks to the cloud alone. */
public final class EnvironmentFile {
  private EnvironmentFile() {}

  /**
   * For any POSIX shell; the same when it is sourced again.
   *
   * @param variables where the cloud is
   */
  public static String text(Repository repository, Map<String, String> variables) {
    StringBuilder text = new StringBuilder(EnvironmentList.ofClients(repository).shell());
    variables.forEach((name, value) -> text.append(export(name, value)));
    String programs = quoted(repository.clientPrograms().toString());
    text.append(
        """
        case ":$PATH:" in
          *:%1$s:*) ;;
          *) export PATH=%1$s:"$PATH" ;;
        esac
        """
            .formatted(programs));
    return text.toString();
  }

  static String export(String name, String value) {
    return "export " + name + "=" + quoted(value) + "\n";
  }

  /** One word of a shell, whatever the checkout's path holds. */
  private static String quoted(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }
}
