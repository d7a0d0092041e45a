package dev.drover.connector.vsphere.soap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimedBodyTest {
  private final AtomicLong asked = new AtomicLong();
  private final TimedBody body = new TimedBody(Duration.ZERO);

  TimedBodyTest() {
    body.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long count) {
            asked.addAndGet(count);
          }

          @Override
          public void cancel() {
            asked.set(-1);
          }
        });
  }

  @Test
  void read_pieces_comeInOrderAndOneByOne() throws IOException {
    body.onNext(List.of(bytes(1, 2), bytes(), bytes(3)));
    assertThat(asked).hasValue(1);
    assertThat(body.readNBytes(3)).containsExactly(1, 2, 3);
    assertThat(asked).hasValue(2);
    body.onComplete();
    assertThat(body.read()).isEqualTo(-1);
    assertThat(body.read()).isEqualTo(-1);
  }

  @Test
  void read_serverThatFellSilent_ends() {
    assertThatThrownBy(body::read).hasMessage("sent nothing for 0 s");
  }

  @Test
  void read_brokenBody_saysWhy() {
    IOException reset = new IOException("reset");
    body.onError(reset);
    assertThatThrownBy(body::read).isInstanceOf(IOException.class).hasCause(reset);
  }

  @Test
  void close_endsTheExchangeAndAllReads() {
    body.onNext(List.of(bytes(1)));
    body.close();
    assertThat(asked).hasValue(-1);
    assertThatThrownBy(body::read).isInstanceOf(IOException.class).hasMessage("it was closed");
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.flip();
  }
}
