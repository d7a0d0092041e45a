package dev.drover.functions.state;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ZeroPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A run as the table's item {@code JOB#<job> / RUN#<run>}. */
final class RunCodec {
  static final String SK_PREFIX = "RUN#";
  static final String STATE = "state";
  static final String TYPE = "type";
  static final String SCHEDULED_START_TIME = "scheduledStartTime";
  static final String STARTED_AT = "startedAt";
  static final String DESCRIPTION = "description";
  static final String ENCRYPTED = "encrypted";
  static final String KMS_KEY_ID = "kmsKeyId";
  static final String ZERO_BLOCKS = "zeroBlocks";
  static final String ATTEMPT = "attempt";
  static final String PASS = "pass";
  static final String CONNECTOR_ID = "connectorId";
  static final String GENERATION = "generation";
  static final String EARLIER_GENERATIONS = "earlierGenerations";
  static final String FIRMWARE = "firmware";
  static final String OPENED_IN_ATTEMPT = "openedInAttempt";
  static final String OPENED_BY_SEQUENCE = "openedBySequence";
  static final String WAITS_FOR = "waitsFor";
  static final String NO_ROOM = "noRoom";
  static final String STAGE = "stage";
  static final String STAGE_PROGRESS = "stageProgress";
  static final String BYTES_READ = "bytesRead";
  static final String BYTES_CHANGED = "bytesChanged";
  static final String BYTES_SENT = "bytesSent";
  static final String PACE = "pace";
  static final String ZEROS = "zeros";
  static final String STATUS_MESSAGE = "statusMessage";
  static final String AMI_ID = "amiId";
  static final String COMPLETED_TIME = "completedTime";
  static final String FAILURE_CODE = "failureCode";
  static final String CLIENT_REQUEST = "clientRequest";
  static final String EXECUTION = "execution";
  static final String RESUMED_AT = "resumedAt";
  static final String KEPT_EXTENTS = "keptExtents";
  static final String DURABLE_EXTENTS = "durableExtents";
  static final String STALLED_SINCE = "stalledSince";
  static final String RESUMABLE_UNTIL = "resumableUntil";
  static final String DISCARDED_AT = "discardedAt";
  static final String ASKED_AGAIN_AT = "askedAgainAt";
  static final String COPIED_WHOLE = "copiedWhole";
  static final String DISKS_GONE = "disksGone";
  static final String CORRUPT_SEGMENTS = "corruptSegments";
  static final String IMPORT_EXECUTION = "importExecution";
  static final String IMPORT_AGAIN = "importAgain";
  static final String IMPORT_TASK_ID = "importTaskId";

  private RunCodec() {}

  static String pk(JobId jobId) {
    return JobCodec.PK + "#" + jobId;
  }

  static String sk(RunId id) {
    return SK_PREFIX + id;
  }

  static Item item(Run run) {
    Run.HandOver handOver = run.handOver();
    Run.Progress progress = run.progress();
    Run.Outcome outcome = run.outcome();
    ConnectorId connector = handOver.connectorId();
    Run.Opening opening = handOver.opening();
    Run.Stage stage = progress.stage();
    Item item = Item.of(pk(run.jobId()), sk(run.id()));
    Run.Import imported = run.course().imported();
    if (imported != null) {
      item.with(IMPORT_EXECUTION, imported.execution())
          .with(IMPORT_AGAIN, imported.again())
          .with(IMPORT_TASK_ID, imported.taskId());
    }
    if (opening != null) {
      item.with(GENERATION, opening.generation().value())
          .with(FIRMWARE, FirmwareText.of(opening.firmware()))
          .with(OPENED_IN_ATTEMPT, opening.attempt())
          .with(OPENED_BY_SEQUENCE, opening.sequence())
          .withTextSet(EARLIER_GENERATIONS, texts(opening.earlier()));
    }
    return item.with(STATE, run.state().name())
        .with(TYPE, run.type().name())
        .with(SCHEDULED_START_TIME, run.scheduledStartTime())
        .with(STARTED_AT, run.startedAt())
        .with(DESCRIPTION, run.description())
        .with(ENCRYPTED, run.encrypted())
        .with(KMS_KEY_ID, run.kmsKeyId())
        .with(ZERO_BLOCKS, run.zeroBlocks().word())
        .with(ATTEMPT, handOver.attempt())
        .with(PASS, handOver.pass())
        .with(CONNECTOR_ID, connector == null ? null : connector.value())
        .with(WAITS_FOR, handOver.waitsFor())
        .with(NO_ROOM, handOver.noRoom())
        .with(STAGE, stage == null ? null : stage.name())
        .with(STAGE_PROGRESS, progress.stageProgress())
        .with(BYTES_READ, progress.bytesRead())
        .with(BYTES_CHANGED, progress.bytesChanged())
        .with(BYTES_SENT, progress.bytesSent())
        .with(ZEROS, progress.zeros())
        .with(PACE, paceText(progress.pace()))
        .with(STATUS_MESSAGE, outcome.statusMessage())
        .with(AMI_ID, outcome.amiId())
        .with(COMPLETED_TIME, outcome.completedTime())
        .with(FAILURE_CODE, outcome.failureCode())
        .with(CLIENT_REQUEST, run.clientRequest())
        .with(EXECUTION, run.course().execution())
        .with(RESUMED_AT, run.course().resumedAt())
        .with(KEPT_EXTENTS, run.course().keptExtents())
        .with(DURABLE_EXTENTS, run.course().durableExtents())
        .with(STALLED_SINCE, run.course().stalledSince())
        .with(RESUMABLE_UNTIL, run.course().resumableUntil())
        .with(DISCARDED_AT, run.course().discardedAt())
        .withTexts(ASKED_AGAIN_AT, times(run.course().askedAgainAt()))
        .with(COPIED_WHOLE, run.course().copiedWhole())
        .withTextSet(DISKS_GONE, run.course().disksGone())
        .with(CORRUPT_SEGMENTS, run.course().corruptSegments());
  }

