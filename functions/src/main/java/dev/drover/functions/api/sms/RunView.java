package dev.drover.functions.api.sms;

import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.ReplicationRun;
import software.amazon.awssdk.services.sms.model.ReplicationRunStageDetails;

/** Runs as the API shows them. */
final class RunView {
  /** Newest first, as SMS lists runs. */
  static final Comparator<Run> NEWEST_FIRST =
      Comparator.comparing(Run::scheduledStartTime)
          .thenComparing(run -> run.id().value())
          .reversed();

  private RunView() {}

  /**
   * A run.
   *
   * @param waitsFor its turn, or the connector that has it and is not there, in a sentence; null:
   *     neither
   */
  static ReplicationRun of(Job job, Run run, @Nullable String waitsFor) {
    return ReplicationRun.builder()
        .replicationRunId(run.id().value())
        .state(state(job, run))
        .type(run.type().name())
        .stageDetails(stageDetails(run))
        .statusMessage(statusMessage(run, waitsFor))
        .amiId(run.outcome().amiId())
        .scheduledStartTime(run.scheduledStartTime())
        .completedTime(run.outcome().completedTime())
        .description(run.description())
        .encrypted(run.encrypted())
        .kmsKeyId(run.kmsKeyId())
        .build();
  }

  /** The runs of a job that is deleted are shown as deleted with it (AWS SMS User Guide). */
  private static String state(Job job, Run run) {
    return switch (job.state()) {
      case DELETING, DELETED -> job.state().name();
      default -> run.state().name();
    };
  }

  /**
   * Why a run that has not ended waits, or that it was resumed and how long its zeros take, is said
   * until there is something else to say; what is remarkable of its copies always.
   */
  private static @Nullable String statusMessage(Run run, @Nullable String waitsFor) {
    return Stream.concat(Stream.ofNullable(news(run, waitsFor)), run.remarks().stream())
        .reduce((before, next) -> before + (before.endsWith(".") ? " " : ". ") + next)
        .orElse(null);
  }

  private static @Nullable String news(Run run, @Nullable String waitsFor) {
    String said = run.outcome().statusMessage();
    if (said != null || run.state().isEnded()) {
      return said;
    }
    String reason =
        Stream.of(waitsFor, run.handOver().noRoom(), run.handOver().waitsFor())
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    if (reason != null) {
      return reason;
    }
    String course =
        Stream.of(
                run.resumption().map(resumed -> "The run was " + resumed + "."),
                Optional.ofNullable(run.progress().zeros()))
            .flatMap(Optional::stream)
            .collect(Collectors.joining(" "));
    return course.isEmpty() ? null : course;
  }

  private static @Nullable ReplicationRunStageDetails stageDetails(Run run) {
    Run.Stage stage = run.progress().stage();
    return stage == null
        ? null
        : ReplicationRunStageDetails.builder()
            .stage(stage.name())
            .stageProgress(StageText.of(run))
            .build();
  }
}
