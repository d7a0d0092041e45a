package dev.drover.functions.run;

import java.util.Set;

/**
 * Which failures a run can go on after. What is durable is worth keeping unless it, or what the run
 * was begun with, is the reason: then a run that goes on with it fails again in the same way, and
 * only a new one, which begins without it, can do better.
 */
final class Mending {
  private static final String SNAPSHOT = "dev.drover.functions.snapshot.";
  private static final String IMAGE = "dev.drover.functions.image.";

  static final Set<String> NOT_BY_GOING_ON =
      Set.of(
          // Two checks disagree about what was written: none of it is to be trusted.
          SNAPSHOT + "DigestsDisagreeException",
          SNAPSHOT + "ReceiptDisagreesException",
          SNAPSHOT + "ManifestDisagreesException",
          SNAPSHOT + "DigestListTamperedException",
          SNAPSHOT + "CompletionRefusedException",
          // What was sent differs from something that is gone.
          SNAPSHOT + "BaseGoneException",
          // The run's own settings, base or disks are refused; a new run reads them anew.
          "Drover.GenerationRefused",
          IMAGE + "TooManyDisksException",
          IMAGE + "ImportFailedAgainException",
          // The image has the run's name; giving the run up removes it.
          IMAGE + "ImageNotAvailableException",
          IMAGE + "ImageNameTakenException");

  private Mending() {}

  /** Whether a run that failed with that code may succeed by going on. */
  static boolean mayGoOnAfter(String code) {
    return !NOT_BY_GOING_ON.contains(code);
  }
}
