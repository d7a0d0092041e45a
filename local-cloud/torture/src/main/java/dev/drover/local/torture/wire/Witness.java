package dev.drover.local.torture.wire;

/** Sees what passed. */
@FunctionalInterface
public interface Witness {
  /**
   * A call was answered by its server.
   *
   * @param body of the call
   * @param answer the body of the answer
   */
  void passed(Call call, byte[] body, int status, byte[] answer);
}
