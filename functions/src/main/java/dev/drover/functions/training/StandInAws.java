package dev.drover.functions.training;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SegmentCoordinates;
import dev.drover.protocol.format.SegmentBuilder;
import dev.drover.protocol.format.SegmentHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.zip.CRC32C;

/** Answers any GET as S3 does, with a segment, and takes any PUT as EBS does, without a look. */
final class StandInAws implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int ZERO_BLOCKS = 16;
  private static final int COMPRESSION_LEVEL = 1;

  private final HttpServer server;
  private final byte[] segment = segment();
  private final String crc32c = crc32c(segment);

  private StandInAws(HttpServer server) {
    this.server = server;
  }

  /** Answers from here on; whom the clients of S3 and EBS ask that this JVM makes later. */
  static void start() {
    String url = open().endpoint().toString();
    System.setProperty("aws.endpointUrlS3", url);
    System.setProperty("aws.endpointUrlEbs", url);
  }

  /** Answers from here on. */
  static StandInAws open() {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StandInAws aws = new StandInAws(server);
    server.setExecutor(Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
    server.createContext("/", aws::answer);
    // Its thread is a daemon as its starter is: the JVM has to end without it, to leave its
    // archive.
    Thread.ofPlatform().daemon().start(server::start);
    return aws;
  }

  URI endpoint() {
    return URI.create("http://" + LOOPBACK + ":" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("ETag", "\"segment\"");
        exchange.getResponseHeaders().set("Last-Modified", "Fri, 01 Jan 2100 00:00:00 GMT");
        exchange.getResponseHeaders().set("x-amz-checksum-crc32c", crc32c);
        exchange.getResponseHeaders().set("x-amz-checksum-type", "FULL_OBJECT");
        send(exchange, 200, segment);
      } else {
        try (InputStream body = exchange.getRequestBody()) {
          body.transferTo(OutputStream.nullOutputStream());
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        send(exchange, 201, new byte[] {'{', '}'});
      }
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  /** A whole extent, whose blocks compress well, so that it is small. */
  private static byte[] segment() {
    DiskDelta delta =
        new DiskDelta(
            new EnvironmentName("training"),
            new JobId("sms-job-00000000"),
            new RunId("sms-run-00000000"),
            DiskId.of("training", "training"),
            null,
            Generation.of(Instant.EPOCH, "training"));
    try (SegmentBuilder builder = new SegmentBuilder(COMPRESSION_LEVEL)) {
      byte[] data = new byte[DiskGeometry.BLOCK_BYTES];
      for (int block = 0; block < DiskGeometry.BLOCKS_PER_EXTENT; block++) {
        if (block < ZERO_BLOCKS) {
          builder.addZero(block);
        } else {
          Arrays.fill(data, (byte) block);
          builder.addData(block, Digest.of(data), data);
        }
      }
      SegmentHeader header =
          new SegmentHeader(
              new SegmentCoordinates(delta, 0),
              Digest.NEVER_WRITTEN,
              DiskGeometry.EXTENT_BYTES,
              false);
      try (InputStream bytes = builder.build(header).openStream()) {
        return bytes.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static String crc32c(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(value);
  }
}
