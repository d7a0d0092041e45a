package dev.drover.functions.snapshot;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.staging.StagedExtents;
import dev.drover.functions.state.ExtentGroup;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.Generation;
import dev.drover.protocol.ObjectKeys;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a run's earlier generations staged: where a disk's snapshot was given back or lost, the next
 * one gets from there what the newest generation did not send again.
 *
 * @param generations none for a disk whose snapshot is the first of its base and size
 */
record EarlierStaging(List<Generation> generations) {
  static final EarlierStaging NONE = new EarlierStaging(List.of());

  /** Of a disk. */
  static EarlierStaging of(Run run, RunDisk disk) {
    Run.Opening opening = run.handOver().opening();
    return opening == null || !disk.inherits()
        ? NONE
        : new EarlierStaging(
            opening.all().stream()
                .filter(generation -> !generation.equals(disk.generation()))
                .toList());
  }

  /** The staged segments of a group, generation by generation. */
  Stream<StagedExtents.Staged> list(
      DiskDelta delta, ExtentGroup group, RunDisk disk, ObjectStore objects) {
    return generations.stream()
        .map(generation -> ObjectKeys.stagingOfDisk(delta.in(generation)) + group.keyPrefix())
        .flatMap(prefix -> StagedExtents.list(objects, prefix, disk.geometry().extentCount()));
  }

  /** The extents of a group of which any generation, also the newest, has staged a segment. */
  BitSet any(DiskDelta delta, ExtentGroup group, RunDisk disk, ObjectStore objects) {
    BitSet staged = new BitSet();
    String newest = ObjectKeys.stagingOfDisk(delta) + group.keyPrefix();
    Stream.concat(
            StagedExtents.list(objects, newest, disk.geometry().extentCount()),
            list(delta, group, disk, objects))
        .forEach(segment -> staged.set(segment.extent()));
    return staged;
  }
}
