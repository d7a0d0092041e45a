package dev.drover.local.simulator.ec2;

import java.io.IOException;

/** One action that the simulator answers by itself. */
@FunctionalInterface
interface Ec2Action {
  /**
   * Does the work and writes what stands in the answer after the request id.
   *
   * @throws Ec2Refusal when the call is refused
   */
  void answer(QueryParameters parameters, XmlElement answer) throws IOException;

  /** Whether the call is about what the simulator owns; if not, it is passed on. */
  default boolean owns(QueryParameters parameters) {
    return true;
  }
}
