package dev.drover.local.torture.wire;

/** What is done to calls, from when it is laid down until it is taken away. */
@FunctionalInterface
public interface Rule {
  /** Asked once for each call; {@link Verdict#PASS} leaves it to the other rules. */
  Verdict on(Call call);
}
