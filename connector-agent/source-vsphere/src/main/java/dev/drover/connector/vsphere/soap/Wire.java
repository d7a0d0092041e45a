package dev.drover.connector.vsphere.soap;

import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.source.SourceUnreadableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** HTTPS with time limits on everything, and its failures in words. Follows no redirect. */
final class Wire implements AutoCloseable {
  /** Longer than a busy vCenter takes to accept, and than two lost SYNs (1 + 2 s). */
  private static final Duration CONNECT = Duration.ofSeconds(20);

  /** What an answer may have: a page of 100 VMs has about 2 MB. */
  private static final long MAX_ANSWER_BYTES = 64L << 20;

  private static final int MIB_SHIFT = 20;

  /** How the JDK says that an answer is longer than it may be. */
  private static final String TOO_LARGE = "body exceeds capacity";

  private final HttpClient http;
  private final Duration answer;
  private final Duration silence;

  /**
   * A wire.
   *
   * @param answer how long a whole answer may take
   * @param silence how long a stream may bring nothing
   */
  Wire(ServerTrust trust, Duration answer, Duration silence) {
    this.answer = answer;
    this.silence = silence;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .sslContext(trust.context())
            .build();
  }

  /** The whole answer, whatever its status. */
  HttpResponse<byte[]> exchange(HttpRequest.Builder request) {
    HttpRequest built = request.timeout(answer).build();
    return await(
        built,
        http.sendAsync(built, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES)));
  }

  /** An answer whose body is read while it comes; whoever asked closes it. */
  HttpResponse<InputStream> stream(HttpRequest.Builder request) {
    HttpRequest built = request.timeout(answer).build();
    return await(built, http.sendAsync(built, _ -> new TimedBody(silence)));
  }

  private <T> HttpResponse<T> await(
      HttpRequest request, CompletableFuture<HttpResponse<T>> response) {
    try {
      return response.get(answer.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      response.cancel(true);
      throw failure(request.uri(), new HttpTimeoutException("no answer"));
    } catch (InterruptedException e) {
      response.cancel(true);
      Thread.currentThread().interrupt();
      throw new SourceUnavailableException(server(request.uri()) + " is not asked any more.", e);
    } catch (ExecutionException e) {
      throw failure(request.uri(), e.getCause());
    }
  }

  /** Host and port, as people write them. */
  static String server(URI uri) {
    return uri.getPort() < 0 || uri.getPort() == 443
        ? uri.getHost()
        : uri.getHost() + ":" + uri.getPort();
  }

  /** A failure in words; one of the certificate lasts until somebody does something. */
  SourceException failure(URI uri, @Nullable Throwable failure) {
    String server = server(uri);
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UntrustedException untrusted) {
        return new SourceUnreadableException(untrusted.sentence(server), failure);
      }
    }
    return new SourceUnavailableException(server + " " + reason(failure), failure);
  }

  private String reason(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case UnknownHostException _, UnresolvedAddressException _ -> {
          return "is a name that has no address: correct it or the DNS.";
        }
        case HttpTimeoutException _ -> {
          return "did not answer within "
              + answer.toSeconds()
              + " s: check the network, and whether it is overloaded.";
        }
        case TimedBody.SilenceException silence -> {
          return silence.getMessage() + ": check the network and that it runs.";
        }
        case SSLException _ -> {
          return "speaks no TLS that this connector knows: check that the port is that of HTTPS, and"
              + " for proxies on the way.";
        }
        case IOException e when String.valueOf(e.getMessage()).startsWith(TOO_LARGE) -> {
          return "sent an answer of more than "
              + (MAX_ANSWER_BYTES >> MIB_SHIFT)
              + " MiB, as no vCenter does: check the address, and for proxies on the way.";
        }
        case ConnectException _ -> {
          return "cannot be reached: check the name, the firewall (port 443) and that it runs.";
        }
        default -> {
          // Looked at: the one that says more may stand behind it.
        }
      }
    }
    return "broke off its answer: check the network and that it runs.";
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
