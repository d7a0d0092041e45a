package dev.drover.local.launcher.command;

import dev.drover.local.launcher.cloud.Repository;
import java.nio.file.Path;

/** Where the script was called, and the checkout that it belongs to. */
final class Checkout {
  /** The script goes to the checkout's root before it starts us, and says where it was called. */
  private static final String CALLER = "drover.caller";

  private Checkout() {}

  /** The checkout this was started from. */
  static Repository repository() {
    return Repository.containing(Path.of(""));
  }

  /** A path as the user means it. */
  static Path asCalled(Path path) {
    return Path.of(System.getProperty(CALLER, "")).resolve(path).toAbsolutePath().normalize();
  }
}
