package dev.drover.local.torture.fault;

import dev.drover.local.torture.site.TorturedCloud;
import dev.drover.local.torture.wire.Witness;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fault that the simulator of EBS and EC2 makes; its strikes are the errors that functions get.
 */
final class SimulatorFault implements Fault {
  private static final int FIRST_ERROR = 400;

  private final TorturedCloud cloud;
  private final List<String> rules;
  private final Witness witness;
  private final AtomicInteger strikes = new AtomicInteger();

  /**
   * Of rules.
   *
   * @param rules as JSON
   */
  SimulatorFault(TorturedCloud cloud, Operation operation, List<String> rules) {
    this.cloud = cloud;
    this.rules = List.copyOf(rules);
    this.witness =
        (call, body, status, _) -> {
          if (status >= FIRST_ERROR
              && switch (operation) {
                case WRITE -> call.putsBlock() || call.startsSnapshot();
                case COMPLETE -> call.completesSnapshot();
                case REGISTER ->
                    new String(body, StandardCharsets.UTF_8).contains("Action=RegisterImage");
              }) {
            strikes.incrementAndGet();
          }
        };
  }

  /** What it refuses. */
  enum Operation {
    /** StartSnapshot and PutSnapshotBlock. */
    WRITE,
    COMPLETE,
    REGISTER
  }

  /** Refuses a part of an operation's calls. */
  static String refusing(String operation, double chance, String refusal) {
    return "{\"fault\":\"refuse\",\"operation\":\"%s\",\"when\":{\"chance\":%s},\"refusal\":\"%s\"}"
        .formatted(operation, chance, refusal);
  }

  @Override
  public void begin() {
    cloud.ebs().watch(witness);
    cloud.simulator().add(rules);
  }

  @Override
  public void heal() {
    cloud.simulator().remove(rules);
    cloud.ebs().unwatch(witness);
  }

  @Override
  public int strikes() {
    return strikes.get();
  }
}
