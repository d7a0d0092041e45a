package dev.drover.local.simulation.fault;

import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Which services answer nobody now. */
public final class Outages {
  private static final List<String> SERVICES =
      List.of("dynamodb", "s3", "sqs", "ebs", "ec2", "states", "scheduler");
  private static final int LONGEST_PAUSE_MINUTES = 24 * 60;
  private static final int LONGEST_OUTAGE_SECONDS = 45 * 60;

  private final Simulation simulation;
  private final RandomGenerator random;
  private final Set<String> down = new HashSet<>();

  public Outages(Simulation simulation, Set<FaultKind> kinds) {
    this.simulation = simulation;
    this.random = simulation.newRandom();
    if (kinds.contains(FaultKind.OUTAGES)) {
      next();
    }
  }

  private void next() {
    simulation.after(Duration.ofMinutes(random.nextInt(1, LONGEST_PAUSE_MINUTES)), this::begin);
  }

  private void begin() {
    String service = SERVICES.get(random.nextInt(SERVICES.size()));
    down.add(service);
    simulation.trace().line("outage", service + " answers nobody");
    simulation.after(
        Duration.ofSeconds(random.nextInt(10, LONGEST_OUTAGE_SECONDS)),
        () -> {
          down.remove(service);
          simulation.trace().line("outage", service + " answers again");
          next();
        });
  }

  /** Whether the service answers nobody. */
  public boolean isDown(String service) {
    return down.contains(service);
  }
}
