package dev.drover.local.torture.fault;

import dev.drover.local.torture.site.SimulatorControl;
import java.util.List;

/** A fault that the simulator of EBS and EC2 makes. */
final class SimulatorFault implements Fault {
  private final SimulatorControl simulator;
  private final List<String> operations;
  private final List<String> rules;
  private int before;
  private int strikes;

  /**
   * Of rules.
   *
   * @param operations that they refuse
   * @param rules as JSON
   */
  SimulatorFault(SimulatorControl simulator, List<String> operations, List<String> rules) {
    this.simulator = simulator;
    this.operations = List.copyOf(operations);
    this.rules = List.copyOf(rules);
  }

  /** Refuses a part of an operation's calls. */
  static String refusing(String operation, double chance, String refusal) {
    return "{\"fault\":\"refuse\",\"operation\":\"%s\",\"when\":{\"chance\":%s},\"refusal\":\"%s\"}"
        .formatted(operation, chance, refusal);
  }

  @Override
  public void begin() {
    before = refused();
    simulator.add(rules);
  }

  @Override
  public void heal() {
    simulator.remove(rules);
    strikes = Math.max(0, refused() - before);
  }

  private int refused() {
    return operations.stream().mapToInt(simulator::refused).sum();
  }

  @Override
  public int strikes() {
    return strikes;
  }
}
