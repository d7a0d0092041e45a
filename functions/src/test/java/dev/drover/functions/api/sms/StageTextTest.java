package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunAttempt;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far a run is, as who calls GetReplicationRuns reads it. */
final class StageTextTest {
  private static final long GIB = 1L << 30;

  private final TestApi api = new TestApi();
  private final World world = api.world;
  private final JobId job = world.hourlyJob(Duration.ZERO).id();

  private JsonNode shown() {
    return api.ok("GetReplicationRuns", TestApi.quoted("replicationJobId", job.value()))
        .at("/replicationRunList/0");
  }

  private String text() {
    return shown().at("/stageDetails/stageProgress").asText();
  }

  private RunReference uploading() {
    RunReference run = world.begin(job);
    world.state.runs().handOver(world.run(run), World.CONNECTOR, 1, null);
    world.state.runs().reach(run, Run.Stage.UPLOADING);
    return run;
  }

  private void progress(RunReference run, String percent, long read, long sent, Run.Pace pace) {
    boolean news =
        world
            .state
            .runs()
            .progress(
                new RunAttempt(run.jobId(), run.runId(), 1),
                pace.until().toEpochMilli(),
                new Run.Progress(Run.Stage.UPLOADING, percent, read, sent, sent, null, pace));
    assertThat(news).isTrue();
  }

  private Run.Pace pace(long before, Duration time) {
    Instant now = world.instant();
    return new Run.Pace(1, now, before, now.plus(time), 200 * GIB);
  }

  @Test
  void text_ofARunThatHasNotBegun_isNone() {
    assertThat(shown().has("stageDetails")).isFalse();
  }

  @Test
  void text_whilePreparing_saysWhatIsDone() {
    world.begin(job);
    assertThat(shown().at("/stageDetails/stage").asText()).isEqualTo("PREPARING");
    assertThat(text()).isEqualTo("A connector is chosen, and what is copied already looked up");
  }

  @Test
  void text_beforeTheFirstReport_namesTheConnector() {
    var _ = uploading();
    assertThat(text())
        .isEqualTo(
            "0%, handed to connector "
                + World.CONNECTOR
                + ", which has not told yet how far it is");
  }

  @Test
  void text_whileUploading_saysBytesRateAndHowLong() {
    RunReference run = uploading();
    progress(run, "0%", 0, 0, pace(0, Duration.ZERO));
    assertThat(text()).isEqualTo("0%, 0 B of 200 GiB read, 0 B sent");

    progress(run, "42%", 84 * GIB, 12 * GIB, pace(0, Duration.ofSeconds(1_400)));

    assertThat(text())
        .isEqualTo("42%, 84 GiB of 200 GiB read, 12 GiB sent, 61 MiB/s, about 32 min left");
  }

  @ParameterizedTest
  @CsvSource({"10, 'about 1 min left'", "1_400, 'about 32 min left'", "14_000, 'about 5.4 h left'"})
  void text_ofWhatIsLeft_isInWordsOfItsSize(String seconds, String words) {
    RunReference run = uploading();
    long time = Long.parseLong(seconds.replace("_", ""));
    progress(run, "42%", 84 * GIB, GIB, pace(0, Duration.ofSeconds(time)));
    assertThat(text()).endsWith(words);
  }

  @Test
  void text_ofARunThatFailed_promisesNothing() {
    RunReference run = uploading();
    progress(run, "42%", 84 * GIB, 12 * GIB, pace(0, Duration.ofSeconds(1_400)));
    world.fail(run);
    assertThat(text()).isEqualTo("42%, 84 GiB of 200 GiB read, 12 GiB sent");
  }

  @Test
  void text_whileConverting_saysWhatIsDone() {
    RunReference run = uploading();
    world.state.runs().reach(run, Run.Stage.CONVERTING);
    assertThat(text()).isEqualTo("All is uploaded; snapshots and image are being made");
    world.fail(run);
    assertThat(shown().at("/stageDetails").has("stageProgress")).isFalse();
  }

  @Test
  void text_ofACompletedRun_isAHundredPercent() {
    world.publish(job, "ami-1");
    assertThat(text()).isEqualTo("100%");
  }
}