  /** Times in epoch milliseconds, as texts. */
  static List<String> times(List<Instant> times) {
    return times.stream().map(time -> Long.toString(time.toEpochMilli())).toList();
  }

  static Run read(Item item) {
    return new Run(
        new JobId(item.text(Item.PK).substring(JobCodec.PK.length() + 1)),
        new RunId(item.text(Item.SK).substring(SK_PREFIX.length())),
        Run.State.valueOf(item.text(STATE)),
        Run.Type.valueOf(item.text(TYPE)),
        item.time(SCHEDULED_START_TIME),
        item.findTime(STARTED_AT).orElse(null),
        item.findText(DESCRIPTION).orElse(null),
        item.flag(ENCRYPTED),
        item.findText(KMS_KEY_ID).orElse(null),
        item.findText(ZERO_BLOCKS).map(ZeroPolicy::of).orElse(ZeroPolicy.SEND),
        readHandOver(item),
        readProgress(item),
        readOutcome(item),
        item.findText(CLIENT_REQUEST).orElse(null),
        readCourse(item));
  }

  private static Run.Course readCourse(Item item) {
    return new Run.Course(
        item.count(EXECUTION),
        item.findTime(RESUMED_AT).orElse(null),
        item.findNumber(KEPT_EXTENTS).map(Math::toIntExact).orElse(null),
        item.count(DURABLE_EXTENTS),
        item.findTime(STALLED_SINCE).orElse(null),
        item.findTime(RESUMABLE_UNTIL).orElse(null),
        item.findTime(DISCARDED_AT).orElse(null),
        item.texts(ASKED_AGAIN_AT).stream()
            .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis)))
            .toList(),
        item.findText(COPIED_WHOLE).orElse(null),
        item.textSet(DISKS_GONE),
        item.findNumber(CORRUPT_SEGMENTS).map(Math::toIntExact).orElse(0),
        item.findNumber(IMPORT_EXECUTION)
            .map(
                execution ->
                    new Run.Import(
                        Math.toIntExact(execution),
                        item.flag(IMPORT_AGAIN),
                        item.findText(IMPORT_TASK_ID).orElse(null)))
            .orElse(null));
  }

  private static Run.HandOver readHandOver(Item item) {
    return new Run.HandOver(
        item.count(ATTEMPT),
        item.count(PASS),
        item.findText(CONNECTOR_ID).map(ConnectorId::new).orElse(null),
        item.findText(GENERATION).map(generation -> readOpening(generation, item)).orElse(null),
        item.findText(WAITS_FOR).orElse(null),
        item.findText(NO_ROOM).orElse(null));
  }

  private static Run.Opening readOpening(String generation, Item item) {
    return new Run.Opening(
        new Generation(generation),
        FirmwareText.parse(item.text(FIRMWARE)),
        item.findNumber(OPENED_IN_ATTEMPT).map(Math::toIntExact).orElse(0),
        item.findNumber(OPENED_BY_SEQUENCE).orElse(0L),
        item.textSet(EARLIER_GENERATIONS).stream()
            .map(Generation::new)
            .collect(Collectors.toUnmodifiableSet()));
  }

  static Set<String> texts(Set<Generation> generations) {
    return generations.stream().map(Generation::value).collect(Collectors.toUnmodifiableSet());
  }

  private static Run.Progress readProgress(Item item) {
    return new Run.Progress(
        item.findText(STAGE).map(Run.Stage::valueOf).orElse(null),
        item.findText(STAGE_PROGRESS).orElse(null),
        item.findNumber(BYTES_READ).orElse(0L),
        item.findNumber(BYTES_CHANGED).orElse(0L),
        item.findNumber(BYTES_SENT).orElse(0L),
        item.findText(ZEROS).orElse(null),
        item.findText(PACE).map(RunCodec::readPace).orElse(null));
  }

  /** Five numbers, which nothing but people needs; times in epoch milliseconds. */
  static @Nullable String paceText(Run.@Nullable Pace pace) {
    return pace == null
        ? null
        : pace.attempt()
            + " "
            + pace.since().toEpochMilli()
            + " "
            + pace.bytesBefore()
            + " "
            + pace.until().toEpochMilli()
            + " "
            + pace.bytesTotal();
  }

  private static Run.Pace readPace(String text) {
    long[] numbers = Stream.of(text.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    return new Run.Pace(
        Math.toIntExact(numbers[0]),
        Instant.ofEpochMilli(numbers[1]),
        numbers[2],
        Instant.ofEpochMilli(numbers[3]),
        numbers[4]);
  }

  private static Run.Outcome readOutcome(Item item) {
    return new Run.Outcome(
        item.findText(STATUS_MESSAGE).orElse(null),
        item.findText(AMI_ID).orElse(null),
        item.findTime(COMPLETED_TIME).orElse(null),
        item.findText(FAILURE_CODE).orElse(null));
  }
}
