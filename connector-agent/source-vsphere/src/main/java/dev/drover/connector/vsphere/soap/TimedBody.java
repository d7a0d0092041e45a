package dev.drover.connector.vsphere.soap;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A body as a stream whose reads end: the JDK's own waits for ever when a server falls silent in
 * the middle, for the time limit of a request ends with the headers. It holds one piece of at most
 * some tens of KiB and asks for the next when that was read.
 */
final class TimedBody extends InputStream implements BodySubscriber<InputStream> {
  private final Duration patience;
  private final CompletableFuture<InputStream> ready = new CompletableFuture<>();
  private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private Flow.@Nullable Subscription subscription;
  private List<ByteBuffer> current = List.of();
  private int next;
  private boolean ended;
  private volatile boolean closed;

  /**
   * A body of a request.
   *
   * @param patience how long a read waits for the server
   */
  TimedBody(Duration patience) {
    this.patience = patience;
  }

  /** A server that was waited for long enough. */
  static final class SilenceException extends IOException {
    private static final long serialVersionUID = 1L;

    SilenceException(Duration patience) {
      super("sent nothing for " + patience.toSeconds() + " s");
    }
  }

  /** What arrived: bytes, the end, or why there is no more. */
  private record Piece(List<ByteBuffer> bytes, boolean last, @Nullable Throwable failure) {}

  @Override
  public CompletionStage<InputStream> getBody() {
    return ready;
  }

  @Override
  public void onSubscribe(Flow.Subscription upstream) {
    subscription = upstream;
    upstream.request(1);
    ready.complete(this);
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    pieces.add(new Piece(bytes, false, null));
  }

  @Override
  public void onError(Throwable failure) {
    pieces.add(new Piece(List.of(), true, failure));
  }

  @Override
  public void onComplete() {
    pieces.add(new Piece(List.of(), true, null));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    ByteBuffer from = available(true);
    if (from == null) {
      return -1;
    }
    int taken = Math.min(length, from.remaining());
    from.get(target, offset, taken);
    return taken;
  }

  private @Nullable ByteBuffer available(boolean wait) throws IOException {
    while (!ended) {
      while (next < current.size()) {
        if (current.get(next).hasRemaining()) {
          return current.get(next);
        }
        next++;
      }
      if (!wait) {
        return null;
      }
      take();
    }
    return null;
  }

  private void take() throws IOException {
    Piece piece = await();
    if (piece.failure() != null) {
      pieces.add(piece); // For whoever asks again.
      throw new IOException(piece.failure());
    }
    ended = piece.last();
    current = piece.bytes();
    next = 0;
    if (!ended && subscription != null) {
      subscription.request(1);
    }
  }

  private Piece await() throws IOException {
    try {
      Piece piece = closed ? null : pieces.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (piece != null && !closed) {
        return piece;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    throw closed ? new IOException("it was closed") : new SilenceException(patience);
  }

  /** Also from another thread: a read that waits then ends with an error. */
  @Override
  public void close() {
    closed = true;
    if (subscription != null) {
      subscription.cancel();
    }
    pieces.add(new Piece(List.of(), true, new IOException("it was closed")));
  }
}
