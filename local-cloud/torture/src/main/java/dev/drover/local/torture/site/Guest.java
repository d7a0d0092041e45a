package dev.drover.local.torture.site;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A server of which it is known what each capture of it held. */
public interface Guest {
  /** As the catalog names it. */
  String name();

  /** The environment that it is of. */
  String environment();

  /** Whether VM Import has to make its AMIs. */
  boolean isImported();

  /** Changes something of its disks; only while no run of it goes on. */
  void change(RandomGenerator random);

  /** A run of it was asked for, or was asked to go on. */
  void asked(String runId);

  /**
   * What an AMI of a run may hold, by the ids of disks: one map for each capture that the run had.
   *
   * @param vmId as the catalog has it
   */
  List<Map<String, DiskContent>> captures(String vmId, String runId);
}
