package dev.drover.local.torture.wire;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A call on its way to a server.
 *
 * @param target the path with its query, as it came
 * @param headers by name in lower case
 */
public record Call(String method, String target, Map<String, List<String>> headers) {
  private static final String STAGING = "/staging/";
  private static final String EBS_BLOCKS = "/blocks/";
  private static final String EBS_COMPLETION = "/snapshots/completion/";

  /** A header's first value; empty if it has none. */
  public String header(String name) {
    List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null || values.isEmpty() ? "" : values.getFirst();
  }

  /** The path without its query. */
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** Whether it is one to S3: all other services are told by a header, or have no path. */
  public boolean isOfS3() {
    return header("x-amz-target").isEmpty() && path().length() > 1 && isSignedFor("s3");
  }

  /** Whether it puts an object below a prefix such as {@code staging/}. */
  public boolean puts(String prefix) {
    return method.equals("PUT") && isOfS3() && path().contains("/" + prefix);
  }

  /** Whether it puts a segment. */
  public boolean putsSegment() {
    return method.equals("PUT") && isOfS3() && path().contains(STAGING);
  }

  /** The key of an object, without its bucket. */
  public String key() {
    String path = path().substring(1);
    return path.substring(path.indexOf('/') + 1);
  }

  /** Whether it is an operation of a service whose calls are told by a header. */
  public boolean is(String operation) {
    return header("x-amz-target").endsWith("." + operation);
  }

  public boolean putsBlock() {
    return method.equals("PUT") && path().startsWith("/snapshots/") && path().contains(EBS_BLOCKS);
  }

  public boolean completesSnapshot() {
    return method.equals("POST") && path().startsWith(EBS_COMPLETION);
  }

  public boolean startsSnapshot() {
    return method.equals("POST") && path().equals("/snapshots");
  }

  private boolean isSignedFor(String service) {
    return header("authorization").contains("/" + service + "/aws4_request");
  }
}
