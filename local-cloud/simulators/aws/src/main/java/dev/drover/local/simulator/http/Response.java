package dev.drover.local.simulator.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer.
 *
 * @param status the HTTP status
 * @param headers without Content-Length, which is the body's
 */
public record Response(int status, Map<String, String> headers, Body body) {
  public Response {
    headers = Map.copyOf(headers);
  }

  /** The bytes of an answer, of a length known before the first is written. */
  public interface Body {
    long lengthBytes();

    void writeTo(OutputStream out) throws IOException;
  }

  public static Response of(int status, String contentType, byte[] content) {
    return new Response(status, Map.of("Content-Type", contentType), body(content, content.length));
  }

  /** The first bytes of {@code content}, which the caller must not change any more. */
  public static Body body(byte[] content, int lengthBytes) {
    return new Body() {
      @Override
      public long lengthBytes() {
        return lengthBytes;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        out.write(content, 0, lengthBytes);
      }
    };
  }

  public Response with(String header, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(header, value);
    return new Response(status, all, body);
  }

  public boolean succeeded() {
    return status < 400;
  }
}
