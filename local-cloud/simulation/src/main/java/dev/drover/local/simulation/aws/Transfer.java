package dev.drover.local.simulation.aws;

/** What it takes whoever moves an object's body between S3 and himself. */
@FunctionalInterface
interface Transfer {
  /** Moves it, from the calling thread of a process. */
  void move(String key, byte[] body);
}
