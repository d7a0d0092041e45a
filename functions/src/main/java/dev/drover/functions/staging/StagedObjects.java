package dev.drover.functions.staging;

import dev.drover.functions.account.ObjectStore;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Deletes what a run staged. Once more is harmless: it finds nothing, or what came late. */
public final class StagedObjects {
  private final ObjectStore objects;

  public StagedObjects(ObjectStore objects) {
    this.objects = objects;
  }

  /** Deletes all of it; tells how many objects that were. */
  public long purge(EnvironmentName environment, JobId jobId, RunId runId) {
    Iterator<ObjectStore.Listed> staged =
        objects.list(ObjectKeys.stagingOfRun(environment, jobId, runId)).iterator();
    long deleted = 0;
    while (staged.hasNext()) {
      List<String> batch = new ArrayList<>(ObjectStore.MAX_DELETE_KEYS);
      while (staged.hasNext() && batch.size() < ObjectStore.MAX_DELETE_KEYS) {
        batch.add(staged.next().key());
      }
      objects.delete(batch);
      deleted += batch.size();
    }
    return deleted;
  }
}
