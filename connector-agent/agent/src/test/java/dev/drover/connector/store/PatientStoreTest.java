package dev.drover.connector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.pulse.Pulse;
import dev.drover.connector.stop.StopSignal;
import dev.drover.connector.stop.StoppedException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PatientStoreTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration NANO = Duration.ofNanos(1);
  private static final ObjectContent CONTENT =
      ObjectContent.ofJson("{}".getBytes(StandardCharsets.UTF_8));

  private final Queue<StoreException> refusals = new ArrayDeque<>();
  private final AtomicLong now = new AtomicLong();
  private final StopSignal stop = new StopSignal();
  private int asked;

  @Test
  void put_refusedForAWhile_arrives() {
    refusals.add(new StoreRefusedException("AccessDenied", null));
    refusals.add(new StoreUnavailableException("ExpiredToken", null));
    patient(MINUTE).put("a", CONTENT);
    assertThat(asked).isEqualTo(3);
  }

  @Test
  void get_refusedForAWhile_isRead() throws Exception {
    refusals.add(new StoreRefusedException("AccessDenied", null));
    try (InputStream object = patient(MINUTE).get("a")) {
      assertThat(object.readAllBytes()).hasSize(1);
    }
    assertThat(asked).isEqualTo(2);
  }

  /** Each call takes 25 s here: the third refusal is within the minute, the fourth is not. */
  @Test
  void put_refusedForLonger_givesUpWithTheSentence() {
    for (int i = 0; i < 10; i++) {
      refusals.add(new StoreRefusedException("AWS refused s3:PutObject", null));
    }
    assertThatThrownBy(() -> patient(MINUTE).put("a", CONTENT))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessage("AWS refused s3:PutObject");
    assertThat(asked).isEqualTo(4);
  }

  @Test
  void get_missing_isNotWaitedFor() {
    refusals.add(new ObjectMissingException("none", null));
    assertThatThrownBy(() -> patient(MINUTE).get("a")).isInstanceOf(ObjectMissingException.class);
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void put_withoutPatience_asksOnce() {
    refusals.add(new StoreRefusedException("no", null));
    ObjectStore once = new PatientStore(new Refusing(), Patience.NONE, new Pulse(stop), now::get);
    assertThatThrownBy(() -> once.put("a", CONTENT)).isInstanceOf(StoreRefusedException.class);
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void put_stoppedWhileItWaits_endsAtOnce() {
    refusals.add(new StoreRefusedException("no", null));
    stop.stop();
    assertThatThrownBy(() -> patient(MINUTE).put("a", CONTENT))
        .isInstanceOf(StoppedException.class);
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void pauseAfter_refusals_doublesUpToTheLongest() {
    assertThat(Patience.OF_A_RUN.pauseAfter(1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(Patience.OF_A_RUN.pauseAfter(4)).isEqualTo(Duration.ofSeconds(8));
    assertThat(Patience.OF_A_RUN.pauseAfter(6)).isEqualTo(Duration.ofSeconds(30));
    assertThat(Patience.OF_A_RUN.pauseAfter(1_000)).isEqualTo(Duration.ofSeconds(30));
  }

  private ObjectStore patient(Duration atMost) {
    return new PatientStore(
        new Refusing(), new Patience(atMost, NANO, NANO), new Pulse(stop), now::get);
  }

  private final class Refusing implements ObjectStore {
    @Override
    public void put(String key, ObjectContent content) {
      answer();
    }

    @Override
    public InputStream get(String key) {
      answer();
      return new ByteArrayInputStream(new byte[1]);
    }

    private void answer() {
      asked++;
      now.addAndGet(Duration.ofSeconds(25).toNanos());
      StoreException refusal = refusals.poll();
      if (refusal != null) {
        throw refusal;
      }
    }
  }
}
