package dev.drover.local.torture.fault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.local.torture.site.SimulatorControl;
import java.util.List;

/** Faults that the simulated vCenter makes. */
final class VcenterFault implements Fault {
  private final SimulatorControl vcenter;
  private final List<String> orders;
  private int strikes;

  /**
   * Of orders.
   *
   * @param orders as JSON
   */
  VcenterFault(SimulatorControl vcenter, List<String> orders) {
    this.vcenter = vcenter;
    this.orders = List.copyOf(orders);
  }

  @Override
  public void begin() {
    orders.forEach(order -> vcenter.post("faults", order));
  }

  @Override
  public void heal() {
    int hits = 0;
    for (JsonNode order : vcenter.get("faults")) {
      hits += order.path("hits").asInt();
    }
    strikes = hits;
    vcenter.delete("faults");
  }

  @Override
  public int strikes() {
    return strikes;
  }
}
