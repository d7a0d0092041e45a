package dev.drover.functions.account;

import dev.drover.protocol.SnapshotId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * VM Import in memory: a task makes copies of its snapshots, and ends at once unless it is held.
 */
public final class InMemoryImageImports implements ImageImports {
  private final Map<String, Task> tasks = new LinkedHashMap<>();
  private final Map<String, Request> requests = new HashMap<>();
  private final InMemoryEbs ebs;
  private final InMemoryImages images;
  private boolean held;
  private @Nullable String failure;
  private @Nullable String full;

  /** Makes images there. */
  public InMemoryImageImports(InMemoryEbs ebs, InMemoryImages images) {
    this.ebs = ebs;
    this.images = images;
  }

  @Override
  public Start start(Request request) {
    for (Map.Entry<String, Request> known : requests.entrySet()) {
      if (known.getValue().token().equals(request.token())) {
        return new Start.Started(known.getKey());
      }
    }
    if (full != null) {
      return new Start.NoRoom(full);
    }
    check(request);
    String id = String.format(Locale.ROOT, "import-ami-%017x", tasks.size() + 1);
    requests.put(id, request);
    tasks.put(id, new Task(id, Status.ACTIVE, "converting", 30, null, request.image().tags()));
    if (!held) {
      finish(id);
    }
    return new Start.Started(id);
  }

  private void check(Request request) {
    Images.Request image = request.image();
    if (image.volumes().size() > MAX_DISKS) {
      throw new RefusedException("InvalidParameter", "too many disks");
    }
    List<SnapshotId> ids = image.volumes().stream().map(Images.Volume::snapshotId).toList();
    List<Snapshots.Description> found = ebs.find(ids);
    if (found.size() != ids.size()) {
      throw new RefusedException("InvalidSnapshot.NotFound", "not all of " + ids + " exist");
    }
    for (Snapshots.Description snapshot : found) {
      if (snapshot.status() != Snapshots.Status.COMPLETED) {
        throw new RefusedException("IncorrectState", snapshot.id() + " is not completed");
      }
    }
  }

  /** Ends a task, as VM Import would. */
  public void finish(String taskId) {
    Task task = tasks.get(taskId);
    Request request = requests.get(taskId);
    if (task == null || request == null || task.status() != Status.ACTIVE) {
      throw new IllegalStateException(taskId + " is not at work");
    }
    boolean unfit = request.platform() == Platform.LINUX && "AWS".equals(request.licenseType());
    String why = unfit ? "ClientError: Linux takes no licence of AWS" : failure;
    if (why != null) {
      put(task, Status.ENDED, why, null);
      return;
    }
    List<Images.Volume> copies = new ArrayList<>();
    for (Images.Volume volume : request.image().volumes()) {
      SnapshotId copy = ebs.copy(volume.snapshotId());
      copies.add(new Images.Volume(volume.deviceName(), copy));
    }
    Images.Registration made =
        images.register(
            new Images.Request(taskId, "imported", request.image().firmware(), copies, Map.of()));
    String amiId = ((Images.Registration.Registered) made).amiId();
    put(task, Status.COMPLETED, "", amiId);
  }

  private void put(Task task, Status status, String message, @Nullable String amiId) {
    tasks.put(task.id(), new Task(task.id(), status, message, null, amiId, task.tags()));
  }

  @Override
  public Optional<Task> find(String taskId) {
    return Optional.ofNullable(tasks.get(taskId));
  }

  @Override
  public Listing<Task> tagged(@Nullable String next) {
    return InMemoryEbs.part(
        tasks.values().stream().filter(task -> task.tags().containsKey(Snapshots.TAG_RUN)).toList(),
        next);
  }

  @Override
  public void cancel(String taskId) {
    Task task = tasks.get(taskId);
    if (task != null && task.status() == Status.ACTIVE) {
      put(task, Status.ENDED, "User requested task cancellation", null);
    }
  }

  /** From now on tasks go on until {@link #finish}, or end at once. */
  public void hold(boolean hold) {
    held = hold;
  }

  /** From now on tasks end so; null: with an image. */
  public void failWith(@Nullable String message) {
    failure = message;
  }

  /** From now on no task is started; null: there is room. */
  public void refuseWith(@Nullable String words) {
    full = words;
  }

  /** What was asked, by task, and every task once. */
  public Map<String, Request> requests() {
    return Map.copyOf(requests);
  }

  /** All tasks, oldest first. */
  public List<Task> tasks() {
    return List.copyOf(tasks.values());
  }
}
