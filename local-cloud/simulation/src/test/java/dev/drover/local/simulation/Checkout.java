package dev.drover.local.simulation;

import java.nio.file.Path;

/** Where the sources of what is simulated are. */
public final class Checkout {
  /** Its folder. */
  public static final Path ROOT = Path.of(System.getProperty("project.root"));

  /** The state machine replicate-run, from {@link #ROOT}. */
  public static final String MACHINE = "statemachines/replicate-run.asl.json";

  private Checkout() {}
}
