package dev.drover.functions.app;

import dev.drover.functions.state.AppId;
import dev.drover.protocol.InvalidMessageException;
import java.util.Optional;

/**
 * The keys of what belongs to an application in Drover's bucket: {@code
 * applications/<application>/<name>}.
 */
public final class AppObjects {
  /** What the keys of all applications begin with. */
  public static final String PREFIX = "applications/";

  private AppObjects() {}

  /** What all keys of the application begin with. */
  public static String prefix(AppId id) {
    return PREFIX + id + "/";
  }

  /** The application whose key it is; empty: it is none of an application. */
  public static Optional<AppId> app(String key) {
    int end = key.indexOf('/', PREFIX.length());
    if (!key.startsWith(PREFIX) || end < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(new AppId(key.substring(PREFIX.length(), end)));
    } catch (InvalidMessageException e) {
      return Optional.empty();
    }
  }
}
