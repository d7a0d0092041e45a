package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.imports.ImportRecord;
import dev.drover.local.simulator.imports.ImportStore;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** DescribeImportImageTasks and CancelImportTask. */
final class ImportTaskActions {
  private static final String ACTIVE = "active";
  private static final String DELETING = "deleting";
  private static final String DELETED = "deleted";
  private static final String COMPLETED = "completed";
  private static final Set<String> STATES = Set.of(ACTIVE, DELETING, DELETED, COMPLETED);

  private final ImportStore imports;
  private final InstantSource clock;
  private final Duration cancelDelay;

  /**
   * Over the tasks.
   *
   * @param cancelDelay how long a task that is given up is {@code deleting}
   */
  ImportTaskActions(ImportStore imports, InstantSource clock, Duration cancelDelay) {
    this.imports = imports;
    this.clock = clock;
    this.cancelDelay = cancelDelay;
  }

  void describe(QueryParameters parameters, XmlElement answer) {
    List<String> ids = parameters.texts("ImportTaskId");
    Set<String> states = states(parameters);
    Paging paging = Paging.of(parameters, !ids.isEmpty());
    parameters.refuseUnknown();
    List<ImportRecord> selected =
        ids.isEmpty() ? imports.list() : ids.stream().map(this::find).toList();
    List<ImportRecord> matching =
        selected.stream().filter(task -> states.contains(state(task))).toList();
    Paging.Page<ImportRecord> page = paging.page(matching, ImportRecord::id);
    answer.items("importImageTaskSet", page.items(), this::describe);
    answer.text("nextToken", page.nextToken().orElse(null));
  }

  /** EC2 knows one filter here, and calls the parameter otherwise than everywhere else. */
  private static Set<String> states(QueryParameters parameters) {
    Set<String> states = new HashSet<>(STATES);
    for (QueryParameters filter : parameters.elements("Filters")) {
      String name = filter.required("Name");
      if (!name.equals("task-state")) {
        throw Filters.unknown(name);
      }
      states.retainAll(filter.texts("Value"));
    }
    return states;
  }

  /** How AWS refuses one that has ended is not documented. */
  void cancel(QueryParameters parameters, XmlElement answer) throws IOException {
    ImportRecord task = find(parameters.required("ImportTaskId"));
    String reason = parameters.text("CancelReason").orElse("");
    parameters.refuseUnknown();
    String before = state(task);
    if (!before.equals(ACTIVE)) {
      throw Ec2Refusal.of("IncorrectState", "The task " + task.id() + " is " + before);
    }
    ImportRecord cancelled =
        task.cancelledAt(
            clock.millis(), ("User requested task cancellation: " + reason).replaceAll(": $", ""));
    imports.save(cancelled);
    answer.text("importTaskId", task.id());
    answer.text("previousState", before);
    answer.text("state", state(cancelled));
  }

  private ImportRecord find(String id) {
    if (!id.matches("import-ami-[0-9a-f]+")) {
      throw Ec2Refusal.of("InvalidConversionTaskId.Malformed", "Invalid id: \"" + id + "\"");
    }
    return imports
        .find(id)
        .orElseThrow(
            () ->
                Ec2Refusal.of(
                    "InvalidConversionTaskId", "The import task '" + id + "' does not exist"));
  }

  private String state(ImportRecord task) {
    Long ended = task.endedAtMillis();
    if (ended == null) {
      return ACTIVE;
    }
    if (task.imageId() != null) {
      return COMPLETED;
    }
    return task.cancelled() != null && clock.millis() < ended + cancelDelay.toMillis()
        ? DELETING
        : DELETED;
  }

  private String message(ImportRecord task) {
    if (task.cancelled() != null) {
      return task.cancelled();
    }
    return task.failure() == null ? "" : task.failure();
  }

  void describe(XmlElement answer, ImportRecord task) {
    boolean atWork = !task.isEnded();
    ImportRecord.Stage stage = task.stageAt(clock.millis());
    String words = atWork ? stage.word() : message(task);
    answer
        .text("importTaskId", task.id())
        .text("architecture", task.architecture())
        .text("bootMode", task.bootMode())
        .text("description", task.description())
        .text("encrypted", task.kmsKeyArn() != null)
        .text("kmsKeyId", task.kmsKeyArn())
        .text("imageId", task.imageId())
        .text("licenseType", task.licenseType())
        .text("platform", task.platform())
        .text("usageOperation", task.imageId() == null ? null : task.usageOperation())
        .text("progress", atWork ? stage.percent() : null)
        .text("status", state(task))
        .text("statusMessage", words.isEmpty() ? null : words)
        .items(
            "snapshotDetailSet",
            task.disks(),
            (item, disk) ->
                item.text("deviceName", disk.deviceName())
                    .text("description", disk.description())
                    .text("snapshotId", disk.snapshotId())
                    .text("status", atWork ? ACTIVE : COMPLETED))
        .tags(task.tags());
  }
}
