package dev.drover.functions.state;

import dev.drover.functions.account.TransientException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Read, decide, write under the condition that nothing changed, and all of it again when something
 * did. Each try succeeds unless another writer does, so more than a few in a row are a defect.
 */
public final class Tries {
  private Tries() {}

  /**
   * The first result that a try comes to.
   *
   * @param attempt empty: what it read has changed meanwhile
   * @throws TransientException with that complaint after the last try
   */
  public static <T> T result(int maxTries, String complaint, Supplier<Optional<T>> attempt) {
    for (int tries = 0; tries < maxTries; tries++) {
      Optional<T> result = attempt.get();
      if (result.isPresent()) {
        return result.get();
      }
    }
    throw new TransientException(complaint);
  }

  /**
   * Tries until it is done.
   *
   * @param attempt false: what it read has changed meanwhile
   * @throws TransientException with that complaint after the last try
   */
  public static void untilDone(int maxTries, String complaint, BooleanSupplier attempt) {
    for (int tries = 0; tries < maxTries; tries++) {
      if (attempt.getAsBoolean()) {
        return;
      }
    }
    throw new TransientException(complaint);
  }
}
