package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.CONNECTOR;
import static dev.drover.functions.state.Sample.FIRST_ATTEMPT;
import static dev.drover.functions.state.Sample.GENERATION;
import static dev.drover.functions.state.Sample.JOB;
import static dev.drover.functions.state.Sample.NEWER;
import static dev.drover.functions.state.Sample.NOW;
import static dev.drover.functions.state.Sample.OPENING;
import static dev.drover.functions.state.Sample.REFERENCE;
import static dev.drover.functions.state.Sample.RUN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.Firmware;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunAttempt;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RunsTest {
  private static final RunAttempt SECOND_ATTEMPT = new RunAttempt(JOB, RUN, 2);
  private static final Run.Opening NEXT_OPENING = new Run.Opening(NEWER, Firmware.UEFI, 1, 8);
  private static final Run.Progress SHOWN =
      new Run.Progress(Run.Stage.UPLOADING, "50%", 30, 20, 10);

  private static final Instant UNTIL = NOW.plusSeconds(99);

  private final Sample sample = new Sample();
  private final Runs runs = sample.state.runs();

  private Run kept(Run run) {
    assertThat(sample.commits(runs.add(run))).isTrue();
    return run;
  }

  private Run active(Run.Stage stage) {
    return kept(Sample.fullRun(Run.State.ACTIVE, stage));
  }

  private Run now() {
    return runs.find(REFERENCE).orElseThrow();
  }

  @Test
  void add_everyFieldPresent_isReadAsItWas() {
    assertThat(active(Run.Stage.UPLOADING)).isEqualTo(now());
  }

  @Test
  void add_everyFieldAbsent_isReadAsItWas() {
    assertThat(kept(Sample.run(Run.State.PENDING))).isEqualTo(now());
  }

  @Test
  void add_everyFieldPresent_isThisItem() {
    active(Run.Stage.UPLOADING);
    assertThat(sample.raw.show("JOB#sms-job-00000001", "RUN#sms-run-00000001"))
        .isEqualTo(
            Map.ofEntries(
                Map.entry("pk", "S:JOB#sms-job-00000001"),
                Map.entry("v", "N:1"),
                Map.entry("sk", "S:RUN#sms-run-00000001"),
                Map.entry("state", "S:ACTIVE"),
                Map.entry("type", "S:ON_DEMAND"),
                Map.entry("scheduledStartTime", "N:1795442400250"),
                Map.entry("startedAt", "N:1795442400251"),
                Map.entry("description", "S:described"),
                Map.entry("encrypted", "BOOL:true"),
                Map.entry("kmsKeyId", "S:alias/key"),
                Map.entry("zeroBlocks", "S:omit"),
                Map.entry("zeros", "S:many zeros"),
                Map.entry("attempt", "N:1"),
                Map.entry("pass", "N:2"),
                Map.entry("connectorId", "S:" + CONNECTOR),
                Map.entry("generation", "S:" + GENERATION),
                Map.entry("firmware", "S:bios"),
                Map.entry("openedInAttempt", "N:1"),
                Map.entry("openedBySequence", "N:7"),
                Map.entry("waitsFor", "S:a slot"),
                Map.entry("noRoom", "S:no room"),
                Map.entry("stage", "S:UPLOADING"),
                Map.entry("stageProgress", "S:10%"),
                Map.entry("bytesRead", "N:3"),
                Map.entry("bytesChanged", "N:2"),
                Map.entry("bytesSent", "N:1"),
                Map.entry("statusMessage", "S:said"),
                Map.entry("amiId", "S:ami-1"),
                Map.entry("completedTime", "N:1795442400252"),
                Map.entry("failureCode", "S:Code"),
                Map.entry("clientRequest", "S:request"),
                Map.entry("copiedWhole", "S:Copied whole: first copy."),
                Map.entry("corruptSegments", "N:10"),
                Map.entry("importExecution", "N:2"),
                Map.entry("importAgain", "BOOL:true"),
                Map.entry("importTaskId", "S:import-ami-1"),
                Map.entry("disksGone", "SS:[disk 'gone.img']"),
                Map.entry("execution", "N:2"),
                Map.entry("resumedAt", "N:1795442400253"),
                Map.entry("keptExtents", "N:4"),
                Map.entry("durableExtents", "N:5"),
                Map.entry("stalledSince", "N:1795442400256"),
                Map.entry("resumableUntil", "N:1795442400257"),
                Map.entry("discardedAt", "N:1795442400258"),
                Map.entry("askedAgainAt", "L:[S:1795442400259]")));
  }

  @Test
  void add_idInUse_isRefused() {
    kept(Sample.run(Run.State.PENDING));
    assertThat(sample.commits(runs.add(Sample.run(Run.State.MISSED)))).isFalse();
  }

  @Test
  void list_ofAJob_areItsOwn() {
    kept(Sample.run(Run.State.PENDING));
    assertThat(runs.list(JOB)).containsExactly(now());
    assertThat(runs.list(new JobId("sms-job-00000002"))).isEmpty();
    assertThat(runs.find(new RunReference(JOB, Sample.NEXT))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Run.State.class)
  void begin_fromEachState_onlyWhenPending(Run.State from) {
    kept(Sample.run(from));
    boolean begun = sample.commits(runs.begin(now().execution(), NOW.plusSeconds(1)));
    assertThat(begun).isEqualTo(from == Run.State.PENDING);
    assertThat(now().state()).isEqualTo(begun ? Run.State.ACTIVE : from);
    assertThat(now().startedAt()).isEqualTo(begun ? NOW.plusSeconds(1) : null);
    assertThat(now().progress().stage()).isEqualTo(begun ? Run.Stage.PREPARING : null);
  }

  @Test
  void handOver_activeRun_isTheNextAttemptOnce() {
    Run run = active(Run.Stage.UPLOADING);
    assertThat(runs.handOver(run, CONNECTOR, 3, null)).contains(now());
    assertThat(now().handOver()).isEqualTo(new Run.HandOver(2, 3, CONNECTOR, OPENING, null, null));
    assertThat(now().progress()).isEqualTo(new Run.Progress(Run.Stage.PREPARING, null, 3, 2, 1));
    assertThat(now().outcome().failureCode()).isNull();
    assertThat(now().outcome().statusMessage()).isNull();
    assertThat(runs.handOver(run, CONNECTOR, 3, null)).isEmpty();
  }

  @Test
  void handOver_firstAttempt_namesTheConnector() {
    Run run = kept(Sample.run(Run.State.ACTIVE));
    assertThat(runs.handOver(run, CONNECTOR, 1, null).orElseThrow().handOver())
        .isEqualTo(new Run.HandOver(1, 1, CONNECTOR, null, null, null));
  }

  @Test
  void open_firstGeneration_onlyWhereNoneIs() {
    kept(Sample.run(Run.State.ACTIVE));
    sample.raw.set("JOB#" + JOB, "RUN#" + RUN, "attempt", 1);
    Write opened = runs.open(FIRST_ATTEMPT, null, OPENING, "Copied whole: it shrank.", Set.of());
    assertThat(sample.commits(opened)).isTrue();
    assertThat(now().handOver().generation()).isEqualTo(GENERATION);
    assertThat(now().handOver().firmware()).isEqualTo(Firmware.BIOS);
    assertThat(now().course().copiedWhole()).isEqualTo("Copied whole: it shrank.");
    assertThat(sample.commits(opened)).isFalse();
  }

  @Test
  void open_newerGeneration_onlyFromTheOneSeen() {
    active(Run.Stage.UPLOADING);
    Write opened = runs.open(FIRST_ATTEMPT, OPENING, NEXT_OPENING, null, Set.of());
    assertThat(sample.commits(opened)).isTrue();
    assertThat(now().handOver().generation()).isEqualTo(NEWER);
    assertThat(now().course().copiedWhole()).isNull();
    assertThat(sample.commits(opened)).isFalse();
  }

  @Test
  void open_reportOfBefore_isRefusedWhateverItsName() {
    active(Run.Stage.UPLOADING);
    Run.Opening late = new Run.Opening(NEWER, Firmware.UEFI, 1, 6);
    assertThat(sample.commits(runs.open(FIRST_ATTEMPT, OPENING, late, null, Set.of()))).isFalse();
    assertThat(now().handOver().opening()).isEqualTo(OPENING);
  }

  @Test
  void handOver_waiting_saysSoUntilTheConnectorBegins() {
    Run run = active(Run.Stage.UPLOADING);
    runs.handOver(run, CONNECTOR, 1, "all slots are busy");
    assertThat(now().handOver().waitsFor()).isEqualTo("all slots are busy");
    assertThat(runs.progress(SECOND_ATTEMPT, 1, SHOWN)).isTrue();
    assertThat(now().handOver().waitsFor()).isNull();
  }

  @Test
  void open_anotherAttempt_isRefused() {
    active(Run.Stage.UPLOADING);
    assertThat(sample.commits(runs.open(SECOND_ATTEMPT, OPENING, NEXT_OPENING, null, Set.of())))
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource(Run.State.class)
  void inEachState_onlyActiveRunsChange(Run.State from) {
    Run run = kept(Sample.fullRun(from, Run.Stage.UPLOADING));
    boolean isActive = from == Run.State.ACTIVE;
    assertThat(sample.commits(runs.open(FIRST_ATTEMPT, OPENING, NEXT_OPENING, null, Set.of())))
        .isEqualTo(isActive);
    assertThat(runs.progress(FIRST_ATTEMPT, 1, SHOWN)).isEqualTo(isActive);
    assertThat(runs.say(FIRST_ATTEMPT, "why")).isEqualTo(isActive);
    assertThat(runs.applying(REFERENCE, SHOWN)).isEqualTo(isActive);
    assertThat(runs.corrupt(REFERENCE, 11)).isEqualTo(isActive);
    assertThat(runs.reach(REFERENCE, Run.Stage.UPLOADING)).isEqualTo(isActive);
    assertThat(runs.uploaded(FIRST_ATTEMPT, 2)).isEqualTo(isActive);
    assertThat(runs.handOver(run, CONNECTOR, 1, null).isPresent()).isEqualTo(isActive);
    assertThat(sample.commits(runs.publish(REFERENCE, "ami-2", "done", NOW))).isEqualTo(isActive);
  }

  @Test
  void progress_news_isShown() {
    active(Run.Stage.PREPARING);
    assertThat(runs.progress(FIRST_ATTEMPT, 5, SHOWN)).isTrue();
    assertThat(now().progress()).isEqualTo(SHOWN);
    assertThat(runs.progress(FIRST_ATTEMPT, 5, SHOWN)).isFalse();
    assertThat(runs.progress(FIRST_ATTEMPT, 4, SHOWN)).isFalse();
    assertThat(runs.progress(FIRST_ATTEMPT, 6, SHOWN)).isTrue();
    assertThat(runs.progress(SECOND_ATTEMPT, 7, SHOWN)).isFalse();
    assertThat(sample.raw.number("JOB#" + JOB, "RUN#" + RUN, "progressSequence")).isEqualTo(6);
    assertThat(sample.raw.number("JOB#" + JOB, "RUN#" + RUN, "progressAttempt")).isEqualTo(1);
  }

  @Test
  void progress_newAttempt_countsItsReportsAnew() {
    Run run = active(Run.Stage.PREPARING);
    runs.progress(FIRST_ATTEMPT, 5, SHOWN);
    runs.handOver(run, CONNECTOR, 1, null);
    assertThat(runs.progress(SECOND_ATTEMPT, 1, SHOWN)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Run.Stage.class)
  void progress_inEachStage_onlyUntilAllIsUploaded(Run.Stage stage) {
    active(stage);
    assertThat(runs.progress(FIRST_ATTEMPT, 1, SHOWN))
        .isEqualTo(stage == Run.Stage.PREPARING || stage == Run.Stage.UPLOADING);
  }

  @Test
  void uploaded_all_keepsTheCounters() {
    active(Run.Stage.UPLOADING);
    assertThat(runs.uploaded(FIRST_ATTEMPT, 5)).isTrue();
    assertThat(now().progress())
        .isEqualTo(new Run.Progress(Run.Stage.CONVERTING, null, 3, 2, 1, "many zeros"));
    assertThat(runs.uploaded(FIRST_ATTEMPT, 6)).isFalse();
  }

  @Test
  void say_inItsAttempt_isShown() {
    active(Run.Stage.UPLOADING);
    assertThat(runs.say(FIRST_ATTEMPT, "why")).isTrue();
    assertThat(now().outcome().statusMessage()).isEqualTo("why");
    assertThat(runs.say(SECOND_ATTEMPT, "other")).isFalse();
  }

  @Test
  void refuse_twice_keepsTheFirstReason() {
    kept(Sample.run(Run.State.ACTIVE));
    sample.raw.set("JOB#" + JOB, "RUN#" + RUN, "attempt", 1);
    assertThat(runs.refuse(SECOND_ATTEMPT, "Late", "late")).isFalse();
    assertThat(runs.refuse(FIRST_ATTEMPT, "Code", "why")).isTrue();
    assertThat(runs.refuse(FIRST_ATTEMPT, "Other", "other")).isFalse();
    assertThat(now().outcome()).isEqualTo(new Run.Outcome("why", null, null, "Code"));
  }

  @Test
  void applying_activeRun_hasItsFinalCounters() {
    active(Run.Stage.UPLOADING);
    assertThat(runs.applying(REFERENCE, SHOWN)).isTrue();
    assertThat(now().progress())
        .isEqualTo(new Run.Progress(Run.Stage.CONVERTING, "50%", 30, 20, 10, "many zeros"));
  }

  @Test
  void reach_stage_forgetsTheProgressOfTheOneBefore() {
    active(Run.Stage.UPLOADING);
    assertThat(runs.reach(REFERENCE, Run.Stage.CONVERTING)).isTrue();
    assertThat(now().progress())
        .isEqualTo(new Run.Progress(Run.Stage.CONVERTING, null, 3, 2, 1, "many zeros"));
  }

  @Test
  void publish_activeRun_isCompletedOnce() {
    active(Run.Stage.CONVERTING);
    Write published = runs.publish(REFERENCE, "ami-2", "done", NOW.plusSeconds(5));
    assertThat(sample.commits(published)).isTrue();
    assertThat(now().state()).isEqualTo(Run.State.COMPLETED);
    assertThat(now().progress().stage()).isEqualTo(Run.Stage.COMPLETED);
    assertThat(now().progress().stageProgress()).isNull();
    assertThat(now().outcome())
        .isEqualTo(new Run.Outcome("done", "ami-2", NOW.plusSeconds(5), null));
    assertThat(sample.commits(published)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Run.State.class)
  void fail_fromEachState_onlyWhatHasNotEnded(Run.State from) {
    kept(Sample.run(from));
    boolean failed = sample.commits(runs.fail(now(), "Code", "why", UNTIL, NOW));
    assertThat(failed).isEqualTo(!from.isEnded());
    assertThat(now().state()).isEqualTo(failed ? Run.State.FAILED : from);
    assertThat(now().outcome().failureCode()).isEqualTo(failed ? "Code" : null);
    assertThat(now().outcome().statusMessage()).isEqualTo(failed ? "why" : null);
    assertThat(now().course().resumableUntil()).isEqualTo(failed ? UNTIL : null);
    assertThat(now().isResumable()).isEqualTo(failed);
  }

  @Test
  void fail_byAnExecutionThatDoesNotHaveTheRun_isRefused() {
    kept(Sample.run(Run.State.ACTIVE));
    Run seen = now();
    assertThat(runs.nextExecution(seen.execution())).isTrue();
    assertThat(runs.nextExecution(seen.execution())).isFalse();
    assertThat(sample.commits(runs.fail(seen, "Code", "why", null, NOW))).isFalse();
    assertThat(sample.commits(runs.fail(now(), "Code", "why", null, NOW))).isTrue();
    assertThat(now().course().discardedAt()).isEqualTo(NOW);
  }

  @Test
  void resume_failedRun_goesOnOnceInAnotherExecution() {
    active(Run.Stage.CONVERTING);
    assertThat(sample.commits(runs.fail(now(), "Code", "why", UNTIL, NOW))).isTrue();
    Run failed = now();

    assertThat(sample.commits(runs.resume(failed, NOW.plusSeconds(9)))).isTrue();

    assertThat(now().state()).isEqualTo(Run.State.ACTIVE);
    assertThat(now().outcome().failureCode()).isNull();
    assertThat(now().outcome().statusMessage()).isNull();
    assertThat(now().execution().execution()).isEqualTo(failed.execution().execution() + 1);
    assertThat(now().course().resumedAt()).isEqualTo(NOW.plusSeconds(9));
    assertThat(now().handOver().attempt()).isEqualTo(failed.handOver().attempt());
    assertThat(sample.commits(runs.resume(failed, NOW))).isFalse();
    assertThat(sample.commits(runs.discard(failed, NOW))).isFalse();
  }

  @Test
  void resume_runThatNeverBegan_isPendingAgain() {
    kept(Sample.run(Run.State.PENDING));
    assertThat(sample.commits(runs.fail(now(), "Code", "why", UNTIL, NOW))).isTrue();
    assertThat(sample.commits(runs.resume(now(), NOW))).isTrue();
    assertThat(now().state()).isEqualTo(Run.State.PENDING);
  }

  @Test
  void discard_failedRun_isNotResumedAnyMore() {
    kept(Sample.run(Run.State.ACTIVE));
    assertThat(sample.commits(runs.fail(now(), "Code", "why", UNTIL, NOW))).isTrue();
    Run failed = now();
    assertThat(sample.commits(runs.discard(failed, UNTIL))).isTrue();
    assertThat(now().isResumable()).isFalse();
    assertThat(sample.commits(runs.resume(failed, UNTIL))).isFalse();
    assertThat(sample.commits(runs.resume(now(), UNTIL))).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Run.State.class)
  void isEnded_each_isAllButPendingAndActive(Run.State each) {
    assertThat(each.isEnded())
        .isEqualTo(!EnumSet.of(Run.State.PENDING, Run.State.ACTIVE).contains(each));
  }

  @Test
  void pending_ofAJob_hasItsSettings() {
    Run run = Run.pending(Sample.dueJob(Job.State.ACTIVE, null), RUN, Run.Type.ON_DEMAND, NOW);
    assertThat(run.reference()).isEqualTo(REFERENCE);
    assertThat(run.state()).isEqualTo(Run.State.PENDING);
    assertThat(run.type()).isEqualTo(Run.Type.ON_DEMAND);
    assertThat(run.description()).isEqualTo("nightly");
    assertThat(run.encrypted()).isTrue();
    assertThat(run.kmsKeyId()).isEqualTo("alias/key");
    assertThat(run.askedFor("mine", "call")).matches(asked -> "mine".equals(asked.description()));
    assertThat(run.askedFor(null, "call").description()).isEqualTo("nightly");
    assertThat(run.askedFor(null, "call").clientRequest()).isEqualTo("call");
  }

  @Test
  void missed_ofAJob_saysWhy() {
    Run run = Run.missed(Sample.job(Job.State.ACTIVE), RUN, NOW, "busy");
    assertThat(run.state()).isEqualTo(Run.State.MISSED);
    assertThat(run.type()).isEqualTo(Run.Type.AUTOMATIC);
    assertThat(run.outcome().statusMessage()).isEqualTo("busy");
  }

  @Test
  @SuppressWarnings("NullAway") // What JSON may bring.
  void reference_partMissing_isRefused() {
    assertThatThrownBy(() -> new RunReference(null, RUN))
        .isInstanceOf(InvalidMessageException.class);
    assertThatThrownBy(() -> new RunReference(JOB, null))
        .isInstanceOf(InvalidMessageException.class);
    assertThat(REFERENCE.logFields()).isEqualTo(Map.of("jobId", JOB, "runId", RUN));
  }
}
