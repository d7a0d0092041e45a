package dev.drover.functions.image;

import dev.drover.protocol.RunId;

/** The name of a run's image. EC2 lets an account use a name once: so a run has one image. */
public final class ImageName {
  private ImageName() {}

  /** {@code drover-<run>}. */
  public static String of(RunId runId) {
    return "drover-" + runId;
  }
}
