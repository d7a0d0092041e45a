package dev.drover.functions.reconcile;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import dev.drover.protocol.ObjectKeys;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Removes what a job that has ended keeps for a next run: its bases in the table, and all its
 * digest lists. Its AMIs and their snapshots stay.
 */
final class EndedBases implements Station {
  private final State state;
  private final ObjectStore objects;
  private final EventLog log;

  EndedBases(State state, ObjectStore objects, EventLog log) {
    this.state = state;
    this.objects = objects;
    this.log = log;
  }

  @Override
  public String word() {
    return "jobs";
  }

  /** All in one part: who is done is found no more, so the next look goes on behind. */
  @Override
  public Leg look(@Nullable String from) {
    return new Leg(
        state.jobs().endedWithBases().stream()
            .map(job -> new Work(Map.of("jobId", job.id()), () -> remove(job)))
            .toList(),
        null);
  }

  /** Removes them; idempotent, and noted in the job when all are gone. */
  private void remove(Job job) {
    List<String> keys =
        objects
            .list(ObjectKeys.digestListsOfJob(job.environment(), job.id()))
            .map(ObjectStore.Listed::key)
            .toList();
    objects.delete(keys);
    List<BaseSnapshot> bases = state.bases().list(job.id());
    if (!bases.isEmpty()) {
      Transaction transaction = state.transaction();
      bases.forEach(base -> transaction.with(state.bases().remove(base)));
      transaction.commit();
    }
    state.jobs().basesRemoved(job.id());
    log.event("job-bases-removed", Map.of("jobId", job.id(), "digestLists", keys.size()));
  }
}
