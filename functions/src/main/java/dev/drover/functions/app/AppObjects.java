package dev.drover.functions.app;

import dev.drover.functions.state.AppId;

/** The keys of what belongs to an application in Drover's bucket. */
public final class AppObjects {
  private AppObjects() {}

  /** What all keys of the application begin with. */
  public static String prefix(AppId id) {
    return "applications/" + id + "/";
  }
}
