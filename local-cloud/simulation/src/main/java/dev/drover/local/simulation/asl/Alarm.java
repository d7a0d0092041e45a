package dev.drover.local.simulation.asl;

import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that is due, unless it is called off. The simulation keeps what was called off until
 * its time; this holds on to nothing of it, as a machine's timeout is a month.
 */
final class Alarm {
  private final Simulation.Appointment appointment;
  private @Nullable Runnable action;

  private Alarm(Simulation simulation, Duration delay, Runnable action) {
    this.action = action;
    this.appointment = simulation.after(delay, this::ring);
  }

  static Alarm after(Simulation simulation, Duration delay, Runnable action) {
    return new Alarm(simulation, delay, action);
  }

  void callOff() {
    appointment.cancel();
    action = null;
  }

  private void ring() {
    if (action != null) {
      Runnable due = action;
      action = null;
      due.run();
    }
  }
}
