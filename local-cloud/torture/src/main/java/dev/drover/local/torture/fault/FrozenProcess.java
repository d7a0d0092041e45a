package dev.drover.local.torture.fault;

import dev.drover.local.torture.site.Signals;
import java.util.List;

/** Processes that stand still, and go on. */
final class FrozenProcess implements Fault {
  private final List<ProcessHandle> processes;

  FrozenProcess(List<ProcessHandle> processes) {
    this.processes = List.copyOf(processes);
  }

  @Override
  public void begin() {
    processes.forEach(process -> Signals.send(process.pid(), "STOP"));
  }

  @Override
  public void heal() {
    processes.forEach(process -> Signals.send(process.pid(), "CONT"));
  }

  @Override
  public int strikes() {
    return processes.size();
  }
}
